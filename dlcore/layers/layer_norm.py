"""2016-2019: normalise each example by itself: layer, group and RMS norm (chapter 11).

Layer: J. L. Ba, J. R. Kiros, G. Hinton (2016), https://arxiv.org/abs/1607.06450. Group: Y. Wu,
K. He (2018), https://arxiv.org/abs/1803.08494. RMS: B. Zhang, R. Sennrich (2019),
https://arxiv.org/abs/1910.07467.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore.autodiff import Function, Tensor
from dlcore.autodiff.faster import fastest
from dlcore.layers.check import (
    check_floating,
    check_parameter,
    check_sizes,
    check_tensor,
    size_of,
)  # fmt: skip
from dlcore.layers.module import Module, Parameter
from dlcore.layers.norm import (
    affine,
    affine_backward,
    per_channel,
    standardise,
    standardise_backward,
    total,
)  # fmt: skip


class LayerNormFunction(Function):
    """Each example by itself, over its last axes.   x (…, *S)   w, b (*S)   y (…, *S)"""

    @staticmethod
    def forward(ctx, x, weight, bias, axes, eps):
        ctx.last, ctx.lead = tuple(range(-axes, 0)), tuple(range(x.ndim - axes))
        x_hat, r, _, _ = standardise(x, ctx.last, eps)
        ctx.save_for_backward(x_hat, r, weight)
        return affine(x_hat, weight, bias)

    @staticmethod
    def backward(ctx, grad):
        x_hat, r, weight = ctx.saved_tensors
        to_x_hat, to_weight, to_bias = affine_backward(ctx, grad, x_hat, weight, ctx.lead)
        to_x = standardise_backward(to_x_hat, x_hat, r, ctx.last)
        return to_x, to_weight, to_bias, None, None


class GroupNormFunction(Function):
    """Each example over groups of channels.   x (N, C, …)   w, b (C,)   y (N, C, …)"""

    @staticmethod
    def forward(ctx, x, weight, bias, groups, eps):
        size = math.prod(x.shape[1:]) // groups
        grouped, r, _, _ = standardise(x.reshape(len(x), groups, size), (2,), eps)
        weight = per_channel(weight, x.ndim)
        ctx.save_for_backward(grouped, r, weight)
        return affine(grouped.reshape(x.shape), weight, per_channel(bias, x.ndim))

    @staticmethod
    def backward(ctx, grad):
        grouped, r, weight = ctx.saved_tensors
        dims = (0, *range(2, grad.ndim))
        x_hat = grouped.reshape(grad.shape)
        to_x_hat, to_weight, to_bias = affine_backward(ctx, grad, x_hat, weight, dims)
        to_x = standardise_backward(to_x_hat.reshape(grouped.shape), grouped, r, (2,))
        return to_x.reshape(grad.shape), to_weight, to_bias, None, None


class RMSNormFunction(Function):
    """y = x r w with r = 1 / √(mean x² + eps) over the last axes;   dL/dx = r (g − x̂ mean(g x̂))."""

    @staticmethod
    def forward(ctx, x, weight, axes, eps):
        ctx.last, ctx.lead = tuple(range(-axes, 0)), tuple(range(x.ndim - axes))
        r = torch.rsqrt((x * x).mean(ctx.last, keepdim=True) + eps)
        x_hat = x * r
        ctx.save_for_backward(x_hat, r, weight)
        return affine(x_hat, weight, None)

    @staticmethod
    def backward(ctx, grad):
        x_hat, r, weight = ctx.saved_tensors
        to_weight = total(grad * x_hat, ctx.lead) if ctx.needs_input_grad[1] else None
        grad = grad if weight is None else grad * weight
        along = (grad * x_hat).mean(ctx.last, keepdim=True)
        return r * (grad - x_hat * along), to_weight, None, None


def run(function: type[Function], *arguments: Any) -> Tensor:
    """The fastest form of the Function for these arguments."""
    return fastest(function, *arguments).apply(*arguments)


def layer_norm(
    input: Any, normalized_shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Tensor:
    """Standardise over the last axes, whose lengths are normalized_shape, then weight and bias."""
    check_last("layer_norm", input, tuple(normalized_shape), weight, bias)
    return run(LayerNormFunction, input, weight, bias, len(normalized_shape), eps)


def rms_norm(
    input: Any, normalized_shape: Any, weight: Any = None, eps: float | None = None
) -> Tensor:
    """Divide by the root mean square over the last axes, then weight."""
    check_last("rms_norm", input, tuple(normalized_shape), weight)
    eps = torch.finfo(input.dtype).eps if eps is None else eps
    return run(RMSNormFunction, input, weight, len(normalized_shape), eps)


def group_norm(
    input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Tensor:
    """Standardise each example of input (N, C, …) over groups of channels, then weight and bias."""
    check_floating("group_norm", input)
    if input.ndim < 2 or num_groups < 1 or input.shape[1] % num_groups:
        raise ValueError(
            f"group_norm divides the channels of (N, C, …) evenly into groups, got shape "
            f"{tuple(input.shape)}, num_groups={num_groups}"
        )
    for parameter in (weight, bias):
        check_parameter("group_norm", input, parameter, input.shape[1:2])
    return run(GroupNormFunction, input, weight, bias, num_groups, eps)


class LayerNorm(Module):
    """Standardise over the last axes, whose lengths are normalized_shape, then w and b."""

    def __init__(
        self, normalized_shape: int | tuple[int, ...], eps: float = 1e-5,
        elementwise_affine: bool = True, bias: bool = True, device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        self.normalized_shape, self.eps = size_of("LayerNorm", normalized_shape), eps
        self.elementwise_affine = elementwise_affine
        like: dict[str, Any] = {"device": device, "dtype": dtype}
        ones = torch.ones(self.normalized_shape, **like)
        self.weight = Parameter(ones) if elementwise_affine else None
        has_bias = elementwise_affine and bias
        self.bias = Parameter(torch.zeros(self.normalized_shape, **like)) if has_bias else None

    def forward(self, input: Any) -> Tensor:
        check_last("LayerNorm", input, self.normalized_shape, self.weight, self.bias)
        axes = len(self.normalized_shape)
        return run(LayerNormFunction, input, self.weight, self.bias, axes, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, "
            f"elementwise_affine={self.elementwise_affine}, bias={self.bias is not None}"
        )


class RMSNorm(Module):
    """Divide by the root mean square over the last axes, then w; eps None is the dtype's own."""

    def __init__(
        self, normalized_shape: int | tuple[int, ...], eps: float | None = None,
        elementwise_affine: bool = True, device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        self.normalized_shape, self.eps = size_of("RMSNorm", normalized_shape), eps
        self.elementwise_affine = elementwise_affine
        like: dict[str, Any] = {"device": device, "dtype": dtype}
        ones = torch.ones(self.normalized_shape, **like)
        self.weight = Parameter(ones) if elementwise_affine else None

    def forward(self, input: Any) -> Tensor:
        check_last("RMSNorm", input, self.normalized_shape, self.weight)
        eps = torch.finfo(input.dtype).eps if self.eps is None else self.eps
        return run(RMSNormFunction, input, self.weight, len(self.normalized_shape), eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
        )


class GroupNorm(Module):
    """Standardise each example over num_groups groups of its channels: x (N, C, …)."""

    def __init__(
        self, num_groups: int, num_channels: int, eps: float = 1e-5, affine: bool = True,
        device: Any = None, dtype: Any = None, *, bias: bool = True,
    ) -> None:  # fmt: skip
        check_sizes("GroupNorm", num_groups=num_groups, num_channels=num_channels)
        if num_channels % num_groups:
            raise ValueError(
                f"GroupNorm divides channels evenly into groups, got num_channels={num_channels}, "
                f"num_groups={num_groups}"
            )
        self.num_groups, self.num_channels = num_groups, num_channels
        self.eps, self.affine = eps, affine
        like: dict[str, Any] = {"device": device, "dtype": dtype}
        self.weight = Parameter(torch.ones(num_channels, **like)) if affine else None
        self.bias = Parameter(torch.zeros(num_channels, **like)) if affine and bias else None

    def forward(self, input: Any) -> Tensor:
        check_tensor("GroupNorm", input)
        if input.ndim < 2 or input.shape[1] != self.num_channels:
            raise ValueError(
                f"GroupNorm({self.num_groups}, {self.num_channels}) takes (N, "
                f"{self.num_channels}, …), got shape {tuple(input.shape)}"
            )
        return group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )


def check_last(name: str, x: Any, shape: tuple[int, ...], *parameters: Any) -> None:
    """Refuse an x whose last axes are not `shape`, or parameters that are not of that shape."""
    check_floating(name, x)
    if tuple(x.shape[-len(shape) :]) != shape or math.prod(shape) == 0:
        raise ValueError(
            f"{name}({shape}) takes x whose last axes are {shape}, got shape {tuple(x.shape)}"
        )
    for parameter in parameters:
        check_parameter(name, x, parameter, shape)


for _function in (layer_norm, rms_norm, group_norm):
    Tensor.torch_functions[_function.__name__] = _function
