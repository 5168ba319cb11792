"""The exercise of chapter 14 on a grid: what its cells should say of true boxes."""

import itertools
import math
from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def holds(index, place, stride, count):
    """Whether cell number `index` along an axis holds a place."""
    return index * stride <= place < (index + 1) * stride


def nearest(index, place, stride, count):
    return min(math.floor(place / stride + 0.5), count - 1) == index


def targets(boxes, rows, columns, stride, typical, **mistakes):
    """The oracle, cell by cell: here, where and how large; the keywords are mistakes.

    choose: which of several boxes (area, number) a cell answers for; corner: places are counted
    from the cell's corner; pixels: and in pixels; whole: log of the whole side; down: cells are
    numbered column after column; log: which logarithm; near: which cell holds a place.
    """
    table = torch.zeros(rows * columns, 5).double()
    choose, near = mistakes.get("choose", min), mistakes.get("near", holds)
    for row, column in itertools.product(range(rows), range(columns)):
        mine = [
            (area(box), number)
            for number, box in enumerate(boxes.tolist())
            if near(column, (box[0] + box[2]) / 2, stride, columns)
            and near(row, (box[1] + box[3]) / 2, stride, rows)
        ]
        if mine:
            cell = column * rows + row if mistakes.get("down") else row * columns + column
            box = boxes[choose(mine)[1]].tolist()
            table[cell] = numbers(box, row, column, stride, typical, mistakes)
    return table


def numbers(box, row, column, stride, typical, mistakes):
    """What a cell says of a box."""
    half, log = 1 if mistakes.get("whole") else 2, mistakes.get("log", math.log)
    back, unit = 0.0 if mistakes.get("corner") else 0.5, stride if mistakes.get("pixels") else 1
    left, top, right, low = box
    places = ((left + right) / 2 / stride - column, (top + low) / 2 / stride - row)
    sides = (log((right - left) / half / typical), log((low - top) / half / typical))
    moved = (unit * (place - back) for place in places)
    return torch.tensor([1.0, *moved, *sides], dtype=torch.float64)


def area(box):
    return (box[2] - box[0]) * (box[3] - box[1])


def swapped(*inputs):
    return targets(*inputs)[:, [0, 2, 1, 4, 3]]


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
        targets, choose=lambda mine: max(mine, key=lambda pair: (pair[0], -pair[1]))
    ),
    "Two boxes have their middles in one cell, and yours answers for the last one in the list.": (
        partial(targets, choose=lambda mine: mine[-1])
    ),
    "Two boxes have their middles in one cell, and yours answers for the first one in the list.": (
        partial(targets, choose=lambda mine: mine[0])
    ),
    "You round the middle to the nearest cell. A cell goes from its edge to the next.": partial(
        targets, near=nearest
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
                and torch.allclose(
                    answer[expected[:, 0] == 1].double(), expected[expected[:, 0] == 1]
                )
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

GRID = [TARGETS]
