"""1952-2023, from Bradley and Terry to DPO: what people like better, as a loss (chapter 20).

R. A. Bradley, M. E. Terry, Rank analysis of incomplete block designs (1952),
https://doi.org/10.1093/biomet/39.3-4.324; a reward learned from comparisons: P. Christiano and
others (2017), https://arxiv.org/abs/1706.03741; for language, with a penalty for leaving the
reference: D. Ziegler and others (2019), https://arxiv.org/abs/1909.08593; without a reward model:
R. Rafailov and others (2023), https://arxiv.org/abs/2305.18290. The estimate with the other
draws' mean as baseline: W. Kool, H. van Hoof, M. Welling, Buy 4 REINFORCE samples, get a baseline
for free! (2019).
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.layers.check import check_floating


def check_alike(name: str, *tensors: Any) -> None:
    """Raise TypeError for whole numbers, ValueError for shapes that differ."""
    check_floating(name, *tensors)
    shapes = {tuple(t.shape) for t in tensors}
    if len(shapes) > 1:
        raise ValueError(f"{name} takes one number per pair in each place, got shapes {shapes}")


def check_beta(name: str, beta: float) -> None:
    """Raise ValueError unless beta is above 0."""
    if beta <= 0:
        raise ValueError(f"{name} needs beta > 0, got {beta=}")


def preference_loss(chosen: Any, rejected: Any) -> Tensor:
    """Mean of −log σ(chosen − rejected): rewards (N,) of the sentences that won and lost.

    Bradley and Terry: the first wins with probability σ(difference of their rewards).
    """
    check_alike("preference_loss", chosen, rejected)
    return -nn.logsigmoid(chosen - rejected).mean()


def dpo_loss(
    chosen: Any, rejected: Any, ref_chosen: Any, ref_rejected: Any, beta: float = 0.1
) -> Tensor:
    """preference_loss of the rewards β log(π / π_ref) that a policy implies.

    All (N,): log-probabilities of the winners and losers under the policy, then under the
    reference. Rafailov and others (2023), equation 7. Raises ValueError for β ≤ 0.
    """
    check_alike("dpo_loss", chosen, rejected, ref_chosen, ref_rejected)
    check_beta("dpo_loss", beta)
    return preference_loss(beta * (chosen - ref_chosen), beta * (rejected - ref_rejected))


def best_policy(ref_log_probs: torch.Tensor, reward: torch.Tensor, beta: float) -> torch.Tensor:
    """log π* (M,) over all M sentences, π* ∝ π_ref · exp(reward / β).

    No other policy has a larger mean reward − β KL(π, π_ref).
    """
    check_alike("best_policy", ref_log_probs, reward)
    check_beta("best_policy", beta)
    scores = ref_log_probs + reward / beta
    return scores - scores.logsumexp(0)


def divergence(log_p: torch.Tensor, log_q: torch.Tensor) -> float:
    """KL(p, q) = Σ p (log p − log q) over all M sentences, in nats: 0 where both are one."""
    check_alike("divergence", log_p, log_q)
    return float((log_p.exp() * (log_p - log_q)).sum())


def policy_gradient_loss(
    log_probs: Any, ref_log_probs: torch.Tensor, reward: torch.Tensor, beta: float,
    baseline: bool = True,
) -> Tensor:  # fmt: skip
    """A number whose gradient climbs mean reward − β KL(π, π_ref), from N sentences that π drew.

    log_probs (N,), the policy's own, carry the gradient; ref_log_probs and reward (N,). With
    baseline, each draw is held against the mean of the others, which changes no mean and makes the
    estimate calmer. Raises ValueError for fewer than two draws.
    """
    check_alike("policy_gradient_loss", log_probs, ref_log_probs, reward)
    if baseline and len(log_probs) < 2:
        raise ValueError(f"a baseline needs 2 draws or more, got {len(log_probs)}")
    gain = reward - beta * (log_probs.data - ref_log_probs)
    if baseline:
        gain = gain - (gain.sum() - gain) / (len(gain) - 1)
    return -(log_probs * gain).mean()
