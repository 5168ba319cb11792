"""The book's picture set: small grey pictures of twelve shapes, generated, seeded, hard enough.

Place, size, angle, outline, contrast, light on dark or dark on light, a slanting background,
strokes behind the shape and noise all change from picture to picture, and none of them says which
shape it is.
"""

import math
from typing import NamedTuple

import torch

from dlcore.data.silhouettes import SHAPE_NAMES, Placement, boxes, column, cover
from dlcore.data.toys import generator

SMALLEST, LARGEST = 3.6, 6.4  # radius in pixels of a picture 16 wide
OUTLINES = 0.4  # of the shapes are hollow
STROKES = 3  # at most, behind each shape


class TinyShapes(NamedTuple):
    """N pictures with one shape each, and all that is known about it.

    x       (N, 1, size, size) float32, from 0 (white) to 1 (black)
    y       (N,) int64 index into SHAPE_NAMES
    box     (N, 4) float32: left, top, right, bottom of the mask in pixels
    mask    (N, size, size) bool: the filled silhouette, as far as the picture shows it
    solid, large, bright   (N,) bool: filled; larger than the middle size; lighter than what is
            around it
    centre  (N, 2) float32: pixels from the left and from the top
    radius  (N,) float32, pixels
    angle   (N,) float32, radians
    """

    x: torch.Tensor
    y: torch.Tensor
    box: torch.Tensor
    mask: torch.Tensor
    solid: torch.Tensor
    large: torch.Tensor
    bright: torch.Tensor
    centre: torch.Tensor
    radius: torch.Tensor
    angle: torch.Tensor


def tiny_shapes(
    count: int,
    seed: int = 0,
    size: int = 16,
    classes: int = 12,
    turn: float = math.pi / 4,
    noise: float = 0.08,
) -> TinyShapes:
    """`count` pictures; the classes are dealt in turn, so that any first part is balanced.

    seed: the same seed gives the same pictures, larger ones too: `size` (pixels, at least 8) only
    draws them finer. classes: how many of SHAPE_NAMES, from the first. turn: the largest angle in
    radians, to either side; π is any. noise: standard deviation of each pixel at size 16; finer
    pixels get more, so that their average over the old area has the same.
    Raises ValueError for a count below 0, fewer than 8 pixels, or no such number of classes.
    """
    check_request("tiny_shapes", count, size, classes)
    source, scale = generator(seed), size / 16
    placed = draw_placement(torch.arange(count) % classes, source, scale, turn)
    room = (size - 1.9 * placed.radius).clamp(min=0)
    placed = placed._replace(
        cx=size / 2 + room * (uniform(count, source) - 0.5),
        cy=size / 2 + room * (uniform(count, source) - 0.5),
    )
    bright = uniform(count, source) < 0.5
    drawn, whole = cover(placed, size)
    x = _light(drawn, bright, source)
    x = x + noise * scale * torch.randn(x.shape, generator=source)
    return TinyShapes(
        1 - x.clamp(0, 1)[:, None],  # drawn as light, kept as ink, as the digits are
        placed.kind,
        boxes(whole > 0.5),
        whole > 0.5,
        placed.solid,
        is_large(placed.radius, scale),
        bright,
        torch.stack([placed.cx, placed.cy], 1),
        placed.radius,
        placed.angle,
    )


def captions(pictures: TinyShapes) -> list[str]:
    """What each picture shows: "a large dark hollow bar, top left"."""
    size = pictures.x.shape[-1]
    numbers = range(len(pictures.y))
    return [
        f"a {adjectives(pictures.large[i], pictures.bright[i], pictures.solid[i])} "
        f"{SHAPE_NAMES[int(pictures.y[i])]}, {place(pictures.centre[i], size)}"
        for i in numbers
    ]


def adjectives(large: torch.Tensor, bright: torch.Tensor, solid: torch.Tensor) -> str:
    """Three single truth values in words."""
    words = (("small", "large"), ("dark", "bright"), ("hollow", "solid"))
    return " ".join(pair[int(is_so)] for pair, is_so in zip(words, (large, bright, solid)))


