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
    """A number as a tensor without axes, in the other's dtype if that has fractions."""
    if isinstance(value, (int, float)) and tensor.dtype.is_floating_point:
        return torch.tensor(value, dtype=tensor.dtype)
    return torch.as_tensor(value)


# -- arithmetic -----------------------------------------------------------------------------------
def add(a: Any, b: Any) -> Tensor:
    """a + b, shapes broadcast as in torch."""
    return ops.Add.apply(*operands(a, b))


def sub(a: Any, b: Any) -> Tensor:
    """a − b, shapes broadcast as in torch."""
    return add(a, neg(b) if isinstance(b, Tensor) else -b)


def mul(a: Any, b: Any) -> Tensor:
    """a · b, element by element; shapes broadcast as in torch."""
    return ops.Mul.apply(*operands(a, b))


def div(a: Any, b: Any) -> Tensor:
    """a / b, element by element; shapes broadcast as in torch."""
    return ops.Div.apply(*operands(a, b))


def pow(x: Any, exponent: Any) -> Tensor:
    """x ** exponent, either a tensor or a number."""
    if isinstance(exponent, (int, float)):
        return ops.Pow.apply(x, exponent)
    return ops.PowTensor.apply(*operands(x, exponent))


def matmul(a: Any, b: Any) -> Tensor:
    """a @ b. Raises ValueError where the inner lengths differ or an operand is a scalar."""
    if not a.ndim or not b.ndim or a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
        raise ValueError(
            f"matmul multiplies (…, I) @ (I, …), got shapes {tuple(a.shape)} and "
            f"{tuple(b.shape)}; is a transpose missing?"
        )
    if a.dtype != b.dtype:
        raise TypeError(f"matmul multiplies numbers of one kind, got {a.dtype} and {b.dtype}")
    return ops.MatMul.apply(a, b)


def einsum(equation: str, *tensors: Any) -> Tensor:
    """The sum of products that the equation spells, as torch.einsum: "ij,jk->ik" is a @ b."""
    return shapes.Einsum.apply(equation, *tensors)


def maximum(a: Any, b: Any) -> Tensor:
    """The larger of a and b, element by element; equal ones share the gradient."""
    return ops.Maximum.apply(*operands(a, b))


def minimum(a: Any, b: Any) -> Tensor:
    """The smaller of a and b, element by element; equal ones share the gradient."""
    return neg(maximum(neg(a), neg(b)))


def where(condition: Any, a: Any, b: Any) -> Tensor:
    """a where the condition (booleans) holds, else b."""
    condition = condition.data if isinstance(condition, Tensor) else condition
    return ops.Where.apply(condition, *operands(a, b))


def masked_fill(x: Any, mask: Any, value: Any) -> Tensor:
    """x with the value wherever the mask is True; no gradient goes there."""
    return where(mask, value, x)


def neg(x: Any) -> Tensor:
    """−x"""
    return ops.Neg.apply(x)


def exp(x: Any) -> Tensor:
    """eˣ"""
    return ops.Exp.apply(x)


def log(x: Any) -> Tensor:
    """The natural logarithm."""
    return ops.Log.apply(x)


def sqrt(x: Any) -> Tensor:
    """√x"""
    return ops.Sqrt.apply(x)


def abs(x: Any) -> Tensor:
    """|x|, whose slope at 0 is 0."""
    return ops.Abs.apply(x)


def sin(x: Any) -> Tensor:
    """sin x, x in radians."""
    return ops.Sin.apply(x)


def cos(x: Any) -> Tensor:
    """cos x, x in radians."""
    return ops.Cos.apply(x)


def rsqrt(x: Any) -> Tensor:
    """1 / √x"""
    return pow(x, -0.5)


def square(x: Any) -> Tensor:
    """x²"""
    return pow(x, 2)


def clamp(x: Any, min: Any = None, max: Any = None) -> Tensor:
    """x, but no smaller than min and no larger than max; outside, the slope is 0."""
    return ops.Clamp.apply(x, min, max)


