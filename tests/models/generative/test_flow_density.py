"""Densities under flows that are known, the divergence against torch, and the total of one."""

import math

import pytest
import torch

from dlcore import Tensor
from dlcore.models.generative.denoiser import DenoisingMLP
from dlcore.models.generative.flow_density import field, log_density
from tests.oracle import random


def widening(spread):
    """The flow from N(0, spread²) to N(0, 1): x grows at the rate − ln spread."""
    return lambda x, t: x * -math.log(spread)


def normal(x, spread):
    return (-0.5 * (x / spread) ** 2 - math.log(spread * math.sqrt(2 * math.pi))).sum(1)


@pytest.mark.parametrize("spread", [0.5, 1.0, 3.0])
def test_a_normal_cloud(spread):
    x = spread * random(5, 3)
    torch.testing.assert_close(
        log_density(widening(spread), x, 200), normal(x, spread), rtol=0, atol=1e-3
    )


def test_a_turn_squeezes_nothing():
    def turn(x, t):
        return x @ Tensor(torch.tensor([[0.0, 2.0], [-2.0, 0.0]]).double())

    x = random(4, 2)
    torch.testing.assert_close(log_density(turn, x, 100), normal(x, 1.0), rtol=0, atol=1e-3)


def test_divergence_is_torchs():
    torch.manual_seed(0)
    net = DenoisingMLP(3, 8, 1).double()
    torch.nn.init.normal_(net.last.weight.data)
    x = random(4, 3)
    v, divergence = field(net, x, 0.3)
    time = torch.full((4,), 300.0).double()
    torch.testing.assert_close(v, net(x, time).data)
    for i in range(4):
        e = 1e-6 * torch.eye(3).double()
        rows = (net(x[i] + e, time[:3]).data - net(x[i] - e, time[:3]).data) / 2e-6
        assert divergence[i].item() == pytest.approx(rows.diagonal().sum().item(), abs=1e-6)


def test_the_density_adds_up_to_one():
    torch.manual_seed(0)
    net = DenoisingMLP(1, 8, 1).double()
    torch.nn.init.normal_(net.last.weight.data, std=0.3)
    x = torch.linspace(-12, 12, 2001).double()[:, None]
    total = log_density(net, x, 20).exp().sum().item() * 24 / 2000
    assert total == pytest.approx(1, abs=1e-3)


def test_what_it_refuses():
    with pytest.raises(ValueError, match=r"points \(N, D\) and .* got shape \(3,\) and 5"):
        log_density(widening(1.0), torch.zeros(3), 5)
