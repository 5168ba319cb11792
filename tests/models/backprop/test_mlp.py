"""MLP: hand-computed values, torch.nn as oracle, finite differences, shapes and refusals."""

import math
from itertools import pairwise
from typing import Any

import pytest
import torch

from dlcore.autodiff import Tensor, gradcheck
from dlcore.layers import Linear, ReLU, Sigmoid, Tanh
from dlcore.models.backprop.mlp import MLP

RESPONSES = {Sigmoid: torch.nn.Sigmoid, Tanh: torch.nn.Tanh, ReLU: torch.nn.ReLU}


def peer(sizes, activation, output):
    """The same network in torch.nn."""
    layers = []
    for fan_in, fan_out in pairwise(sizes):
        layers += [torch.nn.Linear(fan_in, fan_out), RESPONSES[activation]()]
    layers.pop()
    return torch.nn.Sequential(*layers, *([RESPONSES[output]()] if output else []))


def test_two_units_by_hand():
    net = MLP(1, 1, 1, output=None)
    net.load_state_dict(
        {
            "0.weight": torch.tensor([[2.0]]),
            "0.bias": torch.tensor([-1.0]),
            "2.weight": torch.tensor([[3.0]]),
            "2.bias": torch.tensor([0.5]),
        }
    )
    expected = 3 / (1 + math.exp(-1)) + 0.5  # 2 · 1 − 1 = 1 goes into the sigmoid
    assert net(torch.tensor([[1.0]])).item() == pytest.approx(expected, rel=1e-6)


def test_parameters_of_64_30_10_are_counted_by_hand():
    count = sum(p.numel() for p in MLP(64, 30, 10).parameters())
    assert count == 64 * 30 + 30 + 30 * 10 + 10 == 2260


@pytest.mark.parametrize("activation", RESPONSES)
@pytest.mark.parametrize("output", [None, Sigmoid])
@pytest.mark.parametrize("sizes", [(3, 2), (5, 4, 3), (4, 3, 3, 2)])
def test_values_and_gradients_are_those_of_torch(sizes, activation, output):
    torch.manual_seed(1)
    ours, theirs = (
        MLP(*sizes, activation=activation, output=output),
        peer(sizes, activation, output),
    )
    ours.double(), theirs.double()
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(7, sizes[0], dtype=torch.float64)
    probe = torch.randn(7, sizes[-1], dtype=torch.float64)
    y = ours(x)
    expected = theirs(x)
    torch.testing.assert_close(y.data, expected.detach(), rtol=0, atol=1e-12)
    y.backward(probe)
    expected.backward(probe)
    for (name, mine), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, other.grad, rtol=0, atol=1e-12, msg=name)


def test_state_dict_goes_both_ways():
    ours, theirs = MLP(3, 4, 2), peer((3, 4, 2), Sigmoid, None)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    ours.load_state_dict(theirs.state_dict())
    x = torch.randn(5, 3)
    torch.testing.assert_close(ours(x).data, theirs(x).detach())


def test_gradient_against_finite_differences():
    torch.manual_seed(2)
    net = MLP(3, 4, 2, activation=Tanh, output=Sigmoid).double()
    x = Tensor(torch.randn(5, 3, dtype=torch.float64), requires_grad=True)

    def run(x, *parameters):
        return net(x)

    assert gradcheck(run, [x, *net.parameters()])


def test_responses_are_what_the_layers_pass_on():
    torch.manual_seed(3)
    net = MLP(3, 5, 4, 2, output=Sigmoid)
    x = torch.randn(6, 3)
    hidden, deeper, y = net.responses(x)
    assert [tuple(h.shape) for h in (hidden, deeper, y)] == [(6, 5), (6, 4), (6, 2)]
    assert torch.equal(hidden.data, net[:2](x).data)
    assert torch.equal(deeper.data, net[:4](x).data)
    assert torch.equal(y.data, net(x).data)


def test_a_net_without_hidden_layer_is_one_linear_layer():
    net = MLP(4, 3)
    assert [type(part) for part in net] == [Linear]
    assert [tuple(r.shape) for r in net.responses(torch.zeros(2, 4))] == [(2, 3)]


def test_edge_sizes():
    net = MLP(1, 1, 1)
    assert tuple(net(torch.zeros(0, 1)).shape) == (0, 1)
    assert tuple(net(torch.zeros(1)).shape) == (1,)
    assert tuple(net(torch.zeros(2, 3, 1)).shape) == (2, 3, 1)


def build(**responses: Any):
    return MLP(4, 2, **responses)


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: MLP(64), ValueError, r"sizes of input and output at least, got \(64,\)"),
        (lambda: MLP(), ValueError, r"got \(\)"),
        (lambda: MLP(4, 0, 2), ValueError, "out_features=0"),
        (lambda: build(activation=Tanh()), TypeError, "activation= takes a class .* Tanh"),
        (lambda: build(activation=None), TypeError, "activation= takes a class .* None"),
        (lambda: build(output=torch.sigmoid), TypeError, "output= takes a class"),
        (lambda: MLP(4, 3, 2)(torch.zeros(1, 5)), ValueError, "got x with 5 features"),
    ],
)
def test_refusals(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()
