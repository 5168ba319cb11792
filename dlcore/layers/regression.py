"""1757-2018: losses by distance: absolute, Huber, hinge and contrastive (chapter 4).

P. J. Huber, Robust estimation of a location parameter, Annals of Mathematical Statistics 35 (1964)
73-101, https://doi.org/10.1214/aoms/1177703732. InfoNCE: A. van den Oord, Y. Li, O. Vinyals (2018),
https://arxiv.org/abs/1807.03748. NT-Xent: T. Chen, S. Kornblith, M. Norouzi, G. Hinton (2020),
https://arxiv.org/abs/2002.05709. Triplets: F. Schroff, D. Kalenichenko, J. Philbin, FaceNet (2015),
https://arxiv.org/abs/1503.03832. Names and arguments are torch.nn's where torch has the loss.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore.autodiff import Function, Tensor, statistics
from dlcore.autodiff import functional as f
from dlcore.autodiff.functional import cat, gather, masked_fill, matmul, plain, where
from dlcore.autodiff.statistics import cosine_similarity, pairwise_distance
from dlcore.layers.activation import relu
from dlcore.layers.check import check_axis, check_floating, check_same_kind
from dlcore.layers.likelihood import finish
from dlcore.layers.loss import (
    check_labels,
    check_pair,
    check_reduction,
    check_scores,
    cross_entropy,
)
from dlcore.layers.module import Module


class AbsoluteError(Function):
    """|y − t| for each element;   d/dy = sign(y − t)."""

    @staticmethod
    def forward(ctx, y, t):
        ctx.save_for_backward(y - t)
        return (y - t).abs()

    @staticmethod
    def backward(ctx, grad):
        (difference,) = ctx.saved_tensors
        to_y = grad * difference.sign()
        return to_y, -to_y if ctx.needs_input_grad[1] else None


class HuberError(Function):
    """d² / 2 where |d| ≤ δ, else δ (|d| − δ/2), d = y − t;   d/dy = d clipped to ±δ."""

    @staticmethod
    def forward(ctx, y, t, delta):
        difference = y - t
        size = difference.abs()
        ctx.save_for_backward(difference)
        ctx.delta = delta
        square = 0.5 * difference * difference
        return torch.where(size <= delta, square, delta * (size - 0.5 * delta))

    @staticmethod
    def backward(ctx, grad):
        (difference,) = ctx.saved_tensors
        to_y = grad * difference.clamp(-ctx.delta, ctx.delta)
        return to_y, -to_y if ctx.needs_input_grad[1] else None, None


def l1_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """|input − target|, both of one shape."""
    check_pair("l1_loss", input, target, reduction)
    return finish(AbsoluteError.apply(input, target), None, reduction)


def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0) -> Tensor:
    """Squared error for small differences, absolute error for those beyond delta > 0."""
    check_pair("huber_loss", input, target, reduction)
    if not delta > 0:
        raise ValueError(f"huber_loss needs delta > 0, got {delta}")
    return finish(HuberError.apply(input, target, delta), None, reduction)


def smooth_l1_loss(input: Any, target: Any, reduction: str = "mean", beta: float = 1.0) -> Tensor:
    """huber_loss / beta with delta = beta; with beta = 0 the absolute error."""
    check_pair("smooth_l1_loss", input, target, reduction)
    if beta < 0:
        raise ValueError(f"smooth_l1_loss needs beta ≥ 0, got {beta}")
    if beta == 0:
        return l1_loss(input, target, reduction)
    return finish(HuberError.apply(input, target, beta) / beta, None, reduction)


def hinge_embedding_loss(
    input: Any, target: torch.Tensor, margin: float = 1.0, reduction: str = "mean"
) -> Tensor:
    """A distance where target is 1, max(0, margin − distance) where it is −1."""
    check_pair("hinge_embedding_loss", input, target, reduction)
    losses = where(plain(target) == 1, input, relu(margin - input))
    return finish(losses, None, reduction)


def multi_margin_loss(
    input: Any, target: torch.Tensor, p: int = 1, margin: float = 1.0, weight: Any = None,
    reduction: str = "mean",
) -> Tensor:  # fmt: skip
    """Σ_{c ≠ t} w[t] max(0, margin − score of t + score of c)ᵖ / C, t the target: the SVM's hinge.

    input (N, C), target (N,), weight (C,). Raises ValueError unless p is 1 or 2.
    """
    check_scores("multi_margin_loss", input, target, reduction)
    check_labels("multi_margin_loss", input, target, -1)
    if p not in (1, 2):
        raise ValueError(f"multi_margin_loss knows p=1 and p=2, got {p}")
    right = torch.zeros(input.shape, dtype=torch.bool, device=input.device)
    right.scatter_(1, target[:, None], True)
    own = gather(input, 1, target[:, None])
    hinge = relu(margin - own + input)
    hinge = hinge if p == 1 else hinge * hinge
    hinge = hinge if weight is None else hinge * weight[target][:, None]
    return finish(masked_fill(hinge, right, 0.0).sum(1) / input.shape[1], None, reduction)


def margin_ranking_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean"
) -> Tensor:
    """max(0, −target (input1 − input2) + margin): target 1 wants input1 the larger, −1 input2."""
    check_reduction("margin_ranking_loss", reduction)
    check_floating("margin_ranking_loss", input1, input2)
    ranks = f.sub(input2, input1)
    return finish(relu(f.add(f.mul(ranks, target), margin)), None, reduction)


def cosine_embedding_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, reduction: str = "mean"
) -> Tensor:
    """1 − cos where target is 1, max(0, cos − margin) where it is −1; rows (N, D), or one (D,)."""
    check_reduction("cosine_embedding_loss", reduction)
    check_floating("cosine_embedding_loss", input1, input2)
    if input1.shape != input2.shape or target.shape != input1.shape[:-1]:
        raise ValueError(
            f"cosine_embedding_loss takes two times (N, D) and targets (N,), got shapes "
            f"{tuple(input1.shape)}, {tuple(input2.shape)} and {tuple(target.shape)}"
        )
    cosine = cosine_similarity(input1, input2, -1)
    losses = where(plain(target) == 1, 1 - cosine, relu(cosine - margin))
    return finish(losses, None, reduction)


def triplet_margin_loss(
    anchor: Any, positive: Any, negative: Any, margin: float = 1.0, p: float = 2.0,
    eps: float = 1e-6, swap: bool = False, reduction: str = "mean",
) -> Tensor:  # fmt: skip
    """max(0, |a − p| − |a − n| + margin) for rows (N, D) or one row (D,); with swap, the nearer of
    |a − n| and |p − n| counts."""
    check_reduction("triplet_margin_loss", reduction)
    check_floating("triplet_margin_loss", anchor, positive, negative)
    if not anchor.shape == positive.shape == negative.shape:
        raise ValueError(
            "triplet_margin_loss takes three tensors of one shape, got "
            f"{tuple(anchor.shape)}, {tuple(positive.shape)} and {tuple(negative.shape)}"
        )
    far = pairwise_distance(anchor, negative, p, eps)
    far = f.minimum(far, pairwise_distance(positive, negative, p, eps)) if swap else far
    losses = relu(pairwise_distance(anchor, positive, p, eps) - far + margin)
    return finish(losses, None, reduction)


def normalize(input: Any, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Tensor:
    """input divided by its length along `dim`, or by eps where that is larger."""
    check_axis("normalize", input, dim)
    return statistics.normalize(input, p, dim, eps)


def info_nce(queries: Any, keys: Any, temperature: float = 0.1) -> Tensor:
    """−log softmax(q·k / temperature) of the matching key: queries, keys (N, D), row n matches n.

    Rows are compared by cosine; every other row is a negative example.
    """
    check_views("info_nce", queries, keys, temperature)
    scores = matmul(normalize(queries), normalize(keys).T) / temperature
    return cross_entropy(scores, torch.arange(len(queries), device=queries.device))


def nt_xent(first: Any, second: Any, temperature: float = 0.5) -> Tensor:
    """SimCLR's loss: two views (N, D) of the same N things; each view must find its partner
    among the other 2N − 1 views."""
    check_views("nt_xent", first, second, temperature)
    n = len(first)
    views = normalize(cat([first, second]))
    scores = matmul(views, views.T) / temperature
    itself = torch.eye(2 * n, dtype=torch.bool, device=first.device)
    partner = torch.arange(2 * n, device=first.device).roll(n)
    return cross_entropy(masked_fill(scores, itself, float("-inf")), partner)


def check_views(name: str, a: Any, b: Any, temperature: float) -> None:
    """Raise ValueError unless a and b are two views (N, D) of N ≥ 2 things."""
    check_floating(name, a, b)
    check_same_kind(name, b, a)
    if a.ndim != 2 or a.shape != b.shape or len(a) < 2:
        raise ValueError(
            f"{name} compares two sets of N ≥ 2 vectors (N, D), got shapes {tuple(a.shape)} and "
            f"{tuple(b.shape)}"
        )
    if not temperature > 0:
        raise ValueError(f"{name} needs temperature > 0, got {temperature}")


class L1Loss(Module):
    """Mean absolute error."""

    def __init__(self, reduction: str = "mean") -> None:
        self.reduction = reduction

    def forward(self, input: Any, target: Any) -> Tensor:
        return l1_loss(input, target, self.reduction)


class HuberLoss(Module):
    """Squared error near 0, absolute error beyond delta."""

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        self.reduction, self.delta = reduction, delta

    def forward(self, input: Any, target: Any) -> Tensor:
        return huber_loss(input, target, self.reduction, self.delta)


class SmoothL1Loss(Module):
    """Huber's loss divided by beta."""

    def __init__(self, reduction: str = "mean", beta: float = 1.0) -> None:
        self.reduction, self.beta = reduction, beta

    def forward(self, input: Any, target: Any) -> Tensor:
        return smooth_l1_loss(input, target, self.reduction, self.beta)


