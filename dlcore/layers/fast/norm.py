"""2015-2019: norms of large inputs in few passes and little new memory (chapter 30).

Batch: S. Ioffe, C. Szegedy (2015), https://arxiv.org/abs/1502.03167; layer: J. L. Ba, J. R. Kiros,
G. Hinton (2016), https://arxiv.org/abs/1607.06450. A norm does little arithmetic: what takes time
is the memory that each line reads and writes, and above all fresh memory, which the system hands
out page by page. So lines overwrite what nothing else needs, and a mean of products is a product
with a vector. For small inputs, which stay in the cache, the plain lines are as fast.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore.autodiff import Function
from dlcore.layers.layer_norm import GroupNormFunction, LayerNormFunction, RMSNormFunction
from dlcore.layers.norm import BatchNormFunction, affine, affine_backward, per_channel, total

LEAST = 2**15  # numbers: from 128 kB on, fresh memory comes from the system


class FastLayerNormFunction(Function):
    """LayerNormFunction's arguments and result; means of g w and of g w x̂ are products with w."""

    plain = LayerNormFunction

    @staticmethod
    def suits(x, *settings) -> bool:
        return x.numel() >= LEAST

    @staticmethod
    def forward(ctx, x, weight, bias, axes, eps):
        rows = x.reshape(-1, math.prod(x.shape[-axes:]))
        centred = rows - rows.mean(1, keepdim=True)
        variance = torch.linalg.vecdot(centred, centred) / rows.shape[1]
        r = torch.rsqrt(variance + eps)[:, None]
        x_hat = centred.mul_(r)
        weight, bias = (None if p is None else p.reshape(-1) for p in (weight, bias))
        ctx.save_for_backward(x_hat, r, weight)
        ctx.shape = x.shape[-axes:]
        return fused_affine(x_hat, weight, bias).view(x.shape)

    @staticmethod
    def backward(ctx, grad):
        x_hat, r, weight = ctx.saved_tensors
        rows = grad.reshape(x_hat.shape)
        product = rows * x_hat
        ones = x_hat.new_ones(x_hat.shape[1]) if weight is None else weight
        mean = torch.mv(rows, ones)[:, None] / len(ones)
        along = torch.mv(product, ones)[:, None] / len(ones)
        to_x = (rows * ones).sub_(mean).addcmul_(x_hat, along, value=-1).mul_(r)
        to_weight = product.sum(0).view(ctx.shape) if ctx.needs_input_grad[1] else None
        to_bias = rows.sum(0).view(ctx.shape) if ctx.needs_input_grad[2] else None
        return to_x.view(grad.shape), to_weight, to_bias, None, None


class FastGroupNormFunction(Function):
    """GroupNormFunction's arguments and result, in place where it can be."""

    plain = GroupNormFunction

    @staticmethod
    def suits(x, *settings) -> bool:
        return x.numel() >= LEAST

    @staticmethod
    def forward(ctx, x, weight, bias, groups, eps):
        grouped = x.reshape(len(x), groups, math.prod(x.shape[1:]) // groups)
        centred = grouped - grouped.mean(2, keepdim=True)
        r = torch.rsqrt((centred * centred).mean(2, keepdim=True) + eps)
        x_hat, weight = centred.mul_(r).view(x.shape), per_channel(weight, x.ndim)
        ctx.save_for_backward(x_hat, r, weight)
        return fused_affine(x_hat, weight, per_channel(bias, x.ndim))

    @staticmethod
    def backward(ctx, grad):
        x_hat, r, weight = ctx.saved_tensors
        dims = (0, *range(2, grad.ndim))
        to_x_hat, to_weight, to_bias = affine_backward(ctx, grad, x_hat, weight, dims)
        grouped = x_hat.view(*r.shape[:2], -1)
        to_x_hat = to_x_hat.reshape(grouped.shape)
        along = (to_x_hat * grouped).mean(2, keepdim=True)
        to_x = (to_x_hat - to_x_hat.mean(2, keepdim=True)).addcmul_(grouped, along, value=-1)
        return to_x.mul_(r).view(grad.shape), to_weight, to_bias, None, None


class FastRMSNormFunction(Function):
    """RMSNormFunction's arguments and result, in place where it can be."""

    plain = RMSNormFunction

    @staticmethod
    def suits(x, *settings) -> bool:
        return x.numel() >= LEAST

    @staticmethod
    def forward(ctx, x, weight, axes, eps):
        return RMSNormFunction.forward(ctx, x, weight, axes, eps)

    @staticmethod
    def backward(ctx, grad):
        x_hat, r, weight = ctx.saved_tensors
        to_weight = total(grad * x_hat, ctx.lead) if ctx.needs_input_grad[1] else None
        grad = grad if weight is None else grad * weight
        along = (grad * x_hat).mean(ctx.last, keepdim=True)
        return torch.addcmul(grad, x_hat, along, value=-1).mul_(r), to_weight, None, None


class FastBatchNormFunction(Function):
    """BatchNormFunction's arguments and results. y = (x − mean) s + b with s = w r: only x − mean
    is kept, and dL/dx = s (g − Σg / M − (x − mean) r² Σ g (x − mean) / M)."""

    plain = BatchNormFunction

    @staticmethod
    def suits(x, *settings) -> bool:
        return x.numel() >= LEAST

    @staticmethod
    def forward(ctx, x, weight, bias, eps):
        flat = x.reshape(len(x), x.shape[1], -1)
        count = flat.numel() / x.shape[1]
        mean = flat.sum(2).sum(0) / count
        centred = flat - mean[:, None]
        variance = product_sum(centred, centred) / count
        r = torch.rsqrt(variance + eps)
        ctx.save_for_backward(centred, r, weight)
        ctx.mark_non_differentiable(mean, variance)
        y = centred * (r if weight is None else r * weight)[:, None]
        y = y if bias is None else y.add_(bias[:, None])
        return y.view(x.shape), mean, variance

    @staticmethod
    def backward(ctx, grad, _mean, _variance):
        centred, r, weight = ctx.saved_tensors
        flat = grad.reshape(centred.shape)
        count = flat.numel() / flat.shape[1]
        to_bias, along = flat.sum(2).sum(0), product_sum(flat, centred)
        slope, constant = -r * r * along / count, -to_bias / count
        to_x = (centred * slope[:, None]).add_(constant[:, None]).add_(flat)
        to_x = to_x.mul_((r if weight is None else r * weight)[:, None])
        return to_x.view(grad.shape), along * r, to_bias, None


def product_sum(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Σ a b per channel of (N, C, L)."""
    return (a * b).sum(2).sum(0)


def fused_affine(x_hat: Any, weight: Any, bias: Any) -> torch.Tensor:
    """x̂ w + b in one pass where both are there."""
    if weight is None or bias is None:
        return affine(x_hat, weight, bias)
    return torch.addcmul(bias, x_hat, weight)
