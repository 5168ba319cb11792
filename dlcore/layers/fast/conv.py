"""2014-2016: no algorithm is fastest for all shapes, so choose by shape (chapter 30).

Libraries such as cuDNN (S. Chetlur and colleagues, 2014, https://arxiv.org/abs/1410.0759) keep
several convolutions and pick one. Here is the last of ours, and the choice. Each is a Function
with the arguments and the result of the plain Convolution, against which it is tested:

- large filters: spectra (fft_conv.py)
- 3×3 filters and many channels: fewer multiplications (winograd.py)
- one filter per channel, or 16 to 48 channels where oneDNN does not multiply: shifts (this file)
- all else that has one group: blocks and tiles (tiled_conv.py)
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import torch

from dlcore.autodiff import Function
from dlcore.layers.conv import Convolution
from dlcore.layers.fast.product import has_onednn
from dlcore.layers.window import pad, places_of, taps

BLOCK = 2**17  # numbers in one block of padded pictures


class DepthwiseConvolution(Function):
    """Convolution's result where each channel has its own filter: y += w_k ⊙ x shifted by k."""

    plain = Convolution

    @staticmethod
    def suits(x, weight, bias, stride, padding, dilation, groups) -> bool:
        return groups == x.shape[1] == weight.shape[0] and groups > 1

    @staticmethod
    def forward(ctx, x, weight, bias, stride, padding, dilation, groups):
        ctx.save_for_backward(x, weight)
        kernel = weight.shape[2:]
        places = places_of(x.shape[2:], kernel, stride, padding, dilation)
        ctx.settings = padding, list(taps(kernel, stride, dilation, places))
        filters, parts = weight[:, 0].movedim(0, -1), []  # (*K, C)
        for part in x.split(pictures_in(BLOCK, x)):
            padded = pad(part, padding).movedim(1, -1)
            y = x.new_zeros(len(part), *places, groups)
            for offset, pixels in ctx.settings[1]:
                y.addcmul_(padded[(slice(None), *pixels)], filters[offset])
            parts.append(y)
        y = torch.cat(parts)
        return (y if bias is None else y.add_(bias)).movedim(-1, 1)

    @staticmethod
    def backward(ctx, grad):  # (N, C, *P)
        x, weight = ctx.saved_tensors
        padding, shifts = ctx.settings
        needs_x, needs_weight, needs_bias = ctx.needs_input_grad[:3]
        grad, axes = grad.movedim(1, -1), tuple(range(grad.ndim - 1))
        filters, parts, seen, size = weight[:, 0].movedim(0, -1), [], [], pictures_in(BLOCK, x)
        for part, arrived in zip(x.split(size), grad.split(size), strict=True):
            padded = pad(part, padding).movedim(1, -1)
            if needs_x:
                to_part = grad.new_zeros(padded.shape)
                for offset, pixels in shifts:
                    to_part[(slice(None), *pixels)].addcmul_(arrived, filters[offset])
                parts.append(pad(to_part.movedim(-1, 1), [(-b, -a) for b, a in padding]))
            if needs_weight:
                looks = [padded[(slice(None), *pixels)] for _, pixels in shifts]
                seen.append(torch.stack([(arrived * look).sum(axes) for look in looks], 1))
        to_weight = torch.stack(seen).sum(0).view(weight.shape) if needs_weight else None
        to_bias = grad.sum(axes) if needs_bias else None
        return torch.cat(parts) if needs_x else None, to_weight, to_bias, *[None] * 4


