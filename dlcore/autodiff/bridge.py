"""A Function of dlcore as a torch.autograd.Function, so that torch can test it (chapter 3)."""

from __future__ import annotations

import torch

from dlcore.autodiff.function import Function


def to_torch(function: type[Function]) -> type[torch.autograd.Function]:
    """The same forward and backward under torch's autograd: to_torch(LinearMap).apply(x, w, b)."""
    if not (isinstance(function, type) and issubclass(function, Function)):
        raise TypeError(f"to_torch takes a Function class, got {function!r}")
    body = {
        "forward": staticmethod(function.forward),
        "backward": staticmethod(torch.autograd.function.once_differentiable(function.backward)),
    }
    return type(function.__name__, (torch.autograd.Function,), body)
