"""1986: is the gradient right? Compare it with finite differences (chapter 3)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import torch

from dlcore.autodiff.functional import cat
from dlcore.autodiff.tensor import Tensor, no_grad


class GradcheckError(AssertionError):
    """A gradient that finite differences do not confirm."""


def gradcheck(
    function: Callable[..., Any],
    inputs: Sequence[Tensor],
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    seed: int = 0,
) -> bool:
    """Check the gradients of `function(*inputs)` against central finite differences.

    The output y, of any shape, is weighed by a fixed random v: L = Σ v·y. (A plain sum would be
    blind to a softmax, whose sum never changes.) Every element of every input that requires a
    gradient is moved by ±eps, and (L₊ − L₋) / 2·eps must agree with dL/dx from `backward` to
    atol + rtol·|finite difference|.

    inputs: float64 Tensors. Returns True, or raises GradcheckError with the name of the function,
    the argument, the index, what backward gave and what was expected.
    """
    name = getattr(function, "__name__", type(function).__name__)
    function = as_one(function)
    check_inputs(inputs, eps)
    weights = probe(function, inputs, seed)
    for x in inputs:
        x.grad = None
    function(*inputs).backward(weights)
    for position, x in enumerate(inputs):
        for index in range(x.numel() if x.requires_grad else 0):
            got = 0.0 if x.grad is None else x.grad.reshape(-1)[index].item()
            expected = slope(function, inputs, x, index, weights, eps)
            if not abs(got - expected) <= atol + rtol * abs(expected):
                raise GradcheckError(
                    f"{name}: gradient of argument {position} at {place(index, x.shape)}: "
                    f"backward gave {got:.6g}, finite differences {expected:.6g}"
                )
    return True


def check_inputs(inputs: Sequence[Tensor], eps: float) -> None:
    """Refuse inputs whose numbers cannot be moved one by one, or are too coarse."""
    for position, x in enumerate(inputs):
        if x.requires_grad and 0 in [s for s, n in zip(x.data.stride(), x.shape) if n > 1]:
            raise ValueError(
                f"gradcheck moves one number at a time, but input {position} of shape "
                f"{tuple(x.shape)} holds the same one in several places; use x.clone()"
            )
        if x.requires_grad and x.dtype != torch.float64:
            raise TypeError(
                f"gradcheck needs float64, whose rounding is far below eps={eps:g}; input "
                f"{position} is {x.dtype}"
            )


def as_one(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with all numbers of its outputs in one row, where it has several outputs."""

    @functools.wraps(function)
    def joined(*inputs: Any) -> Any:
        y = function(*inputs)
        if not isinstance(y, (tuple, list)):
            return y
        return cat([part.reshape(-1) for part in y if part.dtype.is_floating_point])

    return joined


def place(index: int, shape: torch.Size) -> tuple[int, ...]:
    """The position in a tensor of its element number `index`."""
    return tuple(int(i) for i in torch.unravel_index(torch.tensor(index), shape))


@no_grad()
def probe(function: Callable[..., Any], inputs: Sequence[Tensor], seed: int) -> torch.Tensor:
    """Random weights of the output's shape."""
    y = function(*inputs)
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(y.shape, dtype=torch.float64, generator=generator).to(y.data)


@no_grad()
def slope(
    function: Callable[..., Any],
    inputs: Sequence[Tensor],
    x: Tensor,
    index: int,
    weights: torch.Tensor,
    eps: float,
) -> float:
    """(L(x + eps) − L(x − eps)) / 2·eps for one element of x, which is put back afterwards."""
    numbers, at = x.data, place(index, x.shape)
    before = numbers[at].item()
    numbers[at] = before + eps
    above = (function(*inputs).data * weights).sum().item()
    numbers[at] = before - eps
    below = (function(*inputs).data * weights).sum().item()
    numbers[at] = before
    return (above - below) / (2 * eps)
