"""2006, Kumar Chellapilla, Sidd Puri and Patrice Simard: the transposed convolution in blocks
(chapter 30).

Source: https://hal.inria.fr/inria-00112631. What a transposed convolution computes is the gradient
that a convolution sends to its input, and the other way round, so tiled_conv.py has all the parts.
"""

from __future__ import annotations

from dlcore.autodiff import Function
from dlcore.layers.conv_transpose import TransposedConvolution
from dlcore.layers.fast.tiled_conv import (
    Tiles,
    backwards,
    convolve_tiles,
    filter_gradient,
    input_gradient,
    with_gaps,
)  # fmt: skip


class TiledTransposedConvolution(Function):
    """TransposedConvolution's arguments and result, for one group of channels."""

    plain = TransposedConvolution

    @staticmethod
    def suits(x, weight, bias, size, stride, padding, dilation, groups) -> bool:
        return groups == 1 and x.numel() > 0

    @staticmethod
    def forward(ctx, x, weight, bias, size, stride, padding, dilation, groups):
        ctx.save_for_backward(x, weight)
        places, kernel = tuple(x.shape[2:]), tuple(weight.shape[2:])
        ctx.tiles = Tiles(kernel, stride, padding, dilation, places)
        filters = weight.movedim((0, 1), (-1, -2))  # (*K, O, C)
        rows = x.movedim(1, -1)
        back = backwards(ctx.tiles, size, rows)
        if back:
            flipped = filters.flip(tuple(range(len(size)))).mT
            return convolve_tiles(with_gaps(rows, stride), back, flipped, bias).movedim(-1, 1)
        y = input_gradient(rows, ctx.tiles, filters, size)
        return (y if bias is None else y.add_(bias)).movedim(-1, 1)

    @staticmethod
    def backward(ctx, grad):  # (N, O, *L)
        x, weight = ctx.saved_tensors
        to_x, to_weight, to_bias = None, None, None
        grad = grad.movedim(1, -1)
        if ctx.needs_input_grad[0]:
            filters = weight.movedim((0, 1), (-1, -2))
            to_x = convolve_tiles(grad, ctx.tiles, filters, None).movedim(-1, 1)
        if ctx.needs_input_grad[1]:
            to_filters = filter_gradient(grad, ctx.tiles, x.movedim(1, -1))
            to_weight = to_filters.movedim((-1, -2), (0, 1)).contiguous()
        if ctx.needs_input_grad[2]:
            to_bias = grad.reshape(-1, grad.shape[-1]).sum(0)
        return to_x, to_weight, to_bias, *[None] * 5
