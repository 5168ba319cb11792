"""1970, Seppo Linnainmaa: arithmetic, reductions and the matrix product, each with its derivative
(chapter 3).

Names, arguments and results are torch's. Every function takes Tensors, torch tensors or numbers.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore.autodiff.function import Function


# -- elementwise, two inputs: broadcasting copies a value, so its gradient is a sum ---------------
class Add(Function):
    """a + b, shapes broadcast as in torch."""

    @staticmethod
    def forward(ctx, a, b):
        ctx.shapes = a.shape, b.shape
        return a + b

    @staticmethod
    def backward(ctx, grad):
        return tuple(
            grad.sum_to_size(s) if needed else None
            for s, needed in zip(ctx.shapes, ctx.needs_input_grad, strict=True)
        )


class Mul(Function):
    """a · b, shapes broadcast as in torch."""

    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad):
        a, b = ctx.saved_tensors
        need_a, need_b = ctx.needs_input_grad
        return (
            (grad * b).sum_to_size(a.shape) if need_a else None,
            (grad * a).sum_to_size(b.shape) if need_b else None,
        )


class Div(Function):
    """a / b, shapes broadcast as in torch."""

    @staticmethod
    def forward(ctx, a, b):
        y = a / b
        ctx.save_for_backward(y, b)
        ctx.shape = a.shape
        return y

    @staticmethod
    def backward(ctx, grad):
        y, b = ctx.saved_tensors  # y / b, since b · b may be too large or small for a number
        need_a, need_b = ctx.needs_input_grad
        to_a = (grad / b).sum_to_size(ctx.shape) if need_a else None
        return to_a, (-grad * (y / b)).sum_to_size(b.shape) if need_b else None


class Pow(Function):
    """x ** exponent for a fixed number as exponent: d/dx = exponent · x ** (exponent − 1)."""

    @staticmethod
    def forward(ctx, x, exponent):
        ctx.save_for_backward(x)
        ctx.exponent = exponent
        return x**exponent

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        if ctx.exponent == 0:
            return torch.zeros_like(grad), None
        return grad * ctx.exponent * x ** (ctx.exponent - 1), None


class PowTensor(Function):
    """a ** b:  d/da = b · a ** (b − 1),  d/db = log a · a ** b, which is 0 at a = 0 ≤ b."""

    @staticmethod
    def forward(ctx, a, b):
        y = a**b
        ctx.save_for_backward(a, b, y)
        return y

    @staticmethod
    def backward(ctx, grad):
        a, b, y = ctx.saved_tensors
        to_a = to_b = None
        if ctx.needs_input_grad[0]:
            to_a = torch.where(b == 0, 0.0, grad * b * a ** (b - 1)).sum_to_size(a.shape)
        if ctx.needs_input_grad[1]:
            still = (a == 0) & (b >= 0)
            to_b = torch.where(still, 0.0, grad * y * a.log()).sum_to_size(b.shape)
        return to_a, to_b


class Maximum(Function):
    """The larger of a and b; where they are equal the gradient is shared equally."""

    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return torch.maximum(a, b)

    @staticmethod
    def backward(ctx, grad):
        a, b = ctx.saved_tensors
        to_a = (a > b).to(grad.dtype) + 0.5 * (a == b)
        return (grad * to_a).sum_to_size(a.shape), (grad * (1 - to_a)).sum_to_size(b.shape)


class Where(Function):
    """a where the condition holds, else b; shapes broadcast as in torch."""

    @staticmethod
    def forward(ctx, condition, a, b):
        ctx.save_for_backward(condition)
        ctx.shapes = a.shape, b.shape
        return torch.where(condition, a, b)

    @staticmethod
    def backward(ctx, grad):
        (condition,) = ctx.saved_tensors
        zero = torch.zeros((), dtype=grad.dtype, device=grad.device)
        shape_a, shape_b = ctx.shapes
        return (
            None,
            torch.where(condition, grad, zero).sum_to_size(shape_a),
            torch.where(condition, zero, grad).sum_to_size(shape_b),
        )


# -- elementwise, one input -----------------------------------------------------------------------
class Elementwise(Function):
    """y = f(x) element by element; `slope(x, y)` is dy/dx."""

    @classmethod
    def define(cls, name: str, value: Any, slope: Any) -> type[Elementwise]:
        """A Function called `name` from the function and its derivative."""

        def forward(ctx, x):
            y = value(x)
            ctx.save_for_backward(x, y)
            return y

        def backward(ctx, grad):
            x, y = ctx.saved_tensors
            return grad * slope(x, y)

        body = {"forward": staticmethod(forward), "backward": staticmethod(backward)}
        return type(name, (cls,), {**body, "__module__": __name__})


Neg = Elementwise.define("Neg", torch.neg, lambda x, y: -1)
Exp = Elementwise.define("Exp", torch.exp, lambda x, y: y)
Log = Elementwise.define("Log", torch.log, lambda x, y: 1 / x)
Sqrt = Elementwise.define("Sqrt", torch.sqrt, lambda x, y: 0.5 / y)
Abs = Elementwise.define("Abs", torch.abs, lambda x, y: torch.sign(x))
Sin = Elementwise.define("Sin", torch.sin, lambda x, y: torch.cos(x))
Cos = Elementwise.define("Cos", torch.cos, lambda x, y: -torch.sin(x))


class Clamp(Function):
    """x held between min and max; the gradient passes where x lies inside, its edges included."""

    @staticmethod
    def forward(ctx, x, low, high):
        ctx.save_for_backward(x)
        ctx.low, ctx.high = low, high
        return x.clamp(low, high)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        low = float("-inf") if ctx.low is None else ctx.low
        high = float("inf") if ctx.high is None else ctx.high
        return grad * ((x >= low) & (x <= high)), None, None


class Cast(Function):
    """x with another dtype or on another device; the gradient travels back to the old one."""

    @staticmethod
    def forward(ctx, x, like, options):
        ctx.dtype, ctx.device = x.dtype, x.device
        return x.to(*like, **options)

    @staticmethod
    def backward(ctx, grad):
        return grad.to(device=ctx.device, dtype=ctx.dtype), None, None


# -- reductions: what was summed over is spread out again ------------------------------------------
class Sum(Function):
    """Σ x over the axes `dim` (all of them where dim is None)."""

    @staticmethod
    def forward(ctx, x, dim, keepdim):
        ctx.shape, ctx.dim, ctx.keepdim = x.shape, dim, keepdim
        return x.sum() if dim is None else x.sum(dim, keepdim=keepdim)

    @staticmethod
    def backward(ctx, grad):
        return spread(grad, ctx.shape, ctx.dim, ctx.keepdim), None, None


class Mean(Function):
    """Σ x / n over the axes `dim` (all of them where dim is None)."""

    @staticmethod
    def forward(ctx, x, dim, keepdim):
        y = x.mean() if dim is None else x.mean(dim, keepdim=keepdim)
        ctx.shape, ctx.dim, ctx.keepdim = x.shape, dim, keepdim
        ctx.count = x.numel() // max(y.numel(), 1)
        return y

    @staticmethod
    def backward(ctx, grad):
        return spread(grad / max(ctx.count, 1), ctx.shape, ctx.dim, ctx.keepdim), None, None


class Prod(Function):
    """Π x along one axis;   d/dxᵢ is the product of the others, which are multiplied anew."""

    @staticmethod
    def forward(ctx, x, dim, keepdim):
        ctx.save_for_backward(x)
        ctx.dim, ctx.keepdim = dim, keepdim
        return x.prod(dim, keepdim=keepdim)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        rows = x.movedim(ctx.dim, -1)
        ones = torch.ones_like(rows[..., :1])
        before = torch.cat([ones, rows[..., :-1]], -1).cumprod(-1)
        after = torch.cat([rows[..., 1:], ones], -1).flip(-1).cumprod(-1).flip(-1)
        others = (before * after).movedim(-1, ctx.dim)
        return spread(grad, x.shape, ctx.dim, ctx.keepdim) * others, None, None


class Amax(Function):
    """The largest element over the axes `dim`; equal maxima share the gradient equally."""

    @staticmethod
    def forward(ctx, x, dim, keepdim):
        y = x.max() if dim is None else x.amax(dim, keepdim=keepdim)
        ctx.save_for_backward(x, y)
        ctx.dim, ctx.keepdim = dim, keepdim
        return y

    @staticmethod
    def backward(ctx, grad):
        x, y = ctx.saved_tensors
        largest = (x == spread(y, x.shape, ctx.dim, ctx.keepdim)).to(grad.dtype)
        axes = tuple(range(x.ndim)) if ctx.dim is None else ctx.dim
        share = largest / largest.sum(axes, keepdim=True)
        return share * spread(grad, x.shape, ctx.dim, ctx.keepdim), None, None


def spread(y: torch.Tensor, shape: torch.Size, dim: Any, keepdim: bool) -> torch.Tensor:
    """Undo a reduction's shape: repeat y (a view, no copy) along the axes that were reduced."""
    if dim is not None and not keepdim:
        axes = (dim,) if isinstance(dim, int) else dim
        for axis in sorted(axis % max(len(shape), 1) for axis in axes):
            y = y.unsqueeze(axis) if len(shape) else y
    return y.expand(shape)


class MatMul(Function):
    """a @ b for matrices, batches of matrices and vectors, as torch.matmul."""

    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a @ b

    @staticmethod
    def backward(ctx, grad):
        a, b = ctx.saved_tensors
        need_a, need_b = ctx.needs_input_grad
        # a vector is a matrix with one row (left) or one column (right)
        a2 = a.unsqueeze(0) if a.ndim == 1 else a
        b2 = b.unsqueeze(1) if b.ndim == 1 else b
        grad = grad.unsqueeze(-1) if b.ndim == 1 else grad
        grad = grad.unsqueeze(-2) if a.ndim == 1 else grad
        to_a = (grad @ b2.mT).sum_to_size(a2.shape).reshape(a.shape) if need_a else None
        to_b = (a2.mT @ grad).sum_to_size(b2.shape).reshape(b.shape) if need_b else None
        return to_a, to_b
