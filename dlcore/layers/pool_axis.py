"""1980-1990: how windows lie along one axis of a signal, a picture or a film (chapter 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

from dlcore.layers.window import check_pictures, per_axis


@dataclass(frozen=True)
class Axis:
    """How one axis is pooled.

    number and length say which axis it is; `padding` lengthens it by (before, after). taps[k] is
    where pixel k of all windows stands on the padded axis: a slice, or an index tensor where
    windows are of unequal size.
    """

    number: int
    length: int
    taps: list[Any]
    padding: tuple[int, int] = (0, 0)


def look(x: torch.Tensor, axis: Axis, k: int) -> torch.Tensor:
    """What pixel k of every window sees."""
    tap = axis.taps[k]
    if isinstance(tap, slice):
        return x[(slice(None),) * axis.number + (tap,)]
    return x.index_select(axis.number, tap)


def give(x: torch.Tensor, axis: Axis, k: int, values: torch.Tensor, share: Any = None) -> None:
    """Add values (times share) to the pixels that `look` would see."""
    tap = axis.taps[k]
    if not isinstance(tap, slice):
        x.index_add_(axis.number, tap, values if share is None else values * share)
    elif share is None:
        look(x, axis, k).add_(values)
    else:
        look(x, axis, k).addcmul_(values, share)


def pad_axis(x: torch.Tensor, axis: Axis, value: float) -> torch.Tensor:
    behind = [0, 0] * (x.ndim - 1 - axis.number)
    return torch.constant_pad_nd(x, [*behind, *axis.padding], value) if any(axis.padding) else x


def crop_axis(x: torch.Tensor, axis: Axis) -> torch.Tensor:
    return x.narrow(axis.number, axis.padding[0], axis.length) if any(axis.padding) else x


def blank(like: torch.Tensor, axis: Axis) -> torch.Tensor:
    """Zeros in the shape of the padded input, channels last in memory where `like` has them so."""
    shape = list(like.shape)
    shape[axis.number] = axis.length + sum(axis.padding)
    if like.ndim < 3 or like.is_contiguous() or not like.movedim(1, -1).is_contiguous():
        return like.new_zeros(shape)
    return like.new_zeros([shape[0], *shape[2:], shape[1]]).movedim(-1, 1)


def window_axes(
    name: str, dims: int, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil: bool
) -> Iterator[Axis]:
    """One Axis per axis of the picture, the last one first, as ties are broken row by row."""
    check_pictures(name, dims, x)
    kernel = per_axis(kernel, dims, "kernel_size")
    stride = kernel if stride is None else per_axis(stride, dims, "stride")
    padding, dilation = per_axis(padding, dims, "padding", 0), per_axis(dilation, dims, "dilation")
    for i in reversed(range(dims)):
        n, k, s, p, d = x.shape[i - dims], kernel[i], stride[i], padding[i], dilation[i]
        reach = d * (k - 1) + 1
        if 2 * p > reach:
            raise ValueError(f"{name} pads by at most half a window of {reach}, got padding={p}")
        if n + 2 * p < reach and not (ceil and n + 2 * p + s - 1 >= reach):
            raise ValueError(
                f"{name} has windows of {reach} pixels, larger than the padded input of "
                f"{n + 2 * p}; use a smaller kernel_size or a larger input"
            )
        places = (n + 2 * p - reach + (s - 1 if ceil else 0)) // s + 1
        places -= (places - 1) * s >= n + p  # no window starts behind the picture
        after = max((places - 1) * s + reach - n - p, 0)
        last = (places - 1) * s + 1
        yield Axis(
            x.ndim - dims + i, n, [slice(j * d, j * d + last, s) for j in range(k)], (p, after)
        )


def window_counts(axis: Axis, padding: int, include_pad: bool) -> list[int]:
    """How many pixels each window averages; those behind the padding never count."""
    tap = axis.taps[0]
    starts = [start - axis.padding[0] for start in range(tap.start, tap.stop, tap.step)]
    low, high = (-padding, axis.length + padding) if include_pad else (0, axis.length)
    return [min(start + len(axis.taps), high) - max(start, low) for start in starts]
