"""An exercise of chapter 4 on safe sums: a soft maximum."""

import math

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one


def maximum_case(rng, case):
    z, T = normal(rng, one(rng, 2, 3), 3), float(one(rng, 2, 4)) * (-1 if case == 3 else 1)
    if case == 2:
        return z[:, :1], T  # one score per row
    if case == 4:  # rows far apart, scores of a row alike
        return z + torch.tensor([2000.0, -3000.0, 0.0])[: len(z), None], 1.0
    if case == 5:  # the smallest score counts, the largest is far away
        return z + torch.tensor([2000.0, -3000.0, 0.0]), -1.0
    return z, T


def soft_maximum(z, T, shift=None, scale=True, mean=True, back=True):
    """Oracle; shift(z / T) is taken off first; the other keywords make mistakes."""
    a = z / T
    m = (a.amax(1, keepdim=True) if shift is None else shift(a)) * torch.ones_like(a[:, :1])
    total = (a - m).exp().sum(1)
    found = (total / z.shape[1] if mean else total).log() + (m[:, 0] if back else 0)
    return T * found if scale else found


MAXIMUM = Task(
    id="4.3",
    title="A maximum with a slope",
    points=5,
    function="soft_maximum",
    taught="ch04_activations.ipynb#no-overflow",
    statement=r"""
The largest of some scores depends on one of them only; the others hear no blame. A soft version
listens to all:

$$M_T(z) = T \cdot \log \Bigl( \tfrac1C \sum_{j=1}^{C} e^{z_j / T} \Bigr) .$$

For small positive $T$ it comes close to the largest of the $C$ scores, for large $T$ to their mean.
For *negative* $T$ the same formula is a soft minimum.

Write `soft_maximum(z, T)` for a table `z` (N, C) and a number `T`, positive or negative, never 0.
Return the soft maximum of each row, a tensor (N,). Scores may be 2000 or $-3000$, next to each
other, and the answer must be right to the sixth digit all the same.
""",
    generate=maximum_case,
    oracle=soft_maximum,
    symptoms=[
        Symptom(
            "Right for small scores. With large ones an exponential runs over, or all of a row run "
            "to 0, and the logarithm is infinite.",
            mimics=lambda z, T: soft_maximum(z, T, shift=lambda a: 0.0),
        ),
        Symptom(
            "You take the same number off the whole table. In a row far below the others all "
            "exponentials are still 0: each row needs its own.",
            mimics=lambda z, T: soft_maximum(z, T, shift=lambda a: a.max()),
        ),
        Symptom(
            "You take the largest score off. With a negative T the largest z / T belongs to "
            "another one, and its exponential still runs over.",
            mimics=lambda z, T: soft_maximum(z, T, shift=lambda a: z.amax(1, keepdim=True) / T),
        ),
        Symptom(
            "What is taken off before the exponential has to come back behind the logarithm.",
            mimics=lambda z, T: soft_maximum(z, T, back=False),
        ),
        Symptom(
            "You average the scores with softmax's probabilities. That is a soft maximum as well, "
            "but not this one: here a logarithm is taken.",
            mimics=lambda z, T: (torch.softmax(z / T, 1) * z).sum(1),
        ),
        Symptom(
            "This is the largest score by itself; the others have no say.",
            mimics=lambda z, T: z.amax(1),
        ),
        Symptom(
            "Right for positive T. For a negative one you drop the sign; it makes a soft minimum.",
            mimics=lambda z, T: soft_maximum(z, abs(T)),
        ),
        Symptom(
            "Where the formula divides by T, you multiply, and the other way round.",
            mimics=lambda z, T: soft_maximum(z, 1 / T),
        ),
        Symptom(
            "You divide the logarithm by C. The mean stands inside of it.",
            mimics=lambda z, T: soft_maximum(z, T, mean=False) / z.shape[1],
        ),
        Symptom(
            "The factor T stands before the whole logarithm, also before that of 1/C.",
            mimics=lambda z, T: soft_maximum(z, T, mean=False) - math.log(z.shape[1]),
        ),
        Symptom(
            "This is the logarithm of a sum, not of a mean: equal scores give more than each of "
            "them.",
            mimics=lambda z, T: soft_maximum(z, T, mean=False),
        ),
        Symptom(
            "The exponents are right. The factor T before the logarithm is missing.",
            mimics=lambda z, T: soft_maximum(z, T, scale=False),
        ),
    ],
)
