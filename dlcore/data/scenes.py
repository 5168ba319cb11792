"""Pictures with several of the book's twelve shapes, for finding, outlining and describing them."""

import math
from typing import NamedTuple

import torch

from dlcore.data.silhouettes import SHAPE_NAMES, Placement, boxes, column, cover
from dlcore.data.tiny_shapes import (
    adjectives,
    check_request,
    draw_placement,
    is_large,
    place,
    uniform,
)  # fmt: skip
from dlcore.data.toys import generator

TRIES = 12  # places looked at for each shape; the one that hides least is taken
EMPTY = -1  # the class of a slot without a shape


class Scenes(NamedTuple):
    """N pictures with 1 … M shapes each; a shape that a picture lacks has y = -1 and zeros.

    x       (N, 1, size, size) float32, from 0 (white) to 1 (black)
    shapes  (N,) int64: how many there are; they fill the first slots
    y       (N, M) int64 index into SHAPE_NAMES
    box     (N, M, 4) float32: left, top, right, bottom of the mask in pixels
    mask    (N, M, size, size) bool: the filled silhouettes; a later shape is drawn over an
            earlier one, in the few pictures where they touch
    solid, large, bright   (N, M) bool
    centre  (N, M, 2) float32: pixels from the left and from the top
    """

    x: torch.Tensor
    shapes: torch.Tensor
    y: torch.Tensor
    box: torch.Tensor
    mask: torch.Tensor
    solid: torch.Tensor
    large: torch.Tensor
    bright: torch.Tensor
    centre: torch.Tensor


def scenes(
    count: int,
    seed: int = 0,
    size: int = 32,
    most: int = 3,
    classes: int = 12,
    turn: float = math.pi / 4,
    noise: float = 0.06,
) -> Scenes:
    """`count` pictures with 1 … `most` shapes of 7 to 13 pixels, which hardly ever overlap.

    size: pixels; larger pictures have more room, not larger shapes. classes, turn as in
    tiny_shapes. noise: standard deviation of each pixel.
    Raises ValueError for a count below 0, fewer than 16 pixels, `most` below 1, or no such number
    of classes.
    """
    check_request("scenes", count, size, classes)
    if size < 16 or most < 1:
        raise ValueError(
            f"scenes needs 16 pixels and 1 shape in a picture at least, got {size=}, {most=}"
        )
    source = generator(seed)
    shapes = torch.randint(1, most + 1, (count,), generator=source)
    x = column(0.42 + 0.16 * uniform(count, source)).expand(count, size, size)
    used = torch.zeros(count, size, size)
    slots = []
    for number in range(most):
        here = number < shapes
        y = torch.randint(classes, (count,), generator=source)
        placed = _settle(draw_placement(y, source, 1, turn), used, source)
        drawn, whole = (area * column(here) for area in cover(placed, size))
        bright = uniform(count, source) < 0.5
        shade = 0.5 + (bright * 2 - 1) * (0.25 + 0.2 * uniform(count, source))
        x = x * (1 - drawn) + column(shade) * drawn
        used = torch.maximum(used, whole)
        slots.append(_slot(placed, here, bright, whole > 0.5))
    light = (x + noise * torch.randn(x.shape, generator=source)).clamp(0, 1)
    return Scenes(1 - light[:, None], shapes, *(torch.stack(part, 1) for part in zip(*slots)))


def scene_captions(pictures: Scenes) -> list[str]:
    """What each picture shows: "a small dark solid disc, top left; a large …", in slot order."""
    size = pictures.x.shape[-1]
    return [
        "; ".join(
            f"a {adjectives(pictures.large[i, j], pictures.bright[i, j], pictures.solid[i, j])} "
            f"{SHAPE_NAMES[int(pictures.y[i, j])]}, {place(pictures.centre[i, j], size)}"
            for j in range(int(pictures.shapes[i]))
        )
        for i in range(len(pictures.y))
    ]


def _settle(placed: Placement, used: torch.Tensor, source: torch.Generator) -> Placement:
    """Each shape at that of TRIES random places where its disc meets least of what is there."""
    count, size = used.shape[:2]
    room = size - 1.9 * placed.radius
    spots = torch.arange(size) + 0.5
    least = torch.full((count,), math.inf)
    cx, cy = placed.cx, placed.cy
    for _ in range(TRIES):
        right = size / 2 + room * (uniform(count, source) - 0.5)
        down = size / 2 + room * (uniform(count, source) - 0.5)
        away = (spots[None, None] - column(right)) ** 2
        away = away + (spots[None, :, None] - column(down)) ** 2
        met = (used * (away < column(placed.radius + 1) ** 2)).sum((1, 2))
        better = met < least
        least = torch.where(better, met, least)
        cx, cy = torch.where(better, right, cx), torch.where(better, down, cy)
    return placed._replace(cx=cx, cy=cy)


def _slot(
    placed: Placement, here: torch.Tensor, bright: torch.Tensor, mask: torch.Tensor
) -> tuple[torch.Tensor, ...]:
    """What Scenes says of one shape in each picture, from y on."""
    centre = torch.stack([placed.cx, placed.cy], 1) * here[:, None]
    return (
        torch.where(here, placed.kind, EMPTY),
        boxes(mask),
        mask,
        placed.solid & here,
        is_large(placed.radius, 1) & here,
        bright & here,
        centre,
    )
