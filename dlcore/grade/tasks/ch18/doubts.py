"""The exercise of chapter 18 on refusing: at which doubt is silence worth more than an answer?"""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def worth(right, lie):
    """1 for what is right, minus lie for what is wrong."""
    return torch.where(right, 1.0, -float(lie)).double()


def best_limit(doubt, value, silent=True, last=False, answered=False, edge=True,
               listed=False):  # fmt: skip
    """The limit with the largest sum over what is answered; the keywords are mistakes."""
    limits = doubt.tolist() if listed else doubt.unique().tolist()
    limits = [-1.0, *limits] if silent else limits
    found = {}
    for limit in limits:
        spoken = doubt <= limit if edge else doubt < limit
        total = float(value[spoken].sum())
        found[limit] = total / max(1, int(spoken.sum())) if answered else round(total, 9)
    top = max(found.values())
    return [limit for limit, total in found.items() if total == top][-1 if last else 0]


def refuse(
    doubt, right, lie, cut, all_choose=False, rest_choose=False, ones=False, among=False,
    known=False, strict=False, under=False, **mistakes,
):  # fmt: skip
    """The oracle: (verdict, limit, with_limit, without); the keywords are mistakes.

    ones: a wrong answer costs nothing when the limit is chosen. among: means over answers alone.
    """
    value = worth(right, lie)
    part = slice(None) if all_choose else slice(cut, None) if rest_choose else slice(cut)
    chosen_by = worth(right, 0.0) if ones else value
    limit = best_limit(doubt[part], chosen_by[part], **mistakes)
    judge = slice(cut) if known else slice(cut, None)
    spoken = doubt[judge] < limit if under else doubt[judge] <= limit
    total = float(value[judge][spoken].sum())
    with_limit = total / max(1, int(spoken.sum()) if among else len(spoken))
    without = float(value[judge].mean())
    better = with_limit >= without - 1e-9 if strict else with_limit > without + 1e-9
    return "refuse" if better else "answer", limit, with_limit, without


def by_zero(*inputs):
    """Refuse if what is answered is worth anything."""
    _, *rest = refuse(*inputs)
    return "refuse" if rest[1] > 0 else "answer", *rest


MISTAKES = {
    "You choose the limit by all questions. The first `cut` choose it, the others judge.": partial(
        refuse, all_choose=True
    ),
    "You choose the limit by the questions that are to judge.": partial(refuse, rest_choose=True),
    "When you choose the limit, a wrong answer costs nothing. It costs `lie`.": partial(
        refuse, ones=True
    ),
    "You choose the limit by the mean of what is answered. Then one sure answer is best. Asked for "
    "is the largest sum.": partial(refuse, answered=True),
    "Your limits do not let the question itself be answered from which they come. Just the limit "
    "is not above it.": partial(refuse, edge=False),
    "Of limits with the same sum you take the largest.": partial(refuse, last=True),
    "Of limits with the same sum you take the one that comes first in `doubt`. Asked for is the "
    "smallest.": partial(refuse, listed=True),
    "There is one limit more: to refuse everything.": partial(refuse, silent=False),
    "The limit is right. Your `with_limit` is a mean over what is answered. A question that is "
    "refused counts 0, and counts.": partial(refuse, among=True),
    "The limit is right. Your means are those of the questions that chose it.": partial(
        refuse, known=True
    ),
    "The limit is right. A judging question whose doubt is just the limit is answered, "
    "too.": partial(refuse, under=True),
    "All numbers are right. Just as much is not better.": partial(refuse, strict=True),
    "All numbers are right. Compare *with* the limit and *without* it.": by_zero,
}


def refuse_case(rng, case):
    """Draw answers on which each mistake shows; all wrong, no cost, doubts alike, level sums."""
    mistakes = list(MISTAKES.values())
    shown = {
        0: (0, 1, 2, 3, 4, 8, 9),
        1: (5, 12),
        2: (0, 1, 4),
        3: (7,),
        4: (11,),
        6: (10,),
        8: (6,),
    }.get(case, ())
    kept = [mistakes[place] for place in shown]
    while True:
        questions = one(rng, 12, 16)
        cut = one(rng, 5, 7)
        doubt = torch.from_numpy(rng.uniform(0, 3, size=questions).round(1 if case == 6 else 2))
        right = torch.from_numpy(rng.random(questions)) > doubt / 3.5
        lie = round(float(rng.uniform(0.2, 2.0)), 1)
        if case in (1, 8):
            lie = 1.0
        if case == 3:
            right[:cut] = False
        if case == 4:
            right[:cut] = True
        if case == 5:
            lie = 0.0
        if case == 6:
            doubt = (doubt * 2).round() / 2
        if case == 7:
            doubt, right, cut = doubt[:2], right[:2], 1
            right[0] = True
        inputs = doubt, right, lie, cut
        if case == 0 and refuse(*inputs)[0] != "refuse":
            continue
        if telling(inputs, refuse, kept, kept):
            return inputs


def right_at(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


REFUSE = Task(
    id="18.6",
    title="Refuse, where a lie costs more than silence: choose the limit",
    points=5,
    function="choose_limit",
    kind="choose",
    taught="ch18_language_models.ipynb#does-it-know-that-it-does-not-know",
    returns=("verdict", "limit", "with_limit", "without"),
    statement=r"""
The page chooses its threshold so that strangers and known people are told apart. But what is a
wrong answer worth, against none? Let a right answer count 1, a wrong one −`lie`, a refusal 0. The
model answers where its doubt, the entropy of the answer, is *not above* the limit.

`doubt` (N,) holds the entropies of N questions, none below 0, and `right` (N,), True or False,
whether the answer would be right. The first `cut` questions choose the limit, one of their own
entropies or −1, which refuses everything. Take the one for which these questions count most in all;
of several the smallest. Two questions with the same doubt are answered both or not at all. Sums
that differ by less than $10^{-9}$ are the same.

The other questions judge. Write `choose_limit(doubt, right, lie, cut)` and return `(verdict, limit,
with_limit, without)`: what a judging question counts on average with the limit (a refusal is a 0
among the others), and without it, when everything is answered. The verdict is "refuse" if the first
is larger, by more than $10^{-9}$, else "answer".
""",
    generate=refuse_case,
    cases=9,
    oracle=refuse,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "All numbers are right, the verdict does not follow from them.",
            when=lambda answer, expected, *inputs: right_at(answer, expected, 1, 2, 3),
        ),
        Symptom(
            "The limit is right, what questions count with it is not.",
            when=lambda answer, expected, *inputs: (
                right_at(answer, expected, 1) and not right_at(answer, expected, 2)
            ),
        ),
        Symptom(
            "Your limit is not the one asked for. Write the sum of the first `cut` questions "
            "beside each limit.",
            when=lambda answer, expected, *inputs: not right_at(answer, expected, 1),
        ),
    ],
)

DOUBTS = [REFUSE]
