"""2024, Zhihong Shao and others: learn from rewards that a program can check (chapter 21).

Z. Shao and others, DeepSeekMath (2024), https://arxiv.org/abs/2402.03300, section 4.1: GRPO.
Following the slope of a mean reward by samples: R. Williams, REINFORCE (1992),
https://doi.org/10.1007/BF00992696. N. Lambert and others (2024), https://arxiv.org/abs/2411.15124,
named rewards that are checked *verifiable*.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore.autodiff import Tensor
from dlcore.layers.check import check_floating

TINY = 1e-4


def group_advantage(rewards: torch.Tensor) -> torch.Tensor:
    """(r − mean) / (deviation + 0.0001) among the K answers to one question: (N, K) → (N, K).

    The deviation is that of a sample, divided by K − 1. Where all answers earn the same, nothing is
    to be learned: 0. Raises ValueError for fewer than two answers.
    """
    check_floating("group_advantage", rewards)
    if rewards.ndim != 2 or rewards.shape[1] < 2:
        raise ValueError(
            f"group_advantage compares K ≥ 2 answers, (N, K), got {tuple(rewards.shape)}"
        )
    away = rewards - rewards.mean(1, keepdim=True)
    return away / (rewards.std(1, keepdim=True) + TINY)


def reinforce_loss(log_p: Any, advantage: torch.Tensor) -> Tensor:
    """−mean(advantage · log p), whose slope is, on average, that of −mean reward.

    log_p (M,) of what was drawn, with its gradient; advantage (M,), what it earned above what was
    to be expected. Raises ValueError for shapes that differ.
    """
    check_floating("reinforce_loss", log_p, advantage)
    if log_p.shape != advantage.shape:
        raise ValueError(
            "reinforce_loss takes one advantage for each draw, got "
            f"{tuple(log_p.shape)} and {tuple(advantage.shape)}"
        )
    return -(log_p * advantage).mean()
