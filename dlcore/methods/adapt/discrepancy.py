"""2006, Gretton and others: how far apart two clouds of points lie (chapter 20).

A. Gretton, K. Borgwardt, M. Rasch, B. Schölkopf, A. Smola, A kernel method for the two-sample
problem (2006; https://arxiv.org/abs/0805.2368). As a loss that draws two domains together in a net:
M. Long, Y. Cao, J. Wang, M. Jordan, Learning transferable features with deep adaptation networks
(2015), https://arxiv.org/abs/1502.02791; jointly over several layers: M. Long, H. Zhu, J. Wang,
M. Jordan, Deep transfer learning with joint adaptation networks (2016),
https://arxiv.org/abs/1605.06636.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import cat
from dlcore.layers.check import check_floating

WIDTHS = (0.25, 0.5, 1.0, 2.0, 4.0)


def squared_distances(x: Any, y: Any) -> Any:
    """|x_i − y_j|² of rows x (N, D) and y (M, D): (N, M)."""
    lengths = (x * x).sum(1)[:, None] + (y * y).sum(1)[None]
    return lengths - 2 * (x @ y.transpose(0, 1))


def typical(x: Any, y: Any) -> float:
    """The mean squared distance between different rows of both clouds, as a plain number."""
    both = cat([x, y]).data
    total = squared_distances(both, both).clamp(min=0).sum().item()
    return total / (len(both) * (len(both) - 1)) or 1.0


def mmd(x: Any, y: Any, widths: Sequence[float] = WIDTHS) -> Tensor:
    """The squared maximum mean discrepancy of rows x (N, D) and y (M, D), a number ≥ 0.

    mean k(x, x') + mean k(y, y') − 2 mean k(x, y), every point paired with itself too, where k is
    the mean of exp(−|a − b|² / (width · s)) over the widths, and s the mean squared distance of all
    points, which counts as a constant. Raises ValueError for rows of two lengths or no rows.
    """
    check_floating("mmd", x, y)
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[1] or not len(x) or not len(y):
        raise ValueError(
            f"mmd takes rows x (N ≥ 1, D) and y (M ≥ 1, D), got shapes {tuple(x.shape)} and "
            f"{tuple(y.shape)}"
        )
    if not widths or min(widths) <= 0:
        raise ValueError(f"mmd needs widths above 0, got {tuple(widths)}")
    scale = typical(x, y)

    def alike(a: Any, b: Any) -> Any:
        apart = squared_distances(a, b) / scale
        return sum((apart * (-1 / width)).exp().mean() for width in widths) / len(widths)

    return alike(x, x) + alike(y, y) - 2 * alike(x, y)
