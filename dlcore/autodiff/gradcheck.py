"""1986: is the gradient right? Compare it with finite differences (chapter 3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

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
    for position, x in enumerate(inputs):
        if x.requires_grad and x.dtype != torch.float64:
            raise TypeError(
                f"gradcheck needs float64, whose rounding is far below eps={eps:g}; input "
                f"{position} is {x.dtype}"
            )
    weights = probe(function, inputs, seed)
    for x in inputs:
        x.grad = None
    function(*inputs).backward(weights)
    name = getattr(function, "__name__", type(function).__name__)
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
    flat = x.data.view(-1)
    before = flat[index].item()
    flat[index] = before + eps
    above = (function(*inputs).data * weights).sum().item()
    flat[index] = before - eps
    below = (function(*inputs).data * weights).sum().item()
    flat[index] = before
    return (above - below) / (2 * eps)
