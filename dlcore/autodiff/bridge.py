"""A Function of dlcore as a torch.autograd.Function, so that torch can test it (chapter 3).

The other way is closed: torch.autograd.Function.apply(Tensor) would run, cut the gradient and say
nothing, since torch takes a Tensor for something that is no tensor at all.
"""

from __future__ import annotations

import functools
from typing import Any

import torch

from dlcore.autodiff.function import Function
from dlcore.autodiff.tensor import Tensor


def to_torch(function: type[Function]) -> type[torch.autograd.Function]:
    """The same forward and backward under torch's autograd: to_torch(LinearMap).apply(x, w, b)."""
    if not (isinstance(function, type) and issubclass(function, Function)):
        raise TypeError(f"to_torch takes a Function class, got {function!r}")
    body = {
        "forward": staticmethod(function.forward),
        "backward": staticmethod(torch.autograd.function.once_differentiable(function.backward)),
    }
    return type(function.__name__, (torch.autograd.Function,), body)


def refusing(apply: Any) -> Any:
    """torch.autograd.Function.apply, but TypeError where an argument is a dlcore Tensor."""

    @functools.wraps(apply)
    def checked(cls: Any, *args: Any, **options: Any) -> Any:
        if any(isinstance(argument, Tensor) for argument in (*args, *options.values())):
            raise TypeError(
                f"{cls.__name__} is a Function of torch.autograd, which would cut the gradient of "
                "a dlcore Tensor; derive it from dlcore.Function: forward and backward stay as "
                "they are"
            )
        return apply(cls, *args, **options)

    return checked


theirs: Any = torch.autograd.Function
theirs.apply = classmethod(refusing(theirs.apply.__func__))
