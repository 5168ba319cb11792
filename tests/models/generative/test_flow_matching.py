"""Flows: fields whose paths are known, the orders of both rules, the loss by hand."""

import math

import pytest
import torch

from dlcore.models.generative.denoiser import DenoisingMLP
from dlcore.models.generative.flow_matching import detour, flow, flow_loss, flowing
from tests.oracle import random


def still(x, t, labels=None):
    """The best field from one point, 2, to noise: dx/dt = (x − 2) / t, straight lines."""
    return (x - 2) / (t[:, None] / 1000)


def turning(x, t, labels=None):
    """A quarter turn in unit time."""
    return math.pi / 2 * torch.stack([-x[:, 1], x[:, 0]], 1)


def test_straight_lines_need_one_step():
    x = random(5, 1)
    torch.testing.assert_close(flow(still, x, 1), torch.full((5, 1), 2.0).double())
    assert detour([x, *flowing(still, x, 4)]) == pytest.approx(1)


def test_order_of_the_rules():
    x = random(50, 2)
    there = torch.stack([x[:, 1], -x[:, 0]], 1)  # from 1 to 0 it turns back

    def error(steps, midpoint):
        return (flow(turning, x, steps, midpoint=midpoint) - there).abs().max().item()

    assert error(80, False) / error(160, False) == pytest.approx(2, abs=0.1)
    assert error(20, True) / error(40, True) == pytest.approx(4, abs=0.3)
    assert detour([x, *flowing(turning, x, 200)]) == pytest.approx(math.pi / 8**0.5, abs=0.01)


def test_there_and_back():
    x = random(5, 2)
    noise = flow(turning, x, 40, midpoint=True, backward=True)
    assert not torch.allclose(noise, x)
    torch.testing.assert_close(flow(turning, noise, 40, midpoint=True), x, rtol=0, atol=1e-3)


def test_the_net_is_told_time_and_label():
    seen = []

    def net(x, t, labels=None):
        seen.append((t.tolist(), labels))
        return torch.zeros_like(x)

    labels = torch.tensor([4])
    flow(net, torch.zeros(1, 2), 2, midpoint=True, labels=labels)
    assert [t for t, _ in seen] == [[1000], [750], [500], [250]]
    assert all(y is labels for _, y in seen)


def test_loss_by_hand():
    x, noise, t = random(3, 2), random(3, 2, seed=1), torch.tensor([0.0, 0.25, 1.0]).double()
    zero = DenoisingMLP(2, 8, 1).double()  # an untrained net says 0
    expected = ((noise - x) ** 2).mean().item()
    assert flow_loss(zero, x, t, noise).item() == pytest.approx(expected)

    def between(mixed, ticks, labels):
        torch.testing.assert_close(mixed[1], 0.75 * x[1] + 0.25 * noise[1])
        assert torch.equal(mixed[0], x[0])
        assert torch.equal(mixed[2], noise[2])
        assert ticks.tolist() == [0, 250, 1000]
        return zero(mixed, ticks)

    flow_loss(between, x, t, noise)


def test_no_steps_are_refused():
    with pytest.raises(ValueError, match="at least 1 step, got 0"):
        flow(still, random(1, 1), 0)
