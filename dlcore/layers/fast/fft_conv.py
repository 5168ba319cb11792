"""2013, Michael Mathieu, Mikael Henaff and Yann LeCun: convolution as a product of spectra
(chapter 30).

M. Mathieu, M. Henaff, Y. LeCun, Fast training of convolutional networks through FFTs (2013),
https://arxiv.org/abs/1312.5851. Fourier's transform turns a convolution into a product, frequency
by frequency. Its cost hardly depends on the size of the filters, so it pays for large ones. Each
frequency holds a part of every pixel: a picture with a number that is not finite goes to the plain
form, and rounding errors are as large everywhere as at the largest number of a picture (in float32
about 10⁻⁷ of it), where the plain form's are relative to what a window sees.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore.autodiff import Context, Function, values_can_be_read
from dlcore.layers.conv import Convolution
from dlcore.layers.fast.finite import all_finite, by_plain_form
from dlcore.layers.fast.product import has_onednn

LEAST_TAPS, LEAST_WITH_ONEDNN = 15 * 15, 21 * 21  # as measured: from here on it pays


def spectrum(x: torch.Tensor, size: Any) -> torch.Tensor:
    """(A, B, *L) -> (frequencies, A, B), L filled up to `size` with zeros."""
    axes = tuple(range(2, x.ndim))
    return torch.fft.rfftn(x, s=size, dim=axes).flatten(2).permute(2, 0, 1)


def picture(spectra: torch.Tensor, size: Any) -> torch.Tensor:
    """(frequencies, A, B) -> (A, B, *size)."""
    half = [*size[:-1], size[-1] // 2 + 1]
    spectra = spectra.permute(1, 2, 0).unflatten(2, half)
    return torch.fft.irfftn(spectra, s=size, dim=tuple(range(2, 2 + len(size))))


def window_of(x: torch.Tensor, starts: Any, size: Any) -> torch.Tensor:
    """x read from `starts` on, around the end: all is periodic here."""
    axes = tuple(range(2, x.ndim))
    x = torch.roll(x, [-s for s in starts], axes)
    return x[(..., *(slice(0, n) for n in size))].contiguous()


class FFTConvolution(Function):
    """Convolution's arguments and result for large filters, stride 1 and one group.

    With spectra X, W, Y over a size that holds the padded picture: Y = X · conj(W) summed over
    channels, dL/dX = G · W summed over filters, dL/dW = conj(G) · X summed over the batch.
    """

    plain = Convolution

    @staticmethod
    def suits(x, weight, bias, stride, padding, dilation, groups) -> bool:
        ones = (*stride, *dilation, groups) == (1,) * (2 * len(stride) + 1)
        exact = x.dtype in (torch.float32, torch.float64)
        least = LEAST_WITH_ONEDNN if has_onednn(x) else LEAST_TAPS
        large = weight[0, 0].numel() >= least and values_can_be_read()
        return ones and exact and large and x.numel() > 0

    @staticmethod
    def forward(ctx, x, weight, bias, stride, padding, dilation, groups):
        size = [n + sum(p) for n, p in zip(x.shape[2:], padding, strict=True)]
        x_hat, w_hat = spectrum(x, size), spectrum(weight, size)
        ctx.save_for_backward(x_hat, w_hat, x, weight)
        ctx.settings = size, [before for before, _ in padding], x.shape[2:], weight.shape[2:]
        ctx.arguments = stride, padding, dilation, groups
        y = picture(torch.bmm(x_hat, w_hat.conj().mT), size)  # y[p] reads x from p − before
        places = [n - k + 1 for n, k in zip(size, weight.shape[2:], strict=True)]
        y = window_of(y, [-before for before, _ in padding], places)
        if not all_finite(y):
            settings = stride, padding, dilation, groups
            return Convolution.forward(Context(Convolution, ()), x, weight, bias, *settings)
        return y if bias is None else y + bias.view(-1, *[1] * len(size))

    @staticmethod
    def backward(ctx, grad):  # (N, O, *P)
        x_hat, w_hat, x, weight = ctx.saved_tensors
        size, before, pixels, kernel = ctx.settings
        to_x, to_weight, to_bias = None, None, None
        g_hat = spectrum(grad, size)
        if ctx.needs_input_grad[0]:
            to_x = window_of(picture(torch.bmm(g_hat, w_hat), size), before, pixels)
        if ctx.needs_input_grad[1]:
            to_weight = picture(torch.bmm(g_hat.conj().mT, x_hat), size)
            to_weight = window_of(to_weight, [-b for b in before], kernel)
        if not (all_finite(to_x) and all_finite(to_weight)):
            arguments = x, weight, None, *ctx.arguments
            return by_plain_form(Convolution, ctx.needs_input_grad, arguments, grad)
        if ctx.needs_input_grad[2]:
            to_bias = grad.sum([0, *range(2, grad.ndim)])
        return to_x, to_weight, to_bias, None, None, None, None
