"""1980-1990: a neighbourhood answers with its mean or its largest value (chapter 6).

The C-cells of K. Fukushima's neocognitron (1980), https://doi.org/10.1007/BF00344251, pool their
neighbours so that small shifts do not matter; LeCun's digit readers learn behind local means. The
maximum in a speech recogniser: K. Yamaguchi, K. Sakamoto, T. Akabane, Y. Fujimoto, A neural network
for speaker-independent isolated word recognition (1990),
https://isca-speech.org/archive/icslp_1990/i90_1077.html.

The maximum of a square is the maximum of the maxima of its rows, and so is the mean. Therefore one
Function that pools along one axis serves signals, pictures and films.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore.autodiff import Function, Tensor
from dlcore.autodiff.faster import fastest
from dlcore.autodiff.functional import div, plain
from dlcore.layers.module import Module
from dlcore.layers.pool_axis import (
    Axis,
    crop_axis,
    first_inside,
    give,
    look,
    pad_axis,
    window_axes,
    window_counts,
)  # fmt: skip
from dlcore.layers.window import per_axis


class MaxAlong(Function):
    """y[p] = max_k x[p·stride + k·dilation − padding] along one axis; the first of equal maxima
    gets the gradient."""

    @staticmethod
    def forward(ctx, x, axis):
        seen = look(pad_axis(x, axis, float("-inf")), axis)  # (K, …), one slice per pixel
        y, winner = seen.max(0)
        ctx.axis, ctx.winner = axis, torch.maximum(winner, first_inside(axis, x))
        return y

    @staticmethod
    def backward(ctx, grad):
        pixels = range(len(ctx.axis.taps))
        shares = torch.stack([torch.where(ctx.winner == k, grad, 0.0) for k in pixels])
        return crop_axis(give(shares, ctx.axis), ctx.axis), None


class MeanAlong(Function):
    """y[p] = Σ_k x[p·stride + k − padding] / count[p] along one axis."""

    @staticmethod
    def forward(ctx, x, axis, count):
        ctx.axis, ctx.count = axis, count
        return look(pad_axis(x, axis, 0.0), axis).sum(0) / count

    @staticmethod
    def backward(ctx, grad):
        shares = torch.stack([grad / ctx.count] * len(ctx.axis.taps))
        return crop_axis(give(shares, ctx.axis), ctx.axis), None, None


def max_along(x: Any, axis: Axis) -> Tensor:
    """The maximum in each window along one axis."""
    return fastest(MaxAlong, x, axis).apply(x, axis)


def mean_along(x: Any, axis: Axis, count: Any) -> Tensor:
    """The mean in each window along one axis; count: how many numbers divide each sum."""
    return fastest(MeanAlong, x, axis, count).apply(x, axis, count)


def max_pool(x: Any, axes: Any, return_indices: bool) -> Any:
    """The largest values and, if asked, where they stand in the flattened picture."""
    axes, y = list(axes), x
    for axis in axes:
        y = max_along(y, axis)
    return (y, largest_at(plain(x), axes)) if return_indices else y


def largest_at(x: torch.Tensor, axes: list[Axis]) -> torch.Tensor:
    """The position of each window's first maximum in the flattened picture, as torch counts."""
    position, step = torch.zeros((), dtype=torch.int64, device=x.device), 1
    for axis in axes:  # the last axis comes first: its pixels are neighbours
        before, after = axis.padding
        along = torch.arange(-before, axis.length + after, device=x.device)
        along = along.clamp(0, axis.length - 1) * step
        position = position + along.view(-1, *[1] * (x.ndim - 1 - axis.number))
        step *= axis.length
    for axis in axes:
        x = pad_axis(x, axis, float("-inf"))
    position = position.expand(x.shape)
    for axis in axes:
        seen, places = look(x, axis), look(position, axis)
        winner = seen.argmax(0)[None]
        x, position = seen.gather(0, winner)[0], places.gather(0, winner)[0]
    return position.contiguous()


def avg_pool(
    name: str, dims: int, x: Any, kernel: Any, stride: Any, padding: Any, ceil: bool,
    include_pad: bool, divisor: int | None = None,
) -> Tensor:  # fmt: skip
    """Means, or sums divided by `divisor`."""
    if divisor == 0:
        raise ValueError(f"{name} cannot divide by divisor_override=0")
    y, pads = x, per_axis(padding, dims, "padding", 0)
    for axis in window_axes(name, dims, x, kernel, stride, padding, 1, ceil):
        count: Any = 1
        if divisor is None:
            counts = window_counts(axis, pads[axis.number - x.ndim], include_pad)
            count = counts[0]
            if min(counts) != max(counts):
                count = torch.tensor(counts, device=x.device)
                count = count.view(-1, *[1] * (x.ndim - 1 - axis.number))
        y = mean_along(y, axis, count)
    return y if divisor is None else div(y, divisor)


