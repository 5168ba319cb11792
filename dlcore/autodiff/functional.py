"""1970, Seppo Linnainmaa: torch's names for the steps of ops.py and shape.py (chapter 3).

Each function takes Tensors, plain torch tensors or numbers and returns a Tensor. They
become the operators and methods of Tensor, and answer for torch.<name>(Tensor): see methods.py.
"""

from __future__ import annotations

import builtins
import math
from typing import Any

import torch

from dlcore.autodiff import ops
from dlcore.autodiff import shape as shapes
from dlcore.autodiff.tensor import Tensor


def operands(a: Any, b: Any) -> tuple[Any, Any]:
    """Both as tensors; a plain number takes the other's dtype, as in torch."""
    if not isinstance(a, (Tensor, torch.Tensor)):
        a = number_like(a, b)
    if not isinstance(b, (Tensor, torch.Tensor)):
        b = number_like(b, a)
    return a, b


def number_like(value: Any, tensor: Any) -> torch.Tensor:
    if isinstance(value, (int, float)) and tensor.dtype.is_floating_point:
        return torch.tensor(value, dtype=tensor.dtype)
    return torch.as_tensor(value)


# -- arithmetic -----------------------------------------------------------------------------------
def add(a, b):
    return ops.Add.apply(*operands(a, b))


def sub(a, b):
    return add(a, neg(b) if isinstance(b, Tensor) else -b)


def mul(a, b):
    return ops.Mul.apply(*operands(a, b))


def div(a, b):
    return ops.Div.apply(*operands(a, b))


def pow(x, exponent):
    """x ** exponent, either a tensor or a number."""
    if isinstance(exponent, (int, float)):
        return ops.Pow.apply(x, exponent)
    return ops.PowTensor.apply(*operands(x, exponent))


def matmul(a, b):
    """a @ b. Raises ValueError where the inner lengths differ or an operand is a scalar."""
    if not a.ndim or not b.ndim or a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
        raise ValueError(
            f"matmul multiplies (…, I) @ (I, …), got shapes {tuple(a.shape)} and "
            f"{tuple(b.shape)}; is a transpose missing?"
        )
    if a.dtype != b.dtype:
        raise TypeError(f"matmul multiplies numbers of one kind, got {a.dtype} and {b.dtype}")
    return ops.MatMul.apply(a, b)


def einsum(equation, *tensors):
    return shapes.Einsum.apply(equation, *tensors)


def maximum(a, b):
    return ops.Maximum.apply(*operands(a, b))


def minimum(a, b):
    return neg(maximum(neg(a), neg(b)))


def where(condition, a, b):
    condition = condition.data if isinstance(condition, Tensor) else condition
    return ops.Where.apply(condition, *operands(a, b))


def masked_fill(x, mask, value):
    return where(mask, value, x)


def neg(x):
    return ops.Neg.apply(x)


def exp(x):
    return ops.Exp.apply(x)


def log(x):
    return ops.Log.apply(x)


def sqrt(x):
    return ops.Sqrt.apply(x)


def abs(x):
    return ops.Abs.apply(x)


def sin(x):
    return ops.Sin.apply(x)


def cos(x):
    return ops.Cos.apply(x)


def rsqrt(x):
    return pow(x, -0.5)


def square(x):
    return pow(x, 2)


def clamp(x, min=None, max=None):
    return ops.Clamp.apply(x, min, max)


# -- reductions -----------------------------------------------------------------------------------
def sum(x, dim=None, keepdim=False):
    return ops.Sum.apply(x, dim, keepdim)


def mean(x, dim=None, keepdim=False):
    return ops.Mean.apply(x, dim, keepdim)


def amax(x, dim=None, keepdim=False):
    return ops.Amax.apply(x, dim, keepdim)


def amin(x, dim=None, keepdim=False):
    return neg(amax(neg(x), dim, keepdim))


def argmax(x, dim=None, keepdim=False):
    """Where the largest element is: a plain torch tensor, for it has no gradient."""
    return plain(x).argmax(dim, keepdim)


def plain(x: Any) -> Any:
    """The torch tensor inside a Tensor, anything else as it is."""
    return x.data if isinstance(x, Tensor) else x


