"""1983-2017: does a model know how often it is right? (chapter 11).

Reliability diagram: M. H. DeGroot, S. E. Fienberg, The comparison and evaluation of forecasters,
The Statistician 32 (1983) 12-22, doi:10.2307/2987588. Calibration error and temperature: C. Guo,
G. Pleiss, Y. Sun, K. Q. Weinberger, On calibration of modern neural networks (2017),
https://arxiv.org/abs/1706.04599.
"""

import torch

from dlcore.autodiff import no_grad
from dlcore.layers.loss import cross_entropy


def reliability(
    probabilities: torch.Tensor, labels: torch.Tensor, bins: int = 10
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Predictions sorted by confidence into equal intervals: confidence, accuracy, share of each.

    probabilities (N, C)   labels (N,)   three times (bins,); an empty bin has 0 everywhere.
    Confidence is the largest probability of a row; a bin holds low < confidence ≤ high.
    Raises ValueError for other shapes, an empty batch, or rows that are no probabilities.
    """
    _check(probabilities, labels, bins)
    confidence, answers = probabilities.max(1)
    hits = (answers == labels).to(confidence.dtype)
    place = ((confidence * bins).ceil().long() - 1).clamp(0, bins - 1)
    count = torch.bincount(place, minlength=bins).to(confidence.dtype)
    sums = [count.new_zeros(bins).index_add_(0, place, v) for v in (confidence, hits)]
    mean_confidence, accuracy = (total / count.clamp(min=1) for total in sums)
    return mean_confidence, accuracy, count / len(labels)


def calibration_error(probabilities: torch.Tensor, labels: torch.Tensor, bins: int = 10) -> float:
    """Σ share · |accuracy − confidence| over the bins of `reliability`: 0 for an honest model."""
    confidence, accuracy, share = reliability(probabilities, labels, bins)
    return (share * (accuracy - confidence).abs()).sum().item()


def temperature(scores: torch.Tensor, labels: torch.Tensor, rounds: int = 60) -> float:
    """The T > 0 for which softmax(scores / T) has the lowest cross-entropy.   scores (N, C)

    Found between 1/100 and 100 by golden sections of log T: as a function of 1/T the loss is
    convex, so it has one valley. Choose it on a validation part, never on the test part.
    """

    def loss(log_t: float) -> float:
        with no_grad():
            return cross_entropy(scores / 10**log_t, labels).item()

    low, high, share = -2.0, 2.0, (5**0.5 - 1) / 2
    for _ in range(rounds):
        left, right = high - share * (high - low), low + share * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return 10 ** ((low + high) / 2)


def _check(probabilities: torch.Tensor, labels: torch.Tensor, bins: int) -> None:
    if probabilities.ndim != 2 or labels.shape != probabilities.shape[:1] or not len(labels):
        raise ValueError(
            "calibration compares probabilities (N, C) with labels (N,), N ≥ 1, got shapes "
            f"{tuple(probabilities.shape)} and {tuple(labels.shape)}"
        )
    if bins < 1:
        raise ValueError(f"calibration needs at least one bin, got bins={bins}")
    if bool((probabilities < 0).any() or ((probabilities.sum(1) - 1).abs() > 1e-3).any()):
        raise ValueError("rows of probabilities must add up to 1: give scores.softmax(1)")
