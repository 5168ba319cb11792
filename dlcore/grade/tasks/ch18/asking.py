"""The exercise of chapter 18 on asking without marks: by which score is an answer chosen?"""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling

RULES = "whole", "word", "gain"


def scores(told, alone, lengths, by=None, gain=None):
    """The scores of all answers by each rule, (3, Q, A); by, gain: mistakes."""
    whole, before = told.sum(2), alone.sum(2)
    count = lengths if by is None else by(told)
    rise = whole - before if gain is None else gain(whole, before, lengths)
    return torch.stack([whole, whole / count, rise])


def hits(told, alone, lengths, right, **mistakes):
    return (scores(told, alone, lengths, **mistakes).argmax(2) == right).double()


def choose(
    told, alone, lengths, right, cut, by_all=False, by_rest=False, last=False, least=False,
    known=False, **mistakes,
):  # fmt: skip
    """The oracle: (rule, seen, share); the keywords are mistakes."""
    found = hits(told, alone, lengths, right, **mistakes)
    part = found if by_all else found[:, cut:] if by_rest else found[:, :cut]
    shares = part.mean(1).tolist()
    wanted = min(shares) if least else max(shares)
    places = [place for place, share in enumerate(shares) if share == wanted]
    place = places[-1 if last else 0]
    seen = found[:, :cut].mean(1)
    return RULES[place], seen, float((found[place, :cut] if known else found[place, cut:]).mean())


def on_all(*inputs):
    """The share of all questions, also of those by which the rule was chosen."""
    found = hits(*inputs[:4])
    rule, seen, _ = choose(*inputs)
    return rule, seen, float(found[RULES.index(rule)].mean())


MISTAKES = {
    "You choose by all questions. The rule is chosen by the first `cut` of them; the others only "
    "judge.": partial(choose, by_all=True),
    "You choose by the questions that are to judge.": partial(choose, by_rest=True),
    "Of rules that are right equally often you take the last.": partial(choose, last=True),
    "You take the rule that is right most seldom.": partial(choose, least=True),
    "Rule and `seen` are right. `share` is one of the questions that did *not* choose.": on_all,
    "Rule and `seen` are right. Your `share` is that of the questions that chose.": partial(
        choose, known=True
    ),
    "The mean is one over the words of an answer. Behind its end there are zeros, and no "
    "words.": partial(choose, by=lambda told: told.shape[2]),
    "By *gain* you divide. Two probabilities are compared by the difference of their "
    "logarithms.": partial(choose, gain=lambda whole, before, lengths: -whole / before),
    "Your *gain* is one a word. Asked for is that of the whole answer.": partial(
        choose, gain=lambda whole, before, lengths: (whole - before) / lengths
    ),
    "Your *gain* is turned round: what rises by the question fits it.": partial(
        choose, gain=lambda whole, before, lengths: before - whole
    ),
    "Your *gain* looks at the answer without a question alone.": partial(
        choose, gain=lambda whole, before, lengths: before
    ),
}


def table(rng, questions, answers, places):
    """Answers of one to `places` words, their log p with a question and without."""
    lengths = torch.from_numpy(rng.integers(1, places, size=(questions, answers), endpoint=True))
    there = torch.arange(places) < lengths[..., None]
    told, alone = (
        torch.from_numpy((-rng.exponential(size, (questions, answers, places)) - 0.1).round(1))
        for size in (1.5, 2.0)
    )
    return told * there, alone * there, lengths


def apart(told, alone, lengths):
    """Whether no two answers of a question are about equal by any rule."""
    if told.shape[1] == 1:
        return True
    tops = scores(told, alone, lengths).topk(2, 2).values
    return float((tops[..., 0] - tops[..., 1]).min()) > 1e-3


def ask_case(rng, case):
    """Draw questions for which each rule is best, two are level; one answer, one question."""
    mistakes = list(MISTAKES.values())
    shown = {0: (0,), 1: (4, 5, 6), 2: (7, 8, 9, 10), 3: (0, 1), 4: (2,), 5: (3,)}.get(case, ())
    kept = [mistakes[place] for place in shown]
    while True:
        questions, answers, places = one(rng, 9, 13), 3, 4
        cut = one(rng, 4, questions - 3)
        if case == 5:
            questions, cut, answers = 2, 1, 2
        if case == 6:
            answers = 1
        told, alone, lengths = table(rng, questions, answers, places)
        if not apart(told, alone, lengths):
            continue
        hidden = scores(told, alone, lengths).argmax(2)[case % 3]
        other = torch.from_numpy(rng.integers(0, answers, size=questions))
        right = torch.where(torch.from_numpy(rng.random(questions) < 0.5), hidden, other)
        inputs = told, alone, lengths, right, cut
        rule = choose(*inputs)[0]
        if (case < 3 and rule != RULES[case]) or (case == 5 and rule == "whole"):
            continue
        if telling(inputs, choose, kept, kept):
            return inputs


ASK = Task(
    id="18.3",
    title="No marks: choose by which score a model answers",
    points=5,
    function="choose_rule",
    kind="choose",
    taught="ch18_language_models.ipynb#no-marks-at-all",
    returns=("rule", "seen", "share"),
    statement=r"""
The page compares two stories that differ in one word. Answers to a question differ in length, and
a longer one mostly has a smaller probability, right or wrong; and some answers are likely whatever
was asked. So there are three rules. A model takes the answer with the largest

- *whole*: $\log p$ of the answer, given the question;
- *word*: the same divided by the answer's number of words;
- *gain*: $\log p$ of the answer given the question, less its $\log p$ without a question.

Which is best nobody knows beforehand, and it must not be chosen by the questions that judge. There
are Q questions with A answers each. `told` (Q, A, T) holds $\log p$ of every word of every answer,
given the question and the words before, and `alone` (Q, A, T) the same without the question.
`lengths` (Q, A) says how many words an answer has; behind its end both tables hold zeros. `right`
(Q,) is the number of the right answer, from 0 on. No two answers are equally good by any rule.

Write `choose_rule(told, alone, lengths, right, cut)`. Choose the rule that is right most often on
the first `cut` questions; of several the one that stands first in the list. Return
`(rule, seen, share)`: its name; the shares of these questions that *whole*, *word* and *gain* have
right, three numbers; and the share that the chosen rule has right of the other questions.
""",
    generate=ask_case,
    cases=7,
    oracle=choose,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "Your rule has another name than those in the list.",
            when=lambda answer, expected, *inputs: answer[0] not in RULES,
        ),
        Symptom(
            "The three shares in `seen` are right, the rule does not follow from them.",
            when=lambda answer, expected, *inputs: (
                same(answer[1], expected[1]) and answer[0] != expected[0]
            ),
        ),
        Symptom(
            "Rule and `seen` are right, `share` is not.",
            when=lambda answer, expected, *inputs: (
                same(answer[1], expected[1]) and answer[0] == expected[0]
            ),
        ),
        Symptom(
            "In `seen` only the share of *word* is wrong.",
            when=lambda answer, expected, *inputs: only_wrong(answer[1], expected[1], 1),
        ),
        Symptom(
            "In `seen` only the share of *gain* is wrong.",
            when=lambda answer, expected, *inputs: only_wrong(answer[1], expected[1], 2),
        ),
    ],
)


def same(mine, right):
    return torch.allclose(torch.as_tensor(mine).double(), right, 1e-6, 1e-6)


def only_wrong(mine, right, place):
    off = ~torch.isclose(torch.as_tensor(mine).double(), right, 1e-6, 1e-6)
    return bool(off[place]) and int(off.sum()) == 1


ASKING = [ASK]
