"""2015, Andrew Lavin and Scott Gray: Winograd's filtering with fewer multiplications (chapter 30).

A. Lavin, S. Gray, Fast algorithms for convolutional neural networks (2015),
https://arxiv.org/abs/1509.09308. F(2×2, 3×3): a tile of 4×4 pixels gives 2×2 outputs of a 3×3
filter with 16 multiplications instead of 36. Along one axis, two outputs of three taps,

    y₀ = d₀w₀ + d₁w₁ + d₂w₂      m₀ = (d₀ − d₂) w₀               m₁ = (d₁ + d₂)(w₀ + w₁ + w₂)/2
    y₁ = d₁w₀ + d₂w₁ + d₃w₂      m₂ = (d₂ − d₁)(w₀ − w₁ + w₂)/2  m₃ = (d₁ − d₃) w₂

are y₀ = m₀ + m₁ + m₂ and y₁ = m₁ − m₂ − m₃: y = Aᵀ[(G w) ⊙ (Bᵀ d)], and in two dimensions each
matrix acts on rows and columns. The products ⊙, summed over channels, are 16 matrix products.

An infinite pixel is added here and taken away there, which gives NaN: on a CPU the plain form then
does the work. On a GPU, where a look at the numbers would make it wait, NaN stays, in the windows
that see the pixel.
"""

from __future__ import annotations

import functools
from typing import Any

import torch

from dlcore.autodiff import Context, Function
from dlcore.layers.conv import Convolution
from dlcore.layers.fast.finite import all_finite, by_plain_form, may_be_seen
from dlcore.layers.fast.product import has_onednn
from dlcore.layers.product import product

# Matrices of sums and differences: each row lists (place, sign) of what it adds up.
B_T = (((0, 1), (2, -1)), ((1, 1), (2, 1)), ((2, 1), (1, -1)), ((1, 1), (3, -1)))
A_T = (((0, 1), (1, 1), (2, 1)), ((1, 1), (2, -1), (3, -1)))
A = (((0, 1),), ((0, 1), (1, 1)), ((0, 1), (1, -1)), ((1, -1),))
G = ((1.0, 0.0, 0.0), (0.5, 0.5, 0.5), (0.5, -0.5, 0.5), (0.0, 0.0, 1.0))
BLOCK = 2**20  # numbers in one block of transformed tiles
LEAST_CHANNELS, LEAST_WITH_ONEDNN = 64, 256  # as measured: from here on it pays


def combine(matrix: Any, parts: torch.Tensor) -> torch.Tensor:
    """out[i] = Σ_j matrix[i][j] · parts[j]"""
    if torch.compiler.is_compiling():  # a compiler wants fresh tensors and fuses the sums itself
        rows = [[parts[place] * sign for place, sign in row] for row in matrix]
        return torch.stack([functools.reduce(torch.add, row) for row in rows])
    out = parts.new_empty(len(matrix), *parts.shape[1:])
    for target, ((first, sign), *others) in zip(out, matrix, strict=True):
        if not others:
            torch.mul(parts[first], sign, out=target)
            continue
        (second, sign), *others = others
        torch.add(parts[first], parts[second], alpha=sign, out=target)
        for place, sign in others:
            target.add_(parts[place], alpha=sign)
    return out


def transform(matrix: Any, tiles: torch.Tensor) -> torch.Tensor:
    """The matrix on rows and on columns: (rows, columns, …) -> (new columns, new rows, …)."""
    return combine(matrix, combine(matrix, tiles).transpose(0, 1))


