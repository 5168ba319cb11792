"""The exercises of chapter 14 on maps: what a grid should say, and a cut with rounding."""

import math
from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.ch14.telling import telling
from dlcore.grade.tasks.draws import normal, one


def targets(boxes, rows, columns, stride, typical, **mistakes):
    """The oracle, cell by cell: here, where and how large; the keywords are mistakes.

    choose: which of several boxes (area, number) a cell answers for; corner: places are counted
    from the cell's corner; pixels: and in pixels; whole: log of the whole side; down: columns come
    first in t; log: which logarithm; shift: where a cell begins.
    """
    table = torch.zeros(rows * columns, 5).double()
    choose, log = mistakes.get("choose", min), mistakes.get("log", math.log)
    begins, half = mistakes.get("begins", 0.0), 1 if mistakes.get("whole") else 2
    for row in range(rows):
        for column in range(columns):
            low_x, low_y = (column + begins) * stride, (row + begins) * stride
            mine = [
                (area(box), number)
                for number, box in enumerate(boxes.tolist())
                if low_x <= (box[0] + box[2]) / 2 < low_x + stride
                and low_y <= (box[1] + box[3]) / 2 < low_y + stride
            ]
            if not mine:
                continue
            left, top, right, low = boxes[choose(mine)[1]].tolist()
            back = 0.0 if mistakes.get("corner") else 0.5
            unit = 1 if mistakes.get("pixels") else stride
            x, y = (left + right) / 2 - (column + back) * stride, (top + low) / 2 - (
                row + back
            ) * stride
            sides = (log((high - low_) / half / typical) for low_, high in ((left, right), (top, low)))
            cell = column * rows + row if mistakes.get("down") else row * columns + column
            table[cell] = torch.tensor([1.0, x / unit, y / unit, *sides], dtype=torch.float64)
    return table


def area(box):
    return (box[2] - box[0]) * (box[3] - box[1])


def swapped(*inputs):
    return targets(*inputs)[:, [0, 2, 1, 4, 3]]


def everywhere(boxes, rows, columns, stride, typical):
    """Cells without a box say that one of the usual size would be … smaller than nothing."""
    found = targets(boxes, rows, columns, stride, typical)
    found[found[:, 0] == 0, 3:] = -math.log(typical)
    return found


TARGET_MISTAKES = {
    "The offset is measured from the corner of the cell. It is one from the cell's middle.": (
        partial(targets, corner=True)
    ),
    "Your offsets are in pixels. One cell is the unit.": partial(targets, pixels=True),
    "You take the logarithm of the whole side. `typical` is half a side.": partial(
        targets, whole=True
    ),
    "Your cells are numbered column after column.": partial(targets, down=True),
    "x and y have changed places in your rows.": swapped,
    "Two boxes have their middles in one cell, and yours answers for the larger one.": partial(
        targets, choose=max
    ),
    "Two boxes have their middles in one cell, and yours answers for the last one in the list.": (
        partial(targets, choose=lambda mine: mine[-1])
    ),
    "Two boxes have their middles in one cell, and yours answers for the first one in the list.": (
        partial(targets, choose=lambda mine: mine[0])
    ),
    "You round the middle to the nearest cell. A cell goes from its edge to the next.": partial(
        targets, begins=-0.5
    ),
    "Your logarithm has another base. exp should undo it.": partial(targets, log=math.log2),
}
TARGET_EDGES = {
    "Of two boxes of equal area in one cell the first counts.": partial(
        targets, choose=lambda mine: min(mine, key=lambda pair: (pair[0], -pair[1]))
    ),
}


def boxes_at(rng, rows, columns, stride, count):
    """Boxes with their middles in the picture, in quarters of a pixel."""
    found = []
    for _ in range(count):
        x, y = one(rng, 0, 4 * columns * stride - 1) / 4, one(rng, 0, 4 * rows * stride - 1) / 4
        wide, high = one(rng, 3, 20) / 2, one(rng, 3, 20) / 2
        found.append([x - wide, y - high, x + wide, y + high])
    return torch.tensor(found).double().reshape(-1, 4)


def target_case(rng, case):
    """Draw boxes on which each mistake shows; none, one cell, middles on borders, equal areas."""
    rows, columns, stride = one(rng, 2, 3), one(rng, 4, 5), one(rng, 3, 6)
    rows, columns = (1, 1) if case == 5 else (rows, columns)
    typical, count = one(rng, 4, 12) / 2, 0 if case == 3 else one(rng, 6, 7)
    boxes = boxes_at(rng, rows, columns, stride, count)
    if case == 4:  # on the border of two cells, in a corner, at the picture's
        middles = [(stride, 0.5 * stride), (2.0 * stride, stride), (0.0, 0.0)]
        boxes = torch.tensor([[x - 2, y - 1, x + 2, y + 1.0] for x, y in middles]).double()
    if case == 6:  # two in one cell, one upright and one lying
        boxes = torch.tensor([[0.0, 0.5, 2.0, 1.5], [0.5, 0.0, 1.5, 2.0]]).double()
    inputs = boxes, rows, columns, stride, typical
    if case < 3 and not telling(inputs, targets, TARGET_MISTAKES.values()):
        return target_case(rng, case)
    return inputs


