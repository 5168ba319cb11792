import math

import pytest
import torch

from dlcore import GRU, LSTM, RNN, Tensor
from dlcore.autodiff.bridge import to_torch
from dlcore.layers.lstm import LSTMFunction
from tests.layers.test_recurrent import weights
from tests.oracle import assert_like_torch, random
from tests.recurrent_pair import joined


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def test_hand_computed():
    layer = LSTM(1, 1)
    for parameter in layer.parameters():
        parameter.data.zero_()
    layer.bias_ih_l0.data.copy_(torch.tensor([1.0, 2.0, 3.0, 4.0]))  # i, f, g, o
    state = torch.zeros(1, 1), torch.full((1, 1), 0.5)
    y, (h, c) = layer(torch.zeros(1, 1), state)
    cell = sigmoid(2) * 0.5 + sigmoid(1) * math.tanh(3)
    assert c.item() == pytest.approx(cell)
    assert y.item() == h.item() == pytest.approx(sigmoid(4) * math.tanh(cell))


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("sizes", [(2, 2), (3, 1), (1,)])
@pytest.mark.parametrize("peephole", [False, True])
def test_gradcheck(reverse, sizes, peephole):
    n = sizes[0]
    inputs = [random(sum(sizes), 2), *weights(2, 2, 4), random(n, 2, seed=8), random(n, 2, seed=9)]
    inputs += [random(3, 2, seed=7)] if peephole else [None]
    inputs = [None if x is None else x.requires_grad_() for x in inputs]
    function = to_torch(LSTMFunction).apply
    assert torch.autograd.gradcheck(lambda *x: function(*x, sizes, reverse), inputs)


def with_peepholes(layer):
    """The equations in torch, for autograd to differentiate."""

    def run(x, h, c, w_x, w_h, b_x, b_h, p_i, p_f, p_o):
        outputs = []
        for step in x:
            i, f, g, o = (step @ w_x.T + b_x + h @ w_h.T + b_h).chunk(4, -1)
            i, f = torch.sigmoid(i + p_i * c), torch.sigmoid(f + p_f * c)
            c = f * c + i * torch.tanh(g)
            h = torch.sigmoid(o + p_o * c) * torch.tanh(c)
            outputs.append(h)
        return joined((torch.stack(outputs), h, c))

    return run


def test_peepholes():
    layer = LSTM(3, 4, peephole=True).double()
    values = [p.data for p in layer.parameters()]

    def ours(x, h, c, *parameters):
        for name, parameter in zip(dict(layer.named_parameters()), parameters, strict=True):
            vars(layer)[name] = parameter  # as a leaf of the oracle, not as a Parameter
        return joined(layer(x, (h[None], c[None])))

    inputs = [random(5, 2, 3), random(2, 4, seed=2), random(2, 4, seed=3), *values]
    assert_like_torch(ours, with_peepholes(layer), inputs)


def test_peepholes_are_extra_parameters():
    layer = LSTM(3, 4, 2, bidirectional=True, peephole=True)
    plain = list(LSTM(3, 4, 2, bidirectional=True).state_dict())
    names = list(layer.state_dict())
    assert [name for name in names if "weight_c" not in name] == plain
    assert names[4:7] == ["weight_ci_l0", "weight_cf_l0", "weight_co_l0"]
    assert layer.weight_co_l1_reverse.shape == (4,)
    assert repr(layer) == "LSTM(3, 4, num_layers=2, bidirectional=True, peephole=True)"


def test_peepholes_of_zero_change_nothing():
    blind, plain = LSTM(3, 4, peephole=True).double(), LSTM(3, 4).double()
    blind.load_state_dict(plain.state_dict(), strict=False)
    for gate in "ifo":
        getattr(blind, f"weight_c{gate}_l0").data.zero_()
    x = random(5, 2, 3)
    torch.testing.assert_close(blind(x)[0].data, plain(x)[0].data)


def test_the_constant_error_carousel():
    """Forget gate open, input gate shut: after 1,000 steps the cell's gradient is still 1."""
    layer = LSTM(1, 1).double()
    for parameter in layer.parameters():
        parameter.data.zero_()
    layer.bias_ih_l0.data.copy_(torch.tensor([-100.0, 100.0, 0.0, 0.0]))
    c = Tensor(torch.full((1, 1, 1), 0.3).double(), True)
    _, (_, end) = layer(torch.zeros(1000, 1, 1).double(), (torch.zeros(1, 1, 1).double(), c))
    end.backward(torch.ones(1, 1, 1))
    assert c.grad.item() == pytest.approx(1)
    layer.bias_ih_l0.data[1] = 2.0  # a gate at 0.88 forgets: 0.88 ** 1000
    _, (_, end) = layer(torch.zeros(1000, 1, 1).double(), (torch.zeros(1, 1, 1).double(), c))
    c.grad = None
    end.backward(torch.ones(1, 1, 1))
    assert c.grad.item() == pytest.approx(sigmoid(2) ** 1000, rel=1e-6)


def test_four_times_the_parameters_of_an_rnn_and_a_gru_has_three_quarters():
    counts = [sum(p.numel() for p in kind(5, 7).parameters()) for kind in (RNN, GRU, LSTM)]
    assert counts == [counts[0], 3 * counts[0], 4 * counts[0]]


def test_large_inputs_stay_finite():
    layer = LSTM(3, 4, peephole=True)
    x = Tensor(torch.randn(5, 2, 3) * 1e4, True)
    layer(x)[0].backward(torch.ones(5, 2, 4))
    assert torch.isfinite(x.grad).all()


def test_float32_against_a_float64_oracle():
    exact = LSTM(8, 16, peephole=True).double()
    single = LSTM(8, 16, peephole=True)
    single.load_state_dict(exact.state_dict())
    x, probe = random(50, 4, 8), random(50, 4, 16, seed=2)
    exact(x)[0].backward(probe)
    single(x.float())[0].backward(probe.float())
    for mine, other in zip(single.parameters(), exact.parameters(), strict=True):
        assert (mine.grad.double() - other.grad).norm() / other.grad.norm() < 1e-5