def products(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The 16 matrix products of (4, 4, R, K) and (4, 4, K, O)."""
    a, b = a.flatten(0, 1), b.flatten(0, 1)
    if not has_onednn(a):
        return torch.bmm(a, b).unflatten(0, (4, 4))
    out = a.new_empty(16, a.shape[1], b.shape[2])
    for i in range(16):
        out[i] = product(a[i], b[i])
    return out.unflatten(0, (4, 4))


def pixel_tiles(x: torch.Tensor, before: Any, tiled: Any) -> torch.Tensor:
    """B^T d B for every tile of 4×4 pixels, two apart: (n, H, W, C) -> (4, 4, n·TH·TW, C)."""
    (n, height, width, channels), (th, tw) = x.shape, tiled
    after = [2 * t + 2 - size - b for t, size, b in zip(tiled, (height, width), before)]
    x = torch.constant_pad_nd(x, [0, 0, before[1], after[1], before[0], after[0]]).contiguous()
    a, b, c, d = x.stride()
    tiles = x.as_strided((4, 4, n, th, tw, channels), (b, c, a, 2 * b, 2 * c, d))
    return transform(B_T, tiles).flatten(2, 4)


def output_tiles(m: torch.Tensor, n: int, tiled: Any, places: Any) -> torch.Tensor:
    """A^T m A for every tile, put together: (4, 4, n·TH·TW, O) -> (n, PH, PW, O)."""
    y = transform(A_T, m).view(2, 2, n, *tiled, -1)
    y = y.permute(2, 3, 0, 4, 1, 5).reshape(n, 2 * tiled[0], 2 * tiled[1], -1)
    return y[:, : places[0], : places[1]]


def gradient_tiles(grad: torch.Tensor, tiled: Any) -> torch.Tensor:
    """A g A^T for every tile of 2×2 outputs: (n, PH, PW, O) -> (4, 4, n·TH·TW, O)."""
    n, height, width, outputs = grad.shape
    grad = torch.constant_pad_nd(grad, [0, 0, 0, 2 * tiled[1] - width, 0, 2 * tiled[0] - height])
    grad = grad.reshape(n, tiled[0], 2, tiled[1], 2, outputs).permute(2, 4, 0, 1, 3, 5)
    return transform(A, grad).flatten(2, 4)


def filter_matrix(like: torch.Tensor) -> torch.Tensor:
    """Winograd's G in the dtype and on the device of another tensor."""
    return torch.tensor(G, dtype=like.dtype, device=like.device)


def convolve(x: torch.Tensor, weight: torch.Tensor, before: Any, places: Any) -> torch.Tensor:
    """(N, H, W, C) -> (N, PH, PW, O) with weight (O, C, 3, 3), block by block."""
    g = filter_matrix(x)
    filters = torch.einsum("ai,bj,ocij->baco", g, g, weight)
    tiled, parts = [-(-p // 2) for p in places], []
    for part in x.split(block(x, weight, tiled)):
        m = products(pixel_tiles(part, before, tiled), filters)
        parts.append(output_tiles(m, len(part), tiled, places))
    return torch.cat(parts)


def weight_gradient(x: torch.Tensor, grad: torch.Tensor, weight: torch.Tensor, before: Any) -> Any:
    """dL/dW = Gᵀ [Σ (Bᵀ d B) ⊙ (A g Aᵀ)] G, (O, C, 3, 3)."""
    tiled, total, g = [-(-p // 2) for p in grad.shape[1:3]], None, filter_matrix(x)
    size = block(x, weight, tiled)
    for pixels, part in zip(x.split(size), grad.split(size), strict=True):
        m = products(gradient_tiles(part, tiled).mT, pixel_tiles(pixels, before, tiled))
        total = m if total is None else total + m
    return torch.einsum("ai,bj,baoc->ocij", g, g, total)


def block(x: torch.Tensor, weight: torch.Tensor, tiled: Any) -> int:
    """How many pictures are transformed at a time."""
    if torch.compiler.is_compiling() or x.device.type != "cpu":
        return len(x)
    return max(1, BLOCK // (16 * tiled[0] * tiled[1] * max(weight.shape[:2])))


class WinogradConvolution(Function):
    """Convolution's arguments and result for 3×3 filters, stride 1, and many channels."""

    plain = Convolution

    @staticmethod
    def suits(x, weight, bias, stride, padding, dilation, groups) -> bool:
        """Where the products cost more than the sums, which depends on who multiplies."""
        if tuple(weight.shape[2:]) != (3, 3) or (*stride, *dilation, groups) != (1, 1, 1, 1, 1):
            return False
        if max(map(max, padding)) > 2 or not x.numel():
            return False
        return min(weight.shape[:2]) >= (LEAST_WITH_ONEDNN if has_onednn(x) else LEAST_CHANNELS)

    @staticmethod
    def forward(ctx, x, weight, bias, stride, padding, dilation, groups):
        ctx.save_for_backward(x, weight)
        ctx.settings = stride, padding, dilation, groups
        places = [n + sum(p) - 2 for n, p in zip(x.shape[2:], padding, strict=True)]
        y = convolve(x.movedim(1, -1), weight, [before for before, _ in padding], places)
        if may_be_seen(y) and not all_finite(y):
            plain = Context(Convolution, ())
            return Convolution.forward(plain, x, weight, bias, *ctx.settings)
        return (y if bias is None else y + bias).movedim(-1, 1)

    @staticmethod
    def backward(ctx, grad):
        x, weight = ctx.saved_tensors
        to_x, to_weight, to_bias = None, None, None
        arrived, grad = grad, grad.movedim(1, -1)
        before = [before for before, _ in ctx.settings[1]]
        if ctx.needs_input_grad[0]:  # a convolution of the gradient with the filters turned over
            turned = weight.flip(2, 3).transpose(0, 1)
            to_x = convolve(grad, turned, [2 - b for b in before], x.shape[2:]).movedim(-1, 1)
        if ctx.needs_input_grad[1]:
            to_weight = weight_gradient(x.movedim(1, -1), grad, weight, before)
        if may_be_seen(grad) and not all_finite(to_x if to_weight is None else to_weight):
            arguments = x, weight, None, *ctx.settings
            return by_plain_form(Convolution, ctx.needs_input_grad, arguments, arrived)
        if ctx.needs_input_grad[2]:
            to_bias = grad.sum((0, 1, 2))
        return to_x, to_weight, to_bias, None, None, None, None
