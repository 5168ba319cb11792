"""2015, Sergey Ioffe and Christian Szegedy: batch normalisation (chapter 11).

Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift (2015),
https://arxiv.org/abs/1502.03167.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore.autodiff import Function, Tensor
from dlcore.autodiff.faster import fastest
from dlcore.layers.check import check_floating, check_parameter, check_sizes, check_tensor
from dlcore.layers.module import Module, Parameter


# -- the heart: subtract the mean, divide by the standard deviation --------------------------------
def standardise(x: Any, dims: tuple[int, ...], eps: float) -> tuple[Any, Any, Any, Any]:
    """x̂ = (x − mean) r with r = 1 / √(variance + eps);   x̂, r, mean, variance. Two passes:
    the textbook's mean of squares minus square of the mean loses its digits."""
    mean = x.mean(dims, keepdim=True)
    centred = x - mean
    variance = (centred * centred).mean(dims, keepdim=True)
    r = torch.rsqrt(variance + eps)
    return centred * r, r, mean, variance


def standardise_backward(grad: Any, x_hat: Any, r: Any, dims: tuple[int, ...]) -> Any:
    """dL/dx = r (g − mean g − x̂ mean(g x̂)): what would move mean or variance is taken out."""
    along = (grad * x_hat).mean(dims, keepdim=True)
    return r * (grad - grad.mean(dims, keepdim=True) - x_hat * along)


def affine_backward(
    ctx: Any, grad: torch.Tensor, x_hat: torch.Tensor, weight: torch.Tensor | None,
    dims: tuple[int, ...],
) -> tuple[torch.Tensor, torch.Tensor | None, torch.Tensor | None]:  # fmt: skip
    """Through y = x̂ w + b: dL/dx̂, and dL/dw, dL/db summed over `dims` in x̂'s shape."""
    to_weight = total(grad * x_hat, dims) if ctx.needs_input_grad[1] else None
    to_bias = total(grad, dims) if ctx.needs_input_grad[2] else None
    return grad if weight is None else grad * weight, to_weight, to_bias


def total(x: torch.Tensor, dims: tuple[int, ...]) -> torch.Tensor:
    """Σ x over dims; x itself where there is nothing to sum over (torch would sum everything)."""
    return x.sum(dims) if dims else x


def affine(x_hat: Any, weight: Any, bias: Any) -> torch.Tensor:
    """x̂ w + b, where either may be None."""
    if weight is None:
        return x_hat if bias is None else x_hat + bias
    return x_hat * weight if bias is None else x_hat * weight + bias


def per_channel(vector: torch.Tensor | None, ndim: int) -> torch.Tensor | None:
    """A vector (C,) in the shape (C, 1, …) that broadcasts over (N, C, …)."""
    return None if vector is None else vector.view(-1, *[1] * (ndim - 2))


class BatchNormFunction(Function):
    """Each channel over the batch.   x (N, C, …)   w, b (C,)   y (N, C, …), mean, variance (C,)"""

    @staticmethod
    def forward(ctx, x, weight, bias, eps):
        ctx.dims, weight = (0, *range(2, x.ndim)), per_channel(weight, x.ndim)
        x_hat, r, mean, variance = standardise(x, ctx.dims, eps)
        mean, variance = mean.flatten(), variance.flatten()
        ctx.save_for_backward(x_hat, r, weight)
        ctx.mark_non_differentiable(mean, variance)
        return affine(x_hat, weight, per_channel(bias, x.ndim)), mean, variance

    @staticmethod
    def backward(ctx, grad, _mean, _variance):
        x_hat, r, weight = ctx.saved_tensors
        to_x_hat, to_weight, to_bias = affine_backward(ctx, grad, x_hat, weight, ctx.dims)
        return standardise_backward(to_x_hat, x_hat, r, ctx.dims), to_weight, to_bias, None


class FixedNormFunction(Function):
    """Batch normalisation at evaluation: mean and variance (C,) are given, each example alone."""

    @staticmethod
    def forward(ctx, x, weight, bias, mean, variance, eps):
        r = per_channel(torch.rsqrt(variance + eps), x.ndim)
        x_hat = (x - per_channel(mean, x.ndim)) * r
        weight = per_channel(weight, x.ndim)
        ctx.save_for_backward(x_hat, r, weight)
        return affine(x_hat, weight, per_channel(bias, x.ndim))

    @staticmethod
    def backward(ctx, grad):
        x_hat, r, weight = ctx.saved_tensors
        dims = (0, *range(2, x_hat.ndim))
        to_x_hat, to_weight, to_bias = affine_backward(ctx, grad, x_hat, weight, dims)
        return to_x_hat * r, to_weight, to_bias, None, None, None


