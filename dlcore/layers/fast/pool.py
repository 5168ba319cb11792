"""1990: pools pixel by pixel of the window, without a copy of all windows (chapter 30).

A window of K pixels is K shifted views of the picture. The running maximum keeps one number per
place, which pixel won; written as numbers at once and added by products, so that every line is one
pass over memory. Pools: K. Yamaguchi, K. Sakamoto, T. Akabane, Y. Fujimoto (1990),
https://isca-speech.org/archive/icslp_1990/i90_1077.html.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore.autodiff import Function
from dlcore.layers.pool import MaxAlong, MeanAlong
from dlcore.layers.pool_axis import Axis, crop_axis, first_inside, pad_axis


class FastMaxAlong(Function):
    """MaxAlong's arguments and result from a running maximum and the number of its pixel."""

    plain = MaxAlong

    @staticmethod
    def forward(ctx, x, axis):
        padded = pad_axis(x, axis, float("-inf"))
        y = look_at(padded, axis, 0)
        winner = torch.zeros_like(y, dtype=torch.float32)
        for k in range(1, len(axis.taps)):
            larger = torch.maximum(y, look_at(padded, axis, k))
            replaced = mark(torch.ne, larger, y, torch.float32)
            winner = torch.maximum(winner, replaced.mul_(k)) if k > 1 else replaced
            y = larger
        if axis.padding[0]:
            winner = torch.maximum(winner, first_inside(axis, x).to(winner.dtype))
        ctx.save_for_backward(winner)
        ctx.axis = axis
        return y.clone() if len(axis.taps) == 1 else y

    @staticmethod
    def backward(ctx, grad):
        (winner,) = ctx.saved_tensors
        if grad.stride() != winner.stride():  # mixed layouts are slow to walk through
            grad = torch.empty_like(winner, dtype=grad.dtype).copy_(grad)
        to_x = blank(grad, ctx.axis)
        for k in range(len(ctx.axis.taps)):
            won = mark(torch.eq, winner, k, grad.dtype)
            give_to(to_x, ctx.axis, k, grad, won)
        return crop_axis(to_x, ctx.axis), None


class FastMeanAlong(Function):
    """MeanAlong's arguments and result: K views added one after the other."""

    plain = MeanAlong

    @staticmethod
    def forward(ctx, x, axis, count):
        padded = pad_axis(x, axis, 0.0)
        y = look_at(padded, axis, 0)
        for k in range(1, len(axis.taps)):
            y = y + look_at(padded, axis, k)
        ctx.axis, ctx.count = axis, count
        return y / count

    @staticmethod
    def backward(ctx, grad):
        to_x, share = blank(grad, ctx.axis), grad / ctx.count
        for k in range(len(ctx.axis.taps)):
            give_to(to_x, ctx.axis, k, share)
        return crop_axis(to_x, ctx.axis), None, None


def look_at(x: torch.Tensor, axis: Axis, k: int) -> torch.Tensor:
    """What pixel k of every window sees: a view where the windows are equally wide."""
    tap = axis.taps[k]
    return x[axis.at(k)] if isinstance(tap, slice) else x.index_select(axis.number, tap)


def give_to(x: torch.Tensor, axis: Axis, k: int, values: torch.Tensor, share: Any = None) -> None:
    """Add values (times share) to the pixels that `look_at` would see."""
    tap = axis.taps[k]
    if not isinstance(tap, slice):
        x.index_add_(axis.number, tap, values if share is None else values * share)
    elif share is None:
        look_at(x, axis, k).add_(values)
    else:
        look_at(x, axis, k).addcmul_(values, share)


def blank(like: torch.Tensor, axis: Axis) -> torch.Tensor:
    """Zeros in the shape of the padded input, channels last in memory where `like` has them so."""
    shape = list(like.shape)
    shape[axis.number] = axis.length + sum(axis.padding)
    if like.ndim < 3 or like.is_contiguous() or not like.movedim(1, -1).is_contiguous():
        return like.new_zeros(shape)
    return like.new_zeros([shape[0], *shape[2:], shape[1]]).movedim(-1, 1)


def mark(compare: Any, a: torch.Tensor, b: Any, dtype: torch.dtype) -> torch.Tensor:
    """1 where the comparison holds, else 0: written as numbers at once, a compiler excepted."""
    if torch.compiler.is_compiling():
        return compare(a, b).to(dtype)
    return compare(a, b, out=torch.empty_like(a, dtype=dtype))
