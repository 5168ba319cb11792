"""The exercises of chapter 13 on skips: a block's backward pass, and the paths around blocks."""

import itertools
from functools import partial

import numpy as np
import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import normal, one, uniform
from dlcore.grade.tasks.prediction import measured
from dlcore.grade.tasks.telling import telling

SETTINGS = ("total", "skip", "scaled")


def by_hand(grad, x, first, second, scale, total=True, skip=True, scaled=True, open_=True, mean=1):
    """Gradients of the block; the keywords put bugs and mistakes in."""
    middle = torch.relu(x @ first.T)
    branch = middle @ second.T
    grad = grad * (((x + scale * branch) if total else branch) > 0)
    inner = grad * scale if scaled else grad
    back = inner @ second
    back = back * (middle > 0) if open_ else back
    to_x = back @ first + (grad if skip else 0)
    share = 1 / len(x) if mean != 1 else 1.0
    weights = back.T @ x, inner.T @ middle, (grad * branch).sum(0)
    return to_x, *(share * part for part in weights)


def by_tape(grad, x, first, second, scale):
    """The oracle: torch's gradients."""
    leaves = [value.clone().requires_grad_() for value in (x, first, second, scale)]
    rows, w1, w2, s = leaves
    y = torch.relu(rows + s * (torch.relu(rows @ w1.T) @ w2.T))
    return torch.autograd.grad(y, leaves, grad)


BUGGY = [
    partial(by_hand, **dict(zip(SETTINGS, state)))
    for state in itertools.product((True, False), repeat=3)
    if not all(state)
]


def block_case(rng, case):
    """Draw a block on which every bug shows; a silent branch, one row, a row of zeros."""
    rows = 1 if case == 4 else one(rng, 2, 4)
    channels, inside = one(rng, 2, 3), one(rng, 4, 5)
    x, grad = normal(rng, rows, channels), normal(rng, rows, channels)
    first, second = normal(rng, inside, channels), normal(rng, channels, inside)
    scale = uniform(rng, 0.2, 0.9, channels)
    if case == 3:
        scale = 0 * scale
    if case == 5:
        x[one(rng, 0, rows - 1)] = 0.0
    inputs = grad, x, first, second, scale
    middle = torch.relu(x @ first.T)
    sums = torch.cat([(x @ first.T).flatten(), (x + scale * (middle @ second.T)).flatten()])
    clear = not ((sums.abs() < 1e-6) & (sums != 0)).any()
    if not clear or (case in (0, 1, 2, 4) and not telling(inputs, by_tape, BUGGY)):
        return block_case(rng, case)
    return inputs


BLOCK = Task(
    id="13.1",
    title="Find the bugs: a block that learns by half",
    points=5,
    function="block_backward",
    kind="debug",
    taught="ch13_residual.ipynb#by-hand-add-the-input",
    returns=("to_x", "to_first", "to_second", "to_scale"),
    statement=r"""
A block with a scale on its branch, as in ConvNeXt: for each row $x$ of N examples

$$y = \operatorname{relu}\bigl(x + s \odot W_2 \operatorname{relu}(W_1 x)\bigr),$$

where $\odot$ multiplies channel by channel. `x` (N, C) are the rows, `first` (H, C) is $W_1$,
`second` (C, H) is $W_2$, `scale` (C,) is $s$, and `grad` (N, C) is the gradient of the loss to $y$.
`block_backward(grad, x, first, second, scale)` should return `(to_x, to_first, to_second,
to_scale)`, the gradients to the four, summed over the examples where they share weights. The slope
of ReLU at 0 is 0.

A net of such blocks learns, but badly. There are three bugs.
""",
    generate=block_case,
    oracle=by_tape,
    symptoms=[
        *left(
            by_hand,
            "The last ReLU opens and closes by the sign of a sum. Yours looks at one part of it.",
            ("skip", "scaled"),
            total=False,
        ),
        *left(
            by_hand,
            "x reaches y on two ways. The gradient comes back on one of them only.",
            ("scaled",),
            skip=False,
        ),
        *left(
            by_hand,
            "On the way forward the branch is scaled. On the way back into it the gradient is not.",
            scaled=False,
        ),
        Symptom(
            "The ReLU inside the branch lets every gradient through in yours.",
            mimics=partial(by_hand, open_=False),
        ),
        Symptom(
            "You take means over the examples. The gradients to what they share are sums.",
            mimics=partial(by_hand, mean=0),
        ),
        Symptom(
            "The first three gradients are right. The one to the scale is not: what is it "
            "multiplied with on the way forward, and where does ReLU cut?",
            when=lambda answer, expected, *inputs: (
                all(
                    mine.shape == right.shape and torch.allclose(mine.double(), right, 1e-6, 1e-6)
                    for mine, right in zip(answer[:3], expected[:3])
                )
                and answer[3].shape == expected[3].shape
            ),
        ),
    ],
)


