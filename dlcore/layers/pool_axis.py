"""1980-1990: how windows lie along one axis of a signal, a picture or a film (chapter 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

from dlcore.autodiff import Function
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

    def at(self, k: int) -> tuple[Any, ...]:
        """x[axis.at(k)] is what pixel k of every window sees in a padded x."""
        return (*[slice(None)] * self.number, self.taps[k])


class Look(Function):
    """What the pixels of all windows along an axis see: (…, L, …) -> (K, …, P, …)."""

    @staticmethod
    def forward(ctx, x, axis):
        ctx.axis = axis
        return torch.stack([x[axis.at(k)] for k in range(len(axis.taps))])

    @staticmethod
    def backward(ctx, grad):
        return give(grad, ctx.axis), None


class Give(Function):
    """The way back, (K, …, P, …) -> (…, L, …): a pixel sums what all windows over it say."""

    @staticmethod
    def forward(ctx, pieces, axis):
        ctx.axis, shape = axis, list(pieces.shape[1:])
        shape[axis.number] = axis.length + sum(axis.padding)
        x = pieces.new_zeros(shape)
        for k, piece in enumerate(pieces):
            if isinstance(axis.taps[k], slice):
                x[axis.at(k)] += piece
            else:  # an index tensor may name a pixel twice
                x.index_add_(axis.number, axis.taps[k], piece)
        return x

    @staticmethod
    def backward(ctx, grad):
        return look(grad, ctx.axis), None


look, give = Look.call, Give.call


def pad_axis(x: torch.Tensor, axis: Axis, value: float) -> torch.Tensor:
    """x with the value around it, as the axis says."""
    behind = [0, 0] * (x.ndim - 1 - axis.number)
    return torch.constant_pad_nd(x, [*behind, *axis.padding], value) if any(axis.padding) else x


def first_inside(axis: Axis, x: torch.Tensor) -> torch.Tensor:
    """For each window the number of its first pixel that is no padding, shaped as a row of x: a
    padding of −∞ must not win where all pixels are −∞."""
    places = torch.arange(axis.length + sum(axis.padding), device=x.device)
    outside = torch.stack([places[tap] < axis.padding[0] for tap in axis.taps])
    return outside.sum(0).view(-1, *[1] * (x.ndim - 1 - axis.number))


def crop_axis(x: torch.Tensor, axis: Axis) -> torch.Tensor:
    """Undo pad_axis."""
    inside = slice(axis.padding[0], axis.padding[0] + axis.length)
    return x[(*[slice(None)] * axis.number, inside)] if any(axis.padding) else x


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
