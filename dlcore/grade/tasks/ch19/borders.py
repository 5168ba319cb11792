"""The exercise of chapter 19 on windows: how far do shifted ones let a place see?"""

from functools import partial

import torch

from dlcore.grade.task import Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.prediction import measured
from dlcore.grade.tasks.telling import telling


def together(side, size, shift, wrap=False, other_way=False):
    """Which places along one axis stand in one window, (side, side)."""
    at = torch.arange(side) + (shift if other_way else -shift)
    at = at % side if wrap else at
    window = at.div(size, rounding_mode="floor")
    return window[:, None] == window


def axis(side, size, shifts, **mistakes):
    """Which places along one axis each place knows of after all blocks."""
    known = torch.eye(side, dtype=torch.bool)
    for shift in shifts:
        known = (together(side, size, shift, **mistakes).float() @ known.float()) > 0
    return known


def of_counts(counts):
    counts = counts.double()
    return int(counts.min()) ** 2, float(counts.mean()) ** 2, int(counts.max()) ** 2


def reach(side, size, shifts, **mistakes):
    """The numbers to measure: fewest, mean and most places that a place knows of."""
    return of_counts(axis(side, size, shifts, **mistakes).sum(1))


def backwards(side, size, shifts):
    return of_counts(axis(side, size, shifts).sum(0))


def last_only(side, size, shifts):
    return reach(side, size, shifts[-1:])


def first_two(side, size, shifts):
    return reach(side, size, shifts[:2])


def all_windows(side, size, shifts):
    """Its own windows in all blocks, without what the others there had heard."""
    seen = torch.eye(side, dtype=torch.bool)
    seen = seen[:, None, :, None] & seen[:, None]
    for shift in shifts:
        near = together(side, size, shift)
        seen = seen | (near[:, None, :, None] & near[:, None])
    counts = seen.sum((2, 3)).double()
    return int(counts.min()), float(counts.mean()), int(counts.max())


def one_axis(side, size, shifts):
    counts = axis(side, size, shifts).sum(1).double()
    return int(counts.min()), float(counts.mean()), int(counts.max())


def without_itself(side, size, shifts):
    return tuple(count - 1 for count in reach(side, size, shifts))


def without_shift(side, size, shifts):
    return reach(side, size, [0] * len(shifts))


MISTAKES = [
    ("You look into the last block alone. What stands in a window there has heard of others in "
     "the blocks before.", last_only),
    ("You stop after two blocks. There may be more.", first_two),
    ("You join the windows of one place. The other places in them have heard of more: go from "
     "block to block.", all_windows),
    ("Your windows reach around the edge of the map. The roll brings those places together, and "
     "the mask keeps them apart.", partial(reach, wrap=True)),
    ("You count the places that hear of a place. Asked for is of how many a place hears.",
     backwards),
    ("You count along one side. The map has two.", one_axis),
    ("A place knows of itself, too.", without_itself),
    ("Your windows stand still. Take the shift of each block.", without_shift),
    ("Your windows move the other way: the place in row r stands in window row ⌊(r − s)/M⌋.",
     partial(reach, other_way=True)),
]  # fmt: skip
SHOWN = {0: (0, 1, 2, 3, 5, 6, 7), 1: (0, 2, 3, 4), 2: (3, 4, 5, 6, 7, 8)}


def border_case(rng, case):
    """Draw blocks on which each mistake shows; no block, one, a map of one place, odd sizes."""
    kept = [MISTAKES[place][1] for place in SHOWN.get(case, ())]
    while True:
        size = one(rng, 2, 4)
        side = size * one(rng, 3, 5)
        shifts = [k % 2 * (size // 2) for k in range(one(rng, 3, 4))]
        if case == 1:
            shifts = [one(rng, 0, size - 1) for _ in range(3)]
        if case == 2:
            side += one(rng, 1, size - 1)
            shifts = [one(rng, 0, size - 1) for _ in range(2)]
        if case == 3:
            shifts = []
        if case == 4:
            side, shifts = 1, [0, 1]
        if case == 5:
            size, shifts = side, [0, one(rng, 1, side - 1)]
        if case == 6:
            side, size, shifts = 12, 2, [0, 1] * 3
        inputs = side, size, shifts
        if telling(inputs, reach, kept, kept):
            return inputs


REACH = Task(
    id="19.6",
    title="Predict, then measure: one block more, how much farther?",
    points=5,
    function="reach",
    kind="predict",
    taught="ch19_self_supervision.ipynb#windows-swin",
    statement=r"""
Blocks take turns: windows of M × M places that stand still, then the same moved by M/2 down and to
the right, then still, then moved, and so on. After one block a place knows of the M² places in its
window. On a map so large that its edges play no part, of how many does it know after B blocks?

- **a**: of $(B \cdot M)^2$: each block lets it see one window farther in both directions
- **b**: of $(2^{B-1} \cdot M)^2$: each block doubles how far it sees
- **c**: of $(2M)^2$ from the second block on: the third has the windows of the first

Decide first. Then measure, also where the edges do play a part. A map has `side` × `side` places,
rows and columns counted from 0. `shifts` is a list with one whole number s for each block, from 0
to M − 1, in the order in which the blocks come; it may be empty. In that block the place in row r
and column c stands in window row ⌊(r − s)/M⌋ and window column ⌊(c − s)/M⌋, rounded down; so
windows at the edge may be cut, and nothing reaches around it. Two places in one window of a block
learn all that the other knew before this block. At first a place knows of itself alone.

Write `reach(side, size, shifts)` with `size` = M, and return `(prediction, fewest, mean, most)`:
the letter, and of how many places (itself among them) the place that knows of the fewest knows
after all blocks, a place on average, and the one that knows of the most. The letters do not depend
on the inputs; any prediction counts, if you made one. The numbers must be right.
""",
    generate=border_case,
    cases=7,
    judge=measured("abc", reach, MISTAKES, names=("fewest", "mean", "most")),
)

BORDERS = [REACH]
