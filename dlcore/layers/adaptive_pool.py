"""2013, Min Lin, Qiang Chen and Shuicheng Yan: pool to a size asked for, down to one number per
channel (chapter 12).

Global average pooling replaced the last fully connected layers: M. Lin, Q. Chen, S. Yan, Network in
network (2013), https://arxiv.org/abs/1312.4400; here it is output_size=1. Windows of unequal size
that cover a picture of any size: K. He, X. Zhang, S. Ren, J. Sun, Spatial pyramid pooling in deep
convolutional networks for visual recognition (2014), https://arxiv.org/abs/1406.4729.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import matmul, mean, plain, transpose
from dlcore.layers.module import Module
from dlcore.layers.pool import max_pool, mean_along, with_indices
from dlcore.layers.pool_axis import Axis
from dlcore.layers.window import check_pictures


def window_ends(length: int, places: int) -> list[tuple[int, int]]:
    """`places` windows that cover an axis: window i is [⌊i·L/P⌋, ⌈(i + 1)·L/P⌉)."""
    return [(i * length // places, -(-(i + 1) * length // places)) for i in range(places)]


def adaptive_axis(number: int, length: int, places: int, device: Any) -> Axis:
    """The taps of `places` windows that cover an axis; slices where all are equally wide."""
    ends = window_ends(length, places)
    longest = max(end - start for start, end in ends)
    if longest * places == length:
        return Axis(number, length, [slice(k, None, longest) for k in range(longest)])
    taps = [  # a short window looks at its last pixel again, which changes no maximum
        torch.tensor([min(start + k, end - 1) for start, end in ends], device=device)
        for k in range(longest)
    ]
    return Axis(number, length, taps)


def averaging_matrix(length: int, places: int, like: Any) -> torch.Tensor:
    """(P, L): row i holds 1/width where window i stands."""
    matrix = torch.zeros(places, length, dtype=like.dtype)
    for row, (start, end) in zip(matrix, window_ends(length, places), strict=True):
        row[start:end] = 1 / (end - start)
    return matrix.to(like.device)


def output_sizes(name: str, dims: int, x: Any, output_size: Any) -> list[tuple[int, int, int]]:
    """(axis, length, places) for each axis of the picture, the last one first."""
    check_pictures(name, dims, x)
    if output_size is None or isinstance(output_size, int):
        output_size = (output_size,) * dims
    sizes = tuple(output_size)
    if len(sizes) != dims or any(p is not None and p < 1 for p in sizes):
        raise ValueError(
            f"{name} takes an output_size of {dims} positive numbers (None keeps an axis), "
            f"got {sizes}"
        )
    axes = zip(range(x.ndim - dims, x.ndim), x.shape[-dims:], sizes, strict=True)
    return [(axis, n, p or n) for axis, n, p in reversed(list(axes))]


def adaptive_max(name: str, dims: int, x: Any, output_size: Any, return_indices: bool) -> Any:
    """The maximum in each of output_size cells; with the places if return_indices."""
    sizes = output_sizes(name, dims, x, output_size)
    return max_pool(x, [adaptive_axis(*size, x.device) for size in sizes], return_indices)


def adaptive_avg(name: str, dims: int, x: Any, output_size: Any) -> Tensor:
    """The mean in each of output_size cells."""
    sizes = output_sizes(name, dims, x, output_size)
    to_one = [axis for axis, _, places in sizes if places == 1]
    y = mean(x, to_one, keepdim=True) if to_one else x
    for axis, length, places in sizes:
        if places > 1 and length % places == 0:
            y = mean_along(y, adaptive_axis(axis, length, places, x.device), length // places)
        elif places > 1:
            matrix = averaging_matrix(length, places, plain(x))
            y = transpose(matmul(transpose(y, axis, -1), matrix.T), axis, -1)
    return y


# -- functions and modules under torch's names ----------------------------------------------------
def adaptive_avg_pool1d(input, output_size) -> Tensor:
    """Means over (N, C, L), so that `output_size` numbers are left of L."""
    return adaptive_avg("adaptive_avg_pool1d", 1, input, output_size)


def adaptive_avg_pool2d(input, output_size) -> Tensor:
    """Means over (N, C, H, W), so that a picture of `output_size` is left; None keeps an axis."""
    return adaptive_avg("adaptive_avg_pool2d", 2, input, output_size)


def adaptive_avg_pool3d(input, output_size) -> Tensor:
    """Means over (N, C, D, H, W), so that a film of `output_size` is left; None keeps an axis."""
    return adaptive_avg("adaptive_avg_pool3d", 3, input, output_size)


def adaptive_max_pool1d(input, output_size, return_indices=False) -> Any:
    """Maxima over (N, C, L), so that `output_size` numbers are left of L."""
    return adaptive_max("adaptive_max_pool1d", 1, input, output_size, return_indices)


def adaptive_max_pool2d(input, output_size, return_indices=False) -> Any:
    """Maxima over (N, C, H, W), so that a picture of `output_size` is left."""
    return adaptive_max("adaptive_max_pool2d", 2, input, output_size, return_indices)


def adaptive_max_pool3d(input, output_size, return_indices=False) -> Any:
    """Maxima over (N, C, D, H, W), so that a film of `output_size` is left."""
    return adaptive_max("adaptive_max_pool3d", 3, input, output_size, return_indices)


class AdaptiveAvgPoolNd(Module):
    """What AdaptiveAvgPool1d, 2d and 3d share."""

    dims = 0

    def __init__(self, output_size: Any) -> None:
        self.output_size = output_size

    def forward(self, input: Any) -> Tensor:
        return adaptive_avg(type(self).__name__, self.dims, input, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(AdaptiveAvgPoolNd):
    """Means over a signal (N, C, L), as torch.nn.AdaptiveAvgPool1d."""

    dims = 1


class AdaptiveAvgPool2d(AdaptiveAvgPoolNd):
    """Means over a picture (N, C, H, W), as torch.nn.AdaptiveAvgPool2d."""

    dims = 2


class AdaptiveAvgPool3d(AdaptiveAvgPoolNd):
    """Means over a film (N, C, D, H, W), as torch.nn.AdaptiveAvgPool3d."""

    dims = 3


class AdaptiveMaxPoolNd(Module):
    """What AdaptiveMaxPool1d, 2d and 3d share."""

    dims = 0

    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        self.output_size, self.return_indices = output_size, return_indices

    def forward(self, input: Any) -> Any:
        name = type(self).__name__
        return adaptive_max(name, self.dims, input, self.output_size, self.return_indices)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveMaxPool1d(AdaptiveMaxPoolNd):
    """Maxima over a signal (N, C, L), as torch.nn.AdaptiveMaxPool1d."""

    dims = 1


class AdaptiveMaxPool2d(AdaptiveMaxPoolNd):
    """Maxima over a picture (N, C, H, W), as torch.nn.AdaptiveMaxPool2d."""

    dims = 2


class AdaptiveMaxPool3d(AdaptiveMaxPoolNd):
    """Maxima over a film (N, C, D, H, W), as torch.nn.AdaptiveMaxPool3d."""

    dims = 3


for _function in (adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d):
    Tensor.torch_functions[_function.__name__] = _function
for _function in (adaptive_max_pool1d, adaptive_max_pool2d, adaptive_max_pool3d):
    Tensor.torch_functions[_function.__name__] = _function
    Tensor.torch_functions[f"{_function.__name__}_with_indices"] = with_indices(_function)
