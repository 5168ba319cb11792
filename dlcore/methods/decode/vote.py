"""2022, Xuezhi Wang and others: ask several times and count the answers (chapter 21).

X. Wang, J. Wei, D. Schuurmans, Q. Le, E. Chi, S. Narang, A. Chowdhery, D. Zhou, Self-consistency
improves chain of thought reasoning in language models (2022), https://arxiv.org/abs/2203.11171.
The best of n by a verifier: K. Cobbe and others (2021), https://arxiv.org/abs/2110.14168. How often
one of k is right, without bias: M. Chen and others, Evaluating large language models trained on
code (2021), https://arxiv.org/abs/2107.03374, equation 1.
"""

from __future__ import annotations

import math

import torch

from dlcore.layers.check import check_floating


def majority(answers: torch.Tensor, weights: torch.Tensor | None = None) -> torch.Tensor:
    """The answer that most of K samples give: answers (N, K) whole numbers → (N,).

    Among answers with equally many votes the one that came first wins. weights (N, K) count a vote
    more or less than once. Raises ValueError for no sample, or weights of another shape.
    """
    check_samples("majority", answers)
    same = (answers[:, :, None] == answers[:, None, :]).double()
    if weights is not None:
        check_scores("majority", weights, answers)
        same = same * weights[:, None, :]
    return answers.gather(1, same.sum(2).argmax(1, keepdim=True))[:, 0]


def best_of(answers: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
    """The answer that a verifier scores highest: answers, scores (N, K) → (N,)."""
    check_samples("best_of", answers)
    check_scores("best_of", scores, answers)
    return answers.gather(1, scores.argmax(1, keepdim=True))[:, 0]


def pass_at(right: torch.Tensor, k: int) -> torch.Tensor:
    """How probably one of k samples is right, from K ≥ k of them: right (N, K) bool → (N,) float64.

    Of K samples c are right: 1 − C(K − c, k) / C(K, k), the share of choices of k that hold one.
    Its mean is the true one, which that of 1 − (1 − c/K)ᵏ is not.
    """
    if right.ndim != 2 or right.dtype != torch.bool or not 1 <= k <= right.shape[1]:
        raise ValueError(
            f"pass_at takes right (N, K) of booleans and 1 ≤ k ≤ K, got {right.dtype} of shape "
            f"{tuple(right.shape)}, {k=}"
        )
    samples = right.shape[1]
    missed = [math.comb(samples - c, k) / math.comb(samples, k) for c in range(samples + 1)]
    return 1 - torch.tensor(missed, dtype=torch.float64, device=right.device)[right.sum(1)]


def check_samples(name: str, answers: torch.Tensor) -> None:
    """Raise ValueError unless answers are whole numbers (N, K ≥ 1)."""
    if answers.ndim != 2 or not answers.shape[1] or answers.is_floating_point():
        raise ValueError(
            f"{name} takes answers (N, K ≥ 1) as whole numbers, got {answers.dtype} of shape "
            f"{tuple(answers.shape)}"
        )


def check_scores(name: str, scores: torch.Tensor, answers: torch.Tensor) -> None:
    """Raise unless there is one floating-point number for each answer."""
    check_floating(name, scores)
    if scores.shape != answers.shape:
        raise ValueError(
            f"{name} takes one number for each answer of {tuple(answers.shape)}, got "
            f"{tuple(scores.shape)}"
        )