class HingeEmbeddingLoss(Module):
    """Pulls pairs marked 1 together, pushes pairs marked −1 a margin apart."""

    def __init__(self, margin: float = 1.0, reduction: str = "mean") -> None:
        self.margin, self.reduction = margin, reduction

    def forward(self, input: Any, target: Any) -> Tensor:
        return hinge_embedding_loss(input, target, self.margin, self.reduction)


class MultiMarginLoss(Module):
    """The hinge loss of a multi-class support vector machine."""

    def __init__(
        self, p: int = 1, margin: float = 1.0, weight: Any = None, reduction: str = "mean"
    ) -> None:
        self.register_buffer("weight", weight)
        self.p, self.margin, self.reduction = p, margin, reduction

    def forward(self, input: Any, target: Any) -> Tensor:
        settings = self.p, self.margin, self.weight, self.reduction
        return multi_margin_loss(input, target, *settings)


class MarginRankingLoss(HingeEmbeddingLoss):
    """Which of two scores should be the larger."""

    def __init__(self, margin: float = 0.0, reduction: str = "mean") -> None:
        super().__init__(margin, reduction)

    def forward(self, input1: Any, input2: Any, target: Any) -> Tensor:
        return margin_ranking_loss(input1, input2, target, self.margin, self.reduction)


class CosineEmbeddingLoss(MarginRankingLoss):
    """Pulls pairs marked 1 into one direction, pushes pairs marked −1 out of it."""

    def forward(self, input1: Any, input2: Any, target: Any) -> Tensor:
        return cosine_embedding_loss(input1, input2, target, self.margin, self.reduction)


class TripletMarginLoss(Module):
    """An anchor is to be nearer to its like than to another, by a margin."""

    def __init__(
        self, margin: float = 1.0, p: float = 2.0, eps: float = 1e-6, swap: bool = False,
        reduction: str = "mean",
    ) -> None:  # fmt: skip
        self.settings, self.reduction = (margin, p, eps, swap), reduction

    def forward(self, anchor: Any, positive: Any, negative: Any) -> Tensor:
        return triplet_margin_loss(anchor, positive, negative, *self.settings, self.reduction)


for _function in (
    l1_loss, huber_loss, smooth_l1_loss, hinge_embedding_loss, multi_margin_loss,
    margin_ranking_loss, cosine_embedding_loss, triplet_margin_loss,
):  # fmt: skip
    Tensor.torch_functions[_function.__name__] = _function
