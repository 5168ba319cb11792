"""What layers refuse, each in one sentence that says what to do instead (chapter 3)."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any

import torch

from dlcore.autodiff import Tensor


def check_tensor(name: str, *tensors: Any) -> None:
    """Raise TypeError unless all are tensors, ours or torch's."""
    for x in tensors:
        if not isinstance(x, (Tensor, torch.Tensor)):
            raise TypeError(f"{name} takes a Tensor, got {type(x).__name__}; wrap it: Tensor(x)")


def check_floating(name: str, *tensors: Any) -> None:
    """Raise TypeError unless all are tensors of floating-point numbers."""
    check_tensor(name, *tensors)
    for x in tensors:
        if not x.dtype.is_floating_point:
            raise TypeError(f"{name} takes floating-point numbers, got {x.dtype}; use x.float()")


def is_size(n: Any) -> bool:
    """Whether n is a whole number of at least 1."""
    return isinstance(n, Integral) and int(n) >= 1


def check_sizes(name: str, **sizes: Any) -> None:
    """Refuse sizes that are not whole numbers of at least 1."""
    if not all(map(is_size, sizes.values())):
        listed = ", ".join(f"{key}={value!r}" for key, value in sizes.items())
        raise ValueError(f"{name} needs whole numbers of at least 1, got {listed}")


def size_of(name: str, shape: Any) -> tuple[int, ...]:
    """3 -> (3,); several whole numbers of at least 1 stay as they are."""
    sizes = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    if not sizes or not all(map(is_size, sizes)):
        raise ValueError(
            f"{name} needs a whole number of at least 1, or several, as normalized_shape, got "
            f"{shape!r}"
        )
    return sizes


def check_axis(name: str, x: Any, dim: int) -> None:
    """Refuse an x without numbers to compare along `dim`."""
    check_floating(name, x)
    axes = max(x.ndim, 1)  # one number is its own axis, as in torch
    if not -axes <= dim < axes or (x.ndim and x.shape[dim] == 0):
        raise ValueError(
            f"{name} needs at least one number along dim={dim}, got shape {tuple(x.shape)}"
        )


def check_same_kind(name: str, x: Any, weight: Any) -> None:
    """Refuse an x of another dtype or on another device than the weights."""
    if x.dtype != weight.dtype:
        raise TypeError(
            f"{name} has {weight.dtype} weights and got {x.dtype} input; "
            f"use x.to({weight.dtype}) or layer.to({x.dtype})"
        )
    if x.device != weight.device:
        raise ValueError(
            f"{name} lives on {weight.device} and got input on {x.device}; "
            "move one of them with .to(device)"
        )


def check_parameter(name: str, x: Any, parameter: Any, shape: Sequence[int]) -> None:
    """Refuse weights or a bias of another shape than x needs, or of another kind; None passes."""
    if parameter is None:
        return
    check_tensor(name, parameter)
    if tuple(parameter.shape) != tuple(shape):
        raise ValueError(
            f"{name} takes parameters of shape {tuple(shape)} for x of shape {tuple(x.shape)}, "
            f"got one of shape {tuple(parameter.shape)}"
        )
    check_same_kind(name, x, parameter)


def check_width(layer: Any, x: Any, features: int, setting: str, weight: Tensor) -> None:
    """Refuse an x (…, features) of another width, dtype or device than the layer's weights."""
    name = type(layer).__name__
    check_tensor(name, x)
    x = x.data if isinstance(x, Tensor) else x
    if x.shape[-1:] != (features,):
        width = x.shape[-1] if x.ndim else 0
        raise ValueError(
            f"{name}({setting}={features}) got x with {width} features, shape {tuple(x.shape)}"
        )
    check_same_kind(name, x, weight.data)


def check_target(name: str, input: Any, target: Any) -> None:
    """Refuse a target of another shape than input, or whose numbers are of another kind.

    Whole numbers may stand for floating-point ones; two kinds of those may not be mixed, since
    the gradient would not be of input's kind.
    """
    check_floating(name, input)
    check_tensor(name, target)
    if input.shape != target.shape:
        raise ValueError(
            f"{name} got input of shape {tuple(input.shape)} and target of shape "
            f"{tuple(target.shape)}; they must be equal, since broadcasting would hide a mistake"
        )
    mixed = target.dtype.is_floating_point and target.dtype != input.dtype
    if mixed or target.dtype.is_complex or target.dtype == torch.bool:
        raise TypeError(
            f"{name} got input of {input.dtype} and target of {target.dtype}; use "
            f"target.to({input.dtype})"
        )
    if input.device != target.device:
        raise ValueError(
            f"{name} got input on {input.device} and target on {target.device}; "
            "move one of them with .to(device)"
        )
