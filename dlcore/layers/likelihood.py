"""1951-1989: losses that are log-likelihoods: NLL, binary cross-entropy, KL divergence (chapter 4).

S. Kullback, R. A. Leibler, On information and sufficiency, Annals of Mathematical Statistics 22
(1951) 79-86, https://doi.org/10.1214/aoms/1177729694. Names and arguments are torch.nn's.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore.autodiff import Function, Tensor, values_can_be_read
from dlcore.autodiff import functional as f
from dlcore.layers.check import check_axis, check_floating
from dlcore.layers.loss import check_labels, check_pair, check_scores, reduce, share
from dlcore.layers.module import Module

LOG_FLOOR = -100.0  # torch's: log 0 counts as −100


class LogSoftmaxFunction(Function):
    """yᵢ = xᵢ − log Σⱼ eˣʲ along `dim`;   dL/dx = g − eʸ Σⱼ gⱼ."""

    @staticmethod
    def forward(ctx, x, dim):
        shifted = x - x.amax(dim, keepdim=True)
        y = shifted - shifted.exp().sum(dim, keepdim=True).log()
        ctx.save_for_backward(y)
        ctx.dim = dim
        return y

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return grad - y.exp() * grad.sum(ctx.dim, keepdim=True), None


class BinaryCrossEntropy(Function):
    """−t log p − (1 − t) log(1 − p) for each element, logarithms no lower than −100."""

    @staticmethod
    def forward(ctx, p, t):
        ctx.save_for_backward(p, t)
        return -(t * p.log().clamp_min(LOG_FLOOR) + (1 - t) * (-p).log1p().clamp_min(LOG_FLOOR))

    @staticmethod
    def backward(ctx, grad):
        p, t = ctx.saved_tensors
        to_p = (p - t) / (p * (1 - p)).clamp_min(1e-12)
        to_t = (-p).log1p().clamp_min(LOG_FLOOR) - p.log().clamp_min(LOG_FLOOR)
        return grad * to_p, grad * to_t if ctx.needs_input_grad[1] else None


class LogitBinaryCrossEntropy(Function):
    """(1 − t) z + w log(1 + e⁻ᶻ),  w = 1 + (c − 1) t for positives that count c-fold.

    d/dz = (1 − t) − w σ(−z): at a wrong confident score the slope is ±1, not 0.
    d/dt = (c − 1) log(1 + e⁻ᶻ) − z.
    """

    @staticmethod
    def forward(ctx, z, t, positive):
        w = 1.0 if positive is None else 1 + (positive - 1) * t
        ctx.save_for_backward(z, t, positive)
        return (1 - t) * z + w * LogitBinaryCrossEntropy.miss(z)

    @staticmethod
    def miss(z):
        """log(1 + e⁻ᶻ), which never overflows."""
        return torch.logaddexp(-z, z.new_zeros(()))

    @staticmethod
    def backward(ctx, grad):
        z, t, positive = ctx.saved_tensors
        w = 1.0 if positive is None else 1 + (positive - 1) * t
        to_t = None
        if ctx.needs_input_grad[1]:
            to_t = -z if positive is None else (positive - 1) * LogitBinaryCrossEntropy.miss(z) - z
            to_t = grad * to_t
        return grad * ((1 - t) - w * torch.sigmoid(-z)), to_t, None


class KLDivergence(Function):
    """t (log t − x) for each element, x and (with log_target) t given as logarithms."""

    @staticmethod
    def forward(ctx, x, t, log_target):
        ctx.save_for_backward(x, t)
        ctx.log_target = log_target
        return t.exp() * (t - x) if log_target else torch.xlogy(t, t) - t * x

    @staticmethod
    def backward(ctx, grad):
        x, t = ctx.saved_tensors
        p = t.exp() if ctx.log_target else t
        to_t = None
        if ctx.needs_input_grad[1]:
            to_t = grad * (p * (t - x + 1) if ctx.log_target else t.log() + 1 - x)
        return -grad * p, to_t, None


class Reduce(Function):
    """All values, their sum, or their mean."""

    @staticmethod
    def forward(ctx, values, reduction):
        ctx.save_for_backward(values)
        ctx.reduction = reduction
        return reduce(values, reduction)

    @staticmethod
    def backward(ctx, grad):
        (values,) = ctx.saved_tensors
        return share(grad, values, ctx.reduction).expand_as(values), None


def log_softmax(input: Any, dim: int) -> Tensor:
    """log softmax(x) along `dim`, exact where softmax itself would round to 0."""
    check_axis("log_softmax", input, dim)
    return LogSoftmaxFunction.apply(input, dim)


def nll_loss(
    input: Any, target: torch.Tensor, weight: torch.Tensor | None = None,
    ignore_index: int = -100, reduction: str = "mean",
) -> Tensor:  # fmt: skip
    """−input[n, target[n]]: input (N, C) or (N, C, …) log-probabilities, target class numbers."""
    check_scores("nll_loss", input, target, reduction)
    if input.ndim > 2:
        rows = input.shape[:1] + input.shape[2:]
        flat = f.permute(input, (0, *range(2, input.ndim), 1)).reshape(-1, input.shape[1])
        loss = nll_loss(flat, target.reshape(-1), weight, ignore_index, reduction)
        return loss.reshape(rows) if reduction == "none" else loss
    check_labels("nll_loss", input, target, ignore_index)
    ignored = target == ignore_index
    column = target.masked_fill(ignored, 0)
    counts = torch.ones_like(input.data[:, 0]) if weight is None else weight[column]
    counts = counts.masked_fill(ignored, 0)
    losses = f.masked_fill(-f.gather(input, 1, column[:, None]).reshape(-1), ignored, 0.0) * counts
    if reduction == "mean":
        return losses.sum() / counts.sum()
    return losses.sum() if reduction == "sum" else losses


def binary_cross_entropy(
    input: Any, target: Any, weight: torch.Tensor | None = None, reduction: str = "mean"
) -> Tensor:
    """−t log p − (1 − t) log(1 − p), p and t between 0 and 1 and of one shape."""
    check_pair("binary_cross_entropy", input, target, reduction)
    p = input.data
    if values_can_be_read() and p.numel() and not ((p >= 0) & (p <= 1)).all():
        raise ValueError(
            "binary_cross_entropy takes probabilities between 0 and 1; for raw scores use "
            "binary_cross_entropy_with_logits"
        )
    return finish(BinaryCrossEntropy.apply(input, target), weight, reduction)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: torch.Tensor | None = None, reduction: str = "mean",
    pos_weight: torch.Tensor | None = None,
) -> Tensor:  # fmt: skip
    """Binary cross-entropy of raw scores: the sigmoid is inside, and nothing overflows."""
    check_pair("binary_cross_entropy_with_logits", input, target, reduction)
    losses = LogitBinaryCrossEntropy.apply(input, target, pos_weight)
    return finish(losses, weight, reduction)


def kl_div(
    input: Any, target: Any, reduction: str = "mean", log_target: bool = False
) -> Tensor:  # fmt: skip
    """Σ t (log t − input): input holds log-probabilities; "batchmean" divides the sum by N."""
    check_pair("kl_div", input, target, "sum" if reduction == "batchmean" else reduction)
    losses = KLDivergence.apply(input, target, log_target)
    if reduction == "batchmean":
        return losses.sum() / max(len(input), 1)
    return finish(losses, None, reduction)


def gaussian_nll_loss(
    input: Any, target: Any, var: Any, full: bool = False, eps: float = 1e-6,
    reduction: str = "mean",
) -> Tensor:  # fmt: skip
    """½ (log v + (input − target)² / v) with v = max(var, eps), + ½ log 2π if full.
    var of input's shape, without its last axis or with length 1 there, or a number; as in torch,
    eps stops no gradient. Raises ValueError for other shapes or a negative variance."""
    check_pair("gaussian_nll_loss", input, target, reduction)
    var = torch.full_like(f.plain(input), var) if isinstance(var, float) else var
    check_floating("gaussian_nll_loss", var)
    if var.ndim == input.ndim - 1:
        var = f.unsqueeze(var, -1)
    if var.shape[:-1] != input.shape[:-1] or var.shape[-1:] not in (input.shape[-1:], (1,)):
        raise ValueError(
            f"gaussian_nll_loss got input of shape {tuple(input.shape)} and var of shape "
            f"{tuple(var.shape)}; they must be equal, but for a last axis of 1"
        )
    if values_can_be_read() and bool((f.plain(var) < 0).any()):
        raise ValueError("gaussian_nll_loss got a negative variance; learn its logarithm instead")
    var, miss = f.add(var, f.plain(var).clamp_min(eps) - f.plain(var)), f.sub(input, target)
    losses = f.mul(0.5, f.add(f.log(var), f.div(f.mul(miss, miss), var)))
    return finish(f.add(losses, 0.5 * math.log(2 * math.pi)) if full else losses, None, reduction)


def finish(losses: Tensor, weight: Any, reduction: str) -> Tensor:
    """The losses, each times its weight, put together as the reduction says."""
    return Reduce.apply(losses if weight is None else losses * weight, reduction)


class LogSoftmax(Module):
    """log softmax along `dim`."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, input: Any) -> Tensor:
        return log_softmax(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class NLLLoss(Module):
    """Negative log-likelihood of log-probabilities."""

    def __init__(
        self, weight: torch.Tensor | None = None, ignore_index: int = -100, reduction: str = "mean"
    ) -> None:
        self.register_buffer("weight", weight)
        self.ignore_index, self.reduction = ignore_index, reduction

    def forward(self, input: Any, target: Any) -> Tensor:
        return nll_loss(input, target, self.weight, self.ignore_index, self.reduction)


class BCELoss(Module):
    """Binary cross-entropy of probabilities."""

    def __init__(self, weight: torch.Tensor | None = None, reduction: str = "mean") -> None:
        self.register_buffer("weight", weight)
        self.reduction = reduction

    def forward(self, input: Any, target: Any) -> Tensor:
        return binary_cross_entropy(input, target, self.weight, self.reduction)


class BCEWithLogitsLoss(Module):
    """Binary cross-entropy of raw scores."""

    def __init__(
        self, weight: torch.Tensor | None = None, reduction: str = "mean",
        pos_weight: torch.Tensor | None = None,
    ) -> None:  # fmt: skip
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)
        self.reduction = reduction

    def forward(self, input: Any, target: Any) -> Tensor:
        return binary_cross_entropy_with_logits(
            input, target, self.weight, self.reduction, self.pos_weight
        )


class GaussianNLLLoss(Module):
    """The loss of a normal distribution whose mean and variance are predicted."""

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        self.full, self.eps, self.reduction = full, eps, reduction

    def forward(self, input: Any, target: Any, var: Any) -> Tensor:
        return gaussian_nll_loss(input, target, var, self.full, self.eps, self.reduction)


class KLDivLoss(Module):
    """Kullback-Leibler divergence of log-probabilities from a target."""

    def __init__(self, reduction: str = "mean", log_target: bool = False) -> None:
        self.reduction, self.log_target = reduction, log_target

    def forward(self, input: Any, target: Any) -> Tensor:
        return kl_div(input, target, self.reduction, self.log_target)


for _function in (
    log_softmax, nll_loss, binary_cross_entropy, binary_cross_entropy_with_logits, kl_div,
    gaussian_nll_loss,
):  # fmt: skip
    Tensor.torch_functions[_function.__name__] = _function
