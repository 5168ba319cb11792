"""1998, Yann LeCun and colleagues: from feature maps to one row of numbers, and back (chapter 6).

Between the convolutions of LeNet-5 and its fully connected layers a picture becomes a vector.
Names, arguments and defaults are torch.nn's.
"""

from __future__ import annotations

import math
from typing import Any

from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import flatten, reshape
from dlcore.layers.check import check_tensor
from dlcore.layers.module import Module


class Identity(Module):
    """Gives back what it gets; takes any arguments, as torch.nn.Identity does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def forward(self, x: Any) -> Any:
        return x


class Flatten(Module):
    """(N, C, H, W) -> (N, C·H·W): the axes from start_dim to end_dim become one."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Any) -> Tensor:
        check_tensor("Flatten", x)
        axes = range(-x.ndim, x.ndim)
        if self.start_dim not in axes or self.end_dim not in axes:
            raise ValueError(f"{self!r} got x of shape {tuple(x.shape)}, which has too few axes")
        return flatten(x, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """(N, C·H·W) -> (N, C, H, W): axis `dim` becomes several; one size may be −1, to be found."""

    def __init__(self, dim: int, unflattened_size: Any) -> None:
        if not isinstance(unflattened_size, (tuple, list)):
            raise TypeError(f"Unflatten takes several sizes, got {unflattened_size!r}")
        self.dim, self.unflattened_size = dim, tuple(unflattened_size)

    def forward(self, x: Any) -> Tensor:
        return unflatten(x, self.dim, self.unflattened_size)

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


def unflatten(x: Any, dim: int, sizes: Any) -> Tensor:
    """x with axis `dim` split into axes of the given sizes, whose product is its length."""
    check_tensor("unflatten", x)
    if not -x.ndim <= dim < x.ndim:
        raise ValueError(f"unflatten got dim={dim} for x of shape {tuple(x.shape)}")
    dim, sizes = dim % x.ndim, list(sizes)
    known = math.prod(n for n in sizes if n != -1)
    if sizes.count(-1) == 1 and known and x.shape[dim] % known == 0:
        sizes[sizes.index(-1)] = x.shape[dim] // known
    if math.prod(sizes) != x.shape[dim] or min(sizes, default=-1) < 0:
        raise ValueError(f"unflatten cannot split an axis of {x.shape[dim]} into {tuple(sizes)}")
    return reshape(x, (*x.shape[:dim], *sizes, *x.shape[dim + 1 :]))


setattr(Tensor, "unflatten", unflatten)  # noqa: B010
Tensor.torch_functions["unflatten"] = unflatten
