"""The exercise of chapter 21 on counting: not the mean alone, all that the names leave open."""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def chances(colour, form, thing):
    return colour[:, thing[0]] * form[:, thing[1]]


def joint(colour, form, first, second):
    """(C + 1, C + 1): the probability of each pair of counts."""
    a, b = chances(colour, form, first), chances(colour, form, second)
    C = len(a)
    law = torch.zeros(C + 2, C + 2).double()
    law[0, 0] = 1.0
    for one_a, one_b in zip(a, b):
        law = (1 - one_a - one_b) * law + one_a * law.roll(1, 0) + one_b * law.roll(1, 1)
    return law[: C + 1, : C + 1]


def counted(
    colour, form, first, second, ties=False, mean_only=False, apart=False, half=False,
    same=False, only_colour=False,
):  # fmt: skip
    """The oracle: (law, more); the keywords are mistakes."""
    form = torch.ones_like(form) if only_colour else form
    table = joint(colour, form, first, second)
    law = table.sum(1)
    if same:  # as if all cells were alike
        p = chances(colour, form, first).mean()
        n = torch.arange(len(law)).double()
        C = len(law) - 1
        ways = torch.lgamma(torch.tensor(C + 1.0)) - torch.lgamma(n + 1) - torch.lgamma(C - n + 1)
        law = ways.exp() * p**n * (1 - p) ** (C - n)
    if apart:
        table = torch.outer(table.sum(1), table.sum(0))
    larger = table.tril(0 if ties else -1).sum()
    if half:
        larger = table.tril(-1).sum() + table.diagonal().sum() / 2
    if mean_only:
        a, b = (chances(colour, form, thing).sum() for thing in (first, second))
        larger = (a > b).double()
    return law, larger.item()


MISTAKES = {
    "Your cells are all alike. Each has probabilities of its own.": partial(counted, same=True),
    "You ask for the colour alone. Colour and form must be right.": partial(
        counted, only_colour=True
    ),
    "`law` is right. Your `more` compares the mean counts. Asked for is a probability.": partial(
        counted, mean_only=True
    ),
    "`law` is right. As many is not more.": partial(counted, ties=True),
    "`law` is right. Your `more` has half of the cases in which there are as many. As many is not "
    "more.": partial(counted, half=True),
    "`law` is right. The two counts are not independent: a cell that holds one thing does not hold "
    "the other.": partial(counted, apart=True),
}


def law_case(rng, case):
    """Draw cells on which each mistake shows; one cell, names that are sure, no chance at all."""
    C = {2: 1, 5: 9}.get(case, one(rng, 3, 5))
    sharp = 50.0 if case == 5 else 1.5
    colour, form = (torch.from_numpy(rng.dirichlet([sharp] * 4, size=C)) for _ in range(2))
    if case == 3:
        colour, form = (
            torch.eye(4).double()[torch.from_numpy(rng.integers(0, 4, size=C))] for _ in range(2)
        )
    first = one(rng, 0, 2), one(rng, 0, 2)
    second = (first[0], (first[1] + 1) % 3) if case % 2 else ((first[0] + 1) % 3, first[1])
    if case == 4:
        colour[:, first[0]] = 0.0
        colour = colour / colour.sum(1, keepdim=True)
    inputs = colour, form, list(first), list(second)
    wrong = list(MISTAKES.values()) if case < 2 else []
    return inputs if telling(inputs, counted, wrong, wrong) else law_case(rng, case)


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


LAW = Task(
    id="21.8",
    title="Count with doubts: are there more red squares than blue rings?",
    points=5,
    function="count_law",
    taught="ch21_thinking_longer.ipynb#names-for-the-net-counting-for-the-program-20182020",
    returns=("law", "more"),
    statement=r"""
The net names what it sees with some doubt, and the page's program adds up probabilities: a mean
count. A program can say more, if it keeps the doubts: with what probability are there just two red
squares? And are there more of them than blue rings?

`colour` and `form` (C, 4) are the net's probabilities for each of C cells: three colours and
"nothing", three forms and "nothing". A cell's colour and its form are independent of each other,
and cells are of each other. `first` and `second` are two things, each a list of a colour's number
and a form's number, not both the same; a cell *is* a thing if its colour and its form are these.

Write `count_law(colour, form, first, second)` and return `(law, more)`: the probabilities (C + 1,)
that 0, 1, … C cells are the first thing, and the probability that more cells are the first thing
than the second. Exactly, without drawing; nine cells have $3^9$ ways to be the first, the second or
neither, and going through the cells one by one is shorter. Mind that a cell is never both.
""",
    generate=law_case,
    cases=7,
    oracle=counted,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "`law` is right, `more` is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0),
        ),
        Symptom(
            "`law` is not right. What does one cell more do to the probabilities of all counts?",
            when=lambda answer, expected, *inputs: not right(answer, expected, 0),
        ),
    ],
)

LAWS = [LAW]
