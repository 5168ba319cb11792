"""Preferences: torch's formulas, the best policy against all others, and estimates by counting."""

import math

import pytest
import torch
import torch.nn.functional as F

from dlcore import Tensor
from dlcore.methods.adapt.preference import (
    best_policy,
    divergence,
    dpo_loss,
    policy_gradient_loss,
    preference_loss,
)
from tests.oracle import assert_like_torch, random


def test_by_hand():
    assert preference_loss(torch.tensor([2.0]), torch.tensor([2.0])).item() == pytest.approx(
        math.log(2)
    )
    won = torch.tensor([math.log(3.0)])  # wins with probability 3/4
    assert preference_loss(won, torch.zeros(1)).item() == pytest.approx(math.log(4 / 3))


def test_losses_are_torchs():
    a, b, c, d = (random(7, seed=k) for k in range(4))
    assert_like_torch(preference_loss, lambda a, b: -F.logsigmoid(a - b).mean(), [a, b])
    assert_like_torch(
        lambda a, b: dpo_loss(a, b, c, d, 0.3),
        lambda a, b: F.softplus(-0.3 * ((a - b) - (c - d))).mean(),
        [a, b],
    )


def test_dpo_starts_at_log_two_and_gains_by_parting():
    a, b = random(5), random(5, seed=1)
    assert dpo_loss(a, b, a, b).item() == pytest.approx(math.log(2))
    assert dpo_loss(a - 1, b - 3, a, b).item() < math.log(2)  # both fall, the loser by more


@pytest.mark.parametrize("beta", [0.1, 1.0, 5.0])
def test_no_policy_is_better_than_the_best(beta):
    ref, reward = F.log_softmax(random(9), 0), random(9, seed=1)

    def worth(log_p):
        return (log_p.exp() * reward).sum().item() - beta * divergence(log_p, ref)

    best = best_policy(ref, reward, beta)
    assert best.exp().sum().item() == pytest.approx(1)
    assert worth(best) == pytest.approx(beta * torch.logsumexp(ref + reward / beta, 0).item())
    for seed in range(20):
        other = F.log_softmax(best + 0.1 * random(9, seed=seed), 0)
        assert worth(other) < worth(best)


def test_divergence_is_torchs():
    p, q = (F.log_softmax(random(6, seed=k), 0) for k in (0, 1))
    assert divergence(p, q) == pytest.approx(
        F.kl_div(q, p, reduction="sum", log_target=True).item()
    )
    assert divergence(p, p) == 0


@pytest.mark.parametrize("baseline", [True, False])
def test_estimate_is_right_on_average(baseline):
    """Over all pairs of draws, weighed by their chances, it is the gradient of the exact worth."""
    scores, reward, beta = random(3), random(3, seed=1), 0.7
    ref = F.log_softmax(random(3, seed=2), 0)
    given = scores.clone().requires_grad_()
    log_p = F.log_softmax(given, 0)
    worth = (log_p.exp() * (reward - beta * (log_p - ref))).sum()
    worth.backward()
    mean = torch.zeros(3, dtype=torch.float64)
    chance = log_p.detach().exp()
    for i in range(3):
        for j in range(3):
            x = Tensor(scores.clone(), True)
            drawn = [i, j]
            mine = (x - x.exp().sum().log())[torch.tensor(drawn)]
            policy_gradient_loss(mine, ref[drawn], reward[drawn], beta, baseline).backward()
            mean -= chance[i] * chance[j] * x.grad
    torch.testing.assert_close(mean, given.grad, rtol=0, atol=1e-12)


def test_the_baseline_calms():
    """A reward that is high for all sentences pulls at every draw, unless others' mean goes off."""
    log_p = Tensor(torch.full((4,), -1.0), True)
    reward = torch.full((4,), 10.0)
    policy_gradient_loss(log_p, log_p.data, reward, 1.0).backward()
    assert log_p.grad.abs().max().item() == 0
    policy_gradient_loss(log_p, log_p.data, reward, 1.0, baseline=False).backward()
    assert log_p.grad.tolist() == [-2.5] * 4


def test_refusals():
    one, two = torch.zeros(1), torch.zeros(2)
    with pytest.raises(ValueError, match="preference_loss takes one number per pair"):
        preference_loss(one, two)
    with pytest.raises(ValueError, match="dpo_loss takes one number"):
        dpo_loss(one, one, two, one)
    with pytest.raises(ValueError, match="dpo_loss needs beta > 0, got beta=0"):
        dpo_loss(one, one, one, one, 0)
    with pytest.raises(ValueError, match="best_policy needs beta > 0"):
        best_policy(one, one, -1)
    with pytest.raises(ValueError, match="best_policy takes"):
        best_policy(one, two, 1)
    with pytest.raises(ValueError, match="divergence takes"):
        divergence(one, two)
    with pytest.raises(ValueError, match="2 draws or more, got 1"):
        policy_gradient_loss(Tensor(one), one, one, 1.0)
    with pytest.raises(TypeError, match="preference_loss"):
        preference_loss(torch.zeros(1, dtype=torch.int64), one)
