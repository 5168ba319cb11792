import pytest
import torch

from dlcore import data


@pytest.mark.parametrize("make", [data.seasonal, data.sawtooth])
def test_series_have_their_own_seed(make):
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    values = make(200, seed=3)
    assert torch.equal(torch.rand(3), expected)
    assert values.shape == (200,)
    assert values.dtype == torch.float32
    assert torch.equal(values, make(200, seed=3))
    assert not torch.equal(values, make(200, seed=4))


def test_a_seasonal_series_repeats_after_a_week():
    values = data.seasonal(500, noise=0.0)
    assert torch.allclose(values[168:], values[:-168], atol=1e-4)
    day_removed = values[24:] - values[:-24]
    assert day_removed.abs().max() == pytest.approx(2 * 0.5 * 0.4339, abs=0.01)  # sin(π / 7)
    noisy = data.seasonal(5000, noise=0.3) - data.seasonal(5000, noise=0.0)
    assert noisy.std().item() == pytest.approx(0.3, abs=0.02)


def test_a_sawtooth_fills_evenly_and_drains_by_halves():
    level = (data.sawtooth(2000, noise=0.0) + 1) / 2
    steps = level.diff()
    rising = steps > 0
    assert torch.allclose(level[1:][~rising], level[:-1][~rising] / 2, atol=1e-6)
    speeds = steps[rising]
    assert speeds.min() > 0.049
    assert speeds.max() < 0.201
    assert len(set((speeds * 1000).round().tolist())) > 50
    assert level.min() > 0
    assert level.max() < 1.201


def test_misplaced_values_are_those_of_later():
    values = torch.arange(100.0)
    spoilt, where = data.misplaced(values, faults=4, steps=3, away=10)
    assert where.sum() == 12
    assert torch.equal(spoilt[where], values[where] + 10)
    assert torch.equal(spoilt[~where], values[~where])
    assert where.view(4, 25).sum(1).tolist() == [3] * 4
    assert torch.equal(values, torch.arange(100.0))
    assert data.misplaced(values, faults=7, steps=3, away=11)[1].sum() == 21
    with pytest.raises(ValueError, match="at least 15 values for each of 9 faults, got 100"):
        data.misplaced(values, faults=9)
