"""The exercise of chapter 17 on sines: a head that looks back, built and not learned."""

import math
from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def turns(dim, steps, power=2.0, woven=False):
    """The table that leads from the row of t to that of t + steps."""
    angles = steps * 10000.0 ** (-power * torch.arange(dim // 2).double() / dim)
    c, s = angles.cos().diag(), angles.sin().diag()
    table = torch.cat([torch.cat([c, s], 1), torch.cat([-s, c], 1)])
    order = torch.arange(dim).view(2, -1).T.flatten()
    return table[order][:, order] if woven else table


def rows_of(length, dim, power=2.0, woven=False):
    angles = torch.arange(length).double()[:, None] * 10000.0 ** (
        -power * torch.arange(dim // 2).double() / dim
    )
    parts = angles.sin(), angles.cos()
    return torch.stack(parts, 2).flatten(1) if woven else torch.cat(parts, 1)


def looker(
    length, dim, back, sharp, sign=-1, power=2.0, woven=False, causal=True, per=2, turned=True
):
    """The oracle: (turn, weights); the keywords are mistakes.

    per: how many numbers make a pair in the mean of the scores; 0: there is no mean.
    """
    turn = turns(dim, sign * back, power, woven)
    rows = rows_of(length, dim, power, woven)
    queries = rows @ (turn.T if turned else torch.eye(dim).double())
    scores = queries @ rows.T * sharp * (per / dim if per else 1.0)
    if causal:
        hidden = torch.ones(length, length, dtype=torch.bool).triu(1)
        scores = scores.masked_fill(hidden, -math.inf)
    return turn, scores.softmax(1)


MISTAKES = {
    "Your table leads ahead. Wanted is a look *back*.": partial(looker, sign=1),
    "In your rows sines and cosines take turns. Here all sines come first, then all "
    "cosines.": partial(looker, woven=True),
    "Your turns become slower by half of what they should, pair by pair. What is the power of "
    "10000?": partial(looker, power=1.0),
    "The table is right. The scores are `sharp` times the *mean* over the pairs.": partial(
        looker, per=0
    ),
    "The table is right. You divide by the width; a row has half as many pairs.": partial(
        looker, per=1
    ),
    "The table is right. Your places see those behind them.": partial(looker, causal=False),
    "The table is right, and your weights do not use it: every place looks at itself.": partial(
        looker, turned=False
    ),
}


def looker_case(rng, case):
    """Draw looks on which each mistake shows; one place, no step, one ahead, half a step."""
    length, dim = one(rng, 4, 6), 2 * one(rng, 2, 3)
    back, sharp = float(one(rng, 1, 3)), one(rng, 5, 40) / 2
    if case == 3:
        length = 1
    if case == 4:
        back = 0.0
    if case == 5:
        back = -back
    if case == 6:
        back, dim = back + 0.5, 2
    if case == 7:
        length, dim, sharp = 12, 16, 300.0
    inputs = length, dim, back, sharp
    wrong = list(MISTAKES.values()) if case < 3 else []
    return inputs if telling(inputs, looker, wrong, wrong) else looker_case(rng, case)


def same(answer, expected, place):
    mine = torch.as_tensor(answer[place])
    return close(mine.double(), expected[place], 1e-6)


LOOKER = Task(
    id="17.3",
    title="A look that is built, not learned",
    points=4,
    function="looker",
    taught="ch17_attention.ipynb#places-sines",
    returns=("turn", "weights"),
    statement=r"""
What can a head know from sines alone? Build one that looks a fixed distance back. The row of place
$t = 0, 1, \dots$ has $D$ numbers (`dim`, even), in another order than on the page: first all sines,
$\sin \omega_0 t, \sin \omega_1 t, \dots$, then all cosines in the same order, with
$\omega_i = 10000^{-2i/D}$ for $i = 0, 1, \dots, D/2 - 1$.

Find the table `turn` (D, D) that makes, for every place $t$, of its row $r_t$ the row of the place
`back` before it: `turn @ r` is $r_{t - \text{back}}$. The number `back` may be negative, then it
looks ahead, or no whole number: a row is defined for any $t$.

Then let the query at place $t$ be the turned row, and the key at place $s$ the row $r_s$ as it is.
Their score is `sharp` times the product of the two *divided by the number of pairs*, $D/2$, so that
a perfect fit has the score `sharp`. Each place sees itself and the places before it, no others.

Write `looker(length, dim, back, sharp)` for a text of `length` places and return `(turn, weights)`,
the weights a table (length, length), a row for each query, 0 where it does not see.
""",
    generate=looker_case,
    cases=8,
    oracle=looker,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "The table is right, the weights are not.",
            when=lambda answer, expected, *inputs: same(answer, expected, 0),
        ),
        Symptom(
            "The weights are right, the table is not. `turn @ r` is to be a row again, from a row "
            "as a column.",
            when=lambda answer, expected, *inputs: same(answer, expected, 1),
        ),
    ],
)

LOOKERS = [LOOKER]
