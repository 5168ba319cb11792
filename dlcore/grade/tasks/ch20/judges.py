"""The exercise of chapter 20 on judging by a model: choose a judge that is as good as a person."""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def majority(votes):
    """For each pair 1 if most say A, 0 if most say B, one half if they are even."""
    share = votes.double().mean(0)
    return (share > 0.5 + 1e-9).double() + 0.5 * ((share - 0.5).abs() <= 1e-9).double()


def agreed(said, with_whom):
    """1 where it is the same, 0 where it is the other, one half where one side is undecided."""
    return 1 - (said - with_whom).abs()


def person_level(people, alone=True, ties=0.5):
    """How often a person agrees with the majority of the others."""
    found = []
    for n in range(len(people)):
        others = torch.cat([people[:n], people[n + 1 :]]) if alone else people
        level = majority(others)
        agree = agreed(people[n].double(), level)
        found.append(torch.where((level - 0.5).abs() < 1e-9, torch.full_like(agree, ties), agree))
    return torch.stack(found).mean().item()


def choose(
    a_first, b_first, people, cost, half=0.5, first_only=False, drop=False, alone=True, ties=0.5,
    best=False, dearest=False, strict=False, lean_shift=0.5, lean_of_a=False,
):  # fmt: skip
    """The oracle: (place, agreement, lean, level); the keywords are mistakes."""
    right = majority(people)
    both = (a_first.double() + b_first.double()) / 2
    agree = agreed(a_first.double() if first_only else both, right)
    unsure = (both - 0.5).abs() < 1e-9
    if not first_only:
        agree = torch.where(unsure, torch.full_like(agree, half), agree)
    agreement = agree.mean(1)
    if drop:
        agreement = (agree * ~unsure).sum(1) / (~unsure).sum(1).clamp(min=1)
    lean = (a_first.double().mean(1) + (~b_first).double().mean(1)) / 2 - lean_shift
    lean = both.mean(1) - 0.5 if lean_of_a else lean
    level = person_level(people, alone, ties)
    edge = 1e-9 if strict else -1e-9
    good = [n for n in range(len(cost)) if agreement[n] >= level + edge]
    if not good:
        return -1, agreement, lean, level
    if best:
        place = max(good, key=lambda n: (round(agreement[n].item(), 9), -n))
    else:
        place = min(good, key=lambda n: (-cost[n].item() if dearest else cost[n].item(), n))
    return place, agreement, lean, level


MISTAKES = {
    "You ask each judge once. Both orders count.": partial(choose, first_only=True),
    "Who says one thing in one order and another in the other counts one half; with you "
    "nothing.": partial(choose, half=0.0),
    "You leave out the pairs on which a judge contradicts itself. They count one half.": partial(
        choose, drop=True
    ),
    "`agreement` and `lean` are right. In your `level` a person agrees with a majority to which "
    "that person belongs. Only the others count.": partial(choose, alone=False),
    "`agreement` and `lean` are right. In your `level` a person counts nothing where the others "
    "are even. It is one half.": partial(choose, ties=0.0),
    "All but `place` are right. You take the best. The cheapest that is good enough was asked "
    "for.": partial(choose, best=True),
    "All but `place` are right. Of those that are good enough you take the dearest.": partial(
        choose, dearest=True
    ),
    "All but `place` are right. A judge that is just as good as a person is good enough.": partial(
        choose, strict=True
    ),
    "All but `lean` are right. A judge that looks at the answers alone has a lean of 0.": partial(
        choose, lean_shift=0.0
    ),
    "All but `lean` are right. You count answers for A. Asked for are answers for the one that "
    "stands first.": partial(choose, lean_of_a=True),
}


def judge_case(rng, case):
    """Draw judges on which each mistake shows; none good enough, one just so, equal costs."""
    mistakes = list(MISTAKES.values())
    shown = {0: (0, 1, 2, 3, 4, 8, 9), 1: (5, 6, 8, 9), 4: (7,)}.get(case, ())
    wrong = [mistakes[place] for place in shown]
    while True:
        J, H, P = one(rng, 3, 5), 2 * one(rng, 1, 2) + 1, one(rng, 6, 12)
        truth = rng.random(P) < 0.5
        people = torch.from_numpy(truth ^ (rng.random((H, P)) < 0.25))
        skill = rng.uniform(0.5 if case else 0.3, 1.0, size=(J, 1))
        says = truth ^ (rng.random((J, P)) > skill)
        firsts = rng.random((2, J, P)) < rng.uniform(0.0, 0.5, size=(1, J, 1))
        a_first, b_first = torch.from_numpy(says | firsts[0]), torch.from_numpy(says & ~firsts[1])
        cost = torch.from_numpy(rng.permutation(J) + 1.0)
        if case == 2:
            a_first, b_first = ~majority(people).bool().expand(J, P), a_first
        if case == 3:  # alike, and equally dear: the first
            a_first = b_first = majority(people).bool().expand(J, P).clone()
            cost = torch.full((J,), 2.0).double()
        if case == 4:
            a_first, b_first = a_first[:1], b_first[:1]
            cost = cost[:1]
        inputs = a_first.clone(), b_first.clone(), people, cost
        place, agreement, _, level = choose(*inputs)
        if case == 2 and place != -1:
            continue
        near = (agreement - level).abs()
        if case == 4:
            wanted = place == 0 and float(near[0]) < 1e-9
            if wanted:
                return inputs
            continue
        if float(near.min()) > 1e-6 and telling(inputs, choose, wrong, wrong):
            return inputs


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


JUDGE = Task(
    id="20.9",
    title="Choose a judge: a model in the place of people",
    points=4,
    function="choose_judge",
    kind="choose",
    taught="ch20_adaptation.ipynb#principles-open-weights-a-hub-20192025",
    returns=("place", "agreement", "lean", "level"),
    statement=r"""
If a model is to choose in the place of people, it should agree with them, and not with whatever
stands first on the page. J models have judged P pairs of answers A and B twice, once in each order.
`a_first` (J, P), True or False, says whether A is better when A stood first; `b_first` (J, P)
whether *A* is better when B stood first. `people` (H, P) says the same of H people, three at least
and an odd number. `cost` (J,) is what a judgement costs.

- `agreement` (J,): the mean over pairs of 1 if both of a model's judgements are those of most
  people, 0 if neither is, one half if it contradicts itself;
- `lean` (J,): in which share of its 2 P judgements it preferred the answer that stood first, less
  one half;
- `level`: how far one person agrees with the *others*. Each of the H people is held against most of
  the H − 1 others on each pair: 1, or 0, and one half where the others are even. The mean over all
  people and pairs;
- `place`: the number, from 0 on, of the cheapest model whose agreement is at least `level` (up to
  $10^{-9}$); of equally cheap ones the first; −1 if there is none: go on asking people.

Write `choose_judge(a_first, b_first, people, cost)` and return
`(place, agreement, lean, level)`.
""",
    generate=judge_case,
    cases=7,
    oracle=choose,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "All but `place` are right.",
            when=lambda answer, expected, *inputs: right(answer, expected, 1, 2, 3),
        ),
        Symptom(
            "`agreement` and `level` are right, `lean` is not.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 1, 3) and not right(answer, expected, 2)
            ),
        ),
        Symptom(
            "`agreement` is right, `level` is not. Write down one person and the others on one "
            "pair.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 1) and not right(answer, expected, 3)
            ),
        ),
        Symptom(
            "`agreement` is not right.",
            when=lambda answer, expected, *inputs: not right(answer, expected, 1),
        ),
    ],
)

JUDGES = [JUDGE]
