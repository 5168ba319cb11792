"""Perplexity: by hand, laws, and the edges."""

import math

import pytest
import torch

from dlcore.methods.measure.perplexity import bits_per, perplexity


def test_by_hand():
    assert perplexity([math.log(1 / 8)] * 5) == pytest.approx(8)
    assert perplexity(torch.tensor([[0.5, 0.125], [0.5, 0.125]]).log()) == pytest.approx(4)
    assert perplexity([0.0]) == 1
    assert bits_per([math.log(1 / 8)] * 5, 10) == pytest.approx(1.5)


def test_it_is_the_root_of_the_product():
    dice = torch.Generator().manual_seed(0)
    for _ in range(200):
        count = int(torch.randint(1, 9, (), generator=dice))
        p = torch.rand(count, generator=dice, dtype=torch.float64) * 0.9 + 0.05
        assert perplexity(p.log()) == pytest.approx(math.prod(p.tolist()) ** (-1 / count))
        assert bits_per(p.log(), 3) == pytest.approx(-math.log2(math.prod(p.tolist())) / 3)


def test_the_impossible():
    assert perplexity([-math.inf, -1.0]) == math.inf
    assert perplexity([-1000.0]) == math.inf


def test_refusals():
    with pytest.raises(ValueError, match="one word at least"):
        perplexity([])
    for odd in (0.1, math.nan):
        with pytest.raises(ValueError, match="at most 0"):
            perplexity([odd])
    with pytest.raises(ValueError, match="1 unit or more, got 0"):
        bits_per([-1.0], 0)