def place(centre: torch.Tensor, size: int) -> str:
    """Row and column of a centre (2,), each in one of three parts."""
    across, down = (centre / size).tolist()
    row = "top" if down < 0.42 else "bottom" if down > 0.58 else "middle"
    return f"{row} {'left' if across < 0.42 else 'right' if across > 0.58 else 'centre'}"


def check_request(function: str, count: int, size: int, classes: int) -> None:
    """ValueError in one sentence for what no picture set can be made of."""
    if count < 0:
        raise ValueError(f"{function}: the number of pictures must be 0 or more, got {count}")
    if size < 8:
        raise ValueError(f"{function}: a shape needs a picture of 8 pixels or more, got {size=}")
    if not 1 <= classes <= len(SHAPE_NAMES):
        raise ValueError(
            f"{function} knows {len(SHAPE_NAMES)} shapes: classes must be from 1 to "
            f"{len(SHAPE_NAMES)}, got {classes}"
        )


def draw_placement(
    y: torch.Tensor, source: torch.Generator, scale: float, turn: float
) -> Placement:
    """Shapes at the origin: radius, angle, outline and its width at random."""
    count = len(y)
    radius = scale * (SMALLEST + (LARGEST - SMALLEST) * uniform(count, source))
    solid = uniform(count, source) >= OUTLINES
    line = scale * (1.1 + 0.5 * uniform(count, source))
    angle = turn * (2 * uniform(count, source) - 1)
    origin = torch.zeros(count)
    return Placement(y, origin, origin, radius, angle, solid, line)


def uniform(count: int, source: torch.Generator) -> torch.Tensor:
    """(count,) float32, evenly from 0 to 1."""
    return torch.rand(count, generator=source)


def is_large(radius: torch.Tensor, scale: float) -> torch.Tensor:
    """Larger than the middle between the smallest and the largest radius."""
    return radius > scale * (SMALLEST + LARGEST) / 2


def _light(drawn: torch.Tensor, bright: torch.Tensor, source: torch.Generator) -> torch.Tensor:
    """Background, strokes and shape without noise, (N, size, size), 1 is white."""
    x = _background(bright, drawn.shape[-1], source)
    for _ in range(STROKES):
        x = x + _stroke(bright, drawn.shape[-1], source)
    shade = 0.5 + (bright * 2 - 1) * (0.16 + 0.3 * uniform(len(bright), source))
    return x * (1 - drawn) + column(shade) * drawn


def _background(bright: torch.Tensor, size: int, source: torch.Generator) -> torch.Tensor:
    """A grey that slants in a random direction, darker behind a bright shape."""
    count = len(bright)
    right, down = uniform(count, source) - 0.5, uniform(count, source) - 0.5
    spots = (torch.arange(size) + 0.5) / size - 0.5
    slant = column(right) * spots[None, None, :] + column(down) * spots[None, :, None]
    return 0.5 - 0.15 * column(bright * 2.0 - 1) + 0.3 * slant


def _stroke(bright: torch.Tensor, size: int, source: torch.Generator) -> torch.Tensor:
    """A line behind every second shape, more often of the shape's shade than of the other."""
    count, scale = len(bright), size / 16
    here = uniform(count, source) < 0.5
    strength = 0.1 + 0.25 * uniform(count, source)
    sign = (bright * 2.0 - 1) * torch.where(uniform(count, source) < 0.3, -1.0, 1.0)
    x, y, turn, length, width = (uniform(count, source) for _ in range(5))
    spots = torch.arange(size) + 0.5
    right, down = spots[None, None] - column(x * size), spots[None, :, None] - column(y * size)
    cos, sin = column((turn * math.pi).cos()), column((turn * math.pi).sin())
    along, aside = right * cos + down * sin, down * cos - right * sin
    long, wide = column(scale * (1 + 3 * length)), column(scale * (0.4 + 0.4 * width))
    depth = torch.minimum(long - along.abs(), wide - aside.abs())
    return column(here * sign * strength) * (depth + 0.5).clamp(0, 1)
