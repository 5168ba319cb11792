"""1805-1989: what training makes small: squared error and cross-entropy (chapter 3).

A. M. Legendre, Nouvelles méthodes pour la détermination des orbites des comètes (1805), for least
squares. Reductions and arguments are those of torch.nn.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore.autodiff import Function, Tensor, values_can_be_read
from dlcore.autodiff.functional import permute, plain
from dlcore.layers.check import check_floating, check_target, check_tensor
from dlcore.layers.module import Module

REDUCTIONS = ("mean", "sum", "none")


def reduce(values: torch.Tensor, reduction: str) -> torch.Tensor:
    """All values, their sum, or their mean."""
    if reduction == "none":
        return values
    return values.sum() if reduction == "sum" else values.mean()


def share(grad: torch.Tensor, values: torch.Tensor, reduction: str) -> torch.Tensor:
    """dL/d(value) for each value that `reduce` took together."""
    return grad / values.numel() if reduction == "mean" else grad


class SquaredError(Function):
    """(y − t)² for each element;   d/dy = 2 (y − t)."""

    @staticmethod
    def forward(ctx, y, target, reduction):
        difference = y - target
        ctx.save_for_backward(difference)
        ctx.reduction = reduction
        return reduce(difference * difference, reduction)

    @staticmethod
    def backward(ctx, grad):
        (difference,) = ctx.saved_tensors
        to_y = 2 * difference * share(grad, difference, ctx.reduction)
        return to_y, -to_y if ctx.needs_input_grad[1] else None, None


class SoftmaxCrossEntropy(Function):
    """−log softmax(z)[target] for each row;   d/dz = softmax(z) − onehot(target).

    z (N, C)   target (N,) whole numbers in 0..C−1.   The largest z is taken off first: no overflow.
    Rows whose target is `ignored` (None: there are none) count for nothing.
    """

    @staticmethod
    def forward(ctx, z, target, reduction, ignored):
        column = target.unsqueeze(1)
        shifted = z - z.amax(1, keepdim=True)
        log_total = shifted.exp().sum(1, keepdim=True).log_()
        kept, ctx.count, ctx.reduction = None, z.shape[0], reduction
        if ignored is not None:
            kept = column != ignored
            column, ctx.count = torch.where(kept, column, 0), kept.sum()
        losses = log_total - shifted.gather(1, column)
        ctx.save_for_backward(shifted, log_total, column, kept)
        if kept is not None:
            losses.masked_fill_(~kept, 0)
            if reduction == "mean":
                return losses.sum() / ctx.count
        return losses.squeeze(1) if reduction == "none" else reduce(losses, reduction)

    @staticmethod
    def backward(ctx, grad):
        shifted, log_total, column, kept = ctx.saved_tensors
        per_row = grad / ctx.count if ctx.reduction == "mean" else grad
        per_row = per_row.unsqueeze(1) if per_row.ndim else per_row
        to_z = (shifted - log_total).exp_().scatter_(1, column, -1.0, reduce="add").mul_(per_row)
        return to_z if kept is None else to_z.masked_fill_(~kept, 0), None, None, None


class SoftTargetCrossEntropy(Function):
    """−Σ_c q_c log softmax(z)_c for each row;   d/dz = softmax(z) Σ_c q_c − q.   z, q (N, C)

    The targets q need not be one-hot: smoothed labels, class weights and probabilities fit in.
    A class with q = 0 costs nothing, also where its score is −∞.
    """

    @staticmethod
    def forward(ctx, z, q):
        shifted = z - z.amax(1, keepdim=True)
        log_p = shifted - shifted.exp().sum(1, keepdim=True).log()
        ctx.save_for_backward(log_p, q)
        return -(q * log_p).masked_fill_(q == 0, 0).sum(1)

    @staticmethod
    def backward(ctx, grad):  # (N,)
        log_p, q = ctx.saved_tensors
        to_z = log_p.exp() * q.sum(1, keepdim=True) - q
        to_q = -log_p * grad[:, None] if ctx.needs_input_grad[1] else None
        return to_z * grad[:, None], to_q


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """Mean of (input − target)²; both of one shape, at least one element."""
    check_pair("mse_loss", input, target, reduction)
    return SquaredError.apply(input, target, reduction)


def cross_entropy(
    input: Any, target: Any, weight: torch.Tensor | None = None, ignore_index: int = -100,
    reduction: str = "mean", label_smoothing: float = 0.0,
) -> Tensor:  # fmt: skip
    """Softmax and −log p(target) in one, as torch.nn.functional.cross_entropy.

    input (N, C) or (N, C, …) scores; target class numbers (N,) or (N, …), or probabilities of
    input's shape. weight (C,) counts a class more or less, rows with target ignore_index not at
    all; label_smoothing ε spreads that share of the target evenly over the classes.

    Raises ValueError for other shapes, an empty batch or labels outside 0..C−1, TypeError for
    labels that are not whole numbers.
    """
    check_scores("cross_entropy", input, target, reduction)
    if input.ndim > 2:  # the classes come last, all other axes are rows
        order = (0, *range(2, input.ndim), 1)
        classes, rows = input.shape[1], tuple(input.shape[:1] + input.shape[2:])
        flat = permute(input, order).reshape(-1, classes)
        soft = target.ndim == input.ndim
        target = permute(target, order).reshape(-1, classes) if soft else target.reshape(-1)
        loss = cross_entropy(flat, target, weight, ignore_index, reduction, label_smoothing)
        return loss.reshape(rows) if reduction == "none" else loss
    if plain(target).is_floating_point() and target.ndim == input.ndim:
        return soft_cross_entropy(input, target, weight, reduction, label_smoothing)
    target, scores = plain(target), plain(input)
    ignored = check_labels("cross_entropy", scores, target, ignore_index)
    if weight is None and label_smoothing == 0:
        return SoftmaxCrossEntropy.apply(input, target, reduction, ignored)
    kept = (target != ignore_index).to(scores.dtype)
    column = torch.where(target != ignore_index, target, 0)
    counts = kept if weight is None else kept * weight[column]
    q = smoothed(column, kept, scores.shape[1], label_smoothing)
    losses = SoftTargetCrossEntropy.apply(input, q if weight is None else q * weight)
    if reduction == "mean":
        return losses.sum() / counts.sum()
    return losses.sum() if reduction == "sum" else losses


def smoothed(column: torch.Tensor, kept: torch.Tensor, classes: int, share: float) -> torch.Tensor:
    """Class numbers (N,) as probabilities (N, C), `share` of them even; 0 where kept (N,) is 0."""
    onehot = kept.new_zeros(len(column), classes).scatter_(1, column[:, None], kept[:, None])
    return (1 - share) * onehot + share / classes * kept[:, None]


def soft_cross_entropy(
    input: Any, target: Any, weight: torch.Tensor | None, reduction: str, smoothing: float
) -> Tensor:
    """Cross-entropy against probabilities (N, C); the mean is over the N rows."""
    if input.shape != target.shape:
        raise ValueError(
            f"cross_entropy got scores of shape {tuple(input.shape)} and probabilities of shape "
            f"{tuple(target.shape)}; they must be equal, or the target be class numbers (N,)"
        )
    q = (1 - smoothing) * target + smoothing / input.shape[1] if smoothing else target
    losses = SoftTargetCrossEntropy.apply(input, q if weight is None else q * weight)
    if reduction == "none":
        return losses
    return losses.sum() if reduction == "sum" else losses.mean()


def check_labels(name: str, input: Any, target: torch.Tensor, ignored: int) -> int | None:
    """Refuse labels of another shape or type than scores (N, C) need, or outside 0..C−1.

    Returns `ignored`, or None where it is seen that no label is to be ignored.
    """
    if input.ndim != 2 or target.ndim != 1 or input.shape[0] != target.shape[0]:
        raise ValueError(
            f"{name} takes scores (N, C) and class numbers (N,), got shapes "
            f"{tuple(input.shape)} and {tuple(target.shape)}"
        )
    if target.dtype != torch.int64:
        raise TypeError(
            f"{name} takes class numbers of dtype torch.int64, got {target.dtype}; "
            "use target.long()"
        )
    if not values_can_be_read() or not target.numel():
        return ignored
    low, high = torch.aminmax(target)
    low, high = low.item(), high.item()
    if low >= 0 and high < input.shape[1] and not low <= ignored <= high:
        return None
    wrong = target[((target < 0) | (target >= input.shape[1])) & (target != ignored)]
    if len(wrong):
        raise ValueError(
            f"{name} got label {wrong[0].item()}, but {input.shape[1]} scores per row allow "
            f"labels 0..{input.shape[1] - 1}"
        )
    return ignored


def check_reduction(name: str, reduction: str) -> None:
    """Raise ValueError unless the reduction is 'mean', 'sum' or 'none'."""
    if reduction not in REDUCTIONS:
        raise ValueError(f"{name} knows reduction 'mean', 'sum' and 'none', got {reduction!r}")


def check_not_empty(name: str, x: Any, reduction: str) -> None:
    """Raise ValueError for the mean over nothing."""
    if reduction == "mean" and x.numel() == 0:
        raise ValueError(f"{name} got an empty batch, shape {tuple(x.shape)}; it has no mean")


def check_pair(name: str, input: Any, target: Any, reduction: str) -> None:
    """Refuse what a loss that compares number with number cannot take."""
    check_reduction(name, reduction)
    check_target(name, input, target)
    check_not_empty(name, input, reduction)


def check_scores(name: str, input: Any, target: Any, reduction: str) -> None:
    """Refuse what a loss of scores and classes cannot take, whatever their shapes."""
    check_reduction(name, reduction)
    check_floating(name, input)
    check_tensor(name, target)
    check_not_empty(name, input, reduction)


class MSELoss(Module):
    """Mean squared error, as torch.nn.MSELoss."""

    def __init__(self, reduction: str = "mean") -> None:
        check_reduction("MSELoss", reduction)
        self.reduction = reduction

    def forward(self, input: Any, target: Any) -> Tensor:
        return mse_loss(input, target, self.reduction)


class CrossEntropyLoss(Module):
    """Cross-entropy of scores and class numbers, as torch.nn.CrossEntropyLoss."""

    def __init__(
        self, weight: torch.Tensor | None = None, ignore_index: int = -100,
        reduction: str = "mean", label_smoothing: float = 0.0,
    ) -> None:  # fmt: skip
        check_reduction("CrossEntropyLoss", reduction)
        if not 0 <= label_smoothing <= 1:
            raise ValueError(f"label_smoothing is a share between 0 and 1, got {label_smoothing}")
        self.register_buffer("weight", weight)
        self.ignore_index, self.reduction = ignore_index, reduction
        self.label_smoothing = label_smoothing

    def forward(self, input: Any, target: Any) -> Tensor:
        return cross_entropy(
            input, target, self.weight, self.ignore_index, self.reduction, self.label_smoothing
        )
