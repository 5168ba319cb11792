"""2014, Jonathan Long, Evan Shelhamer and Trevor Darrell: convolution run backwards, from a small
map to a large picture (chapter 14).

Fully convolutional networks for semantic segmentation (2014), https://arxiv.org/abs/1411.4038,
learned to enlarge by backpropagation. The layer undoes no convolution: what it computes is the
gradient that a convolution with the same weights would send to its input. Its shapes are explained
in V. Dumoulin, F. Visin (2016), https://arxiv.org/abs/1603.07285, chapter 4.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore.autodiff import Function, Tensor
from dlcore.autodiff.faster import fastest
from dlcore.layers.check import check_parameter, check_tensor
from dlcore.layers.conv import ConvNd, overlap_add, windows
from dlcore.layers.window import check_input, cut, pad, padding_pairs, per_axis


class TransposedConvolution(Function):
    """y[n, o, p·stride + k·dilation − padding] += Σ_c W[c, o, k] · x[n, c, p], and + b[o].

    x (N, C, *P)   W (C, O/groups, *K)   b (O,) or None   y (N, O, *L)
    Each pixel of x paints its kernel into y, and overlapping paint adds up. stride, dilation and
    L have one number per axis, padding one pair (before, after). In the sums g is the group, c and
    o number its channels, p all pixels of x and k all pixels of the kernel.
    """

    @staticmethod
    def forward(ctx, x, weight, bias, size, stride, padding, dilation, groups):
        places, kernel = x.shape[2:], weight.shape[2:]
        pixels = x.reshape(len(x), groups, len(weight) // groups, math.prod(places))
        filters = weight.reshape(*pixels.shape[1:3], weight.shape[1], math.prod(kernel))
        ctx.save_for_backward(pixels, filters)
        ctx.settings = x.shape, weight.shape, stride, padding, dilation
        pieces = torch.einsum("ngcp,gcok->ngopk", pixels, filters)
        pieces = pieces.reshape(len(x), groups * weight.shape[1], *places, *kernel)
        padded = [length + sum(p) for length, p in zip(size, padding, strict=True)]
        y = pad(overlap_add(pieces, padded, stride, dilation), cut(padding))
        return y if bias is None else y + bias.reshape(-1, *[1] * len(places))

    @staticmethod
    def backward(ctx, grad):  # (N, O, *L)
        pixels, filters = ctx.saved_tensors
        shape, weight_shape, stride, padding, dilation = ctx.settings
        views = windows(pad(grad, padding), weight_shape[2:], stride, dilation)
        views = views[(..., *map(slice, (*shape[2:], *weight_shape[2:])))]  # output_padding: more
        n, groups, _, places = pixels.shape
        columns = views.reshape(n, groups, filters.shape[2], places, filters.shape[3])
        to_x = torch.einsum("ngopk,gcok->ngcp", columns, filters).reshape(shape)
        to_weight = torch.einsum("ngopk,ngcp->gcok", columns, pixels).reshape(weight_shape)
        to_bias = grad.sum((0, *range(2, grad.ndim))) if ctx.needs_input_grad[2] else None
        return to_x, to_weight, to_bias, None, None, None, None, None


def paint(name: str, dims: int, x: Any, weight: Any, bias: Any, *settings: Any) -> Tensor:
    """Check everything, find the size of the output, then apply the Function."""
    stride, padding, output_padding, groups, dilation = settings
    stride, dilation = per_axis(stride, dims, "stride"), per_axis(dilation, dims, "dilation")
    extra = per_axis(output_padding, dims, "output_padding", 0)
    check_tensor(name, weight)
    check_input(name, dims, x, weight, weight.shape[0] if weight.ndim else 0)
    if groups < 1 or weight.shape[0] % groups:
        raise ValueError(f"{name} cannot split {weight.shape[0]} channels into groups={groups}")
    check_parameter(name, x, bias, (weight.shape[1] * groups,))
    if any(e >= max(s, d) for e, s, d in zip(extra, stride, dilation, strict=True)):
        raise ValueError(
            f"{name} needs an output_padding smaller than stride or dilation, got "
            f"output_padding={extra}, stride={stride}, dilation={dilation}"
        )
    pairs = padding_pairs(per_axis(padding, dims, "padding", 0), weight.shape[2:], stride, dilation)
    size = [
        (n - 1) * s - sum(p) + d * (k - 1) + 1 + e
        for n, s, p, d, k, e in zip(
            x.shape[-dims:], stride, pairs, dilation, weight.shape[2:], extra, strict=True
        )
    ]
    if min(size) < 1:
        raise ValueError(
            f"{name} would give a picture of {tuple(size)} pixels for x of shape "
            f"{tuple(x.shape)}; use less padding or a larger input"
        )
    batch = x if x.ndim == dims + 2 else x.unsqueeze(0)
    arguments = (batch, weight, bias, size, stride, pairs, dilation, groups)
    y = fastest(TransposedConvolution, *arguments).apply(*arguments)
    return y if batch is x else y.squeeze(0)


# -- functions and modules under torch's names ----------------------------------------------------
def conv_transpose1d(
    input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1
) -> Tensor:
    """input (N, C, P), weight (C, O/groups, K): see TransposedConvolution."""
    settings = stride, padding, output_padding, groups, dilation
    return paint("conv_transpose1d", 1, input, weight, bias, *settings)


def conv_transpose2d(
    input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1
) -> Tensor:
    """input (N, C, PH, PW), weight (C, O/groups, KH, KW): see TransposedConvolution."""
    settings = stride, padding, output_padding, groups, dilation
    return paint("conv_transpose2d", 2, input, weight, bias, *settings)


def conv_transpose3d(
    input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1
) -> Tensor:
    """input (N, C, PD, PH, PW), weight (C, O/groups, KD, KH, KW): see TransposedConvolution."""
    settings = stride, padding, output_padding, groups, dilation
    return paint("conv_transpose3d", 3, input, weight, bias, *settings)


class ConvTransposeNd(ConvNd):
    """What ConvTranspose1d, 2d and 3d share; weights start uniform in ±1/√(O/groups·K)."""

    padding_modes = ("zeros",)

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: Any, stride: Any = 1,
        padding: Any = 0, output_padding: Any = 0, groups: int = 1, bias: bool = True,
        dilation: Any = 1, padding_mode: str = "zeros", device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        padding = per_axis(padding, self.dims, "padding", 0)
        self.output_padding = per_axis(output_padding, self.dims, "output_padding", 0)
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias,
            padding_mode, device, dtype,
        )  # fmt: skip

    def weight_shape(self) -> tuple[int, ...]:
        return self.in_channels, self.out_channels // self.groups, *self.kernel_size

    def forward(self, input: Any, output_size: Any = None) -> Tensor:
        """output_size (*L) chooses among the sizes that a convolution would shrink to x's."""
        extra = self.output_padding
        if output_size is not None:
            wanted = tuple(output_size)[-self.dims :]
            shortest = [
                (n - 1) * s - 2 * p + d * (k - 1) + 1
                for n, s, p, d, k in zip(
                    input.shape[-self.dims :], self.stride, self.padding, self.dilation,
                    self.kernel_size, strict=True,
                )
            ]  # fmt: skip
            longest = [n + s - 1 for n, s in zip(shortest, self.stride, strict=True)]
            limits = zip(shortest, wanted, longest, strict=True)
            if len(wanted) != self.dims or any(not a <= n <= b for a, n, b in limits):
                raise ValueError(
                    f"{type(self).__name__} can give sizes from {shortest} to {longest} here, "
                    f"got output_size={tuple(output_size)}"
                )
            extra = [n - a for n, a in zip(wanted, shortest, strict=True)]
        return paint(
            type(self).__name__, self.dims, input, self.weight, self.bias, self.stride,
            self.padding, extra, self.groups, self.dilation,
        )  # fmt: skip

    def extra_repr(self) -> str:
        text, zeros = super().extra_repr(), (0,) * self.dims
        if self.output_padding == zeros:
            return text
        head, groups, tail = text.partition(", groups=")
        head, bias, rest = (head, groups, tail) if groups else text.partition(", bias=")
        return f"{head}, output_padding={self.output_padding}{bias}{rest}"


class ConvTranspose1d(ConvTransposeNd):
    """From a short signal (N, C, P) to a long one, as torch.nn.ConvTranspose1d."""

    dims = 1


class ConvTranspose2d(ConvTransposeNd):
    """From a small picture (N, C, PH, PW) to a large one, as torch.nn.ConvTranspose2d."""

    dims = 2


class ConvTranspose3d(ConvTransposeNd):
    """From a short film (N, C, PD, PH, PW) to a long one, as torch.nn.ConvTranspose3d."""

    dims = 3


for _function in (conv_transpose1d, conv_transpose2d, conv_transpose3d):
    Tensor.torch_functions[_function.__name__] = _function
