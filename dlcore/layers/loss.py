"""1805-1989: what training makes small: squared error and cross-entropy (chapter 3).

A. M. Legendre, Nouvelles méthodes pour la détermination des orbites des comètes (1805), for least
squares. Reductions and arguments are those of torch.nn.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore.autodiff import Function, Tensor
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

    z (N, C)   target (N,) whole numbers in 0..C−1.   With m = max z: log Σ e^z = m + log Σ e^(z−m).
    """

    @staticmethod
    def forward(ctx, z, target, reduction):
        largest = z.amax(1, keepdim=True)
        exponentials = torch.exp(z - largest)
        total = exponentials.sum(1, keepdim=True)
        losses = (total.log() + largest - z.gather(1, target[:, None])).squeeze(1)
        ctx.save_for_backward(exponentials.div_(total), target, losses)
        ctx.reduction = reduction
        return reduce(losses, reduction)

    @staticmethod
    def backward(ctx, grad):
        probabilities, target, losses = ctx.saved_tensors
        minus_one = probabilities.new_full((len(target), 1), -1.0)
        to_z = probabilities.scatter_add(1, target[:, None], minus_one)
        return to_z * share(grad, losses, ctx.reduction).reshape(-1, 1), None, None


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """Mean of (input − target)²; both of one shape, at least one element."""
    check_reduction("mse_loss", reduction)
    if input.shape != target.shape:
        raise ValueError(
            f"mse_loss got input of shape {tuple(input.shape)} and target of shape "
            f"{tuple(target.shape)}; they must be equal, since broadcasting would hide a mistake"
        )
    check_not_empty("mse_loss", input, reduction)
    return SquaredError.apply(input, target, reduction)


def cross_entropy(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """Softmax and −log p(target) in one: input (N, C) scores, target (N,) class numbers.

    Raises ValueError for other shapes, an empty batch or labels outside 0..C−1, TypeError for
    labels that are not whole numbers.
    """
    check_reduction("cross_entropy", reduction)
    target = target.data if isinstance(target, Tensor) else target
    if input.ndim != 2 or target.ndim != 1 or len(input) != len(target):
        raise ValueError(
            f"cross_entropy takes scores (N, C) and class numbers (N,), got shapes "
            f"{tuple(input.shape)} and {tuple(target.shape)}"
        )
    if target.dtype != torch.int64:
        raise TypeError(
            f"cross_entropy takes class numbers of dtype torch.int64, got {target.dtype}; "
            "use target.long()"
        )
    check_not_empty("cross_entropy", input, reduction)
    if not torch.compiler.is_compiling() and len(target):
        low, high = target.min().item(), target.max().item()
        if low < 0 or high >= input.shape[1]:
            wrong = low if low < 0 else high
            raise ValueError(
                f"cross_entropy got label {wrong}, but {input.shape[1]} scores per row allow "
                f"labels 0..{input.shape[1] - 1}"
            )
    return SoftmaxCrossEntropy.apply(input, target, reduction)


def check_reduction(name: str, reduction: str) -> None:
    if reduction not in REDUCTIONS:
        raise ValueError(f"{name} knows reduction 'mean', 'sum' and 'none', got {reduction!r}")


def check_not_empty(name: str, x: Any, reduction: str) -> None:
    if reduction == "mean" and x.numel() == 0:
        raise ValueError(f"{name} got an empty batch, shape {tuple(x.shape)}; it has no mean")


class MSELoss(Module):
    """Mean squared error, as torch.nn.MSELoss."""

    def __init__(self, reduction: str = "mean") -> None:
        check_reduction("MSELoss", reduction)
        self.reduction = reduction

    def forward(self, input: Any, target: Any) -> Tensor:
        return mse_loss(input, target, self.reduction)


class CrossEntropyLoss(Module):
    """Cross-entropy of scores and class numbers, as torch.nn.CrossEntropyLoss."""

    def __init__(self, reduction: str = "mean") -> None:
        check_reduction("CrossEntropyLoss", reduction)
        self.reduction = reduction

    def forward(self, input: Any, target: Any) -> Tensor:
        return cross_entropy(input, target, self.reduction)
