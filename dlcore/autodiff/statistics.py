"""1970, Seppo Linnainmaa: spread, length, product, the largest few, from other steps (chapter 3).

Names, arguments and results are torch's; each function takes Tensors or torch tensors.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore.autodiff import functional as f
from dlcore.autodiff import ops
from dlcore.autodiff.function import Function
from dlcore.autodiff.tensor import Tensor


def var(
    x: Any, dim: Any = None, correction: int = 1, keepdim: bool = False, unbiased: Any = None
) -> Tensor:
    """Σ (x − mean)² / (n − correction) over `dim`; unbiased=False is correction=0."""
    if isinstance(dim, bool):  # torch's x.var(unbiased)
        dim, unbiased = None, dim
    correction = correction if unbiased is None else int(unbiased)
    deviation = f.sub(x, f.mean(x, dim, True) if dim is not None else f.mean(x))
    squares = f.sum(f.square(deviation), dim, keepdim)
    count = x.numel() // max(squares.numel(), 1)
    return f.div(squares, count - correction)


def std(
    x: Any, dim: Any = None, correction: int = 1, keepdim: bool = False, unbiased: Any = None
) -> Tensor:
    """√var; where all numbers are equal it is 0 and so, as in torch, is its gradient."""
    return root(var(x, dim, correction, keepdim, unbiased))


def norm(x: Any, p: Any = 2.0, dim: Any = None, keepdim: bool = False) -> Tensor:
    """(Σ |x|ᵖ)^(1/p) over `dim`, or of all numbers: the Euclidean length for p=2, the largest |x|
    for p=∞. A length of 0 has the gradient 0, as in torch. Raises ValueError unless p > 0."""
    if p in (2, "fro"):
        return root(f.sum(f.square(x), dim, keepdim))
    if isinstance(p, str) or not p > 0:
        raise ValueError(f"norm takes a power p > 0 or 'fro', got p={p!r}")
    size = f.abs(x)
    if p == math.inf:
        return f.amax(size, dim, keepdim)
    total = f.sum(size if p == 1 else f.pow(size, p), dim, keepdim)
    if p == 1:
        return total
    zero = f.plain(total) == 0
    return f.where(zero, 0.0, f.pow(f.where(zero, 1.0, total), 1 / p))


def normalize(input: Any, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Tensor:
    """input divided by its length along `dim`, or by eps where that is larger."""
    return f.div(input, f.clamp(norm(input, p, dim, True), min=eps))


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """The cosine of the angle between x1 and x2 along `dim`; shapes broadcast."""
    parts = []
    for x in (x1, x2):
        length = norm(x, 2, dim, True)
        raised = f.plain(length).clamp_min(eps) - f.plain(length)  # stops no gradient, as in torch
        parts.append(f.div(x, f.add(length, raised)))
    return f.sum(f.mul(*parts), dim)


def pairwise_distance(
    x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Tensor:
    """norm(x1 − x2 + eps, p) along the last axis; shapes broadcast."""
    return norm(f.add(f.sub(x1, x2), eps), p, -1, keepdim)


def cdist(x1: Any, x2: Any, p: float = 2.0) -> Tensor:
    """The distance of each row of x1 (…, P, M) from each row of x2 (…, R, M): (…, P, R)."""
    return norm(f.sub(f.unsqueeze(x1, -2), f.unsqueeze(x2, -3)), p, -1)


def root(x: Any) -> Tensor:
    """√x, where 0 has the gradient 0."""
    zero = f.plain(x) == 0
    return f.where(zero, 0.0, f.sqrt(f.where(zero, 1.0, x)))


def prod(x: Any, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The product over `dim`, or of all numbers; its gradient is right also where some are 0."""
    return ops.Prod.apply(x if dim is not None else f.reshape(x, -1), dim or 0, keepdim)


def topk(x: Any, k: int, dim: int = -1) -> Any:
    """(values, indices) of the k largest along `dim`, largest first."""
    index = f.plain(x).topk(k, dim).indices
    return f.gather(x, dim, index), index


class LogSumExp(Function):
    """y = log Σ eˣ over the axes `dim`, −∞ where all x are;   dy/dx = e^(x − y)."""

    @staticmethod
    def forward(ctx, x, dim):
        y = x.logsumexp(dim, keepdim=True)
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx, grad):
        x, y = ctx.saved_tensors
        return grad * torch.where(y == -math.inf, -math.inf, x - y).exp(), None


def logsumexp(x: Any, dim: Any, keepdim: bool = False) -> Tensor:
    """log Σ eˣ over `dim`, without overflow."""
    y = LogSumExp.apply(x, dim)
    return y if keepdim else f.reshape(y, f.plain(x).sum(dim).shape)
