"""torch as the witness: one comparison for every Function, layer and loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

import dlcore
from dlcore import Function, Module, Tensor
from dlcore.autodiff.bridge import to_torch

ATOL = 1e-9


def random(*shape: int, seed: int = 0, positive: bool = False) -> torch.Tensor:
    """A float64 tensor of normal (or positive) numbers."""
    values = torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    return values.abs() + 0.5 if positive else values


def assert_like_torch(
    ours: Callable[..., Any], theirs: Callable[..., Any], inputs: Sequence[Any], atol: float = ATOL
) -> None:
    """Same values, and the same gradients of every float input, through a random probe."""
    boxed = [Tensor(x.clone(), True) if differentiable(x) else x for x in inputs]
    oracle = [x.clone().requires_grad_() if differentiable(x) else x for x in inputs]
    y, expected = ours(*boxed), theirs(*oracle)
    assert y.shape == expected.shape
    torch.testing.assert_close(y.data, expected.detach(), rtol=0, atol=atol)
    probe = torch.randn(y.shape, dtype=y.dtype, generator=torch.Generator().manual_seed(1))
    y.backward(probe)
    expected.backward(probe)
    for mine, other in zip(boxed, oracle, strict=True):
        if isinstance(mine, Tensor):
            assert mine.grad is not None
            grad = torch.zeros_like(other) if other.grad is None else other.grad
            torch.testing.assert_close(mine.grad, grad, rtol=0, atol=atol)


def assert_gradcheck(function: type[Function], *args: Any) -> None:
    """torch.autograd.gradcheck on the same forward and backward, through the bridge."""
    args = tuple(a.clone().requires_grad_() if differentiable(a) else a for a in args)
    assert torch.autograd.gradcheck(to_torch(function).apply, args)


def assert_starts_like_torch(name: str, *args: Any, **options: Any) -> None:
    """From one seed, dlcore's and torch.nn's module of this name have the same keys and numbers."""
    torch.manual_seed(3)
    ours = getattr(dlcore, name)(*args, **options)
    torch.manual_seed(3)
    theirs = getattr(torch.nn, name)(*args, **options)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for key, value in theirs.state_dict().items():
        assert torch.equal(ours.state_dict()[key], value), key
    assert repr(ours) == repr(theirs)


def assert_one_graph(layer: Callable[[Tensor], Tensor], x: torch.Tensor) -> None:
    """A step forward and back, compiled as one graph, gives what it gives eagerly."""
    parameters = list(layer.parameters()) if isinstance(layer, Module) else []
    probe = random(*layer(Tensor(x)).shape, seed=1)

    def step(x: torch.Tensor) -> list[Any]:
        for parameter in parameters:
            parameter.grad = None
        boxed = Tensor(x, True)
        y = layer(boxed)
        y.backward(probe)
        return [y.data, boxed.grad, *(parameter.grad for parameter in parameters)]

    torch.compiler.reset()
    compiled = torch.compile(step, fullgraph=True, backend="aot_eager")(x)
    for mine, expected in zip(compiled, step(x), strict=True):
        torch.testing.assert_close(mine, expected, rtol=0, atol=ATOL)


def differentiable(x: Any) -> bool:
    return isinstance(x, torch.Tensor) and x.is_floating_point()
