"""1970, Seppo Linnainmaa: more steps whose slope is known, and numbers put into others' places
(chapter 3).

Names, arguments and results are torch's; each function takes Tensors or torch tensors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch

from dlcore.autodiff import functional as f
from dlcore.autodiff.function import Function
from dlcore.autodiff.ops import Elementwise
from dlcore.autodiff.tensor import Tensor

TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)


def flat(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The slope of a step: 0 wherever it has one."""
    return torch.zeros_like(x)


Log1p = Elementwise.define("Log1p", torch.log1p, lambda x, y: 1 / (1 + x))
Expm1 = Elementwise.define("Expm1", torch.expm1, lambda x, y: y + 1)
Erf = Elementwise.define("Erf", torch.erf, lambda x, y: TWO_OVER_ROOT_PI * torch.exp(-x * x))
Tan = Elementwise.define("Tan", torch.tan, lambda x, y: 1 + y * y)
Atan = Elementwise.define("Atan", torch.atan, lambda x, y: 1 / (1 + x * x))
Asin = Elementwise.define("Asin", torch.asin, lambda x, y: 1 / torch.sqrt(1 - x * x))
Acos = Elementwise.define("Acos", torch.acos, lambda x, y: -1 / torch.sqrt(1 - x * x))
Sinh = Elementwise.define("Sinh", torch.sinh, lambda x, y: torch.cosh(x))
Cosh = Elementwise.define("Cosh", torch.cosh, lambda x, y: torch.sinh(x))
Sign = Elementwise.define("Sign", torch.sign, flat)
Floor = Elementwise.define("Floor", torch.floor, flat)
Ceil = Elementwise.define("Ceil", torch.ceil, flat)
Round = Elementwise.define("Round", torch.round, flat)
Trunc = Elementwise.define("Trunc", torch.trunc, flat)


class ScatterAdd(Function):
    """x with source[i, j] added at [i, index[i, j]], counted along `dim`."""

    @staticmethod
    def forward(ctx, x, dim, index, source):
        ctx.save_for_backward(index)
        ctx.dim = dim
        return x.scatter_add(dim, index, source)

    @staticmethod
    def backward(ctx, grad):
        (index,) = ctx.saved_tensors
        return grad, None, None, grad.gather(ctx.dim, index)


class Scatter(Function):
    """x with source[i, j] put at [i, index[i, j]], along `dim`; what stood there is gone."""

    @staticmethod
    def forward(ctx, x, dim, index, source):
        ctx.save_for_backward(index)
        ctx.dim = dim
        return x.scatter(dim, index, source)

    @staticmethod
    def backward(ctx, grad):
        (index,) = ctx.saved_tensors
        gone = torch.zeros_like(grad, dtype=torch.bool).scatter(ctx.dim, index, True)
        return torch.where(gone, 0.0, grad), None, None, grad.gather(ctx.dim, index)


class IndexAdd(Function):
    """x with row i of source added to its row index[i], along `dim`."""

    @staticmethod
    def forward(ctx, x, dim, index, source):
        ctx.save_for_backward(index)
        ctx.dim = dim
        return x.index_add(dim, index, source)

    @staticmethod
    def backward(ctx, grad):
        (index,) = ctx.saved_tensors
        return grad, None, None, grad.index_select(ctx.dim, index)


class Extreme(NamedTuple):
    """Values along an axis and where they stood: what max, min, sort and topk give."""

    values: Any
    indices: torch.Tensor


def log1p(x: Any) -> Tensor:
    """log(1 + x), exact for small x too."""
    return Log1p.apply(x)


def expm1(x: Any) -> Tensor:
    """eˣ − 1, exact for small x too."""
    return Expm1.apply(x)


def erf(x: Any) -> Tensor:
    """The error function: 2/√π times the integral of e^(−t²) from 0 to x."""
    return Erf.apply(x)


def tan(x: Any) -> Tensor:
    """tan x, x in radians."""
    return Tan.apply(x)


def atan(x: Any) -> Tensor:
    """The angle in radians, between −π/2 and π/2, whose tangent is x."""
    return Atan.apply(x)


def asin(x: Any) -> Tensor:
    """The angle in radians whose sine is x; NaN outside −1 to 1."""
    return Asin.apply(x)


def acos(x: Any) -> Tensor:
    """The angle in radians whose cosine is x; NaN outside −1 to 1."""
    return Acos.apply(x)


def sinh(x: Any) -> Tensor:
    """(eˣ − e⁻ˣ) / 2"""
    return Sinh.apply(x)


def cosh(x: Any) -> Tensor:
    """(eˣ + e⁻ˣ) / 2"""
    return Cosh.apply(x)


def sign(x: Any) -> Tensor:
    """−1, 0 or 1. Its gradient is 0."""
    return Sign.apply(x)


def floor(x: Any) -> Tensor:
    """The next whole number below. Its gradient is 0."""
    return Floor.apply(x)


