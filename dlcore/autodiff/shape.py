"""1970, Seppo Linnainmaa: moving numbers about: shapes, slices, joins (chapter 3).

Nothing is computed here, so every backward pass moves the gradient back the way it came; where a
number was copied its gradients add up.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore.autodiff.function import Function


class Reshape(Function):
    """The same numbers in the same order under another shape."""

    @staticmethod
    def forward(ctx, x, shape):
        ctx.shape = x.shape
        return x.reshape(shape)

    @staticmethod
    def backward(ctx, grad):
        return grad.reshape(ctx.shape), None


class Permute(Function):
    """The axes in another order."""

    @staticmethod
    def forward(ctx, x, dims):
        ctx.inverse = [0] * len(dims)
        for position, dim in enumerate(dims):
            ctx.inverse[dim % len(dims)] = position
        return x.permute(dims)

    @staticmethod
    def backward(ctx, grad):
        return grad.permute(ctx.inverse), None


class Clone(Function):
    """The same numbers in memory of their own, one after the other."""

    @staticmethod
    def forward(ctx, x):
        return x.clone(memory_format=torch.contiguous_format)

    @staticmethod
    def backward(ctx, grad):
        return grad


class Expand(Function):
    """x repeated along axes of length 1 (and new axes in front): gradients of the copies add up."""

    @staticmethod
    def forward(ctx, x, shape):
        ctx.shape = x.shape
        return x.expand(shape)

    @staticmethod
    def backward(ctx, grad):
        return grad.sum_to_size(ctx.shape), None


class Index(Function):
    """x[key] for slices, integers, masks and index tensors; a number taken twice gets both
    gradients."""

    @staticmethod
    def forward(ctx, x, key):
        ctx.shape, ctx.key = x.shape, key
        return x[key]

    @staticmethod
    def backward(ctx, grad):
        if is_basic(ctx.key):
            to_x = grad.new_zeros(ctx.shape)
            to_x[ctx.key] = grad  # slices never name a number twice
            return to_x, None
        count = math.prod(ctx.shape)
        positions = torch.arange(count, device=grad.device).view(ctx.shape)[ctx.key]
        to_x = grad.new_zeros(count).index_add_(0, positions.reshape(-1), grad.reshape(-1))
        return to_x.view(ctx.shape), None


def is_basic(key: Any) -> bool:
    """True where key is made of integers, slices, None and … only, so that x[key] is a view."""
    parts = key if isinstance(key, tuple) else (key,)
    return all(
        part is None
        or part is Ellipsis
        or isinstance(part, slice)
        or (isinstance(part, int) and not isinstance(part, bool))
        for part in parts
    )


class Gather(Function):
    """out[i, j] = x[i, index[i, j]] along `dim`, as torch.gather."""

    @staticmethod
    def forward(ctx, x, dim, index):
        ctx.save_for_backward(index)
        ctx.shape, ctx.dim = x.shape, dim
        return x.gather(dim, index)

    @staticmethod
    def backward(ctx, grad):
        (index,) = ctx.saved_tensors
        return grad.new_zeros(ctx.shape).scatter_add_(ctx.dim, index, grad), None, None


class Cat(Function):
    """Tensors joined along an existing axis."""

    @staticmethod
    def forward(ctx, dim, *tensors):
        ctx.dim, ctx.lengths = dim, [t.shape[dim] for t in tensors]
        return torch.cat(tensors, dim)

    @staticmethod
    def backward(ctx, grad):
        return None, *grad.split(ctx.lengths, ctx.dim)


class Split(Function):
    """x cut along `dim` into pieces of the given lengths, as torch.split; one join goes back."""

    @staticmethod
    def forward(ctx, x, lengths, dim):
        ctx.dim = dim
        return x.split(lengths, dim)

    @staticmethod
    def backward(ctx, *grads):
        return torch.cat(grads, ctx.dim), None, None


class Pad(Function):
    """Constant values added around x; `pad` counts from the last axis backwards, as F.pad."""

    @staticmethod
    def forward(ctx, x, pad, value):
        ctx.pad = pad
        return torch.constant_pad_nd(x, pad, value)

    @staticmethod
    def backward(ctx, grad):
        return torch.constant_pad_nd(grad, [-p for p in ctx.pad]), None, None


class Flip(Function):
    """x read backwards along the axes `dims`."""

    @staticmethod
    def forward(ctx, x, dims):
        ctx.dims = dims
        return x.flip(dims)

    @staticmethod
    def backward(ctx, grad):
        return grad.flip(ctx.dims), None


class CumSum(Function):
    """Running sums along `dim`: each number counts in all sums that come after it."""

    @staticmethod
    def forward(ctx, x, dim):
        ctx.dim = dim
        return x.cumsum(dim)

    @staticmethod
    def backward(ctx, grad):
        return grad.flip(ctx.dim).cumsum(ctx.dim).flip(ctx.dim), None


class Einsum(Function):
    """Einstein's summation with explicit output, such as "bij,bjk->bik"; no "…", no "ii".

    The gradient of one operand is the sum in which the output's gradient stands in its place.
    """

    @staticmethod
    def forward(ctx, equation, *operands):
        left, arrow, ctx.out = equation.replace(" ", "").partition("->")
        ctx.terms = left.split(",")
        repeated = any(len(set(term)) < len(term) for term in [*ctx.terms, ctx.out])
        if not arrow or "." in equation or repeated or len(ctx.terms) != len(operands):
            raise ValueError(
                f"einsum takes one term per operand, each letter once in a term, and an explicit "
                f"output, such as 'ij,jk->ik'; got '{equation}' for {len(operands)} operands"
            )
        ctx.save_for_backward(*operands)
        return torch.einsum(equation, *operands)

    @staticmethod
    def backward(ctx, grad):
        operands = ctx.saved_tensors
        gradients: list[torch.Tensor | None] = [None]
        for i, (term, operand) in enumerate(zip(ctx.terms, operands, strict=True)):
            if not ctx.needs_input_grad[i + 1]:
                gradients.append(None)
                continue
            other_terms = ctx.terms[:i] + ctx.terms[i + 1 :]
            others = operands[:i] + operands[i + 1 :]
            known = "".join(a for a in term if a in ctx.out + "".join(other_terms))
            terms = ",".join([ctx.out, *other_terms])
            partial = torch.einsum(f"{terms}->{known}", grad, *others)
            shape = [n if a in known else 1 for a, n in zip(term, operand.shape, strict=True)]
            gradients.append(partial.reshape(shape).expand(operand.shape))
        return tuple(gradients)
