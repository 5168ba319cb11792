"""Hebb's, Oja's and the spike-timing rule: steps by hand, laws, errors."""

import math

import pytest
import torch

from dlcore.models.neurons.hebb import hebb, learn, oja, poisson_spikes, stdp, stdp_change


def vector(*values):
    return torch.tensor(values, dtype=torch.float64)


def test_hebb_by_hand():
    # y = 1·2 + 2·1 = 4, so w grows by 0.5 · 4 · (2, 1)
    assert hebb(vector(1, 2), vector(2, 1), 0.5).tolist() == [5, 4]


def test_oja_by_hand():
    # y = 4, x − y w = (2 − 4, 1 − 8), so w changes by 0.5 · 4 · (−2, −7)
    assert oja(vector(1, 2), vector(2, 1), 0.5).tolist() == [-3, -12]


def test_oja_is_hebb_with_length_one_to_first_order():
    w, x = vector(0.6, 0.8), vector(1.5, -0.3)

    def gap(rate):
        grown = hebb(w, x, rate)
        return (oja(w, x, rate) - grown / grown.norm()).norm()

    assert gap(1e-3) < 1e-5
    assert gap(1e-3) / gap(5e-4) == pytest.approx(4, rel=0.01)  # what is left is of order η²


def test_hebb_lengthens_and_oja_rests_on_an_axis():
    samples = torch.randn(500, 2, generator=torch.Generator().manual_seed(1)) @ torch.diag(
        torch.tensor([2.0, 0.3])
    )
    start = torch.tensor([0.5, 0.5])
    lengths = learn(hebb, start, samples, 0.01).norm(dim=1)
    assert (lengths[1:] >= lengths[:-1]).all()
    resting = learn(oja, start, samples, 0.01)[-1]
    assert resting.norm() == pytest.approx(1, abs=0.05)
    assert resting[0].abs() > 0.99


def test_learn_keeps_the_whole_path():
    path = learn(hebb, torch.tensor([1.0]), torch.tensor([[1.0], [1.0]]), 1.0)
    assert path.flatten().tolist() == [1, 2, 4]
    assert learn(oja, torch.tensor([1.0]), torch.zeros(0, 1), 1.0).tolist() == [[1.0]]


def test_stdp_by_hand():
    got = stdp(torch.tensor([-20.0, 0.0, 20.0]), rise=2.0, fall=3.0)
    assert got.tolist() == pytest.approx([-3 / math.e, 0, 2 / math.e])
    assert stdp(5.0, rise_time=10).item() == pytest.approx(math.exp(-0.5))


def test_stdp_has_no_overflow_at_long_lags():
    assert stdp(torch.tensor([-1e5, 1e5])).tolist() == [0, 0]


def test_stdp_change_counts_each_pair_once():
    got = stdp_change([0.0, 100.0], [10.0])
    assert got.item() == pytest.approx(math.exp(-0.5) - math.exp(-4.5))
    assert stdp_change([10.0], [0.0, 100.0]).item() == pytest.approx(-got.item())
    assert stdp_change([], [1.0]).item() == 0


def test_poisson_spikes_have_their_rate_and_spread():
    source = torch.Generator().manual_seed(0)
    counts = [len(poisson_spikes(20, 1000, source)) for _ in range(400)]
    mean = sum(counts) / len(counts)
    variance = sum((c - mean) ** 2 for c in counts) / len(counts)
    assert mean == pytest.approx(20, abs=1)
    assert variance == pytest.approx(20, rel=0.3)
    train = poisson_spikes(50, 2000, source)
    assert (train[1:] >= train[:-1]).all()
    assert 0 <= train.min() <= train.max() < 2000
    assert len(poisson_spikes(0, 1000)) == 0


@pytest.mark.parametrize("rule", [hebb, oja])
def test_a_rule_wants_one_weight_per_input(rule):
    with pytest.raises(ValueError, match=f"{rule.__name__}.* one weight per input, got"):
        rule(torch.ones(2), torch.ones(3), 0.1)
    with pytest.raises(ValueError, match="one sample at a time"):
        rule(torch.ones(2), torch.ones(5, 2), 0.1)


def test_times_and_rates_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="expects times above 0 ms, got rise_time=0"):
        stdp(1.0, rise_time=0)
    with pytest.raises(ValueError, match="expects times above 0 ms, .* fall_time=-1"):
        stdp(1.0, fall_time=-1)
    with pytest.raises(ValueError, match="expects rate ≥ 0 per second"):
        poisson_spikes(-1, 1000)
    with pytest.raises(ValueError, match="duration > 0 ms, got rate=1, duration=0"):
        poisson_spikes(1, 0)