def shares(factors, chance=False, alike=False, scaled=True):
    """The strength of all paths of each length; the keywords are mistakes."""
    product = np.ones(1)
    for factor in factors.tolist():
        around = 1 - factor if chance else 1.0
        product = np.polynomial.polynomial.polymul(product, [around, 1.0 if alike else factor])
    product = np.pad(product, (0, len(factors) + 1 - len(product)))
    return torch.from_numpy(product / product.sum() if scaled and product.sum() else product)


def mean_of(found):
    return float((found * torch.arange(len(found))).sum())


def lengths(factors):
    return shares(factors), float((factors / (1 + factors)).sum())


def with_mean(change=lambda factors: factors, **mistakes):
    def mistaken(factors):
        found = shares(change(factors), **mistakes)
        return found, mean_of(found)

    return mistaken


def commonest(factors):
    return shares(factors), float(shares(factors).argmax())


def alone(factors):
    """One path of each length: through the first blocks."""
    strength = torch.cat([torch.ones(1).double(), factors.cumprod(0)])
    return strength / strength.sum(), mean_of(strength / strength.sum())


PATH_MISTAKES = [
    (
        "You count all paths alike. A path counts by its strength.",
        with_mean(alike=True),
    ),
    (
        "A factor is no probability: the way around a block has the strength 1, whatever the "
        "factor of the way through it.",
        with_mean(chance=True),
    ),
    (
        "Your strengths are right, but not divided by their sum.",
        lambda factors: (shares(factors, scaled=False), mean_of(shares(factors, scaled=False))),
    ),
    (
        "Your strengths are not divided by their sum. The mean is right.",
        lambda factors: (shares(factors, scaled=False), lengths(factors)[1]),
    ),
    (
        "The shares are right. The length with the largest share is not the mean length.",
        commonest,
    ),
    (
        "The shares are right. The mean length is not the sum of the factors: the strength of the "
        "way around counts as well.",
        lambda factors: (shares(factors), float(factors.sum())),
    ),
    (
        "The shares are right. This is half of the blocks: the mean length if all paths were "
        "equally strong.",
        lambda factors: (shares(factors), len(factors) / 2),
    ),
    (
        "You take the mean factor for every block. The blocks differ.",
        with_mean(lambda factors: torch.full_like(factors, float(factors.mean()))),
    ),
    (
        "You have one path of each length, through the first blocks. How many ways are there to "
        "choose two blocks of three?",
        alone,
    ),
    (
        "Your shares are in the order from the longest path to the shortest.",
        lambda factors: (shares(factors).flip(0), lengths(factors)[1]),
    ),
]


def paths_case(rng, case):
    """Draw factors on which each mistake shows; no block, one, 54 alike, some that are cut."""
    if case == 3:
        return (torch.zeros(0).double(),)
    if case == 4:
        return (torch.full((54,), 0.1).double(),)
    factors = uniform(rng, 0.2, 2.5, 1 if case == 6 else one(rng, 3, 5))
    if case == 5:
        factors[0] = factors[-1] = 0.0
    if case < 3 and not telling((factors,), lengths, [wrong for _, wrong in PATH_MISTAKES]):
        return paths_case(rng, case)
    return (factors,)


PATHS = Task(
    id="13.2",
    title="Predict, then measure: how long are the paths that count?",
    points=5,
    function="path_lengths",
    kind="predict",
    taught="ch13_residual.ipynb#many-short-paths",
    statement=r"""
A residual net of $n$ blocks holds $2^n$ paths, of which most pass through about half of the blocks.
But not all of them carry the gradient equally well. Let block $k$ multiply what passes *through*
it by the factor $f_k \ge 0$; what goes *around* it stays as it is. The strength of a path is the
product of the factors of the blocks that it passes through, and 1 if it goes around all.

A net has 54 blocks, each with the factor 0.1. Weigh each path by its strength. How many blocks does
a path pass through on average?

- **a**: about 27, as most paths do
- **b**: about 5
- **c**: less than 1, since the one path around all blocks is the strongest of all

Decide first. Then write `path_lengths(factors)` for `factors` (n,). Return `(prediction, shares,
mean)`. `shares` (n + 1,) says for the lengths 0, 1, …, n: the strengths of all paths that pass
through so many blocks, added up and divided by the sum over *all* paths. `mean` is the mean length,
weighed by strength. A net may have no block; its one path has length 0. Do not list the $2^{54}$
paths: go from block to block, and keep one number for each length. Any prediction counts, if you
made one; the numbers must be right.
""",
    generate=paths_case,
    cases=7,
    judge=measured(("a", "b", "c"), lengths, PATH_MISTAKES, names=("shares", "mean")),
)

BLOCKS = [BLOCK, PATHS]
