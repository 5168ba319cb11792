"""1994, Barak Pearlmutter: torch's names for what the lines of a Function do, also on Tensors
(chapter 3).

second_run.py runs a Function's own lines on Tensors, so that each of them is recorded. The names
that such lines use, beyond those of functional.py and special.py, are made here of other steps.
"""

from __future__ import annotations

import itertools
import math

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


def put(x, key, values):
    """x[key] = values, as a new Tensor; values: a number, or what broadcasts to x[key]."""
    parts = tuple(f.plain(part) for part in key) if isinstance(key, tuple) else f.plain(key)
    if not isinstance(values, (Tensor, torch.Tensor)):
        values = torch.full((), values, dtype=x.dtype, device=x.device)
    return Put.apply(x, parts, f.expand(values, f.plain(x)[parts].shape))


def index_put(x, indices, values):
    """x with values where the index tensors say, which name no place twice."""
    return put(x, tuple(indices), values)


def expand_as(x, other):
    """x repeated to the other's shape."""
    return f.expand(x, tuple(other.shape))


def logaddexp(a, b):
    """log(eᵃ + eᵇ), shapes broadcast as in torch."""
    shape = torch.broadcast_shapes(a.shape, b.shape)
    return logsumexp(f.stack([f.expand(a, shape), f.expand(b, shape)]), 0)


def xlogy(x, y):
    """x log y, which is 0 where x is."""
    zero = f.plain(x) == 0
    return f.where(zero, 0.0, f.mul(x, f.log(f.where(zero, 1.0, y))))


def cumprod(x, dim):
    """Running products along `dim`."""
    pieces = f.split(x, 1, dim) if x.shape[dim] else [x]
    return f.cat(list(itertools.accumulate(pieces, f.mul)), dim)


def addcmul(x, a, b, value=1):
    """x + value · a · b"""
    return f.add(x, f.mul(f.mul(a, b), value))


def addmm(x, a, b):
    """x + a @ b"""
    return f.add(x, f.matmul(a, b))


def vecdot(a, b, *, dim=-1):
    """Σ a · b along `dim`."""
    return f.sum(f.mul(a, b), dim)


def clamp_min(x, min):
    """x, but no smaller than min."""
    return f.clamp(x, min)


def clamp_max(x, max):
    """x, but no larger than max."""
    return f.clamp(x, None, max)


def sum_to_size(x, *shape):
    """x summed over the axes along which an x of that shape would have been repeated."""
    shape = f.sizes(shape)
    extra = x.ndim - len(shape)
    axes = [axis for axis, n in enumerate((*[1] * extra, *shape)) if axis < extra or n == 1]
    return f.reshape(f.sum(x, axes, True), shape) if axes else x


def unflatten(x, dim, sizes):
    """One axis as several of the given lengths, of which one may be −1."""
    dim = dim % x.ndim
    known = math.prod(n for n in sizes if n != -1)
    sizes = [x.shape[dim] // known if n == -1 else n for n in sizes]
    return f.reshape(x, (*x.shape[:dim], *sizes, *x.shape[dim + 1 :]))


def constant_pad_nd(x, pad, value=0.0):
    """As functional.pad."""
    return f.pad(x, pad, value)


def linalg_vecdot(a, b, *, dim=-1):
    """torch.linalg.vecdot."""
    return vecdot(a, b, dim=dim)
