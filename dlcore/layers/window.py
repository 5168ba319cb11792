"""1989, Yann LeCun and colleagues: where a window may stand on a signal, a picture or a film
(chapter 6).

Settings that convolution and pooling share: kernel, stride, padding and dilation, one number per
axis of the picture. Their meaning is that of torch.nn; an illustrated guide: V. Dumoulin, F. Visin,
A guide to convolution arithmetic for deep learning (2016), https://arxiv.org/abs/1603.07285.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import torch

from dlcore.layers.check import check_floating, check_same_kind, check_tensor


def places_of(size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> tuple[int, ...]:
    """How many places there are for the window along each axis; padding in pairs."""
    return tuple(
        (n + sum(p) - d * (k - 1) - 1) // s + 1
        for n, k, s, p, d in zip(size, kernel, stride, padding, dilation, strict=True)
    )


def taps(kernel: Any, stride: Any, dilation: Any, places: Any) -> Iterator[tuple[Any, Any]]:
    """For each pixel of the window: its offset in the kernel, and all pixels of the (padded)
    picture that it meets on its way, as one slice per axis."""
    for offset in itertools.product(*map(range, kernel)):
        pixels = tuple(
            slice(o * d, o * d + (p - 1) * s + 1, s)
            for o, p, s, d in zip(offset, places, stride, dilation, strict=True)
        )
        yield offset, pixels


def pad(x: torch.Tensor, padding: Any, value: float = 0.0) -> torch.Tensor:
    """Put (before, after) more pixels around each axis; negative numbers cut them off again."""
    flat = from_last(padding)
    return torch.constant_pad_nd(x, flat, value) if any(flat) else x


def cut(padding: Any) -> list[tuple[int, int]]:
    """What `pad` takes to undo itself: the same pixels off each end."""
    return [(-before, -after) for before, after in padding]


def from_last(padding: Any) -> list[int]:
    """Pairs (before, after) for each axis as torch's pad takes them: the last axis first."""
    return [amount for pair in reversed(padding) for amount in pair]


def per_axis(value: Any, dims: int, name: str, least: int = 1) -> tuple[int, ...]:
    """3 -> (3, 3) for a picture; a tuple stays as it is."""
    values = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    if len(values) == 1:
        values = values * dims
    if len(values) != dims or any(not isinstance(v, int) or v < least for v in values):
        raise ValueError(
            f"{name} is a whole number of at least {least}, or {dims} of them, got {value!r}"
        )
    return values


def padding_pairs(padding: Any, kernel: Any, stride: Any, dilation: Any) -> tuple[Any, ...]:
    """(before, after) for each axis from a number, a tuple, 'valid' (none) or 'same'."""
    if not isinstance(padding, str):
        return tuple((p, p) for p in per_axis(padding, len(kernel), "padding", 0))
    if padding not in ("valid", "same"):
        raise ValueError(f"padding is a number, 'valid' or 'same', got {padding!r}")
    if padding == "valid":
        return ((0, 0),) * len(kernel)
    if any(s != 1 for s in stride):
        raise ValueError(f"padding='same' needs stride 1, got stride={tuple(stride)}")
    spare = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
    return tuple((n // 2, n - n // 2) for n in spare)


def check_input(name: str, dims: int, x: Any, weight: Any, channels: int) -> None:
    """Refuse, in one sentence, what the weights cannot work on."""
    check_tensor(name, x)
    axes = ", ".join("DHW"[-dims:]) if dims > 1 else "L"
    if x.ndim not in (dims + 1, dims + 2) or weight.ndim != dims + 2:
        raise ValueError(
            f"{name} takes x (N, C, {axes}) or (C, {axes}) and a weight of {dims + 2} axes, "
            f"got shapes {tuple(x.shape)} and {tuple(weight.shape)}"
        )
    if x.shape[-dims - 1] != channels:
        raise ValueError(
            f"{name} with {channels} input channels got x with {x.shape[-dims - 1]}, "
            f"shape {tuple(x.shape)}"
        )
    check_same_kind(name, x, weight)


def check_windows(name: str, size: Any, kernel: Any, padding: Any, dilation: Any) -> None:
    """Raise ValueError if a kernel is wider than what it slides over."""
    padded = tuple(n + sum(p) for n, p in zip(size, padding, strict=True))
    reach = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    if any(r > n for r, n in zip(reach, padded, strict=True)):
        raise ValueError(
            f"{name} has windows of {reach} pixels, larger than the padded input of {padded}; "
            "use a smaller kernel, more padding or a larger input"
        )


def check_pictures(name: str, dims: int, x: Any) -> None:
    """Raise TypeError or ValueError unless x is (N, C, …) or (C, …) with `dims` axes behind."""
    check_floating(name, x)
    if x.ndim not in (dims + 1, dims + 2) or 0 in x.shape[-dims:]:
        raise ValueError(
            f"{name} takes (N, C, …) or (C, …) with {dims} axes of at least one pixel behind the "
            f"channels, got shape {tuple(x.shape)}"
        )