# -- shapes ---------------------------------------------------------------------------------------
def sizes(args: tuple[Any, ...]) -> tuple[int, ...]:
    """f(2, 3) and f((2, 3)) mean the same."""
    return tuple(args[0]) if len(args) == 1 and not isinstance(args[0], int) else args


def reshape(x, *lengths, shape=None):
    return shapes.Reshape.apply(x, sizes(lengths) if shape is None else tuple(shape))


def clone(x, memory_format=None):
    """A copy, whose numbers lie one after the other in memory whatever the format asked for."""
    return shapes.Clone.apply(x)


def contiguous(x):
    """x with its numbers one after the other in memory. view() here needs no such thing."""
    return x if plain(x).is_contiguous() else clone(x)


def flatten(x, start_dim=0, end_dim=-1):
    dims = list(x.shape)
    first, last = start_dim % x.ndim, end_dim % x.ndim
    return reshape(x, (*dims[:first], math.prod(dims[first : last + 1]), *dims[last + 1 :]))


def permute(x, *dims):
    return shapes.Permute.apply(x, sizes(dims))


def transpose(x, dim0, dim1):
    dims = list(range(x.ndim))
    dims[dim0], dims[dim1] = dims[dim1], dims[dim0]
    return permute(x, dims)


def unsqueeze(x, dim):
    dim = dim % (x.ndim + 1)
    return reshape(x, (*x.shape[:dim], 1, *x.shape[dim:]))


def squeeze(x, dim=None):
    axes = range(x.ndim) if dim is None else [dim % x.ndim]
    return reshape(x, tuple(n for i, n in enumerate(x.shape) if not (i in axes and n == 1)))


def expand(x, *shape):
    return shapes.Expand.apply(x, sizes(shape))


def repeat(x, *times):
    """x laid side by side, times[i] copies along axis i; new axes stand in front."""
    times = sizes(times)
    shape = (*[1] * (len(times) - x.ndim), *x.shape)
    pairs = reshape(x, [n for length in shape for n in (1, length)])
    copies = expand(pairs, [n for pair in zip(times, shape, strict=True) for n in pair])
    return reshape(copies, [count * length for count, length in zip(times, shape, strict=True)])


def getitem(x, key):
    parts = key if isinstance(key, tuple) else (key,)
    parts = tuple(plain(part) for part in parts)
    return shapes.Index.apply(x, parts if isinstance(key, tuple) else parts[0])


def gather(x, dim, index):
    return shapes.Gather.apply(x, dim, plain(index))


def cat(tensors, dim=0):
    return shapes.Cat.apply(dim, *tensors)


def stack(tensors, dim=0):
    return cat([unsqueeze(t, dim) for t in tensors], dim)


def split(x, split_size, dim=0):
    """Consecutive pieces of length `split_size` (or of the lengths listed) along `dim`."""
    total, size = x.shape[dim], split_size
    if isinstance(size, int):
        size = [min(size, total - start) for start in range(0, total, size)] or [0]
    if builtins.sum(size) != total:
        raise ValueError(f"split into lengths {size} needs an axis of their sum, got {total}")
    return shapes.Split.apply(x, size, dim)


def chunk(x, chunks, dim=0):
    return split(x, -(-x.shape[dim] // chunks), dim)


def unbind(x, dim=0):
    """x[0], x[1], … along `dim`."""
    return tuple(squeeze(piece, dim) for piece in split(x, 1, dim))


def pad(x, pad, value=0.0):
    return shapes.Pad.apply(x, list(pad), value)


def flip(x, *dims):
    return shapes.Flip.apply(x, sizes(dims))


def cumsum(x, dim):
    return shapes.CumSum.apply(x, dim)


def tril(x, diagonal=0):
    keep = torch.ones(x.shape[-2:], dtype=torch.bool, device=x.device).tril(diagonal)
    return where(keep, x, 0.0)


def to(x, *like, **options):
    """x with the dtype or on the device named; a tensor may stand for both."""
    return ops.Cast.apply(x, tuple(plain(part) for part in like), options)