# -- functions and modules under torch's names ----------------------------------------------------
def max_pool1d(
    input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False
) -> Any:
    """The largest value in each window of (N, C, L) or (C, L); stride None means kernel_size."""
    settings = kernel_size, stride, padding, dilation, ceil_mode
    return max_pool(input, window_axes("max_pool1d", 1, input, *settings), return_indices)


def max_pool2d(
    input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False
) -> Any:
    """The largest value in each window of (N, C, H, W) or (C, H, W)."""
    settings = kernel_size, stride, padding, dilation, ceil_mode
    return max_pool(input, window_axes("max_pool2d", 2, input, *settings), return_indices)


def max_pool3d(
    input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False
) -> Any:
    """The largest value in each window of (N, C, D, H, W) or (C, D, H, W)."""
    settings = kernel_size, stride, padding, dilation, ceil_mode
    return max_pool(input, window_axes("max_pool3d", 3, input, *settings), return_indices)


def avg_pool1d(
    input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True
) -> Tensor:
    """The mean of each window of (N, C, L) or (C, L)."""
    settings = kernel_size, stride, padding, ceil_mode, count_include_pad
    return avg_pool("avg_pool1d", 1, input, *settings)


def avg_pool2d(
    input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True,
    divisor_override=None,
) -> Tensor:  # fmt: skip
    """The mean of each window of (N, C, H, W) or (C, H, W), or its sum / divisor_override."""
    settings = kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    return avg_pool("avg_pool2d", 2, input, *settings)


def avg_pool3d(
    input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True,
    divisor_override=None,
) -> Tensor:  # fmt: skip
    """The mean of each window of (N, C, D, H, W) or (C, D, H, W), or its sum / divisor_override."""
    settings = kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    return avg_pool("avg_pool3d", 3, input, *settings)


class MaxPoolNd(Module):
    """What MaxPool1d, MaxPool2d and MaxPool3d share."""

    dims = 0

    def __init__(
        self, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1,
        return_indices: bool = False, ceil_mode: bool = False,
    ) -> None:  # fmt: skip
        per_axis(kernel_size, self.dims, "kernel_size")
        self.kernel_size, self.padding, self.dilation = kernel_size, padding, dilation
        self.stride = kernel_size if stride is None else stride
        self.return_indices, self.ceil_mode = return_indices, ceil_mode

    def forward(self, input: Any) -> Any:
        settings = self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode
        axes = window_axes(type(self).__name__, self.dims, input, *settings)
        return max_pool(input, axes, self.return_indices)

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(MaxPoolNd):
    """The largest value in each window of a signal (N, C, L), as torch.nn.MaxPool1d."""

    dims = 1


class MaxPool2d(MaxPoolNd):
    """The largest value in each window of a picture (N, C, H, W), as torch.nn.MaxPool2d."""

    dims = 2


class MaxPool3d(MaxPoolNd):
    """The largest value in each window of a film (N, C, D, H, W), as torch.nn.MaxPool3d."""

    dims = 3


class AvgPoolNd(Module):
    """What AvgPool2d and AvgPool3d share."""

    dims = 0

    def __init__(
        self, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False,
        count_include_pad: bool = True, divisor_override: int | None = None,
    ) -> None:  # fmt: skip
        per_axis(kernel_size, self.dims, "kernel_size")
        self.kernel_size, self.padding = kernel_size, padding
        self.stride = kernel_size if stride is None else stride
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad
        self.divisor_override = divisor_override

    def forward(self, input: Any) -> Tensor:
        return avg_pool(
            type(self).__name__, self.dims, input, self.kernel_size, self.stride, self.padding,
            self.ceil_mode, self.count_include_pad, self.divisor_override,
        )  # fmt: skip

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool1d(AvgPoolNd):
    """The mean of each window of a signal (N, C, L), as torch.nn.AvgPool1d."""

    dims = 1

    def __init__(
        self, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:  # fmt: skip
        stride = kernel_size if stride is None else stride
        super().__init__(
            per_axis(kernel_size, 1, "kernel_size"), per_axis(stride, 1, "stride"),
            per_axis(padding, 1, "padding", 0), ceil_mode, count_include_pad,
        )  # fmt: skip


class AvgPool2d(AvgPoolNd):
    """The mean of each window of a picture (N, C, H, W), as torch.nn.AvgPool2d."""

    dims = 2


class AvgPool3d(AvgPoolNd):
    """The mean of each window of a film (N, C, D, H, W), as torch.nn.AvgPool3d."""

    dims = 3


for _function in (max_pool1d, max_pool2d, max_pool3d, avg_pool1d, avg_pool2d, avg_pool3d):
    Tensor.torch_functions[_function.__name__] = _function


def with_indices(function: Any) -> Any:
    """torch calls max_pool2d(return_indices=True) under another name, with return_indices None."""
    return lambda *args, **settings: function(*args, **{**settings, "return_indices": True})


for _function in (max_pool1d, max_pool2d, max_pool3d):
    Tensor.torch_functions[f"{_function.__name__}_with_indices"] = with_indices(_function)
