"""Group advantages by hand, and the slope of a mean reward by all draws in float64."""

import pytest
import torch

from dlcore import Tensor, layers
from dlcore.methods.adapt.verifiable import TINY, group_advantage, reinforce_loss


def test_advantages_by_hand():
    rewards = torch.tensor([[1.0, 0.0, 0.0, 1.0], [1.0, 1.0, 1.0, 1.0]]).double()
    found = group_advantage(rewards)
    unit = 0.5 / ((1 / 3) ** 0.5 + TINY)
    expected = torch.tensor([[unit, -unit, -unit, unit], [0.0] * 4], dtype=torch.float64)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)


def test_advantages_do_not_feel_a_shift():
    rewards = torch.randn(5, 4, generator=torch.Generator().manual_seed(0)).double()
    torch.testing.assert_close(group_advantage(rewards + 3), group_advantage(rewards))
    assert group_advantage(rewards).sum(1).abs().max() < 1e-12


def test_the_mean_slope_is_that_of_the_mean_reward():
    """Each choice once, weighed by its probability: −∇ Σ p r, with any baseline."""
    logits = torch.tensor([0.3, -1.0, 0.8]).double()
    reward = torch.tensor([1.0, 0.0, 2.0]).double()
    p = logits.softmax(0)
    expected = -p * (reward - (p * reward).sum())
    for baseline in (0.0, 0.7):
        total = torch.zeros(3).double()
        for choice in range(3):
            boxed = Tensor(logits.clone(), True)
            log_p = layers.log_softmax(boxed, 0)[choice : choice + 1]
            reinforce_loss(log_p, reward[choice : choice + 1] - baseline).backward()
            total += p[choice] * boxed.grad
        torch.testing.assert_close(total, expected, rtol=0, atol=1e-12)


def test_bad_input():
    with pytest.raises(ValueError, match=r"compares K ≥ 2 answers, \(N, K\), got \(3, 1\)"):
        group_advantage(torch.ones(3, 1))
    with pytest.raises(TypeError, match="group_advantage takes floating-point numbers"):
        group_advantage(torch.ones(3, 2, dtype=torch.int64))
    with pytest.raises(ValueError, match=r"one advantage for each draw, got \(3,\) and \(2,\)"):
        reinforce_loss(torch.ones(3), torch.ones(2))
