"""A memory that learns by gradient steps, against the delta rule and a loop of torch's."""

import pytest
import torch

from dlcore.models import NeuralMemory
from dlcore.models.language.fast_weights import fast_weights
from tests.oracle import random


def test_a_linear_memory_is_the_delta_rule():
    k, v = random(1, 6, 4), random(1, 6, 3, seed=1)
    beta = torch.full((1, 6), 0.3, dtype=torch.float64)
    table = fast_weights(k, k, v, beta, delta=True)[1].data[0]
    memory = NeuralMemory(4, 3, lr=0.3).double()
    for t in range(6):
        memory.write(k[0, t : t + 1], v[0, t : t + 1])
    torch.testing.assert_close(memory.net.weight.data, table)
    torch.testing.assert_close(memory(k[0]).data, k[0] @ table.T)


def test_forgetting_is_the_fading_of_fast_weights_and_reads_before_it():
    memory = NeuralMemory(1, 1, lr=0.5, forget=0.25).double()
    one = torch.ones(1, 1, dtype=torch.float64)
    assert memory.write(one, 2 * one) == pytest.approx(2)  # ½ · 2²
    assert memory.read(one).item() == pytest.approx(1)
    memory.write(one, 2 * one)
    assert memory.read(one).item() == pytest.approx(0.75 * 1 + 0.5 * 1)


def test_momentum_goes_on_by_itself():
    memory = NeuralMemory(1, 1, lr=0.5, momentum=0.5).double()
    one = torch.ones(1, 1, dtype=torch.float64)
    memory.write(one, 2 * one)  # step 1
    memory.write(one, one)  # no error, half of the step again
    assert memory.read(one).item() == pytest.approx(1.5)


def test_a_hidden_layer_takes_torchs_steps():
    torch.manual_seed(0)
    memory = NeuralMemory(4, 3, hidden=5, lr=0.1, momentum=0.9, forget=0.01).double()
    net = torch.nn.Sequential(
        torch.nn.Linear(4, 5), torch.nn.ReLU(), torch.nn.Linear(5, 3, bias=False)
    ).double()
    net.load_state_dict(memory.net.state_dict())
    speed = [torch.zeros_like(p) for p in net.parameters()]
    for seed in range(4):
        k, v = random(2, 4, seed=seed), random(2, 3, seed=seed + 9)
        memory.write(k, v)
        net.zero_grad()
        (0.5 * (net(k) - v) ** 2).sum().backward()
        for p, s in zip(net.parameters(), speed, strict=True):
            s.mul_(0.9).sub_(0.1 * p.grad)
            p.data.mul_(0.99).add_(s)
    for mine, other in zip(memory.net.parameters(), net.parameters(), strict=True):
        torch.testing.assert_close(mine.data, other.data)


def test_it_starts_empty():
    for hidden in (0, 7):
        assert NeuralMemory(4, 3, hidden).read(torch.randn(5, 4)).data.abs().max() == 0


def test_bad_input_is_refused():
    for bad in ({"lr": 0}, {"momentum": 1}, {"forget": -0.1}):
        with pytest.raises(ValueError, match="needs lr > 0, 0 ≤ momentum < 1"):
            NeuralMemory(2, 2, **bad)
    with pytest.raises(ValueError, match="whole numbers of at least 1"):
        NeuralMemory(0, 2)
