"""Small generated sets of points, each a picture of one question a classifier can be asked.

Every function takes the number of points first and a `seed` last, draws from its own generator
(torch's global one is left alone) and deals the labels in turn, 0, 1, 0, 1, …, so that any first
part of a set is balanced.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch

ROUNDING = 1e-6  # kept free on either side, so that float32 cannot break a promise


class Points(NamedTuple):
    """x (N, 2) float32, y (N,) int64 class numbers from 0."""

    x: torch.Tensor
    y: torch.Tensor


class Separable(NamedTuple):
    """Points that a plane through the origin divides.

    x (N, D) float32 with |x| <= 1; y (N,) int64, 0 or 1; normal (D,) float32 of length 1;
    margin: (2y - 1) (x · normal) >= margin for every point.
    """

    x: torch.Tensor
    y: torch.Tensor
    normal: torch.Tensor
    margin: float


def generator(seed: int) -> torch.Generator:
    """A source of random numbers of its own, on the CPU."""
    return torch.Generator().manual_seed(seed)


def labels(count: int, classes: int) -> torch.Tensor:
    """(count,) int64: 0, 1, …, classes - 1, 0, 1, …   ValueError if a class would stay empty."""
    if classes < 1:
        raise ValueError(f"classes must be at least 1, got {classes}")
    if count < classes:
        raise ValueError(
            f"{count} points cannot show {classes} classes: ask for at least one of each"
        )
    return torch.arange(count) % classes


def blobs(
    count: int = 200,
    classes: int = 2,
    spread: float = 0.5,
    distance: float = 2.0,
    seed: int = 0,
) -> Points:
    """Round clouds with standard deviation `spread`, their centres `distance` from the origin.

    Two classes lie left and right; more stand on a circle. They overlap: nothing promises that
    a line divides them (see `separable`).
    """
    y = labels(count, classes)
    angle = math.pi - y * (2 * math.pi / classes)
    centres = distance * torch.stack([angle.cos(), angle.sin()], 1)
    return Points(centres + _noise((count, 2), spread, seed), y)


def separable(
    count: int = 200, dimensions: int = 2, margin: float = 0.1, seed: int = 0
) -> Separable:
    """Points in the unit ball that a random plane through the origin divides with a margin.

    The perceptron makes at most (1 / margin)² mistakes on them: A. B. J. Novikoff, On convergence
    proofs for perceptrons, Stanford Research Institute (1963). Raises ValueError for a margin
    outside 0 … 0.999 or dimensions below 1.
    """
    if not 0 <= margin <= 0.999:
        raise ValueError(f"margin must be from 0 to 0.999, the ball having radius 1, got {margin}")
    if dimensions < 1:
        raise ValueError(f"dimensions must be at least 1, got {dimensions}")
    y, source = labels(count, 2), generator(seed)
    normal = _normal((dimensions,), source)
    normal = normal / normal.norm()
    x = _normal((count, dimensions), source)
    x = x / x.norm(dim=1, keepdim=True)
    x = x * torch.rand((count, 1), generator=source, dtype=torch.float64) ** (1 / dimensions)
    along = x @ normal
    across = x - along[:, None] * normal
    height = margin + ROUNDING + (1 - margin - 2 * ROUNDING) * along.abs()
    limit = ((1 - ROUNDING) ** 2 - height**2).sqrt()[:, None]  # the ball's radius at that height
    across = across * (limit / across.norm(dim=1, keepdim=True).clamp_min(1e-12)).clamp_max(1)
    x = across + ((2 * y - 1) * height)[:, None] * normal
    return Separable(x.float(), y, normal.float(), margin)


def moons(count: int = 200, noise: float = 0.1, seed: int = 0) -> Points:
    """Two half circles of radius 1, one upside down and moved into the other."""
    y, source = labels(count, 2), generator(seed)
    angle = math.pi * torch.rand(count, generator=source)
    x = torch.stack([angle.cos(), angle.sin()], 1)
    x = torch.where(y[:, None] == 1, torch.tensor([1.0, 0.5]) - x, x)
    return Points(x + noise * torch.randn((count, 2), generator=source), y)


def spirals(
    count: int = 200, classes: int = 2, turns: float = 1.0, noise: float = 0.02, seed: int = 0
) -> Points:
    """Arms that wind `turns` times around the origin, out to radius 1.

    Two arms of three turns are the benchmark of K. J. Lang and M. J. Witbrock, Learning to tell
    two spirals apart, Proc. 1988 Connectionist Models Summer School.
    """
    y, source = labels(count, classes), generator(seed)
    radius = torch.rand(count, generator=source).sqrt()
    angle = 2 * math.pi * (turns * radius + y / classes)
    x = radius[:, None] * torch.stack([angle.cos(), angle.sin()], 1)
    return Points(x + noise * torch.randn((count, 2), generator=source), y)


def rings(
    count: int = 200, radii: Sequence[float] = (0.5, 1.0), noise: float = 0.05, seed: int = 0
) -> Points:
    """Circles around the origin, one class per radius."""
    y, source = labels(count, len(radii)), generator(seed)
    angle = 2 * math.pi * torch.rand(count, generator=source)
    radius = torch.tensor(radii, dtype=torch.float32)[y]
    x = radius[:, None] * torch.stack([angle.cos(), angle.sin()], 1)
    return Points(x + noise * torch.randn((count, 2), generator=source), y)


def xor_clouds(count: int = 200, spread: float = 0.25, seed: int = 0) -> Points:
    """Four clouds at (±1, ±1); class 1 where the two signs differ."""
    y = labels(count, 2)
    first = 1.0 - 2.0 * (torch.arange(count) // 2 % 2)
    centres = torch.stack([first, first * (1 - 2 * y)], 1)
    return Points(centres + _noise((count, 2), spread, seed), y)


def gaussian(
    count: int = 500,
    covariance: Sequence[Sequence[float]] = ((1.0, 0.8), (0.8, 1.0)),
    seed: int = 0,
) -> torch.Tensor:
    """(count, D) float32 points around the origin with this (D, D) covariance.

    Raises ValueError for a matrix that is not square, symmetric and positive definite.
    """
    matrix = torch.as_tensor(covariance, dtype=torch.float64)
    if matrix.ndim != 2 or not torch.equal(matrix, matrix.T):
        raise ValueError(f"covariance must be a symmetric square matrix, got {matrix.tolist()}")
    factor, failed = torch.linalg.cholesky_ex(matrix)
    if failed:
        raise ValueError(
            f"covariance must be positive definite, got {matrix.tolist()}: "
            "a correlation must stay between -1 and 1"
        )
    return (_normal((count, len(matrix)), generator(seed)) @ factor.T).float()


def _normal(shape: tuple[int, ...], source: torch.Generator) -> torch.Tensor:
    return torch.randn(shape, generator=source, dtype=torch.float64)


def _noise(shape: tuple[int, ...], spread: float, seed: int) -> torch.Tensor:
    return spread * torch.randn(shape, generator=generator(seed))
