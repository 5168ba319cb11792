import pytest
import torch

import dlcore
from dlcore import GRUCell, LSTMCell, RNNCell
from tests.oracle import assert_starts_like_torch, random
from tests.recurrent_pair import assert_same, joined, pair

NAMES = ["RNNCell", "LSTMCell", "GRUCell"]


def first_states(name, *shape):
    return [random(*shape, seed=5 + i) for i in range(2 if name == "LSTMCell" else 1)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("batch", [(2,), (), (0,), (1,)])
@pytest.mark.parametrize("given_state", [True, False])
def test_like_torch(name, bias, batch, given_state):
    ours, theirs = pair(name, 3, 4, bias)
    states = first_states(name, *batch, 4) if given_state else ()
    assert_same(ours, theirs, random(*batch, 3), *states)


def test_rectified():
    ours, theirs = pair("RNNCell", 3, 4, nonlinearity="relu")
    assert_same(ours, theirs, random(2, 3), random(2, 4, seed=2))
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("name", NAMES)
def test_starts_as_torch_does(name):
    for options in ({}, {"bias": False}):
        assert_starts_like_torch(name, 3, 4, **options)


@pytest.mark.parametrize("name", NAMES)
def test_a_loop_over_the_cell_is_the_layer(name):
    cell = getattr(dlcore, name)(3, 4).double()
    layer = getattr(dlcore, name.removesuffix("Cell"))(3, 4).double()
    layer.load_state_dict({f"{key}_l0": value for key, value in cell.state_dict().items()})
    x, state = random(5, 2, 3), None
    for step in x:
        state = cell(step, state)
    torch.testing.assert_close(joined(state).data, joined(layer(x)[1]).data)


X, ZERO = torch.randn(2, 3), torch.zeros(2, 4)
BAD = [
    (lambda: RNNCell(3, 0), ValueError, r"RNNCell needs whole numbers of at least 1, got input"),
    (lambda: RNNCell(3, 4, nonlinearity="sin"), ValueError, r"RNNCell knows .*got 'sin'"),
    (lambda: GRUCell(3, 4)(X[:, :2]), ValueError, r"GRUCell\(input_size=3\) got x with 2 features"),
    (lambda: GRUCell(3, 4)(X[None]), ValueError, r"GRUCell takes one step.*sequences are for GRU"),
    (lambda: GRUCell(3, 4)(X, ZERO[0]), ValueError, r"a state h of shape \(2, 4\)"),
    (lambda: LSTMCell(3, 4)(X, ZERO), TypeError, r"takes its states as one tuple \(h, c\)"),
    (lambda: LSTMCell(3, 4)(X, (ZERO, ZERO.double())), TypeError, r"a torch.float64 state c"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "error", "message"), BAD)
def test_bad_input(bad, error, message):
    with pytest.raises(error, match=message):
        bad()
