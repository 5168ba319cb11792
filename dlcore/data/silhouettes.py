"""Twelve plane figures as signed distances, and their pictures with smooth edges."""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch

SHAPE_NAMES = (
    "disc", "square", "triangle", "plus", "star", "bar",
    "ell", "tee", "crescent", "arrow", "heart", "half disc",
)  # fmt: skip
HEIGHT = math.sqrt(3) / 2  # of a triangle with sides of 1


class Plane(NamedTuple):
    """Coordinates in units of the radius: u to the right, v down, `far` from the centre."""

    u: torch.Tensor
    v: torch.Tensor
    far: torch.Tensor

    def box(self, x: float, y: float, width: float, height: float) -> torch.Tensor:
        """A rectangle about (x, y), given by half its width and height."""
        return torch.minimum(width - (self.u - x).abs(), height - (self.v - y).abs())

    def side(self, across: float, down: float, limit: float) -> torch.Tensor:
        """The half plane across · u + down · v < limit."""
        return limit - across * self.u - down * self.v


class Placement(NamedTuple):
    """Where and how N figures are drawn; every field is (N,).

    kind    int64 index into SHAPE_NAMES
    cx, cy  centre in pixels from the left and from the top
    radius  pixels; angle  radians, clockwise on the screen
    solid   bool: filled, else an outline that is `line` pixels wide
    """

    kind: torch.Tensor
    cx: torch.Tensor
    cy: torch.Tensor
    radius: torch.Tensor
    angle: torch.Tensor
    solid: torch.Tensor
    line: torch.Tensor


def cover(placed: Placement, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """How much of each pixel the drawing covers, and how much its filled silhouette does.

    Both (N, size, size) float32 from 0 to 1: an edge through a pixel covers it in part.
    """
    spots = torch.arange(size) + 0.5
    across = spots[None, None, :] - column(placed.cx)
    down = spots[None, :, None] - column(placed.cy)
    cos, sin = column(placed.angle.cos()), column(placed.angle.sin())
    radius = column(placed.radius)
    depth = radius * inside(
        placed.kind, (cos * across + sin * down) / radius, (cos * down - sin * across) / radius
    )
    whole = (depth + 0.5).clamp(0, 1)
    hole = (depth - column(placed.line) + 0.5).clamp(0, 1)
    return torch.where(column(placed.solid), whole, whole - hole), whole


def inside(kind: torch.Tensor, u: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """Distance to the edge of figure kind[i], positive inside.   kind (N,)   u, v (N, H, W)"""
    depth = torch.empty_like(u)
    for number, name in enumerate(SHAPE_NAMES):
        rows = kind == number
        plane = Plane(u[rows], v[rows], (u[rows] ** 2 + v[rows] ** 2).sqrt())
        depth[rows] = FIGURES[name](plane)
    return depth


def boxes(masks: torch.Tensor) -> torch.Tensor:
    """The smallest box around each mask (…, H, W), as (…, 4) float32: left, top, right, bottom.

    In pixels, right and bottom just after the last one; an empty mask has the box 0 0 0 0.
    """
    sides = []
    for axis in (-2, -1):  # what is left after the rows are summed up are columns
        some = masks.any(axis)
        length = some.shape[-1]
        place = torch.arange(length)
        first = torch.where(some, place, length).amin(-1)
        last = torch.where(some, place + 1, 0).amax(-1)
        sides.append((torch.minimum(first, last), last))
    (left, right), (top, bottom) = sides
    return torch.stack([left, top, right, bottom], -1).float()


def column(values: torch.Tensor) -> torch.Tensor:
    """(N,) as (N, 1, 1), to meet pictures."""
    return values[:, None, None]


def _star(p: Plane) -> torch.Tensor:
    """Five tips: every direction is folded onto half of one, whose edge is a straight line."""
    fifth = 2 * math.pi / 5
    turn = (torch.atan2(p.u, -p.v) % fifth - fifth / 2).abs() - fifth / 2
    x, y = p.far * torch.cos(turn), p.far * torch.sin(-turn)
    tip, notch_x, notch_y = 1.12, 0.45 * math.cos(fifth / 2), 0.45 * math.sin(fifth / 2)
    edge = math.hypot(notch_x - tip, notch_y)
    return ((notch_x - tip) * y - notch_y * (x - tip)) / edge


def _heart(p: Plane) -> torch.Tensor:
    """A square that stands on its tip, with a half disc on each of its upper sides."""
    scale = 1.75
    w, z = p.u.abs() / scale, (0.95 - p.v) / scale
    disc = math.sqrt(2) / 4 - ((w - 0.25) ** 2 + (z - 0.75) ** 2).sqrt()
    square = torch.minimum((z - w) / math.sqrt(2), (w * w + (z - 1) ** 2).sqrt())
    return scale * torch.where(w + z > 1, disc, square)


def _triangle(p: Plane, down: float, slope: float, limit: float, floor: float) -> torch.Tensor:
    """Pointing up: below two slopes, and above a floor."""
    slopes = torch.minimum(p.side(down, slope, limit), p.side(-down, slope, limit))
    return torch.minimum(slopes, p.side(0, 1, floor))


FIGURES: dict[str, Callable[[Plane], torch.Tensor]] = {
    "disc": lambda p: 0.95 - p.far,
    "square": lambda p: p.box(0, 0, 0.82, 0.82),
    "triangle": lambda p: _triangle(p, HEIGHT, -0.5, 0.55, 0.55),
    "plus": lambda p: torch.maximum(p.box(0, 0, 0.36, 1.05), p.box(0, 0, 1.05, 0.36)),
    "star": _star,
    "bar": lambda p: p.box(0, 0, 0.4, 1.1),
    "ell": lambda p: torch.maximum(p.box(-0.55, 0, 0.36, 0.95), p.box(0, 0.6, 0.9, 0.36)),
    "tee": lambda p: torch.maximum(p.box(0, -0.6, 0.95, 0.36), p.box(0, 0.15, 0.36, 0.95)),
    "crescent": lambda p: torch.minimum(1 - p.far, ((p.u - 0.5) ** 2 + p.v**2).sqrt() - 0.78),
    "arrow": lambda p: torch.maximum(
        p.box(0, 0.5, 0.3, 0.55), _triangle(p, 0.8219, -0.5696, 0.5505, 0.05)
    ),
    "heart": _heart,
    "half disc": lambda p: torch.minimum(1.05 - ((p.v - 0.4) ** 2 + p.u**2).sqrt(), 0.4 - p.v),
}
