"""Langevin: it draws from the density whose slope it climbs."""

import pytest
import torch

from dlcore import Tensor
from dlcore.models.generative.langevin import langevin, score_from_noise
from tests.oracle import random


def test_it_draws_a_normal_cloud():
    dice = torch.Generator().manual_seed(0)
    x = torch.zeros(20_000, 1)
    x = langevin(lambda x, t: -(x - 3) / 4, x, [(0, 2.0)], 300, dice)  # N(3, 2²)
    assert x.mean().item() == pytest.approx(3, abs=0.06)
    assert x.std().item() == pytest.approx(2, abs=0.06)


def test_levels_come_in_turn_and_size_goes_with_their_variance():
    seen = []

    def score(x, t):
        seen.append(t)
        return torch.ones_like(x)

    start, dice = random(2, 3), torch.Generator().manual_seed(1)
    x = langevin(score, start, [(7, 2.0), (3, 0.5)], 2, dice, size=0.1)
    assert seen == [7, 7, 3, 3]
    again, e = start, torch.tensor([0.4, 0.4, 0.025, 0.025])
    dice.manual_seed(1)
    for size in e.tolist():
        noise = torch.randn(2, 3, generator=dice, dtype=torch.float64)
        again = again + size + (2 * size) ** 0.5 * noise
    torch.testing.assert_close(x, again)


def test_score_of_a_noisy_point():
    """Of one point at 5, seen with noise of spread 2, the score at x is −(x − 5) / 4."""
    x = random(4, 1)
    noise = (x - 5) / 2
    torch.testing.assert_close(score_from_noise(noise, 2.0), -(x - 5) / 4)
    assert torch.equal(score_from_noise(Tensor(noise), 2.0), -noise / 2)
