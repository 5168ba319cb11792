"""2017, Adam Paszke and others: numbers that change in their place under a tape (chapter 3).

A. Paszke, S. Gross, S. Chintala and others, Automatic differentiation in PyTorch (2017),
https://openreview.net/forum?id=BJJsrmfCZ. x += 1 changes x for all who hold it. But an earlier
step may have kept x's numbers for its backward pass, so they must not be overwritten: the box x is
given the new numbers and their history, and the old numbers stay where they are. (So does a view
of x, such as x.reshape(-1), which in torch would change with it.)
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from dlcore.autodiff import functional as f
from dlcore.autodiff.lines import put
from dlcore.autodiff.tensor import Tensor


class Lines(threading.local):
    """Whether this thread is running the lines of a Function on Tensors."""

    running = False


IN_LINES = Lines()


@contextmanager
def recorded() -> Iterator[None]:
    """Here the lines of a Function run on Tensors, and each of them is recorded: also x[…] = …"""
    before, IN_LINES.running = IN_LINES.running, True
    try:
        with torch.enable_grad():
            yield
    finally:
        IN_LINES.running = before


def become(x: Any, y: Any, name: str = "an in-place step") -> Any:
    """x is y from now on, for all who hold x; a Tensor is returned.

    Inside no_grad() the numbers of x are overwritten where they are in memory, as are those of a
    torch tensor x, so that a Parameter stays the one that its optimiser knows.
    Raises ValueError for another shape, and for a leaf that asks for a gradient and is recorded;
    in the lines of a Function TypeError for what would lose its history there.
    """
    if IN_LINES.running and (isinstance(x, torch.Tensor) or x.data._base is not None):
        kind = "torch tensor" if isinstance(x, torch.Tensor) else "view"
        raise TypeError(f"{name} would write into a {kind}, where a history is lost")
    if y.shape != x.shape:
        raise ValueError(
            f"{name} cannot put numbers of shape {tuple(y.shape)} into a tensor of shape "
            f"{tuple(x.shape)}"
        )
    if isinstance(x, torch.Tensor):
        x.copy_(f.plain(y))
        return y
    if not torch.is_grad_enabled():
        x.data.copy_(f.plain(y))
        return x
    if x.requires_grad and x.node is None:
        raise ValueError(
            f"{name} would change a leaf that asks for a gradient; write it inside no_grad(), or "
            "make a new tensor"
        )
    if y.dtype != x.dtype or y.device != x.device:
        y = f.to(y, x.data)
    y = y if isinstance(y, Tensor) else Tensor(y)
    x.data, x.node, x.output_index = y.data, y.node, y.output_index
    x.requires_grad = y.requires_grad
    return x


def overwritten(name: str) -> Any:
    """x.fill_(…) and the like: new numbers that owe nothing to the old ones."""

    def change(x: Tensor, *args: Any, **options: Any) -> Tensor:
        numbers = torch.empty_like(x.data)
        return become(x, getattr(numbers, name)(*args, **options), name)

    change.__name__ = name
    change.__doc__ = f"As torch.Tensor.{name}: new numbers in x's place."
    return change


def copy_(x: Tensor, src: Any, non_blocking: bool = False) -> Tensor:
    """The numbers of src, broadcast to x's shape, in x's place."""
    return become(x, f.expand(src, x.shape), "copy_")


def assign(x: Tensor, key: Any, value: Any) -> None:
    """x[key] = value, inside no_grad() and in the lines of a Function only."""
    if IN_LINES.running:
        become(x, put(x, key, value), "x[…] = …")
        return
    if torch.is_grad_enabled():
        raise TypeError(
            "x[…] = … would change numbers that a backward pass may need: write torch.where or "
            ".masked_fill(), or x.data[…] = … or no_grad() where no gradient is asked for"
        )
    parts = tuple(f.plain(part) for part in key) if isinstance(key, tuple) else f.plain(key)
    x.data[parts] = f.plain(value)
