"""2017-2021: where in the sequence am I? Sines, and rotations (chapter 17).

Sinusoidal: A. Vaswani and others (2017), https://arxiv.org/abs/1706.03762, section 3.5. Rotary:
J. Su and others, RoFormer (2021), https://arxiv.org/abs/2104.09864. A learned position is an
Embedding of the numbers 0, 1, 2, …
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore.autodiff import Function, Tensor
from dlcore.layers.check import check_floating, check_sizes
from dlcore.layers.module import Module


def sinusoidal_positions(length: int, dim: int, base: float = 10_000.0) -> torch.Tensor:
    """(length, dim): sin(t / baseᵏ) and cos(t / baseᵏ) in turn, k = 0, 2/dim, 4/dim, …

    The row of t + s is the row of t turned by angles that depend on s alone, so a linear map can
    look a fixed distance ahead.
    """
    check_sizes("sinusoidal_positions", length=length, dim=dim)
    if dim % 2:
        raise ValueError(f"sinusoidal positions come in pairs: dim must be even, got {dim}")
    angles = position_angles(torch.arange(length), dim, base)
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1).float()


def position_angles(positions: torch.Tensor, dim: int, base: float) -> torch.Tensor:
    """positions (T,) → (T, dim / 2) angles, the first turning fastest."""
    exponents = torch.arange(0, dim, 2, device=positions.device) / dim
    return positions[:, None].double() * torch.exp(-exponents.double() * math.log(base))


class SinusoidalPositions(Module):
    """Adds the table to x (N, T, D). Nothing is learned."""

    def __init__(self, length: int, dim: int, base: float = 10_000.0) -> None:
        self.register_buffer("table", sinusoidal_positions(length, dim, base))

    def forward(self, x: Any, start: int = 0) -> Tensor:
        """x holds positions start, start + 1, …"""
        check_floating("SinusoidalPositions", x)
        if x.ndim < 2:
            raise ValueError(f"SinusoidalPositions takes (…, T, D), got shape {tuple(x.shape)}")
        stop = start + x.shape[-2]
        if stop > len(self.table) or x.shape[-1] != self.table.shape[1]:
            raise ValueError(
                f"SinusoidalPositions has {tuple(self.table.shape)} rows and columns, x of shape "
                f"{tuple(x.shape)} from position {start} needs more rows or another width"
            )
        rows = self.table[start:stop].to(x.dtype)
        return x + (rows if isinstance(x, Tensor) else Tensor(rows))


class RotateFunction(Function):
    """(a, b) → (a cos − b sin, b cos + a sin) for the pairs (x[i], x[i + D/2]): x (…, T, D).

    A rotation's transpose is the rotation back: backward turns the gradient the other way.
    """

    @staticmethod
    def forward(ctx, x, cos, sin):
        ctx.save_for_backward(cos, sin)
        return rotate(x, cos, sin)

    @staticmethod
    def backward(ctx, grad):
        cos, sin = ctx.saved_tensors
        return rotate(grad, cos, -sin), None, None


def rotate(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """Each pair (a, b) of the two halves turned by its angle."""
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


class RotaryPositions(Module):
    """Turns queries and keys (…, T, D) by angles that grow with the position.

    The product of a query at t and a key at s then depends on t − s alone. Pairs are (i, i + D/2),
    as in Llama; base sets the slowest turn.
    """

    def __init__(self, dim: int, base: float = 10_000.0) -> None:
        check_sizes("RotaryPositions", dim=dim)
        if dim % 2:
            raise ValueError(f"rotary positions turn pairs: dim must be even, got {dim}")
        self.dim, self.base = dim, base

    def forward(self, x: Any, start: int = 0) -> Tensor:
        check_floating("RotaryPositions", x)
        if x.ndim < 2 or x.shape[-1] != self.dim:
            raise ValueError(
                f"RotaryPositions({self.dim}) takes (…, T, {self.dim}), got shape {tuple(x.shape)}"
            )
        positions = torch.arange(start, start + x.shape[-2], device=x.device)
        angles = position_angles(positions, self.dim, self.base)
        return RotateFunction.apply(x, angles.cos().to(x.dtype), angles.sin().to(x.dtype))

    def extra_repr(self) -> str:
        return f"{self.dim}, base={self.base}"
