"""Calibration: by hand, honest and boastful models, the temperature that was hidden, refusals."""

import math

import pytest
import torch

from dlcore.methods.measure.calibration import calibration_error, reliability, temperature


def two(confidences):
    """Probabilities of two classes, the first with these confidences."""
    first = torch.tensor(confidences, dtype=torch.float64)
    return torch.stack([first, 1 - first], 1)


def test_by_hand():
    # three of confidence .9 (two right), one of .6 (wrong): .75 · |2/3 − .9| + .25 · |0 − .6|
    probabilities, labels = two([0.9, 0.9, 0.9, 0.6]), torch.tensor([0, 0, 1, 1])
    confidence, accuracy, share = reliability(probabilities, labels, bins=5)
    assert share.tolist() == [0, 0, 0.25, 0, 0.75]
    torch.testing.assert_close(accuracy[4], torch.tensor(2 / 3, dtype=torch.float64))
    torch.testing.assert_close(confidence[2], torch.tensor(0.6, dtype=torch.float64))
    expected = 0.75 * abs(2 / 3 - 0.9) + 0.25 * 0.6
    assert calibration_error(probabilities, labels, bins=5) == pytest.approx(expected)


def test_edges_of_bins_belong_to_the_bin_below():
    # .8 is the upper edge of the fourth of five bins, 1 of the last
    share = reliability(two([0.8, 1.0]), torch.tensor([0, 0]), bins=5)[2]
    assert share.tolist() == [0, 0, 0, 0.5, 0.5]


def test_one_bin_compares_the_two_means():
    dice = torch.Generator().manual_seed(0)
    p = torch.rand(50, 4, generator=dice, dtype=torch.float64).softmax(1)
    labels = torch.randint(4, (50,), generator=dice)
    gap = p.max(1).values.mean() - (p.argmax(1) == labels).double().mean()
    assert calibration_error(p, labels, bins=1) == pytest.approx(abs(gap.item()))


def test_labels_drawn_from_the_probabilities_leave_little_error():
    dice = torch.Generator().manual_seed(0)
    p = torch.randn(20_000, 3, generator=dice, dtype=torch.float64).softmax(1)
    labels = torch.multinomial(p, 1, generator=dice)[:, 0]
    assert calibration_error(p, labels) < 0.015
    assert calibration_error(p**3 / (p**3).sum(1, keepdim=True), labels) > 0.1


def test_one_example():
    assert calibration_error(two([0.75]), torch.tensor([0])) == pytest.approx(0.25)
    assert calibration_error(two([1.0]), torch.tensor([0])) == 0


@pytest.mark.parametrize("hidden", [0.2, 1.0, 7.0])
def test_temperature_finds_the_hidden_one(hidden):
    dice = torch.Generator().manual_seed(0)
    honest = 2 * torch.randn(20_000, 5, generator=dice, dtype=torch.float64)
    labels = torch.multinomial(honest.softmax(1), 1, generator=dice)[:, 0]
    assert temperature(hidden * honest, labels) == pytest.approx(hidden, rel=0.05)


def test_temperature_is_where_the_slope_is_zero():
    dice = torch.Generator().manual_seed(1)
    z, y = torch.randn(40, 3, generator=dice).double(), torch.arange(40) % 3
    log_t = torch.tensor(math.log(temperature(z, y)), dtype=torch.float64, requires_grad=True)
    torch.nn.functional.cross_entropy(z / log_t.exp(), y).backward()
    assert log_t.grad is not None
    assert abs(log_t.grad.item()) < 1e-6 or temperature(z, y) == pytest.approx(100, rel=1e-3)


def test_refusals():
    p, labels = two([0.9, 0.2]), torch.tensor([0, 1])
    with pytest.raises(ValueError, match="got shapes"):
        reliability(p, labels[:1])
    with pytest.raises(ValueError, match="N ≥ 1"):
        reliability(p[:0], labels[:0])
    with pytest.raises(ValueError, match="at least one bin"):
        calibration_error(p, labels, bins=0)
    with pytest.raises(ValueError, match="scores.softmax"):
        calibration_error(p.log(), labels)
