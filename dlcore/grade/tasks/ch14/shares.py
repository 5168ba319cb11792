"""The exercise of chapter 14 on masks of coarse cells: from which share on does one pay?"""

from functools import partial

import torch

from dlcore.grade.task import Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.prediction import measured
from dlcore.grade.tasks.telling import telling


def fit(shares, chosen):
    """The IoU of the chosen cells with the shape."""
    shared = shares[chosen].sum()
    return float(shared / (chosen.sum() + shares.sum() - shared))


def dice(shares, chosen):
    return float(2 * shares[chosen].sum() / (chosen.sum() + shares.sum()))


def covered(shares, chosen):
    """The share of the chosen cells that belongs to the shape."""
    return float(shares[chosen].mean()) if chosen.any() else 0.0


def doubled(shares, chosen):
    return float(shares[chosen].sum() / (chosen.sum() + shares.sum()))


def masks(shares):
    """All masks of the cells from some share on, the smallest first."""
    return [shares >= level for level in shares.unique().flip(0)]


def thresholds(shares, score=fit, half=0.5, strict=False):
    """The measurement: (half, best, cells); the keywords are mistakes."""
    chosen = shares > half if strict else shares >= half
    found = [score(shares, mask) for mask in masks(shares)]
    best = max(range(len(found)), key=lambda n: (found[n], -n))
    return score(shares, chosen), found[best], int(masks(shares)[best].sum())


def at_half(shares):
    half, best, _ = thresholds(shares)
    return half, best, int((shares >= 0.5).sum())


def all_cells(shares):
    half, best, _ = thresholds(shares)
    return half, best, int((shares > 0).sum())


def no_better(shares):
    half, _, _ = thresholds(shares)
    return half, half, int((shares >= 0.5).sum())


SHARE_MISTAKES = [
    (
        "You divide by the chosen cells alone. What of the shape is not chosen belongs to the "
        "joint area.",
        partial(thresholds, score=covered),
    ),
    (
        "Your joint area counts the shared part twice.",
        partial(thresholds, score=doubled),
    ),
    ("These are Dice scores. Asked for is the IoU.", partial(thresholds, score=dice)),
    (
        "A cell with a share of just 0.5 belongs to the first mask.",
        partial(thresholds, strict=True),
    ),
    (
        "Both IoUs are right. You count the cells of the first mask, not of the best.",
        at_half,
    ),
    (
        "Both IoUs are right. You count all cells that hold something of the shape.",
        all_cells,
    ),
    ("Your best mask is the one from 0.5 on. Try other limits.", no_better),
]


def shares_case(rng, case):
    """Draw shares on which each mistake shows; all below a half, all whole, one cell."""
    if case == 5:
        return (torch.tensor([[0.25]]).double(),)
    if case == 4:
        return (torch.from_numpy(1.0 * rng.permutation([1] * 3 + [0] * 3)).reshape(2, 3),)
    high, wide = one(rng, 2, 3), one(rng, 3, 5)
    shares = torch.from_numpy(rng.integers(0, 21, (high, wide))) / 20.0
    shares[0, 0], shares[0, 1], shares[1, 0] = 0.0, 0.5, 0.45
    shares = shares * 0.45 if case == 3 else shares
    inputs = (shares,)
    _, best, _ = thresholds(shares)
    clear = (shares - best / (1 + best)).abs().min() > 1e-3
    if case < 3:
        clear &= telling(inputs, thresholds, [mistake for _, mistake in SHARE_MISTAKES])
    return inputs if clear else shares_case(rng, case)


SHARES = Task(
    id="14.6",
    title="Predict, then measure: from which share on does a cell pay?",
    points=5,
    function="best_mask",
    kind="predict",
    cases=6,
    taught="ch14_detection.ipynb#a-mask-in-every-box-2017",
    statement=r"""
The cells of a mask are coarse: the rim of the shape runs through many of them. Suppose the net
knows exactly which share $p$ of each cell belongs to the shape. A mask holds whole cells. A cell
that is chosen adds $p$ to the area that mask and shape share; the rest of it is covered in vain. A
cell that is not chosen leaves its $p$ uncovered. With $n$ chosen cells,

$$\operatorname{IoU} = \frac{\sum_{\text{chosen}} p}{n + \sum_{\text{not chosen}} p}.$$

Usually cells with $p \ge 0.5$ are chosen. Which limit gives the largest IoU, if no mask is perfect?

- **a**: 0.5, since then most of each chosen cell is shape
- **b**: one below 0.5
- **c**: one above 0.5

Decide first. Then write `best_mask(shares)` for `shares` (H, W), from 0 to 1, at least one above 0.
Return `(prediction, half, best, cells)`: the IoU of the mask with all cells from 0.5 on, 0.5
included, which may hold none; the largest IoU of any mask; and of how many cells that mask
consists. Any prediction counts, if you made one; the numbers must be right. Then look: what does a
cell have to be compared with, so that it pays?
""",
    generate=shares_case,
    judge=measured(
        ("a", "b", "c"), thresholds, SHARE_MISTAKES, names=("half", "best IoU", "number of cells")
    ),
)

COARSE = [SHARES]
