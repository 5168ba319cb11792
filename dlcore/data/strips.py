"""Strips of handwritten digits, in which nobody has marked where one ends (chapter 16).

The digits are the bundled ones (chapter 3): those of one part of `digits()` alone, so that a test
strip shows no digit that a training strip has shown.
"""

from typing import NamedTuple

import torch

from dlcore.data.digits import digits
from dlcore.data.toys import generator

HEIGHT = 8


class Strips(NamedTuple):
    """x (N, 1, 8, W) float32, 0 paper … 1 ink;   y (N, digits) int64 0 … 9, from the left;
    left (N, digits) int64: the column at which each begins."""

    x: torch.Tensor
    y: torch.Tensor
    left: torch.Tensor


def digit_strips(
    count: int, seed: int = 0, part: str = "train", length: int = 4, width: int = 44,
    gaps: tuple[int, int] = (-2, 5), noise: float = 0.1,
) -> Strips:  # fmt: skip
    """`count` strips of `length` digits, moved up or down by a pixel and set at uneven distances.

    gaps: from one digit to the next, in pixels; below 0 they touch or overlap. The whole stands at
    a random place; what does not fit into `width` is drawn closer together.
    Raises ValueError for another part than "train" and "test", or digits that do not fit.
    """
    if part not in ("train", "test") or length < 1 or count < 0:
        raise ValueError(
            f'digit_strips needs count ≥ 0, length ≥ 1 and part "train" or "test", got {count=}, '
            f"{length=}, {part=}"
        )
    least = HEIGHT * length + gaps[0] * (length - 1)
    if least > width or gaps[0] > gaps[1] or gaps[0] < 1 - HEIGHT:
        raise ValueError(f"{length} digits with {gaps=} need {least} columns, got {width=}")
    source, bundled = generator(seed), digits(images=True)
    pictures, names = (bundled.x_train, bundled.y_train)
    if part == "test":
        pictures, names = bundled.x_test, bundled.y_test
    which = torch.randint(len(names), (count, length), generator=source)
    left = _places(count, length, width, gaps, source)
    rise = torch.randint(0, 3, (count, length), generator=source)
    framed = torch.constant_pad_nd(pictures[:, 0], [0, 0, 1, 1])  # what moves out is cut off
    x = torch.zeros(count, 1, HEIGHT, width)
    for i in range(count):
        for j in range(length):
            there = x[i, 0, :, left[i, j] : left[i, j] + HEIGHT]
            drawn = framed[which[i, j], int(rise[i, j]) :][:HEIGHT]
            there.copy_(torch.maximum(there, drawn))
    x = (x + noise * torch.randn(x.shape, generator=source)).clamp(0, 1)
    return Strips(x, names[which], left)


def _places(
    count: int, length: int, width: int, gaps: tuple[int, int], source: torch.Generator
) -> torch.Tensor:
    """(count, length): the column where each digit begins."""
    jumps = torch.randint(gaps[0], gaps[1] + 1, (count, length), generator=source)
    jumps[:, 0] = 0
    for _ in range(length * (gaps[1] - gaps[0])):  # until all fit: the widest gap a pixel less
        wide = jumps.sum(1) + HEIGHT * length > width
        if not bool(wide.any()):
            break
        place = jumps[:, 1:].argmax(1, keepdim=True) + 1
        jumps = jumps - torch.zeros_like(jumps).scatter(1, place, 1) * wide[:, None]
    left = (jumps + HEIGHT * (torch.arange(length) > 0)).cumsum(1)
    room = width - HEIGHT - left[:, -1]
    return left + (torch.rand(count, generator=source) * (room + 1)).long()[:, None]
