"""Families of tasks: the points lie where the family says, and copies are copies."""

import math

import pytest
import torch

from dlcore.data import linear_tasks, repeats, sine_tasks


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_points_lie_on_their_wave():
    tasks = sine_tasks(500, 7, dice())
    assert tasks.x.shape == tasks.y.shape == (500, 7, 1)
    for n in (0, 9):
        a, phase = tasks.amplitude[n].item(), tasks.phase[n].item()
        for x, y in zip(tasks.x[n, :, 0].tolist(), tasks.y[n, :, 0].tolist(), strict=True):
            assert y == pytest.approx(a * math.sin(x + phase), abs=1e-5)
    assert 0.1 <= tasks.amplitude.min() < 0.3
    assert 4.8 < tasks.amplitude.max() <= 5
    assert 0 <= tasks.phase.min() < 0.1
    assert math.pi - 0.1 < tasks.phase.max() <= math.pi
    assert -5 <= tasks.x.min() < -4.9
    assert 4.9 < tasks.x.max() <= 5


def test_linear_tasks_are_linear_and_noisy():
    x, y = linear_tasks(300, 12, 3, 0.0, dice())
    weights = torch.linalg.lstsq(x, y[..., None]).solution
    assert ((x @ weights)[..., 0] - y).abs().max() < 1e-4
    assert weights.var().item() == pytest.approx(1, abs=0.15)
    noisy = linear_tasks(4000, 6, 3, 0.5, dice(), torch.zeros(1, 3))[1]
    assert noisy.std().item() == pytest.approx(0.5, abs=0.02)


def test_a_pool_of_weights_is_drawn_from():
    pool = torch.tensor([[1.0, 0.0], [0.0, -2.0]])
    x, y = linear_tasks(40, 5, 2, 0.0, dice(), pool)
    fits = torch.stack([((x * w).sum(2) - y).abs().amax(1) < 1e-6 for w in pool])
    assert fits.any(0).all()
    assert fits.any(1).all()


def test_copies_are_copies():
    data = repeats(300, dice())
    assert data.tokens.shape == data.following.shape == data.repeated.shape == (300, 32)
    assert torch.equal(data.tokens[:, 1:], data.following[:, :-1])
    for n, t in data.repeated.nonzero().tolist():
        lag = int(data.lag[n])
        assert data.tokens[n, t] == data.tokens[n, t - lag]
        assert data.following[n, t] == data.following[n, t - lag]
    inside = data.repeated.sum(1)
    assert inside.min() == 4
    assert inside.max() == 11
    assert (data.lag[:, 0] - inside - 1).min() == 0
    assert (data.lag[:, 0] - inside - 1).max() == 5
    shortest = repeats(200, dice(), length=28)
    assert shortest.repeated.sum(1).min() >= 4


def test_seeds_and_refusals():
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    for make in (
        lambda g: sine_tasks(3, 2, g).y,
        lambda g: linear_tasks(3, 2, 1, 0.1, g)[1],
        lambda g: repeats(3, g).tokens,
    ):
        assert torch.equal(make(dice(1)), make(dice(1)))
        assert not torch.equal(make(dice(1)), make(dice(2)))
    assert torch.equal(torch.rand(1), expected)
    with pytest.raises(ValueError, match="sine_tasks needs count of 1 or more, got count=0"):
        sine_tasks(0, 5, dice())
    with pytest.raises(ValueError, match="inputs=0"):
        linear_tasks(1, 5, 0, 0.1, dice())
    with pytest.raises(ValueError, match="length=27"):
        repeats(1, dice(), length=27)
    with pytest.raises(ValueError, match="vocabulary=0"):
        repeats(1, dice(), vocabulary=0)