def ceil(x: Any) -> Tensor:
    """The next whole number above. Its gradient is 0."""
    return Ceil.apply(x)


def round(x: Any) -> Tensor:
    """To the nearest whole number, halves to the even one. Its gradient is 0."""
    return Round.apply(x)


def trunc(x: Any) -> Tensor:
    """The whole part, towards 0. Its gradient is 0."""
    return Trunc.apply(x)


def log2(x: Any) -> Tensor:
    """The logarithm to base 2."""
    return f.div(f.log(x), math.log(2))


def log10(x: Any) -> Tensor:
    """The logarithm to base 10."""
    return f.div(f.log(x), math.log(10))


def reciprocal(x: Any) -> Tensor:
    """1 / x"""
    return f.div(1.0, x)


def floor_divide(a: Any, b: Any) -> Tensor:
    """⌊a / b⌋, the operator //. Its gradient is 0."""
    return floor(f.div(a, b))


def remainder(a: Any, b: Any) -> Tensor:
    """a − b ⌊a / b⌋, the operator %: it has the sign of b."""
    whole = torch.floor(f.plain(a) / f.plain(b))
    return f.sub(a, f.mul(b, whole))


def scatter_add(x: Any, dim: int, index: Any, src: Any) -> Tensor:
    """x with src[i, j] added at [i, index[i, j]] along `dim`; of src as much as index has."""
    index = f.plain(index)
    return ScatterAdd.apply(x, dim, index, part(src, index))


def part(src: Any, index: torch.Tensor) -> Any:
    """Of src as much as index has."""
    if src.shape == index.shape:
        return src
    return f.getitem(src, tuple(slice(0, n) for n in index.shape))


def index_add(x: Any, dim: int, index: Any, source: Any) -> Tensor:
    """x with the slice i of source added to its slice index[i], along `dim`."""
    return IndexAdd.apply(x, dim, f.plain(index), source)


def scatter(x: Any, dim: int, index: Any, src: Any, reduce: str | None = None) -> Tensor:
    """x with src, a tensor of index's shape or a number, put at [i, index[i, j]] along `dim`; or
    added, with reduce="add"."""
    index = f.plain(index)
    if not isinstance(src, (Tensor, torch.Tensor)):
        src = torch.full(index.shape, src, dtype=x.dtype, device=x.device)
    if reduce not in (None, "add"):
        raise ValueError(f"scatter knows reduce='add' and none at all, got {reduce!r}")
    return (ScatterAdd if reduce else Scatter).apply(x, dim, index, part(src, index))


def index_select(x: Any, dim: int, index: Any) -> Tensor:
    """The slices of x along `dim` that index (K,) names."""
    return f.getitem(x, (*[slice(None)] * (dim % x.ndim), f.plain(index)))


def repeat_interleave(x: Any, repeats: Any, dim: int | None = None) -> Tensor:
    """Each slice along `dim` (each number of x, flattened, if None) `repeats` times in a row."""
    if dim is None:
        x, dim = f.reshape(x, -1), 0
    order = torch.arange(x.shape[dim], device=x.device)
    return index_select(x, dim, order.repeat_interleave(f.plain(repeats)))


def roll(x: Any, shifts: Any, dims: Any = None) -> Tensor:
    """x moved along `dims`, what falls off the end comes in at the start."""
    if dims is None:
        return f.reshape(roll(f.reshape(x, -1), shifts, 0), x.shape)
    several = isinstance(dims, (tuple, list))
    for shift, dim in zip(shifts, dims, strict=True) if several else [(shifts, dims)]:
        order = torch.arange(x.shape[dim], device=x.device).roll(shift)
        x = index_select(x, dim, order)
    return x


def sort(x: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Extreme:
    """(values, indices) along `dim`, the smallest first."""
    index = f.plain(x).sort(dim=dim, descending=descending, stable=stable).indices
    return Extreme(f.gather(x, dim, index), index)


def narrow(x: Any, dim: int, start: int, length: int) -> Tensor:
    """The `length` slices along `dim` from number `start` on."""
    return f.getitem(x, (*[slice(None)] * (dim % x.ndim), slice(start, start + length)))


def movedim(x: Any, source: Any, destination: Any) -> Tensor:
    """Axis `source` (or each of several) moved to place `destination`, the others in order."""
    moved = {
        to % x.ndim: start % x.ndim
        for start, to in zip(listed(source), listed(destination), strict=True)
    }
    rest = iter(axis for axis in range(x.ndim) if axis not in moved.values())
    return f.permute(x, [moved[to] if to in moved else next(rest) for to in range(x.ndim)])


def listed(axes: Any) -> Sequence[int]:
    """One axis or several, as several."""
    return axes if isinstance(axes, (tuple, list)) else (axes,)


def masked_select(x: Any, mask: Any) -> Tensor:
    """The numbers of x where mask is True, in one row."""
    return f.getitem(x, torch.broadcast_to(f.plain(mask), x.shape))
