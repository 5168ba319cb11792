"""The sliced distance: by hand on a line, shifts, and its laws."""

import math

import pytest
import torch
from scipy.stats import wasserstein_distance

from dlcore.methods.measure.sliced import sliced_wasserstein
from tests.oracle import random


def test_on_a_line_it_is_scipys():
    a, b = random(50, 1), 2 + 3 * random(50, 1, seed=1)
    expected = wasserstein_distance(a.flatten().numpy(), b.flatten().numpy())
    assert sliced_wasserstein(a, b, directions=3) == pytest.approx(expected)


def test_a_shift_by_hand():
    """Seen from a random side of the plane a shift by 1 is |cos| of an angle: 2 / π on average."""
    a = random(20, 2)
    apart = sliced_wasserstein(a, a + torch.tensor([1.0, 0.0]), directions=20_000)
    assert apart == pytest.approx(2 / math.pi, abs=0.01)


def test_order_does_not_matter_but_the_cloud_does():
    a, b = random(30, 2), random(30, 2, seed=1)
    assert sliced_wasserstein(a, a.flip(0)) == pytest.approx(0, abs=1e-12)
    assert sliced_wasserstein(a, b) == pytest.approx(sliced_wasserstein(b, a))
    assert sliced_wasserstein(a, b) == sliced_wasserstein(a, b)
    assert sliced_wasserstein(a, b) != sliced_wasserstein(a, b, seed=1)
    assert sliced_wasserstein(a, b + 5) > 2 * sliced_wasserstein(a, b)


def test_what_it_refuses():
    with pytest.raises(ValueError, match=r"of one size .* got shapes \(3, 2\) and \(4, 2\)"):
        sliced_wasserstein(torch.zeros(3, 2), torch.zeros(4, 2))
    with pytest.raises(ValueError, match="directions=0"):
        sliced_wasserstein(torch.zeros(3, 2), torch.zeros(3, 2), 0)
