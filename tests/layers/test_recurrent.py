import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore import RNN, Tensor
from dlcore.autodiff.bridge import to_torch
from dlcore.layers.recurrent import ElmanFunction, replace_first
from tests.oracle import random
from tests.recurrent_pair import assert_same, pair


def weights(i, hidden, gates=1):
    shapes = ((gates * hidden, i), (gates * hidden, hidden), (gates * hidden,), (gates * hidden,))
    return [random(*shape, seed=1 + k) for k, shape in enumerate(shapes)]


def test_hand_computed():
    layer = RNN(1, 1, bias=False)
    layer.weight_ih_l0.data.fill_(1.0)
    layer.weight_hh_l0.data.fill_(0.5)
    y, h = layer(torch.tensor([[1.0], [0.0]]))
    first = math.tanh(1)
    assert y.data.flatten().tolist() == pytest.approx([first, math.tanh(first / 2)])
    assert h.item() == y.data[-1].item()


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
@pytest.mark.parametrize("bias", [True, False])
def test_like_torch(nonlinearity, bias):
    ours, theirs = pair("RNN", 3, 4, 2, nonlinearity, bias, bidirectional=True)
    assert_same(ours, theirs, random(5, 2, 3), random(4, 2, 4, seed=3))


@pytest.mark.parametrize("relu", [False, True])
@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("sizes", [(2, 2, 2), (3, 2, 1), (1,)])
@pytest.mark.parametrize("bias", [True, False])
def test_gradcheck(relu, reverse, sizes, bias):
    w_x, w_h, b_x, b_h = weights(2, 3)
    inputs = [random(sum(sizes), 2), w_x, w_h, *((b_x, b_h) if bias else (None, None))]
    inputs += [random(sizes[0], 3, seed=9)]
    inputs = [None if x is None else x.requires_grad_() for x in inputs]
    function = to_torch(ElmanFunction).apply
    assert torch.autograd.gradcheck(lambda *x: function(*x, sizes, reverse, relu), inputs)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(1, 3), st.integers(1, 3),
    st.booleans(),
)  # fmt: skip
def test_every_sequence_is_the_equation_step_by_step(sizes, i, hidden, reverse):
    sizes = tuple(sorted(sizes, reverse=True))
    x, h = random(sum(sizes), i), random(sizes[0], hidden, seed=9)
    w_x, w_h, b_x, b_h = weights(i, hidden)
    y, ends = ElmanFunction.apply(x, w_x, w_h, b_x, b_h, h, sizes, reverse, False)
    starts = [sum(sizes[:t]) for t in range(len(sizes))]
    for n in range(sizes[0]):
        rows = [start + n for start, size in zip(starts, sizes, strict=True) if n < size]
        state = h[n]
        for row in reversed(rows) if reverse else rows:
            state = torch.tanh(w_x @ x[row] + b_x + w_h @ state + b_h)
            torch.testing.assert_close(y.data[row], state)
        torch.testing.assert_close(ends.data[n], state)


def test_one_linear_unit_multiplies_the_gradient_by_its_weight_at_every_step():
    layer = RNN(1, 1, nonlinearity="relu", bias=False).double()
    layer.weight_ih_l0.data.fill_(1.0)
    layer.weight_hh_l0.data.fill_(0.5)
    x = Tensor(torch.ones(10, 1).double(), True)
    layer(x)[1].backward(torch.ones(1, 1))
    expected = 0.5 ** torch.arange(9, -1, -1).double()
    torch.testing.assert_close(x.grad[:, 0], expected)


def test_gradients_that_nobody_needs_are_not_made():
    tensors = [Tensor(x, True) for x in (random(4, 2), *weights(2, 3), random(2, 3))]
    for skipped in (0, 1, 4):
        tensors[skipped].requires_grad = False
    y, _ = ElmanFunction.apply(*tensors, (2, 2), False, False)
    gradients = ElmanFunction.backward(y.node, random(4, 3), random(2, 3))
    made = [gradient is not None for gradient in gradients]
    assert made == [False, False, True, True, False, True, False, False, False]


def test_float32_against_a_float64_oracle():
    ours, theirs = pair("RNN", 8, 16)
    x, probe = random(50, 4, 8), random(50, 4, 16, seed=2)
    theirs(x)[0].backward(probe)
    ours.float()(x.float())[0].backward(probe.float())
    for mine, exact in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert (mine.grad.double() - exact.grad).norm() / exact.grad.norm() < 1e-5


def test_a_chain_of_thousands_of_steps():
    layer = RNN(1, 2)
    y, _ = layer(torch.ones(3000, 1))
    y[-1].sum().backward()
    assert torch.isfinite(layer.weight_hh_l0.grad).all()


def test_states_of_sequences_that_have_ended_stay():
    state, new = torch.arange(6.0).view(3, 2), torch.zeros(1, 2)
    assert replace_first(state, new).tolist() == [[0, 0], [2, 3], [4, 5]]


def test_bad_input():
    with pytest.raises(ValueError, match=r"RNN knows nonlinearity 'tanh' and 'relu', got 'sin'"):
        RNN(3, 4, nonlinearity="sin")