TARGETS = Task(
    id="14.4",
    title="What should the grid say?",
    points=5,
    function="encode",
    taught="ch14_detection.ipynb#one-look-a-grid-that-answers-2015",
    statement=r"""
The chapter's net is told how far its *boxes* are off. Others, as YOLO of 2015, are told what their
*numbers* should be. For that a true box has to be written as numbers of a cell, the inverse of what
the detector does with them.

A grid has `rows` × `columns` cells, numbered row after row, each `stride` pixels wide and high. The
cell that holds the middle of a box answers for it; a middle on the border of two cells belongs to
the right or the lower one. A cell with centre $c$ and numbers $t$ means the box with middle
$c + \text{stride} \cdot (t_1, t_2)$ and *half* sides $\text{typical} \cdot e^{t_3}$ across and
$\text{typical} \cdot e^{t_4}$ down. If several middles lie in one cell, it answers for the box with
the smallest area, of equal ones for the first.

Write `encode(boxes, rows, columns, stride, typical)` for `boxes` (M, 4): left, top, right, bottom.
Return (rows · columns, 5): 1 and $t_1$ to $t_4$ in a cell that answers, and five zeros in every
other. All middles lie in the grid, no side is 0, and there may be no box.
""",
    generate=target_case,
    cases=7,
    oracle=targets,
    symptoms=[
        Symptom(
            "Cells without a box say something. They say five zeros.",
            when=lambda answer, expected, *inputs: (
                answer.shape == expected.shape
                and bool(answer[expected[:, 0] == 0].double().abs().sum() > 1e-6)
                and bool(answer[expected[:, 0] == 0][:, 0].double().abs().sum() < 1e-6)
                and torch.allclose(answer[expected[:, 0] == 1].double(), expected[expected[:, 0] == 1])
            ),
        ),
        *[
            Symptom(sentence, mimics=mistake)
            for sentence, mistake in {**TARGET_MISTAKES, **TARGET_EDGES}.items()
        ],
        Symptom(
            "The right cells answer, with wrong numbers.",
            when=lambda answer, expected, *inputs: (
                answer.shape == expected.shape
                and torch.equal(answer[:, 0].double(), expected[:, 0])
            ),
        ),
        Symptom(
            "The cells that answer are not the right ones.",
            when=lambda answer, expected, *inputs: (
                answer.shape == expected.shape
                and not torch.equal(answer[:, 0].double(), expected[:, 0])
            ),
        ),
    ],
)


def rounded(place):
    return math.floor(place + 0.5)


def padded(plane, low, high, axis):
    """Rows or columns from low to high, those outside as −∞."""
    places = torch.arange(low, high)
    inside = (places >= 0) & (places < plane.shape[axis])
    found = plane.index_select(axis, places.clamp(0, plane.shape[axis] - 1))
    shape = (-1, 1) if axis == 0 else (1, -1)
    return torch.where(inside.view(shape), found, -math.inf)


def pooled(plane, box, size, stride, **mistakes):
    """The oracle: torch's adaptive pooling of the cells; the keywords are mistakes."""
    near, end = mistakes.get("near", rounded), mistakes.get("end", 1)
    left, top, right, low = (near(side / mistakes.get("stride", stride)) for side in box.tolist())
    across, down = (left, max(right + end, left + 1)), (top, max(low + end, top + 1))
    if mistakes.get("turned"):
        across, down = down, across
    if mistakes.get("cut"):
        down, across = (clip(*pair, n) for pair, n in zip((down, across), plane.shape))
    part = padded(padded(plane, *down, 0), *across, 1)
    part = part.clamp(min=0.0) if mistakes.get("positive") else part
    pool = mistakes.get("pool", torch.nn.functional.adaptive_max_pool2d)
    found = pool(part[None], size)[0]
    return torch.where(found == -math.inf, mistakes.get("nothing", 0.0), found)


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
        pooled, pool=torch.nn.functional.adaptive_avg_pool2d
    ),
    "Where all numbers of a bin are below 0, yours says 0.": partial(pooled, positive=True),
    "Your bins share no cell. The end of a bin is rounded up, so two bins may share one.": partial(
        pooled, pool=apart
    ),
    "Left and top have changed places in yours.": partial(pooled, turned=True),
    "The box is in pixels of the picture, and a cell is `stride` pixels wide.": lambda plane, box,
    size, stride: pooled(plane, box, size, 1),
}
POOL_EDGES = {
    "Half goes up, always. Python's round takes the even number.": partial(pooled, near=round),
    "You cut the box at the edge of the map before the bins are made. Bins are parts of the whole "
    "box.": partial(pooled, cut=True),
    "A bin without a cell of the map gives 0.": partial(pooled, nothing=-math.inf),
}


def pool_case(rng, case):
    """Draw boxes on which each mistake shows; at .5, over edges, outside, smaller than the bins."""
    high, wide = one(rng, 6, 8), one(rng, 7, 9)
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
    if case == 3 and not telling(inputs, pooled, [*POOL_EDGES.values()][:1]):
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

MAPS = [TARGETS, POOL]
