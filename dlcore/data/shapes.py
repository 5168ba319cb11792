"""1960, Frank Rosenblatt and others: shapes on the Mark I's 20 × 20 photocells (chapter 2).

The machine and its letters: J. C. Hay and C. W. Wightman, The Mark I Perceptron, Research Trends
VIII(1), Cornell Aeronautical Laboratory (1960). The shapes here are generated, not its slides.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch

from dlcore.data.toys import generator, labels

RETINA = 20
LETTERS = {  # seven rows of five cells
    "A": ".###. #...# #...# ##### #...# #...# #...#",
    "C": ".###. #...# #.... #.... #.... #...# .###.",
    "E": "##### #.... #.... ####. #.... #.... #####",
    "F": "##### #.... #.... ####. #.... #.... #....",
    "H": "#...# #...# #...# ##### #...# #...# #...#",
    "I": "##### ..#.. ..#.. ..#.. ..#.. ..#.. #####",
    "K": "#...# #..#. #.#.. ##... #.#.. #..#. #...#",
    "L": "#.... #.... #.... #.... #.... #.... #####",
    "N": "#...# ##..# ##..# #.#.# #..## #..## #...#",
    "O": ".###. #...# #...# #...# #...# #...# .###.",
    "P": "####. #...# #...# ####. #.... #.... #....",
    "T": "##### ..#.. ..#.. ..#.. ..#.. ..#.. ..#..",
    "U": "#...# #...# #...# #...# #...# #...# .###.",
    "V": "#...# #...# #...# #...# .#.#. .#.#. ..#..",
    "X": "#...# #...# .#.#. ..#.. .#.#. #...# #...#",
    "Z": "##### ....# ...#. ..#.. .#... #.... #####",
}


class Shapes(NamedTuple):
    """Black and white pictures on the retina.

    x  (N, size²) float32, each 0 (dark) or 1 (lit); x.view(-1, size, size) are the pictures
    y  (N,) int64 class numbers from 0
    """

    x: torch.Tensor
    y: torch.Tensor


def sides(count: int = 200, size: int = RETINA, noise: float = 0.0, seed: int = 0) -> Shapes:
    """A lit rectangle wholly in the left half (class 0) or wholly in the right half (class 1).

    Height and width are drawn from a quarter to the whole of what fits. noise: the fraction of
    cells that are flipped afterwards, 0 … 1.
    """
    if size < 4 or size % 2:
        raise ValueError(f"size must be even and at least 4, for two halves, got {size}")
    y, source = labels(count, 2), generator(seed)
    half = size // 2
    top, bottom = _interval(count, size, source)
    left, right = _interval(count, half, source)
    cells = torch.arange(size)
    rows = (cells >= top) & (cells < bottom)
    shift = half * y[:, None]
    columns = (cells >= left + shift) & (cells < right + shift)
    pictures = (rows[:, :, None] & columns[:, None, :]).float()
    return Shapes(_flip(pictures.flatten(1), noise, source), y)


def letters(
    count: int = 200,
    names: Sequence[str] = "EFHLTUXZ",
    size: int = RETINA,
    noise: float = 0.0,
    seed: int = 0,
) -> Shapes:
    """Letters of 14 × 10 cells at a random place on the retina; y counts through `names`.

    noise: the fraction of cells that are flipped afterwards, 0 … 1. The font has the letters
    ACEFHIKLNOPTUVXZ.
    """
    if size < 14:
        raise ValueError(f"a letter is 14 cells high: size must be at least 14, got {size}")
    y, source = labels(count, len(names)), generator(seed)
    font = torch.stack([letter(name) for name in names])
    pictures = torch.zeros(count, size, size)
    tops = torch.randint(size - 13, (count,), generator=source).tolist()
    lefts = torch.randint(size - 9, (count,), generator=source).tolist()
    for i, (top, left) in enumerate(zip(tops, lefts)):
        pictures[i, top : top + 14, left : left + 10] = font[y[i]]
    return Shapes(_flip(pictures.flatten(1), noise, source), y)


def letter(name: str) -> torch.Tensor:
    """One letter as a (14, 10) float32 picture: each dot of its 7 × 5 form is 2 × 2 cells."""
    if name not in LETTERS:
        raise ValueError(f'the font has no letter "{name}": choose from {"".join(LETTERS)}')
    dots = [[dot == "#" for dot in row] for row in LETTERS[name].split()]
    picture = torch.tensor(dots, dtype=torch.float32)
    return picture.repeat_interleave(2, 0).repeat_interleave(2, 1)


def _interval(
    count: int, length: int, source: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Random intervals [start, stop) inside [0, length), as two (count, 1) columns."""
    shortest = max(1, length // 4)
    extent = torch.randint(shortest, length + 1, (count, 1), generator=source)
    room = length - extent + 1
    start = (torch.rand((count, 1), generator=source) * room).long()
    return start, start + extent


def _flip(x: torch.Tensor, noise: float, source: torch.Generator) -> torch.Tensor:
    if not 0 <= noise <= 1:
        raise ValueError(f"noise is the fraction of flipped cells, from 0 to 1, got {noise}")
    return torch.where(torch.rand(x.shape, generator=source) < noise, 1 - x, x)