# -- reductions -----------------------------------------------------------------------------------
def sum(x: Any, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The sum over `dim` (an axis or several), or of all numbers."""
    return ops.Sum.apply(x, dim, keepdim)


def mean(x: Any, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The mean over `dim` (an axis or several), or of all numbers."""
    return ops.Mean.apply(x, dim, keepdim)


def amax(x: Any, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The largest number over `dim`, or of all; equal ones share the gradient."""
    return ops.Amax.apply(x, dim, keepdim)


def amin(x: Any, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The smallest number over `dim`, or of all; equal ones share the gradient."""
    return neg(amax(neg(x), dim, keepdim))


def argmax(x: Any, dim: int | None = None, keepdim: bool = False) -> torch.Tensor:
    """Where the largest element is: a plain torch tensor, for it has no gradient."""
    return plain(x).argmax(dim, keepdim)


def plain(x: Any) -> Any:
    """The torch tensor inside a Tensor, anything else as it is."""
    return x.data if isinstance(x, Tensor) else x


# -- shapes ---------------------------------------------------------------------------------------
def sizes(args: tuple[Any, ...]) -> tuple[int, ...]:
    """f(2, 3) and f((2, 3)) mean the same."""
    return tuple(args[0]) if len(args) == 1 and not isinstance(args[0], int) else args


def reshape(x: Any, *lengths: Any, shape: Any = None) -> Tensor:
    """The same numbers in another shape; one length may be −1."""
    return shapes.Reshape.apply(x, sizes(lengths) if shape is None else tuple(shape))


def clone(x: Any, memory_format: Any = None) -> Tensor:
    """A copy, whose numbers lie one after the other in memory whatever the format asked for."""
    return shapes.Clone.apply(x)


def flatten(x: Any, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The axes from start_dim to end_dim as one."""
    dims = list(x.shape)
    first, last = start_dim % x.ndim, end_dim % x.ndim
    return reshape(x, (*dims[:first], math.prod(dims[first : last + 1]), *dims[last + 1 :]))


def permute(x: Any, *dims: Any) -> Tensor:
    """The axes in the order named: permute(x, 2, 0, 1) puts axis 2 first."""
    return shapes.Permute.apply(x, sizes(dims))


def transpose(x: Any, dim0: int, dim1: int) -> Tensor:
    """Two axes exchanged."""
    dims = list(range(x.ndim))
    dims[dim0], dims[dim1] = dims[dim1], dims[dim0]
    return permute(x, dims)


def unsqueeze(x: Any, dim: int) -> Tensor:
    """A new axis of length 1 at `dim`."""
    dim = dim % (x.ndim + 1)
    return reshape(x, (*x.shape[:dim], 1, *x.shape[dim:]))


def squeeze(x: Any, dim: int | None = None) -> Tensor:
    """Without the axis `dim`, or without all axes, of length 1."""
    axes = range(x.ndim) if dim is None else [dim % x.ndim]
    return reshape(x, tuple(n for i, n in enumerate(x.shape) if not (i in axes and n == 1)))


def expand(x: Any, *shape: Any) -> Tensor:
    """x repeated along its axes of length 1, and along new ones in front; −1 leaves an axis."""
    return shapes.Expand.apply(x, sizes(shape))


def getitem(x: Any, key: Any) -> Tensor:
    """x[key] for every key that torch knows."""
    parts = key if isinstance(key, tuple) else (key,)
    parts = tuple(plain(part) for part in parts)
    return shapes.Index.apply(x, parts if isinstance(key, tuple) else parts[0])


def gather(x: Any, dim: int, index: Any) -> Tensor:
    """x[index[i, j], j] for dim=0, x[i, index[i, j]] for dim=1, and so on."""
    return shapes.Gather.apply(x, dim, plain(index))


def cat(tensors: Any, dim: int = 0) -> Tensor:
    """Tensors one behind the other along `dim`."""
    return shapes.Cat.apply(dim, *tensors)


def stack(tensors: Any, dim: int = 0) -> Tensor:
    """Tensors of one shape side by side along a new axis."""
    return cat([unsqueeze(t, dim) for t in tensors], dim)


def split(x: Any, split_size: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Consecutive pieces of length `split_size` (or of the lengths listed) along `dim`."""
    total, size = x.shape[dim], split_size
    if isinstance(size, int):
        size = [min(size, total - start) for start in range(0, total, size)] or [0]
    if builtins.sum(size) != total:
        raise ValueError(f"split into lengths {size} needs an axis of their sum, got {total}")
    return shapes.Split.apply(x, size, dim)


def chunk(x: Any, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """x in that many pieces along `dim`, the last of them perhaps shorter."""
    return split(x, -(-x.shape[dim] // chunks), dim)


def pad(x: Any, pad: Any, value: float = 0.0) -> Tensor:
    """x with numbers around it: pad = (left, right) of the last axis, then of the one before, …"""
    return shapes.Pad.apply(x, list(pad), value)


def flip(x: Any, *dims: Any) -> Tensor:
    """x with the order along the axes turned round."""
    return shapes.Flip.apply(x, sizes(dims))


def cumsum(x: Any, dim: int) -> Tensor:
    """Along `dim`, the sum of all numbers up to each."""
    return shapes.CumSum.apply(x, dim)


def to(x: Any, *like: Any, **options: Any) -> Tensor:
    """x with the dtype or on the device named; a tensor may stand for both."""
    return ops.Cast.apply(x, tuple(plain(part) for part in like), options)
