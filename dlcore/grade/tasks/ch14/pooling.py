"""The exercise of chapter 14 on a cut with rounding, as in 2015."""

import math
from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.telling import telling


def rounded(place):
    return math.floor(place + 0.5)


def padded(plane, low, high, axis, least):
    """Rows or columns from low to high, those outside as −∞."""
    places = torch.arange(low, high)
    inside = (places >= least) & (places < plane.shape[axis])
    found = plane.index_select(axis, places.clamp(0, plane.shape[axis] - 1))
    shape = (-1, 1) if axis == 0 else (1, -1)
    return torch.where(inside.view(shape), found, -math.inf)


def pooled(plane, box, size, stride, **mistakes):
    """The oracle: torch's adaptive pooling of the cells; the keywords are mistakes."""
    near, end = mistakes.get("near", rounded), mistakes.get("end", 1)
    left, top, right, low = (near(side / mistakes.get("each", stride)) for side in box.tolist())
    across, down = (left, max(right + end, left + 1)), (top, max(low + end, top + 1))
    if mistakes.get("turned"):
        across, down = down, across
    if mistakes.get("cut"):
        down, across = (clip(*pair, n) for pair, n in zip((down, across), plane.shape))
    least = mistakes.get("least", 0)
    part = padded(padded(plane, *down, 0, least), *across, 1, least)
    part = part.clamp(min=0.0) if mistakes.get("positive") else part
    pool = mistakes.get("pool", torch.nn.functional.adaptive_max_pool2d)
    found = pool(part[None], size)[0]
    return torch.where(found == -math.inf, mistakes.get("nothing", 0.0), found)


def averaged(part, size):
    """Means over the cells of the map."""
    inside = part.isfinite()
    mean = torch.nn.functional.adaptive_avg_pool2d
    share = mean(inside.double(), size)
    return torch.where(share > 0, mean(part.where(inside, 0.0), size) / share, -math.inf)


def clip(low, high, length):
    """Where a box ends that is cut at the edge of the map first; one cell of it stays."""
    low, high = min(max(low, 0), length - 1), min(max(high, 0), length)
    return low, max(high, low + 1)


def apart(part, size):
    """Bins that share no cell: each begins where the last one ended."""
    rows, columns = (
        [n * b // size for b in range(size)] + [n] for n in (part.shape[1], part.shape[2])
    )
    table = [
        [
            part[:, rows[i] : max(rows[i + 1], rows[i] + 1), columns[j] : max(columns[j + 1],
             columns[j] + 1)].amax((1, 2))
            for j in range(size)
        ]
        for i in range(size)
    ]  # fmt: skip
    return torch.stack([torch.stack(row, 1) for row in table], 1)


POOL_MISTAKES = {
    "The cell in which a box ends belongs to it, too.": partial(pooled, end=0),
    "You round down. Round to the nearest.": partial(pooled, near=math.floor),
    "You round up. Round to the nearest.": partial(pooled, near=math.ceil),
    "You take the mean of a bin. Fast R-CNN takes the largest number.": partial(
        pooled, pool=averaged
    ),
    "Where all numbers of a bin are below 0, yours says 0.": partial(pooled, positive=True),
    "Your bins share no cell. The end of a bin is rounded up, so two bins may share one.": partial(
        pooled, pool=apart
    ),
    "Left and top have changed places in yours.": partial(pooled, turned=True),
    "The box is in pixels of the picture, and a cell is `stride` pixels wide.": partial(
        pooled, each=1
    ),
}
POOL_EDGES = {
    "Half goes up, always. Python's round takes the even number.": partial(pooled, near=round),
    "Cell 0 of the map is left out.": partial(pooled, least=1),
    "You cut the box at the edge of the map before the bins are made. Bins are parts of the whole "
    "box.": partial(pooled, cut=True),
    "A bin without a cell of the map gives 0.": partial(pooled, nothing=-math.inf),
}


def pool_case(rng, case):
    """Draw boxes on which each mistake shows; at .5, over edges, outside, smaller than the bins."""
    high, wide = one(rng, 6, 7), one(rng, 9, 10)
    plane, stride, size = normal(rng, high, wide) - 0.3, one(rng, 2, 4), one(rng, 2, 3)
    x, y = one(rng, 0, 3), one(rng, 0, 1)
    sides = one(rng, 3, wide - 2 - x), one(rng, 3, high - 2 - y)
    if case == 3:  # corners in the middle between two cells
        corners = [x + 0.5, y + 0.5, x + sides[0] - 0.5, y + sides[1] - 0.5]
    elif case == 4:  # over the edges of the map to the left and below
        corners = [-2.2, high - 2.0, 2.2, high + 2.2]
        size = 3
    elif case == 5:  # over the upper edge and the right one
        corners = [wide - 2.0, -2.2, wide + 3.2, 1.6]
        size = 3
    elif case == 6:  # one cell, more bins
        corners, size = [1.2, 1.9, 1.3, 2.1], 2
    else:
        corners = [value + one(rng, -4, 4) / 10 for value in (x, y, x + sides[0], y + sides[1])]
    box = torch.tensor(corners, dtype=torch.float64) * stride
    inputs = plane, box, size, stride
    if case < 3 and not telling(inputs, pooled, POOL_MISTAKES.values()):
        return pool_case(rng, case)
    if case in (3, 5) and not telling(inputs, pooled, [[*POOL_EDGES.values()][case // 4]]):
        return pool_case(rng, case)
    return inputs


POOL = Task(
    id="14.5",
    title="The cut of 2015: with rounding",
    points=5,
    function="roi_pool",
    taught="ch14_detection.ipynb#by-hand-a-cut-without-rounding",
    statement=r"""
Before RoI align there was RoI *pooling*, in Fast R-CNN. Write it, and you see what was lost.

`plane` (H, W) is one map of a picture, whose cells are `stride` pixels wide; `box` (4,) is left,
top, right, bottom in *pixels*. Divide its four numbers by `stride` and round each to the nearest
whole number, half always up: 2.5 becomes 3, and −0.5 becomes 0. The box now goes from cell `left`
to cell `right`, both included, and so many cells are there across, $n$. Cut them into `size` bins:
bin $b = 0, 1, \dots$ holds those from $\lfloor b\,n / \text{size} \rfloor$ on, and ends before
$\lceil (b + 1)\,n / \text{size} \rceil$, counted from `left`. So two bins may share a cell. Do the
same downwards. Of every bin take the largest number.

Cells outside the map hold nothing, but the bins are laid over the whole box. A bin without any cell
of the map gives 0.

Write `roi_pool(plane, box, size, stride)` and return (size, size), rows downwards.
""",
    generate=pool_case,
    cases=7,
    oracle=pooled,
    symptoms=[
        Symptom(sentence, mimics=mistake)
        for sentence, mistake in {**POOL_MISTAKES, **POOL_EDGES}.items()
    ],
)

POOLING = [POOL]
