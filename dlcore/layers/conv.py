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
    cut,
    from_last,
    pad,
    padding_pairs,
    per_axis,
    places_of,
    taps,
)  # fmt: skip


# -- windows on a picture -------------------------------------------------------------------------
class Windows(Function):
    """All places where a window of `kernel` pixels can stand: (…, *L) -> (…, *P, *K).

    A view: stepping to the next place and to the next pixel inside a window are both just steps
    in the same memory. The window starts at place · stride; its pixels lie `dilation` apart.
    """

    @staticmethod
    def forward(ctx, x, kernel, stride, dilation):
        batch, steps = x.ndim - len(kernel), x.stride()[x.ndim - len(kernel) :]
        ctx.settings = x.shape[batch:], stride, dilation
        places = places_of(x.shape[batch:], kernel, stride, ((0, 0),) * len(kernel), dilation)
        to_next_place = [step * s for step, s in zip(steps, stride, strict=True)]
        to_next_pixel = [step * d for step, d in zip(steps, dilation, strict=True)]
        shape = (*x.shape[:batch], *places, *kernel)
        return x.as_strided(shape, (*x.stride()[:batch], *to_next_place, *to_next_pixel))

    @staticmethod
    def backward(ctx, grad):
        return overlap_add(grad, *ctx.settings), None, None, None


class OverlapAdd(Function):
    """The way back, (…, *P, *K) -> (…, *L): a pixel sums what all windows over it say."""

    @staticmethod
    def forward(ctx, pieces, size, stride, dilation):
        ctx.shape, ctx.settings, dims = pieces.shape, (stride, dilation), len(size)
        places, kernel = pieces.shape[-2 * dims : -dims], pieces.shape[-dims:]
        x = pieces.new_zeros((*pieces.shape[: -2 * dims], *size))
        for offset, pixels in taps(kernel, stride, dilation, places):
            x[(..., *pixels)] += pieces[(..., *offset)]
        return x

    @staticmethod
    def backward(ctx, grad):
        views = windows(grad, ctx.shape[-len(ctx.settings[0]) :], *ctx.settings)
        return views[tuple(slice(n) for n in ctx.shape)], None, None, None


windows, overlap_add = Windows.call, OverlapAdd.call


# -- the layer's mathematics ----------------------------------------------------------------------
class Convolution(Function):
    """y[n, o, p] = b[o] + Σ_c Σ_k W[o, c, k] · x[n, c, p·stride + k·dilation − padding].

    x (N, C, *L)   W (O, C/groups, *K)   b (O,) or None   y (N, O, *P)
    stride and dilation have one number per axis, padding one pair (before, after). Channels are
    split into `groups` that do not see each other; with groups = C the layer is depthwise. In the
    sums g is the group, c and o number its channels, p all places and k all pixels of the window.
    """

    @staticmethod
    def forward(ctx, x, weight, bias, stride, padding, dilation, groups):
        n, o, kernel = len(x), len(weight), weight.shape[2:]
        views = windows(pad(x, padding), kernel, stride, dilation)  # (N, C, *P, *K)
        places, per_group = views.shape[2 : x.ndim], (groups, weight.shape[1])
        columns = views.reshape(n, *per_group, math.prod(places), math.prod(kernel))
        filters = weight.reshape(groups, o // groups, weight.shape[1], math.prod(kernel))
        ctx.save_for_backward(columns, filters)
        ctx.settings = x.shape, weight.shape, stride, padding, dilation
        y = torch.einsum("ngcpk,gock->ngop", columns, filters).reshape(n, o, *places)
        return y if bias is None else y + bias.reshape(-1, *[1] * len(places))

    @staticmethod
    def backward(ctx, grad):  # (N, O, *P)
        columns, filters = ctx.saved_tensors
        shape, weight_shape, stride, padding, dilation = ctx.settings
        per_group = grad.reshape(shape[0], *filters.shape[:2], columns.shape[3])
        to_weight = torch.einsum("ngop,ngcpk->gock", per_group, columns).reshape(weight_shape)
        pieces = torch.einsum("ngop,gock->ngcpk", per_group, filters)
        pieces = pieces.reshape(*shape[:2], *grad.shape[2:], *weight_shape[2:])
        size = [length + sum(p) for length, p in zip(shape[2:], padding, strict=True)]
        to_x = pad(overlap_add(pieces, size, stride, dilation), cut(padding))
        to_bias = grad.sum((0, *range(2, grad.ndim))) if ctx.needs_input_grad[2] else None
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
        padding_mode: str = "zeros", device: Any = None, dtype: Any = None,
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
        like: dict[str, Any] = {"device": device, "dtype": dtype}
        self.weight = Parameter(torch.empty(shape, **like).uniform_(-bound, bound))
        self.bias: Any = None
        if bias:
            self.bias = Parameter(torch.empty(out_channels, **like).uniform_(-bound, bound))

    def weight_shape(self) -> tuple[int, ...]:
        """The weight's shape: (outputs, inputs per group, *kernel)."""
        return self.out_channels, self.in_channels // self.groups, *self.kernel_size

    def forward(self, input: Any) -> Tensor:
        name, padding = type(self).__name__, self.padding
        if self.padding_mode != "zeros":
            check_input(name, self.dims, input, self.weight, self.in_channels)
            pairs = padding_pairs(padding, self.kernel_size, self.stride, self.dilation)
            input, padding = continue_with(input, from_last(pairs), self.padding_mode), 0
        return convolve(
            name, self.dims, input, self.weight, self.bias, self.stride, padding, self.dilation,
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
