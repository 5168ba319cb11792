"""Batches of pictures that lie a little differently each time, as drawings by many hands do.

Y. LeCun and others trained LeNet-5 on distorted digits too: shifted, scaled, squeezed, sheared
(1998, section III.B, https://doi.org/10.1109/5.726791). Here also turned, bolder and finer.
"""

import math
from collections.abc import Iterator

import torch

from dlcore.data import Batches

TURN = math.radians(15)
STRETCH, SHEAR, SHIFT = 0.15, 0.2, 1.5  # shares of the size, and pixels
BLEND = 0.7  # how far lines may go towards being a pixel wider or narrower


class Shaken(Batches):
    """Batches whose first tensor is pictures (N, 1, H, W): each is distorted anew every epoch."""

    def epoch(self, k: int, start: int = 0) -> Iterator[tuple[torch.Tensor, ...]]:
        for number, (pictures, *rest) in enumerate(super().epoch(k, start), start):
            dice = torch.Generator().manual_seed(1_000_000 * self.seed + 10_000 * k + number)
            yield (bolder_or_finer(moved(pictures, dice), dice), *rest)


def moved(pictures: torch.Tensor, dice: torch.Generator) -> torch.Tensor:
    """Each picture (N, 1, H, W) turned, stretched, sheared and shifted by a random amount."""
    n, _, height, width = pictures.shape

    def draws(largest: float) -> torch.Tensor:
        return (2 * torch.rand(n, 1, 1, generator=dice) - 1) * largest

    turn, shear, down, right = draws(TURN), draws(SHEAR), draws(SHIFT), draws(SHIFT)
    row_scale, column_scale = 1 + draws(STRETCH), 1 + draws(STRETCH)
    rows = torch.arange(height).view(1, -1, 1) - (height - 1) / 2 - down
    columns = torch.arange(width).view(1, 1, -1) - (width - 1) / 2 - right
    columns = columns + shear * rows
    return between(
        pictures[:, 0],
        (turn.cos() * rows - turn.sin() * columns) * row_scale + (height - 1) / 2,
        (turn.sin() * rows + turn.cos() * columns) * column_scale + (width - 1) / 2,
    ).unsqueeze(1)


def between(pictures: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """Grey values of (N, H, W) at fractions of pixels, 0 outside: bilinear interpolation."""
    n, height, width = pictures.shape
    framed = pictures.new_zeros(n, height + 2, width + 2)
    framed[:, 1:-1, 1:-1] = pictures
    rows, columns = (rows + 1).clamp(0, height + 1), (columns + 1).clamp(0, width + 1)
    top, left = rows.floor().clamp(max=height), columns.floor().clamp(max=width)
    down, right = rows - top, columns - left
    corner = (top * (width + 2) + left).long().view(n, -1)
    flat, shape = framed.view(n, -1), rows.shape

    def at(step: int) -> torch.Tensor:
        return flat.gather(1, corner + step).view(shape)

    upper = at(0) * (1 - right) + at(1) * right
    lower = at(width + 2) * (1 - right) + at(width + 3) * right
    return upper * (1 - down) + lower * down


def bolder_or_finer(pictures: torch.Tensor, dice: torch.Generator) -> torch.Tensor:
    """Each picture (N, 1, H, W) mixed with one whose lines are a pixel wider or narrower."""
    n, channels, height, width = pictures.shape
    framed = pictures.new_zeros(n, channels, height + 1, width + 1)
    framed[..., 1:, 1:] = pictures
    around = torch.stack(
        [pictures, framed[..., 1:, :-1], framed[..., :-1, 1:], framed[..., :-1, :-1]]
    )
    share = 2 * torch.rand(n, 1, 1, 1, generator=dice) - 1
    other = torch.where(share > 0, around.amax(0), around.amin(0))
    return pictures + BLEND * share.abs() * (other - pictures)
