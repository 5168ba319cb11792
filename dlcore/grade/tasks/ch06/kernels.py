"""An exercise of chapter 6: two kernels in a row."""

import itertools

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one


def pair_case(rng, case):
    shapes = {0: ((2, 2), (2, 2)), 3: ((1, 3), (3, 1)), 4: ((1, 1), (2, 3)), 5: ((1, 1), (1, 1))}
    first, second = shapes.get(case, ((one(rng, 2, 3), 3), (2, one(rng, 2, 4))))
    return normal(rng, *first), normal(rng, *second)


def one_kernel(first, second):
    rows, columns = first.shape
    height, width = rows + second.shape[0] - 1, columns + second.shape[1] - 1
    both = torch.zeros(height, width, dtype=torch.float64)
    for i, j in itertools.product(*map(range, second.shape)):
        both[i : i + rows, j : j + columns] += second[i, j] * first
    return both


def turned(kernel):
    return kernel.flip(0, 1)


ONE_FLIPPED = (
    "The size is right, but one of your kernels is turned by half a turn. Where in the second "
    "window stands the pixel, and where in the first window the pixel of that pixel?"
)

PAIR = Task(
    id="6.3",
    title="Two kernels are one",
    points=4,
    function="one_kernel",
    taught="ch06_convolution.ipynb#convolution-by-hand",
    statement=r"""
Two convolutional layers with nothing between them are a waste: one layer can do the same. Here a
layer has one map and no bias, moves pixel by pixel without padding, and, like all layers of this
book, does not flip its kernel:

$$y_{rc} = \sum_{ij} k_{ij}\, x_{r+i,\,c+j} .$$

Write `one_kernel(first, second)` for kernels of any two sizes. Return the one kernel, a tensor,
which gives for every picture what the layer with `first` and then the layer with `second` give.
How large must it be? If you are stuck, write out what one pixel of the second map is made of for
kernels of one row and two pixels.
""",
    generate=pair_case,
    oracle=one_kernel,
    symptoms=[
        Symptom(
            "Your kernel is turned by half a turn: rows and columns run backwards.",
            mimics=lambda first, second: turned(one_kernel(first, second)),
        ),
        Symptom(
            ONE_FLIPPED,
            mimics=lambda first, second: one_kernel(first, turned(second)),
        ),
        Symptom(
            ONE_FLIPPED,
            mimics=lambda first, second: one_kernel(turned(first), second),
        ),
        Symptom(
            "Your kernel is too small. A pixel of the second map sees several pixels of the first, "
            "and each of these sees a window of its own.",
            when=lambda answer, expected, first, second: (
                answer.ndim == 2 and 0 < answer.numel() < expected.numel()
            ),
        ),
        Symptom(
            "Your kernel is too large. The windows of neighbouring pixels overlap: how many pixels "
            "do they cover together?",
            when=lambda answer, expected, first, second: (
                answer.ndim == 2 and answer.numel() > expected.numel()
            ),
        ),
    ],
)
