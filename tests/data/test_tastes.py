"""Short sentences and tastes: chains by their table, rewards by their parts, judges by chance."""

import math

import pytest
import torch

from dlcore.data import chain_sentences, comparisons, taste


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_chain_follows_its_table():
    first = torch.tensor([0.0, 1.0, 0.0])
    following = torch.tensor([[0.0, 1.0, 0.0], [0.25, 0.0, 0.75], [1.0, 0.0, 0.0]])
    rows = chain_sentences(4000, 4, first, following, dice())
    assert rows.shape == (4000, 4)
    assert (rows[:, 0] == 1).all()
    assert (rows[:, 1] == 2).float().mean().item() == pytest.approx(0.75, abs=0.03)
    for a, b in zip(rows[:, 1:3].flatten().tolist(), rows[:, 2:].flatten().tolist(), strict=True):
        assert following[a, b] > 0


def test_taste_is_a_sum_over_places_pairs_and_threes():
    sentences = torch.cartesian_prod(*[torch.arange(2)] * 5)
    reward = taste(sentences, 2, dice())
    assert reward.mean().item() == pytest.approx(0, abs=1e-6)
    assert reward.std().item() == pytest.approx(1, abs=1e-5)
    # the first token and the last are never neighbours of one another: their effects add up
    r = reward.view(2, 2, 2, 2, 2)
    assert torch.allclose(r[0, ..., 0] + r[1, ..., 1], r[0, ..., 1] + r[1, ..., 0], atol=1e-5)
    assert not torch.allclose(r[0, 0] + r[1, 1], r[0, 1] + r[1, 0], atol=1e-2)


def test_judges_decide_by_the_difference():
    reward = torch.tensor([0.0, math.log(3.0), 9.0])
    chances = torch.tensor([0.5, 0.5, 0.0])
    winners, losers = comparisons(reward, chances, 20_000, 1.0, dice())
    assert winners.max() <= 1
    assert losers.max() <= 1
    unequal = winners != losers
    assert unequal.float().mean().item() == pytest.approx(0.5, abs=0.02)
    assert winners[unequal].float().mean().item() == pytest.approx(0.75, abs=0.02)
    sure, _ = comparisons(reward, torch.ones(3), 2000, 1e6, dice())
    assert (sure >= comparisons(reward, torch.ones(3), 2000, 1e6, dice())[1]).all()


def test_seeds_and_refusals():
    rows, even = torch.cartesian_prod(*[torch.arange(2)] * 3), torch.full((2, 2), 0.5)
    assert torch.equal(taste(rows, 2, dice(1)), taste(rows, 2, dice(1)))
    assert not torch.equal(taste(rows, 2, dice(1)), taste(rows, 2, dice(2)))
    with pytest.raises(ValueError, match=r"first \(V,\) and following \(V, V\)"):
        chain_sentences(1, 3, torch.ones(3) / 3, even, dice())
    with pytest.raises(ValueError, match="count=0"):
        chain_sentences(0, 3, even[0], even, dice())
    with pytest.raises(ValueError, match=r"\(2,\), \(3,\), count=1"):
        comparisons(torch.zeros(2), torch.ones(3), 1, 1.0, dice())
