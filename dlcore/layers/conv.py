"""1989, Yann LeCun and colleagues: one small detector, learned once, slides over the whole picture
(chapter 6).

Y. LeCun, B. Boser, J. Denker, D. Henderson, R. Howard, W. Hubbard, L. Jackel, Backpropagation
applied to handwritten zip code recognition, Neural Computation 1 (1989) 541-551,
https://doi.org/10.1162/neco.1989.1.4.541. Copying all windows into the rows of one matrix turns the
layer into a matrix product: K. Chellapilla, S. Puri, P. Simard, High performance convolutional
neural networks for document processing (2006), https://hal.inria.fr/inria-00112631.

One convolution serves signals (1-D), pictures (2-D) and films (3-D): where a shape says *L, *K or
*P it has one number per axis of the picture. Faster ways to the same result are in fast/conv.py.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore.autodiff import Function, Tensor
from dlcore.autodiff.faster import fastest
from dlcore.layers.check import check_parameter, check_sizes, check_tensor
from dlcore.layers.module import Module, Parameter
from dlcore.layers.padding import pad as continue_with
from dlcore.layers.window import (
    check_input,
    check_windows,
    from_last,
    pad,
    padding_pairs,
    per_axis,
    places_of,
    taps,
)  # fmt: skip


# -- windows on a picture -------------------------------------------------------------------------
def windows(x: torch.Tensor, kernel: Any, stride: Any, dilation: Any) -> torch.Tensor:
    """All places where a window of `kernel` pixels can stand: (…, *L) -> (…, *P, *K).

    A view: stepping to the next place and to the next pixel inside a window are both just steps
    in the same memory. The window starts at place · stride; its pixels lie `dilation` apart.
    """
    batch = x.ndim - len(kernel)
    places = places_of(x.shape[batch:], kernel, stride, ((0, 0),) * len(kernel), dilation)
    steps = x.stride()[batch:]
    return x.as_strided(
        (*x.shape[:batch], *places, *kernel),
        (
            *x.stride()[:batch],
            *(step * s for step, s in zip(steps, stride, strict=True)),
            *(step * d for step, d in zip(steps, dilation, strict=True)),
        ),
    )


def overlap_add(pieces: torch.Tensor, size: Any, stride: Any, dilation: Any) -> torch.Tensor:
    """The way back, (…, *P, *K) -> (…, *L): a pixel sums what all windows over it say."""
    dims = len(size)
    batch, places, kernel = (
        pieces.shape[: -2 * dims],
        pieces.shape[-2 * dims : -dims],
        pieces.shape[-dims:],
    )
    x = pieces.new_zeros((*batch, *size))
    for offset, pixels in taps(kernel, stride, dilation, places):
        x[(..., *pixels)] += pieces[(..., *offset)]
    return x


def rows(x: torch.Tensor, groups: int, dims: int) -> torch.Tensor:
    """(N, C, *P, …) -> (G, N·P, C/G·…): for each group of channels, one row per place."""
    x = x.unflatten(1, (groups, -1)).movedim(1, 0)  # (G, N, C/G, *P, …)
    return x.movedim(2, 2 + dims).flatten(1, 1 + dims).flatten(2)


# -- the layer's mathematics ----------------------------------------------------------------------
class Convolution(Function):
    """y[n, o, p] = b[o] + Σ_c Σ_k W[o, c, k] · x[n, c, p·stride + k·dilation − padding].

    x (N, C, *L)   W (O, C/groups, *K)   b (O,) or None   y (N, O, *P)
    stride and dilation have one number per axis, padding one pair (before, after). Channels are
    split into `groups` that do not see each other; with groups = C the layer is depthwise.
    """

    @staticmethod
    def forward(ctx, x, weight, bias, stride, padding, dilation, groups):
        ctx.save_for_backward(x, weight)
        ctx.settings = stride, padding, dilation, groups
        views = windows(pad(x, padding), weight.shape[2:], stride, dilation)  # (N, C, *P, *K)
        places = views.shape[2 : x.ndim]
        columns = rows(views, groups, len(places))  # (G, N·P, C/G·K), one copy
        filters = weight.reshape(groups, weight.shape[0] // groups, -1).mT  # (G, C/G·K, O/G)
        y = torch.bmm(columns, filters).unflatten(1, (len(x), *places))  # (G, N, *P, O/G)
        y = y.movedim(0, -2).flatten(-2)  # (N, *P, O)
        return (y if bias is None else y + bias).movedim(-1, 1)

    @staticmethod
    def backward(ctx, grad):  # (N, O, *P)
        x, weight = ctx.saved_tensors
        stride, padding, dilation, groups = ctx.settings
        to_x, to_weight, to_bias = None, None, None
        places = grad.shape[2:]
        flat = rows(grad, groups, len(places))  # (G, N·P, O/G)
        if ctx.needs_input_grad[0]:
            filters = weight.reshape(groups, weight.shape[0] // groups, -1)
            pieces = torch.bmm(flat, filters)  # (G, N·P, C/G·K)
            pieces = pieces.unflatten(1, (len(x), *places)).unflatten(-1, weight.shape[1:])
            pieces = pieces.movedim(len(places) + 2, 2).movedim(0, 1)  # (N, G, C/G, *P, *K)
            size = [n + sum(p) for n, p in zip(x.shape[2:], padding, strict=True)]
            to_x = overlap_add(pieces, size, stride, dilation).flatten(1, 2)
            to_x = pad(to_x, [(-before, -after) for before, after in padding])
        if ctx.needs_input_grad[1]:
            views = windows(pad(x, padding), weight.shape[2:], stride, dilation)
            to_weight = torch.bmm(flat.mT, rows(views, groups, len(places))).view(weight.shape)
        if ctx.needs_input_grad[2]:
            to_bias = flat.sum(1).flatten()
        return to_x, to_weight, to_bias, None, None, None, None


def convolve(name: str, dims: int, x: Any, weight: Any, bias: Any, *settings: Any) -> Tensor:
    """Check everything, then run the first algorithm that suits the shapes."""
    stride, padding, dilation, groups = settings
    stride, dilation = per_axis(stride, dims, "stride"), per_axis(dilation, dims, "dilation")
    check_tensor(name, weight)
    check_input(name, dims, x, weight, groups * weight.shape[1] if weight.ndim > 1 else 0)
    check_parameter(name, x, bias, weight.shape[:1])
    if groups < 1 or weight.shape[0] % groups:
        raise ValueError(f"{name} cannot split {weight.shape[0]} filters into groups={groups}")
    pairs = padding_pairs(padding, weight.shape[2:], stride, dilation)
    check_windows(name, x.shape[-dims:], weight.shape[2:], pairs, dilation)
    batch = x if x.ndim == dims + 2 else x.unsqueeze(0)
    arguments = (batch, weight, bias, stride, pairs, dilation, groups)
    y = fastest(Convolution, *arguments).apply(*arguments)
    return y if batch is x else y.squeeze(0)


# -- functions and modules under torch's names ----------------------------------------------------
def conv1d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1) -> Tensor:
    """input (N, C, L) or (C, L), weight (O, C/groups, K), bias (O,): see Convolution."""
    return convolve("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1) -> Tensor:
    """input (N, C, H, W) or (C, H, W), weight (O, C/groups, KH, KW), bias (O,)."""
    return convolve("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1) -> Tensor:
    """input (N, C, D, H, W) or (C, D, H, W), weight (O, C/groups, KD, KH, KW), bias (O,)."""
    return convolve("conv3d", 3, input, weight, bias, stride, padding, dilation, groups)


class ConvNd(Module):
    """What Conv1d, Conv2d and Conv3d share; weights start uniform in ±1/√(C/groups·K)."""

    dims = 0
    padding_modes: tuple[str, ...] = ("zeros", "reflect", "replicate", "circular")

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: Any, stride: Any = 1,
        padding: Any = 0, dilation: Any = 1, groups: int = 1, bias: bool = True,
        padding_mode: str = "zeros",
    ) -> None:  # fmt: skip
        name = type(self).__name__
        check_sizes(name, in_channels=in_channels, out_channels=out_channels, groups=groups)
        if in_channels % groups or out_channels % groups:
            raise ValueError(
                f"{name} splits its channels evenly into groups, got in_channels={in_channels}, "
                f"out_channels={out_channels}, groups={groups}"
            )
        if padding_mode not in self.padding_modes:
            raise ValueError(
                f"{name} pads with {', '.join(self.padding_modes)}, got {padding_mode=}"
            )
        self.padding_mode = padding_mode
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = per_axis(kernel_size, self.dims, "kernel_size")
        self.stride = per_axis(stride, self.dims, "stride")
        self.dilation = per_axis(dilation, self.dims, "dilation")
        padding_pairs(padding, self.kernel_size, self.stride, self.dilation)
        named = isinstance(padding, str)
        self.padding = padding if named else per_axis(padding, self.dims, "padding", 0)
        shape = self.weight_shape()
        bound = 1 / math.sqrt(math.prod(shape[1:]))
        self.weight = Parameter(torch.empty(shape).uniform_(-bound, bound))
        self.bias = Parameter(torch.empty(out_channels).uniform_(-bound, bound)) if bias else None

    def weight_shape(self) -> tuple[int, ...]:
        return self.out_channels, self.in_channels // self.groups, *self.kernel_size

    def forward(self, x: Any) -> Tensor:
        name, padding = type(self).__name__, self.padding
        if self.padding_mode != "zeros":
            check_input(name, self.dims, x, self.weight, self.in_channels)
            pairs = padding_pairs(padding, self.kernel_size, self.stride, self.dilation)
            x, padding = continue_with(x, from_last(pairs), self.padding_mode), 0
        return convolve(
            name, self.dims, x, self.weight, self.bias, self.stride, padding, self.dilation,
            self.groups,
        )  # fmt: skip

    def extra_repr(self) -> str:
        ones, zeros = (1,) * self.dims, (0,) * self.dims
        parts = [f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}"]
        parts += [f"stride={self.stride}"]
        parts += [f"padding={self.padding}"] if self.padding != zeros else []
        parts += [f"dilation={self.dilation}"] if self.dilation != ones else []
        parts += [f"groups={self.groups}"] if self.groups != 1 else []
        parts += ["bias=False"] if self.bias is None else []
        parts += [f"padding_mode={self.padding_mode}"] if self.padding_mode != "zeros" else []
        return ", ".join(parts)


class Conv1d(ConvNd):
    """A convolution over a signal, as torch.nn.Conv1d: x (N, C, L), y (N, O, P)."""

    dims = 1


class Conv2d(ConvNd):
    """A convolution over a picture, as torch.nn.Conv2d: x (N, C, H, W), y (N, O, PH, PW)."""

    dims = 2


class Conv3d(ConvNd):
    """A convolution over a film, as torch.nn.Conv3d: x (N, C, D, H, W)."""

    dims = 3


for _function in (conv1d, conv2d, conv3d):
    Tensor.torch_functions[_function.__name__] = _function
