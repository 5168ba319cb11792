"""Gradients of gradients of any Function, beside those of a torch function that says the same."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any, NamedTuple

import torch

from dlcore import Function, Tensor, autodiff, grad, layers, methods, models, training
from tests.oracle import differentiable, random

ATOL = 1e-8


class Fixed(NamedTuple):
    """A float argument of which no gradient is asked."""

    value: torch.Tensor


class Case(NamedTuple):
    """A Function's arguments, and what torch makes of the same: a tensor or a tuple of them."""

    function: type[Function]
    arguments: tuple[Any, ...]
    oracle: Callable[..., Any]


def case(function: Any, *arguments: Any, oracle: Callable[..., Any]) -> Case:
    return Case(function, arguments, oracle)


def all_functions() -> set[type[Function]]:
    """Every Function of the package that has a forward of its own, wherever it is defined."""
    for room in (autodiff, layers, methods, models, training):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            importlib.import_module(module.name)
    found: set[type[Function]] = set()
    new = {Function}
    while new:
        new = {below for function in new for below in function.__subclasses__()} - found
        found |= new
    own = (f for f in found if f.forward is not Function.forward)
    return {f for f in own if f.__module__.split(".")[0] == "dlcore"}


def bent(outputs: Any, probes: list[torch.Tensor]) -> Any:
    """Σ v (y + y²/2) over the outputs that have a gradient: no derivative of it is constant."""
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    used = [y for y in outputs if y.requires_grad]
    return sum(((y + y * y / 2) * v).sum() for y, v in zip(used, probes, strict=True))


def next_gradients(differentiate: Any, loss: Any, inputs: list[Any], seed: int) -> Any:
    """The gradients of a loss, and their weighted sum, of which gradients can be taken again."""
    found = differentiate(loss, inputs, create_graph=True, materialize_grads=True)
    total = sum((g * random(*g.shape, seed=seed + i)).sum() for i, g in enumerate(found))
    return found, total


def derivatives(differentiate: Any, function: Any, inputs: list[Any], orders: int) -> list[Any]:
    """Gradients of `orders` orders, one list after the other."""
    outputs = function()
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    probes = [random(*y.shape, seed=7 + i) for i, y in enumerate(outputs) if y.requires_grad]
    total, found = bent(outputs, probes), []
    for order in range(orders):
        gradients, total = next_gradients(differentiate, total, inputs, 20 * order + 30)
        found += gradients
        if not getattr(total, "requires_grad", False):
            break
    return found


def assert_derivatives_like_torch(one: Case, orders: int = 3) -> None:
    """All gradients up to some order equal torch's; the first one also the ordinary backward's."""
    ours, theirs = (
        arguments_of(one, lambda x: Tensor(x.clone(), True)),
        arguments_of(one, lambda x: x.clone().requires_grad_()),
    )
    leaves = [x for x in ours if isinstance(x, Tensor)]
    oracle_leaves = [x for x in theirs if isinstance(x, torch.Tensor) and x.requires_grad]
    mine = derivatives(grad, lambda: one.function.apply(*ours), leaves, orders)
    expected = derivatives(torch.autograd.grad, lambda: one.oracle(*theirs), oracle_leaves, orders)
    for number, g in enumerate(expected):
        got = mine[number].data if number < len(mine) else torch.zeros_like(g)
        torch.testing.assert_close(
            got, g.detach(), rtol=ATOL, atol=ATOL,
            msg=lambda text, n=number: f"gradient {n} of {len(leaves)} an order: {text}",
        )  # fmt: skip
    y = one.function.apply(*ours)
    y = y if isinstance(y, tuple) else (y,)
    probes = [random(*out.shape, seed=7 + i) for i, out in enumerate(y) if out.requires_grad]
    bent(y, probes).backward()
    for x, g in zip(leaves, mine, strict=False):
        ordinary = torch.zeros_like(x.data) if x.grad is None else x.grad
        torch.testing.assert_close(g.data, ordinary, rtol=ATOL, atol=ATOL)


def arguments_of(one: Case, leaf: Callable[[torch.Tensor], Any]) -> list[Any]:
    """The arguments, each float tensor that is not fixed as a leaf."""
    return [
        x.value if isinstance(x, Fixed) else leaf(x) if differentiable(x) else x
        for x in one.arguments
    ]
