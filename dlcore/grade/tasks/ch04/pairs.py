"""An exercise of chapter 4: a loss for pairs, with bugs."""

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import one, signs, uniform


def pair_case(rng, case):
    count, size = {3: (3, 3), 4: (1, 2), 5: (2, 4)}.get(case, (3, 2))
    a, b = (uniform(rng, 0.5, 3, count, size) * signs(rng, count, size) for _ in range(2))
    return a, b, (1.0 if case == 5 else one(rng, 2, 8) / 10)


def two_way_loss(a, b, temperature, unit=True, divide=True, ways=True):
    """The right loss; each keyword puts one of the exercise's bugs back."""
    a, b = (x / x.norm(dim=1 if unit else 0, keepdim=True) for x in (a, b))
    return scored(a @ b.T / temperature if divide else a @ b.T * temperature, ways)


def scored(scores, ways=True):
    from_a, from_b = scores.logsumexp(1), scores.logsumexp(0 if ways else 1)
    return (from_a + from_b - 2 * scores.diagonal()).mean() / 2


PAIRS = Task(
    id="4.6",
    title="Find the bugs: pairs that recognise each other",
    points=5,
    function="two_way_loss",
    taught="ch04_activations.ipynb#infonce-and-nt-xent-2018-2020",
    kind="debug",
    statement=r"""
InfoNCE asks each query which of the keys belongs to it. Where both sides are of equal rank, say
pictures and their captions, one asks in both directions: each row of `a` (N, D) which row of `b`
(N, D) is its partner, and each row of `b` which row of `a`. Partners stand in the same row.

`two_way_loss(a, b, temperature)` should bring all rows to length 1, take their products as scores,
divided by the temperature, and return the mean of the two losses: cross-entropy over all `b` for
each `a`, and over all `a` for each `b`.

There are three bugs, and no error message. Descent would make this loss fall, too, only that it is
another one. Try $N = 2$ with numbers for which you know the answer.
""",
    generate=pair_case,
    oracle=two_way_loss,
    symptoms=[
        *left(
            two_way_loss,
            "After your first line the rows do not have length 1. Print their lengths.",
            ("divide", "ways"),
            unit=False,
        ),
        *left(
            two_way_loss,
            "A lower temperature should make the choice sharper; yours makes it softer.",
            ("ways",),
            divide=False,
        ),
        *left(
            two_way_loss,
            "Both of your losses ask in the same direction: exchange a and b, and the answer "
            "should stay the same.",
            ways=False,
        ),
        *[
            Symptom(
                "Every row has to have length 1 by itself. Print the lengths of yours.",
                mimics=lambda a, b, temperature, length=length: scored(
                    (a / length(a)) @ (b / length(b)).T / temperature
                ),
            )
            for length in (torch.linalg.norm, lambda x: 1.0)
        ],
        Symptom(
            "You add up the losses of all pairs; asked for is their mean.",
            mimics=lambda a, b, temperature: len(a) * two_way_loss(a, b, temperature),
        ),
        Symptom(
            "You return the sum of the two directions; asked for is their mean.",
            mimics=lambda *inputs: 2 * two_way_loss(*inputs),
        ),
    ],
)