def pictures_in(block: int, x: torch.Tensor) -> int:
    """How many pictures of x (N, C, *L) have `block` numbers; all where blocks are no use."""
    if x.device.type != "cpu" or torch.compiler.is_compiling():
        return max(1, len(x))
    return max(1, block // max(1, x[:1].numel()))


class ShiftedConvolution(Function):
    """Convolution's result for stride 1 as Σ_k (x shifted by k) W_k: no columns are copied.

    Pixels lie in one long list of rows (N·L, C), so a shift of the picture is a shift of the list.
    What a shift carries over the edge of a padded picture lands in places that are cut off.
    """

    plain = Convolution

    @staticmethod
    def suits(x, weight, bias, stride, padding, dilation, groups) -> bool:
        narrow = all(16 <= channels <= 48 for channels in weight.shape[:2])
        slow = x.device.type != "cpu" or torch.compiler.is_compiling() or has_onednn(x)
        return narrow and groups == 1 and max(stride) == 1 and x.numel() > 0 and not slow

    @staticmethod
    def forward(ctx, x, weight, bias, stride, padding, dilation, groups):
        ctx.save_for_backward(x, weight)
        ctx.shifts = shifts = Shifts(x.shape[2:], weight.shape[2:], padding, dilation)
        y = x.new_empty(len(x), *shifts.places, weight.shape[0])
        filters = weight.movedim((0, 1), (-1, -2)).reshape(-1, x.shape[1], weight.shape[0])
        for part in shifts.blocks(x):
            rows = shifts.list(x[part].movedim(1, -1), shifts.inside)  # (R, C)
            total = rows.new_empty(len(rows), weight.shape[0])
            reached = len(rows) - shifts.starts[-1]
            torch.mm(rows[:reached], filters[0], out=total[:reached])
            for start, filters_k in zip(shifts.starts[1:], filters[1:], strict=True):
                total[:reached].addmm_(rows[start : start + reached], filters_k)
            y[part] = shifts.pictures(total)[(slice(None), *shifts.first)]
        return (y if bias is None else y.add_(bias)).movedim(-1, 1)

    @staticmethod
    def backward(ctx, grad):
        x, weight = ctx.saved_tensors
        shifts, (needs_x, needs_weight, needs_bias) = ctx.shifts, ctx.needs_input_grad[:3]
        grad = grad.movedim(1, -1)
        filters = weight.movedim((0, 1), (-1, -2)).reshape(-1, x.shape[1], weight.shape[0])
        to_x = x.new_empty(len(x), *x.shape[2:], x.shape[1]) if needs_x else None
        to_filters = torch.zeros_like(filters)
        for part in shifts.blocks(x):
            rows = shifts.list(x[part].movedim(1, -1), shifts.inside)
            arrived, total = shifts.list(grad[part], shifts.first), torch.zeros_like(rows)
            reached = len(rows) - shifts.starts[-1]
            arrived = arrived[:reached]
            for k, start in enumerate(shifts.starts):
                if needs_weight:
                    to_filters[k].addmm_(rows[start : start + reached].T, arrived)
                if needs_x:
                    total[start : start + reached].addmm_(arrived, filters[k].T)
            if to_x is not None:
                to_x[part] = shifts.pictures(total)[(slice(None), *shifts.inside)]
        to_weight = to_filters.permute(2, 1, 0).reshape(weight.shape) if needs_weight else None
        to_bias = grad.reshape(-1, len(weight)).sum(0) if needs_bias else None
        return None if to_x is None else to_x.movedim(-1, 1), to_weight, to_bias, *[None] * 4


class Shifts:
    """Padded pictures (n, *L, C) as one list of rows, and where each pixel of a window starts."""

    def __init__(self, size: Any, kernel: Any, padding: Any, dilation: Any) -> None:
        self.places = places_of(size, kernel, (1,) * len(size), padding, dilation)
        self.padded = [n + sum(p) for n, p in zip(size, padding, strict=True)]
        self.inside = tuple(slice(p[0], p[0] + n) for n, p in zip(size, padding, strict=True))
        self.first = tuple(slice(0, p) for p in self.places)
        steps = [math.prod(self.padded[axis + 1 :]) for axis in range(len(size))]
        self.starts = [
            sum(o * d * s for o, d, s in zip(offset, dilation, steps, strict=True))
            for offset in itertools.product(*map(range, kernel))
        ]

    def blocks(self, x: torch.Tensor) -> list[slice]:
        """Slices of the batch whose pictures fit the cache together."""
        step = max(1, BLOCK // (math.prod(self.padded) * x.shape[1]))
        return [slice(start, min(start + step, len(x))) for start in range(0, len(x), step)]

    def list(self, pictures: torch.Tensor, where: Any) -> torch.Tensor:
        """(n, …, C) -> (n·L, C), the pictures standing at `where` in a frame of zeros."""
        frame = pictures.new_zeros(len(pictures), *self.padded, pictures.shape[-1])
        frame[(slice(None), *where)] = pictures
        return frame.flatten(0, -2)

    def pictures(self, rows: torch.Tensor) -> torch.Tensor:
        """(n·L, C) -> (n, *L, C)"""
        return rows.view(-1, *self.padded, rows.shape[-1])