def batch_norm(
    input: Any, running_mean: torch.Tensor | None, running_var: torch.Tensor | None,
    weight: Any = None, bias: Any = None, training: bool = False,
    momentum: Any = 0.1, eps: float = 1e-5,
) -> Tensor:  # fmt: skip
    """Each channel of input (N, C, …) by the batch's mean and variance in training, which move the
    running ones (C,) where given, and by the running ones otherwise. Then weight and bias (C,).

    Raises ValueError for vectors that are not (C,), or where evaluation is given no statistics.
    """
    check_floating("batch_norm", input)
    for vector in (running_mean, running_var, weight, bias):
        check_parameter("batch_norm", input, vector, input.shape[1:2])
    if not training:
        if running_mean is None or running_var is None:
            raise ValueError("batch_norm needs running_mean and running_var unless training=True")
        return FixedNormFunction.apply(input, weight, bias, running_mean, running_var, eps)
    count = input.numel() // input.shape[1]
    if count < 2:
        raise ValueError(
            "batch_norm in training needs more than one value per channel to have a variance, "
            f"got shape {tuple(input.shape)}; use a larger batch, or .eval()"
        )
    arguments = (input, weight, bias, eps)
    y, mean, variance = fastest(BatchNormFunction, *arguments).apply(*arguments)
    if running_mean is not None and running_var is not None:
        running_mean += momentum * (mean.data - running_mean)
        running_var += momentum * (variance.data * (count / (count - 1)) - running_var)
    return y


# -- the modules ----------------------------------------------------------------------------------
class ChannelNorm(Module):
    """What batch and instance norm keep: weight and bias (C,), and running statistics (C,)."""

    def __init__(
        self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1,
        affine: bool = True, track_running_stats: bool = True, device: Any = None,
        dtype: Any = None, *, bias: bool = True,
    ) -> None:  # fmt: skip
        check_sizes(type(self).__name__, num_features=num_features)
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        like: dict[str, Any] = {"device": device, "dtype": dtype}
        self.weight = Parameter(torch.ones(num_features, **like)) if affine else None
        self.bias = Parameter(torch.zeros(num_features, **like)) if affine and bias else None
        tracked = track_running_stats
        self.register_buffer("running_mean", torch.zeros(num_features, **like) if tracked else None)
        self.register_buffer("running_var", torch.ones(num_features, **like) if tracked else None)
        count = torch.tensor(0, dtype=torch.int64, device=device) if tracked else None
        self.register_buffer("num_batches_tracked", count)

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.affine}, bias={self.bias is not None}, "
            f"track_running_stats={self.track_running_stats}"
        )


class BatchNorm(ChannelNorm):
    """What BatchNorm1d, 2d and 3d share: x (N, C, …), running statistics for evaluation.

    In training each channel is standardised over the batch, and the running mean and (unbiased)
    variance move by `momentum` towards the batch's, or average all batches where it is None.
    Raises ValueError for another rank or number of channels, and for one value per channel.
    """

    ranks: tuple[int, ...] = ()

    def forward(self, input: Any) -> Tensor:
        self.check(input)
        momentum, tracked = self.momentum, self.track_running_stats
        if self.training and tracked:
            self.num_batches_tracked.add_(1)
            if momentum is None:  # the mean of all batches so far
                momentum = 1 / self.num_batches_tracked.to(input.dtype)
        return batch_norm(
            input, self.running_mean, self.running_var, self.weight, self.bias,
            self.training or not tracked, momentum, self.eps,
        )  # fmt: skip

    def check(self, x: Any) -> None:
        """Raise TypeError or ValueError unless x is (N, C, …) with C = num_features."""
        name = type(self).__name__
        check_tensor(name, x)
        if x.ndim not in self.ranks or x.shape[1] != self.num_features:
            raise ValueError(
                f"{name}({self.num_features}) takes (N, {self.num_features}, …) with "
                f"{' or '.join(map(str, self.ranks))} axes, got shape {tuple(x.shape)}"
            )


class BatchNorm1d(BatchNorm):
    """Batch normalisation of (N, C) or (N, C, L)."""

    ranks = (2, 3)


class BatchNorm2d(BatchNorm):
    """Batch normalisation of pictures (N, C, H, W)."""

    ranks = (4,)


class BatchNorm3d(BatchNorm):
    """Batch normalisation of volumes (N, C, D, H, W)."""

    ranks = (5,)


Tensor.torch_functions["batch_norm"] = batch_norm
