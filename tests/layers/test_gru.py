import math

import pytest
import torch

from dlcore import GRU
from dlcore.autodiff.bridge import to_torch
from dlcore.layers.gru import GRUFunction
from tests.layers.test_recurrent import weights
from tests.oracle import random
from tests.recurrent_pair import pair


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def test_hand_computed():
    layer = GRU(1, 1)
    for parameter in layer.parameters():
        parameter.data.zero_()
    layer.bias_ih_l0.data.copy_(torch.tensor([1.0, 2.0, 3.0]))  # r, z, n
    layer.weight_hh_l0.data[2] = 4.0
    y, h = layer(torch.zeros(1, 1), torch.full((1, 1), 0.5))
    new, keep = math.tanh(3 + sigmoid(1) * 4 * 0.5), sigmoid(2)
    assert y.item() == h.item() == pytest.approx((1 - keep) * new + keep * 0.5)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("sizes", [(2, 2), (3, 1), (1,)])
@pytest.mark.parametrize("bias", [True, False])
def test_gradcheck(reverse, sizes, bias):
    w_x, w_h, b_x, b_h = weights(2, 2, 3)
    inputs = [random(sum(sizes), 2), w_x, w_h, *((b_x, b_h) if bias else (None, None))]
    inputs += [random(sizes[0], 2, seed=8)]
    inputs = [None if x is None else x.requires_grad_() for x in inputs]
    function = to_torch(GRUFunction).apply
    assert torch.autograd.gradcheck(lambda *x: function(*x, sizes, reverse), inputs)


def test_the_update_gate_keeps_the_state():
    layer = GRU(2, 3)
    layer.bias_ih_l0.data[3:6] = 100.0
    h = torch.randn(1, 4, 3)
    y, end = layer(torch.randn(50, 4, 2), h)
    torch.testing.assert_close(end.data, h)
    torch.testing.assert_close(y.data, h.expand(50, 4, 3))


def test_the_reset_gate_forgets_the_state_for_the_news():
    layer = GRU(2, 3, bias=False)
    layer.weight_ih_l0.data[:3] = -1000.0
    layer.weight_ih_l0.data[3:6] = -1000.0  # and nothing is kept
    x = torch.ones(1, 4, 2)
    answers = [layer(x, torch.randn(1, 4, 3))[0].data for _ in range(2)]
    torch.testing.assert_close(*answers)


def test_float32_against_a_float64_oracle():
    ours, theirs = pair("GRU", 8, 16)
    x, probe = random(50, 4, 8), random(50, 4, 16, seed=2)
    theirs(x)[0].backward(probe)
    ours.float()(x.float())[0].backward(probe.float())
    for mine, exact in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert (mine.grad.double() - exact.grad).norm() / exact.grad.norm() < 1e-5
