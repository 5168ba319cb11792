"""1970, Seppo Linnainmaa: spread, length, product, the largest few, from other steps (chapter 3).

Names, arguments and results are torch's; each function takes Tensors or torch tensors.
"""

from dlcore.autodiff import functional as f
from dlcore.autodiff import ops


def var(x, dim=None, correction=1, keepdim=False, unbiased=None):
    """Σ (x − mean)² / (n − correction) over `dim`; unbiased=False is correction=0."""
    if isinstance(dim, bool):  # torch's x.var(unbiased)
        dim, unbiased = None, dim
    correction = correction if unbiased is None else int(unbiased)
    deviation = f.sub(x, f.mean(x, dim, True) if dim is not None else f.mean(x))
    squares = f.sum(f.square(deviation), dim, keepdim)
    count = x.numel() // max(squares.numel(), 1)
    return f.div(squares, count - correction)


def std(x, dim=None, correction=1, keepdim=False, unbiased=None):
    """√var; where all numbers are equal it is 0 and so, as in torch, is its gradient."""
    return root(var(x, dim, correction, keepdim, unbiased))


def norm(x, p=2, dim=None, keepdim=False):
    """The Euclidean length over `dim`, or of all numbers; 0 has the gradient 0, as in torch.

    Raises ValueError for another p.
    """
    if p not in (2, "fro"):
        raise ValueError(f"norm measures Euclidean lengths (p=2), got p={p!r}")
    return root(f.sum(f.square(x), dim, keepdim))


def root(x):
    """√x, where 0 has the gradient 0."""
    zero = f.plain(x) == 0
    return f.where(zero, 0.0, f.sqrt(f.where(zero, 1.0, x)))


def prod(x, dim=None, keepdim=False):
    """The product over `dim`, or of all numbers; its gradient is right also where some are 0."""
    return ops.Prod.apply(x if dim is not None else f.reshape(x, -1), dim or 0, keepdim)


def topk(x, k, dim=-1):
    """(values, indices) of the k largest along `dim`, largest first."""
    index = f.plain(x).topk(k, dim).indices
    return f.gather(x, dim, index), index
