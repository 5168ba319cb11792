"""2012, Geoffrey Hinton and others: dropout (chapter 11).

G. Hinton, N. Srivastava, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, Improving neural networks
by preventing co-adaptation of feature detectors (2012), https://arxiv.org/abs/1207.0580.
"""

from __future__ import annotations

from numbers import Real
from typing import Any

import torch

from dlcore.autodiff import Function, Tensor
from dlcore.autodiff.inplace import become
from dlcore.layers.check import check_floating
from dlcore.layers.module import Module


class DropoutFunction(Function):
    """y = x · mask, drawn by draw_mask: an argument, so that forward gives the same again."""

    @staticmethod
    def forward(ctx, x, mask):
        ctx.save_for_backward(mask)
        return x * mask

    @staticmethod
    def backward(ctx, grad):
        (mask,) = ctx.saved_tensors
        return grad * mask, None


def draw_mask(x: Any, p: float, shape: Any) -> torch.Tensor:
    """0 with probability p, else 1 / (1 − p): what is kept grows, so the expectation stays x."""
    kept = torch.rand(shape, dtype=x.dtype, device=x.device) >= p
    return kept.to(x.dtype) / (1 - p) if p < 1 else torch.zeros_like(kept, dtype=x.dtype)


def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """In training, each number becomes 0 with probability p and is divided by 1 − p otherwise.

    With inplace, x itself becomes the result. Raises ValueError unless 0 ≤ p ≤ 1.
    """
    check_probability("dropout", p)
    check_floating("dropout", input)
    return drop("dropout", input, p, training, inplace, input.shape)


def dropout1d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Drops whole channels of input (N, C, L)."""
    return channel_dropout("dropout1d", input, p, training, inplace, 3)


def dropout3d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Drops whole channels of input (N, C, D, H, W)."""
    return channel_dropout("dropout3d", input, p, training, inplace, 5)


def dropout2d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Drops whole channels of input (N, C, H, W)."""
    return channel_dropout("dropout2d", input, p, training, inplace, 4)


def channel_dropout(
    name: str, x: Any, p: float, training: bool, inplace: bool, ndim: int
) -> Tensor:
    """Whole channels of x (N, C, …) or (C, …) set to 0 with probability p, the others / (1 − p)."""
    check_probability(name, p)
    check_floating(name, x)
    if x.ndim != ndim:
        raise ValueError(f"{name} takes {ndim} axes (N, C, …), got shape {tuple(x.shape)}")
    mask_shape = (*x.shape[:2], *[1] * (ndim - 2))
    return drop(name, x, p, training, inplace, mask_shape)


def drop(name: str, x: Any, p: float, training: bool, inplace: bool, mask_shape: Any) -> Tensor:
    """x in evaluation, else x under a mask of the given shape."""
    if not (training and p):
        return x if isinstance(x, Tensor) else Tensor(x)
    y = DropoutFunction.apply(x, draw_mask(x, p, mask_shape))
    return become(x, y, f"{name}(inplace=True)") if inplace else y


def check_probability(name: str, p: float) -> None:
    """Raise ValueError unless 0 ≤ p ≤ 1."""
    if not isinstance(p, Real) or not 0 <= p <= 1:
        raise ValueError(f"{name} takes a probability between 0 and 1, got p={p!r}")


class Dropout(Module):
    """Sets numbers to 0 at random in training; does nothing in evaluation."""

    function = staticmethod(dropout)

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        check_probability(type(self).__name__, p)
        self.p, self.inplace = p, inplace

    def forward(self, input: Any) -> Tensor:
        return self.function(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout1d(Dropout):
    """Sets whole channels of (N, C, L) to 0 at random."""

    function = staticmethod(dropout1d)


class Dropout2d(Dropout):
    """Sets whole channels of (N, C, H, W) to 0 at random."""

    function = staticmethod(dropout2d)


class Dropout3d(Dropout):
    """Sets whole channels of (N, C, D, H, W) to 0 at random."""

    function = staticmethod(dropout3d)


for _function in (dropout, dropout1d, dropout2d, dropout3d):
    Tensor.torch_functions[_function.__name__] = _function
