"""1994, Barak Pearlmutter: torch's names for what the lines of a Function do, also on Tensors
(chapter 3).

second_run.py runs a Function's own lines on Tensors, so that each of them is recorded. The names
that such lines use, beyond those of functional.py and special.py, are made here of other steps,
and so are further names of torch.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import torch

from dlcore.autodiff import functional as f
from dlcore.autodiff.function import Function
from dlcore.autodiff.statistics import logsumexp
from dlcore.autodiff.tensor import Tensor


class Put(Function):
    """x with values at key, which names no place twice; what stood there is gone."""

    @staticmethod
    def forward(ctx, x, key, values):
        ctx.key, y = key, x.clone()
        y[key] = values
        return y

    @staticmethod
    def backward(ctx, grad):
        gone = torch.zeros(grad.shape, dtype=torch.bool, device=grad.device)
        gone[ctx.key] = True
        return torch.where(gone, 0.0, grad), None, grad[ctx.key]


def put(x: Any, key: Any, values: Any) -> Tensor:
    """x[key] = values, as a new Tensor; values: a number, or what broadcasts to x[key]."""
    parts = tuple(f.plain(part) for part in key) if isinstance(key, tuple) else f.plain(key)
    if not isinstance(values, (Tensor, torch.Tensor)):
        values = torch.full((), values, dtype=x.dtype, device=x.device)
    return Put.apply(x, parts, f.expand(values, f.plain(x)[parts].shape))


def index_put(x: Any, indices: Any, values: Any) -> Tensor:
    """x with values where the index tensors say, which name no place twice."""
    return put(x, tuple(indices), values)


def expand_as(x: Any, other: Any) -> Tensor:
    """x repeated to the other's shape."""
    return f.expand(x, tuple(other.shape))


def logaddexp(a: Any, b: Any) -> Tensor:
    """log(eᵃ + eᵇ), shapes broadcast as in torch."""
    shape = torch.broadcast_shapes(a.shape, b.shape)
    return logsumexp(f.stack([f.expand(a, shape), f.expand(b, shape)]), 0)


def xlogy(x: Any, y: Any) -> Tensor:
    """x log y, which is 0 where x is."""
    zero = f.plain(x) == 0
    return f.where(zero, 0.0, f.mul(x, f.log(f.where(zero, 1.0, y))))


def cumprod(x: Any, dim: int) -> Tensor:
    """Running products along `dim`."""
    pieces = f.split(x, 1, dim) if x.shape[dim] else [x]
    return f.cat(list(itertools.accumulate(pieces, f.mul)), dim)


def addcmul(x: Any, a: Any, b: Any, value: float = 1) -> Tensor:
    """x + value · a · b"""
    return f.add(x, f.mul(f.mul(a, b), value))


def addmm(x: Any, a: Any, b: Any) -> Tensor:
    """x + a @ b"""
    return f.add(x, f.matmul(a, b))


def vecdot(a: Any, b: Any, *, dim: int = -1) -> Tensor:
    """Σ a · b along `dim`."""
    return f.sum(f.mul(a, b), dim)


def clamp_min(x: Any, min: Any) -> Tensor:
    """x, but no smaller than min."""
    return f.clamp(x, min)


def clamp_max(x: Any, max: Any) -> Tensor:
    """x, but no larger than max."""
    return f.clamp(x, None, max)


def sum_to_size(x: Any, *shape: Any) -> Tensor:
    """x summed over the axes along which an x of that shape would have been repeated."""
    shape = f.sizes(shape)
    extra = x.ndim - len(shape)
    axes = [axis for axis, n in enumerate((*[1] * extra, *shape)) if axis < extra or n == 1]
    return f.reshape(f.sum(x, axes, True), shape) if axes else x


def unflatten(x: Any, dim: int, sizes: Any) -> Tensor:
    """One axis as several of the given lengths, of which one may be −1."""
    dim = dim % x.ndim
    known = math.prod(n for n in sizes if n != -1)
    sizes = [x.shape[dim] // known if n == -1 else n for n in sizes]
    return f.reshape(x, (*x.shape[:dim], *sizes, *x.shape[dim + 1 :]))


def constant_pad_nd(x: Any, pad: Any, value: float = 0.0) -> Tensor:
    """As functional.pad."""
    return f.pad(x, pad, value)


def linalg_vecdot(a: Any, b: Any, *, dim: int = -1) -> Tensor:
    """torch.linalg.vecdot."""
    return vecdot(a, b, dim=dim)


def contiguous(x: Any) -> Tensor:
    """x with its numbers one after the other in memory. view() here needs no such thing."""
    return x if f.plain(x).is_contiguous() else f.clone(x)


def repeat(x: Any, *times: Any) -> Tensor:
    """x laid side by side, times[i] copies along axis i; new axes stand in front."""
    times = f.sizes(times)
    shape = (*[1] * (len(times) - x.ndim), *x.shape)
    pairs = f.reshape(x, [n for length in shape for n in (1, length)])
    copies = f.expand(pairs, [n for pair in zip(times, shape, strict=True) for n in pair])
    return f.reshape(copies, [count * length for count, length in zip(times, shape, strict=True)])


def unbind(x: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """x[0], x[1], … along `dim`."""
    return tuple(f.squeeze(piece, dim) for piece in f.split(x, 1, dim))


def tril(x: Any, diagonal: int = 0) -> Tensor:
    """x with zeros above the diagonal of its last two axes."""
    keep = torch.ones(x.shape[-2:], dtype=torch.bool, device=x.device).tril(diagonal)
    return f.where(keep, x, 0.0)


def triu(x: Any, diagonal: int = 0) -> Tensor:
    """x above its diagonal number `diagonal`, 0 below."""
    keep = torch.ones(x.shape[-2:], dtype=torch.bool, device=x.device).triu(diagonal)
    return f.where(keep, x, 0.0)


def outer(a: Any, b: Any) -> Tensor:
    """a[i] b[j]: (I, J) from (I,) and (J,)."""
    return f.mul(f.unsqueeze(a, 1), f.unsqueeze(b, 0))


def mm(a: Any, b: Any) -> Tensor:
    """The product of two matrices."""
    if a.ndim != 2 or b.ndim != 2:
        raise ValueError(f"mm takes two matrices, got {tuple(a.shape)} and {tuple(b.shape)}")
    return f.matmul(a, b)


def mv(a: Any, b: Any) -> Tensor:
    """The product of a matrix and a vector."""
    return f.matmul(a, b)


def dot(a: Any, b: Any) -> Tensor:
    """Σ a[i] b[i] for two vectors."""
    if a.ndim != 1 or b.ndim != 1:
        raise ValueError(f"dot takes two vectors, got {tuple(a.shape)} and {tuple(b.shape)}")
    return f.matmul(a, b)


def t(x: Any) -> Tensor:
    """A matrix with rows and columns exchanged; a vector as it is."""
    if x.ndim > 2:
        raise ValueError(f"t() is for matrices, got shape {tuple(x.shape)}; use .mT or .permute()")
    return x if x.ndim < 2 else f.transpose(x, 0, 1)
