"""1998, Yann LeCun and colleagues: from feature maps to one row of numbers, and back (chapter 6).

Between the convolutions of LeNet-5 and its fully connected layers a picture becomes a vector. And
other moves of the same numbers: channels that become pixels (W. Shi and others, 2016,
https://arxiv.org/abs/1609.05158), windows that become columns (K. Chellapilla, S. Puri, P. Simard,
2006, https://hal.inria.fr/inria-00112631). Names, arguments and defaults are torch.nn's.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore.autodiff import Tensor
from dlcore.autodiff import functional as f
from dlcore.autodiff.functional import flatten, reshape
from dlcore.autodiff.special import index_add
from dlcore.layers.check import check_floating, check_tensor
from dlcore.layers.module import Module
from dlcore.layers.window import check_windows, per_axis, places_of, taps


class Identity(Module):
    """Gives back what it gets; takes any arguments, as torch.nn.Identity does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def forward(self, input: Any) -> Any:
        return input


class Flatten(Module):
    """(N, C, H, W) -> (N, C·H·W): the axes from start_dim to end_dim become one."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input: Any) -> Tensor:
        check_tensor("Flatten", input)
        axes = range(-input.ndim, input.ndim)
        if self.start_dim not in axes or self.end_dim not in axes:
            shape = tuple(input.shape)
            raise ValueError(f"{self!r} got x of shape {shape}, which has too few axes")
        return flatten(input, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """(N, C·H·W) -> (N, C, H, W): axis `dim` becomes several; one size may be −1, to be found."""

    def __init__(self, dim: int, unflattened_size: Any) -> None:
        if not isinstance(unflattened_size, (tuple, list)):
            raise TypeError(f"Unflatten takes several sizes, got {unflattened_size!r}")
        self.dim, self.unflattened_size = dim, tuple(unflattened_size)

    def forward(self, input: Any) -> Tensor:
        return unflatten(input, self.dim, self.unflattened_size)

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


def unflatten(x: Any, dim: int, sizes: Any) -> Tensor:
    """x with axis `dim` split into axes of the given sizes, whose product is its length."""
    check_tensor("unflatten", x)
    if not -x.ndim <= dim < x.ndim:
        raise ValueError(f"unflatten got dim={dim} for x of shape {tuple(x.shape)}")
    dim, sizes = dim % x.ndim, list(sizes)
    known = math.prod(n for n in sizes if n != -1)
    if sizes.count(-1) == 1 and known and x.shape[dim] % known == 0:
        sizes[sizes.index(-1)] = x.shape[dim] // known
    if math.prod(sizes) != x.shape[dim] or min(sizes, default=-1) < 0:
        raise ValueError(f"unflatten cannot split an axis of {x.shape[dim]} into {tuple(sizes)}")
    return reshape(x, (*x.shape[:dim], *sizes, *x.shape[dim + 1 :]))


# -- channels and pixels --------------------------------------------------------------------------
def pixel_shuffle(input: Any, upscale_factor: int) -> Tensor:
    """(…, C·r², H, W) -> (…, C, H·r, W·r): r² channels become a square of r × r pixels."""
    r = upscale_factor
    check_tensor("pixel_shuffle", input)
    if r < 1 or input.ndim < 3 or input.shape[-3] % (r * r):
        raise ValueError(
            f"pixel_shuffle({r}) takes (…, C·{r}², H, W), got shape {tuple(input.shape)}"
        )
    *batch, channels, height, width = input.shape
    x = reshape(input, (math.prod(batch), channels // (r * r), r, r, height, width))
    x = f.permute(x, (0, 1, 4, 2, 5, 3))
    return reshape(x, (*batch, channels // (r * r), height * r, width * r))


def pixel_unshuffle(input: Any, downscale_factor: int) -> Tensor:
    """(…, C, H·r, W·r) -> (…, C·r², H, W): a square of r × r pixels becomes r² channels."""
    r = downscale_factor
    check_tensor("pixel_unshuffle", input)
    if r < 1 or input.ndim < 3 or input.shape[-1] % r or input.shape[-2] % r:
        raise ValueError(
            f"pixel_unshuffle({r}) takes (…, C, H·{r}, W·{r}), got shape {tuple(input.shape)}"
        )
    *batch, channels, height, width = input.shape
    x = reshape(input, (math.prod(batch), channels, height // r, r, width // r, r))
    x = f.permute(x, (0, 1, 3, 5, 2, 4))
    return reshape(x, (*batch, channels * r * r, height // r, width // r))


# -- windows and columns --------------------------------------------------------------------------
def window_settings(*settings: Any) -> tuple[tuple[int, ...], ...]:
    """Kernel, dilation, padding and stride, two numbers each."""
    kernel, dilation, padding, stride = settings
    return (
        per_axis(kernel, 2, "kernel_size"), per_axis(dilation, 2, "dilation"),
        per_axis(padding, 2, "padding", 0), per_axis(stride, 2, "stride"),
    )  # fmt: skip


def window_pixels(size: Any, kernel: Any, dilation: Any, padding: Any, stride: Any) -> torch.Tensor:
    """(K, P): the number, in the flattened padded picture, of pixel k of the window at place p."""
    pairs = [(p, p) for p in padding]
    check_windows("unfold", size, kernel, pairs, dilation)
    places = places_of(size, kernel, stride, pairs, dilation)
    padded = [n + 2 * p for n, p in zip(size, padding, strict=True)]
    numbers = torch.arange(math.prod(padded)).view(padded)
    return torch.stack([numbers[at].flatten() for _, at in taps(kernel, stride, dilation, places)])


def unfold(
    input: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Tensor:
    """The windows of pictures (N, C, H, W) or (C, H, W) as columns: (N, C·K, P) or (C·K, P)."""
    check_floating("unfold", input)
    if input.ndim not in (3, 4):
        raise ValueError(f"unfold takes (N, C, H, W) or (C, H, W), got {tuple(input.shape)}")
    settings = window_settings(kernel_size, dilation, padding, stride)
    pixels = window_pixels(input.shape[-2:], *settings).to(input.device)
    vertical, horizontal = settings[2]
    x = f.pad(input, [horizontal, horizontal, vertical, vertical])
    columns = f.getitem(flatten(x, -2), (..., pixels))  # (…, C, K, P)
    return flatten(columns, -3, -2)


def fold(
    input: Any, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0,
    stride: Any = 1,
) -> Tensor:  # fmt: skip
    """Columns (N, C·K, P) or (C·K, P) back on pictures of output_size: what overlaps adds up."""
    check_floating("fold", input)
    size = per_axis(output_size, 2, "output_size")
    settings = window_settings(kernel_size, dilation, padding, stride)
    pixels = window_pixels(size, *settings).to(input.device)
    taps_, places = pixels.shape
    if input.ndim not in (2, 3) or input.shape[-2] % taps_ or input.shape[-1] != places:
        raise ValueError(
            f"fold takes (N, C·{taps_}, {places}) for output_size={size}, got shape "
            f"{tuple(input.shape)}"
        )
    channels, padding = input.shape[-2] // taps_, settings[2]
    padded = [n + 2 * p for n, p in zip(size, padding, strict=True)]
    rows = reshape(input, (*input.shape[:-2], channels, taps_ * places))
    blank = torch.zeros(*rows.shape[:-1], math.prod(padded), dtype=rows.dtype, device=rows.device)
    x = reshape(index_add(blank, -1, pixels.flatten(), rows), (*rows.shape[:-1], *padded))
    return f.pad(x, [-padding[1], -padding[1], -padding[0], -padding[0]])


class PixelShuffle(Module):
    """Channels become pixels, as torch.nn.PixelShuffle."""

    def __init__(self, upscale_factor: int) -> None:
        self.upscale_factor = upscale_factor

    def forward(self, input: Any) -> Tensor:
        return pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """Pixels become channels, as torch.nn.PixelUnshuffle."""

    def __init__(self, downscale_factor: int) -> None:
        self.downscale_factor = downscale_factor

    def forward(self, input: Any) -> Tensor:
        return pixel_unshuffle(input, self.downscale_factor)

    def extra_repr(self) -> str:
        return f"downscale_factor={self.downscale_factor}"


class Unfold(Module):
    """Windows become columns, as torch.nn.Unfold."""

    def __init__(
        self, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
    ) -> None:
        self.kernel_size, self.dilation = kernel_size, dilation
        self.padding, self.stride = padding, stride

    def forward(self, input: Any) -> Tensor:
        return unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, "
            f"stride={self.stride}"
        )


class Fold(Module):
    """Columns become a picture, as torch.nn.Fold."""

    def __init__(
        self, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0,
        stride: Any = 1,
    ) -> None:  # fmt: skip
        self.output_size, self.kernel_size, self.dilation = output_size, kernel_size, dilation
        self.padding, self.stride = padding, stride

    def forward(self, input: Any) -> Tensor:
        settings = self.kernel_size, self.dilation, self.padding, self.stride
        return fold(input, self.output_size, *settings)

    def extra_repr(self) -> str:
        return (
            f"output_size={self.output_size}, kernel_size={self.kernel_size}, "
            f"dilation={self.dilation}, padding={self.padding}, stride={self.stride}"
        )


Tensor.torch_functions["unflatten"] = unflatten
for _function in (pixel_shuffle, pixel_unshuffle, unfold, fold):
    Tensor.torch_functions[_function.__name__] = _function
Tensor.torch_functions["im2col"], Tensor.torch_functions["col2im"] = unfold, fold
