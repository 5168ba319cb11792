"""Pictures of coloured shapes in a grid, to be counted (chapter 21).

After CLEVR: J. Johnson and others (2016), https://arxiv.org/abs/1612.06890, whose scenes have three
dimensions, and which asks in sentences.
"""

from typing import NamedTuple

import torch

from dlcore.data.toys import generator

COLOURS, FORMS = ("red", "green", "blue"), ("square", "ring", "cross")
RGB = torch.eye(3)
MASKS = {
    "square": "##### ##### ##### ##### #####",
    "ring": ".###. ##.## #...# ##.## .###.",
    "cross": "..#.. ..#.. ##### ..#.. ..#..",
}
CELL = 7  # pixels; a shape has 5, and stands anywhere in its cell
EMPTY = -1


class Coloured(NamedTuple):
    """x (N, 3, S, S) float32, red, green and blue from 0 to 1; colour and form (N, cells²) int64
    of what stands in each cell, row by row, EMPTY where nothing does."""

    x: torch.Tensor
    colour: torch.Tensor
    form: torch.Tensor


def coloured_shapes(
    count: int, seed: int = 0, cells: int = 3, filled: float = 0.6, noise: float = 0.15
) -> Coloured:
    """`count` grids of cells × cells, each cell filled with probability `filled`.

    The shapes are lighter or darker by chance; noise: standard deviation of each pixel.
    Raises ValueError for a count below 0, no cell, or a probability outside 0 … 1.
    """
    if count < 0 or cells < 1 or not 0 <= filled <= 1:
        raise ValueError(
            f"coloured_shapes needs count ≥ 0, cells ≥ 1 and 0 ≤ filled ≤ 1, got {count=}, "
            f"{cells=}, {filled=}"
        )
    dice, every = generator(seed), (count, cells**2)
    form = torch.randint(len(FORMS), every, generator=dice)
    colour = torch.randint(len(COLOURS), every, generator=dice)
    there = torch.rand(every, generator=dice) < filled
    light = (0.5 + 0.5 * torch.rand(every, generator=dice)) * there
    right, down = torch.randint(CELL - 4, (2, *every), generator=dice)
    framed = torch.stack([torch.constant_pad_nd(mask(name), [2, 2, 2, 2]) for name in FORMS])
    spots = torch.arange(CELL)
    rows, columns = spots + 2 - down[..., None], spots + 2 - right[..., None]
    drawn = framed[form[..., None, None], rows[..., :, None], columns[..., None, :]]
    x = (drawn * light[..., None, None])[:, :, None] * RGB[colour][..., None, None]
    x = x.view(count, cells, cells, 3, CELL, CELL).permute(0, 3, 1, 4, 2, 5)
    x = x.reshape(count, 3, cells * CELL, cells * CELL)
    x = (x + noise * torch.randn(x.shape, generator=dice)).clamp(0, 1)
    empty = torch.full(every, EMPTY)
    return Coloured(x, torch.where(there, colour, empty), torch.where(there, form, empty))


def how_many(scenes: Coloured) -> torch.Tensor:
    """(N, 9) int64: how many shapes have each colour and form, 3 · colour + form."""
    pairs = len(FORMS) * scenes.colour + scenes.form
    wanted = torch.arange(len(COLOURS) * len(FORMS))
    return ((pairs[:, :, None] == wanted) & (scenes.colour != EMPTY)[:, :, None]).sum(1)


def in_cells(x: torch.Tensor) -> torch.Tensor:
    """Pictures (N, 3, S, S) cut into their cells, row by row: (N, cells², 3 · 49)."""
    if x.ndim != 4 or x.shape[1] != 3 or x.shape[2] != x.shape[3] or x.shape[2] % CELL:
        raise ValueError(f"in_cells takes (N, 3, S, S), S a multiple of 7, got {tuple(x.shape)}")
    count, cells = len(x), x.shape[2] // CELL
    x = x.view(count, 3, cells, CELL, cells, CELL).permute(0, 2, 4, 1, 3, 5)
    return x.reshape(count, cells**2, 3 * CELL**2)


def mask(name: str) -> torch.Tensor:
    """One shape (5, 5) float32, 1 where it is."""
    dots = [[dot == "#" for dot in row] for row in MASKS[name].split()]
    return torch.tensor(dots, dtype=torch.float32)
