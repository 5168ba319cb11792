import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import dlcore
from dlcore import GRU, LSTM, RNN, Tensor
from tests.oracle import assert_starts_like_torch, random
from tests.recurrent_pair import assert_same, joined, pair

NAMES = ["RNN", "LSTM", "GRU"]


def first_states(name, layers, batch, hidden):
    count = 2 if name == "LSTM" else 1
    return [random(*layers, *batch, hidden, seed=5 + i) for i in range(count)]


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(NAMES), st.integers(1, 4), st.integers(0, 3), st.integers(1, 3),
    st.integers(1, 3), st.integers(1, 3), st.booleans(), st.booleans(), st.booleans(),
    st.booleans(),
)  # fmt: skip
def test_like_torch(name, t, n, i, hidden, layers, bias, batch_first, bidirectional, given_state):
    options = {"bias": bias, "batch_first": batch_first, "bidirectional": bidirectional}
    ours, theirs = pair(name, i, hidden, layers, **options)
    states = first_states(name, [layers * (1 + bidirectional)], [n], hidden)
    x = random(n, t, i) if batch_first else random(t, n, i)
    assert_same(ours, theirs, x, *(states if given_state else ()))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("batch_first", [False, True])
def test_without_a_batch(name, batch_first):
    ours, theirs = pair(name, 3, 4, 2, bidirectional=True, batch_first=batch_first)
    assert_same(ours, theirs, random(5, 3))
    assert_same(*pair(name, 3, 4, 2), random(5, 3), *first_states(name, [2], [], 4))


@pytest.mark.parametrize("name", NAMES)
def test_starts_as_torch_does(name):
    for options in ({}, {"bias": False}, {"num_layers": 2, "bidirectional": True}):
        assert_starts_like_torch(name, 3, 4, **options)


def test_prints_what_differs_from_the_defaults():
    options = {"num_layers": 2, "bias": False, "batch_first": True, "dropout": 0.5}
    options["bidirectional"] = True
    assert repr(GRU(3, 4, **options)) == repr(torch.nn.GRU(3, 4, **options))


@pytest.mark.parametrize("name", NAMES)
def test_dropout_acts_between_layers_in_training_only(name):
    ours, theirs = pair(name, 3, 4, 2, dropout=1.0)  # the second layer hears nothing at all
    x = random(5, 2, 3)
    torch.testing.assert_close(joined(ours(x)).data, joined(theirs(x)).detach())
    ours.eval()
    theirs.eval()
    assert_same(ours, theirs, x)


def test_dropout_keeps_the_expectation():
    torch.manual_seed(0)
    layer = RNN(1, 1, 2, nonlinearity="relu", bias=False, dropout=0.5)
    for parameter in layer.parameters():
        parameter.data.fill_(1.0)
    assert layer(torch.ones(1, 4000, 1))[0].data.mean().item() == pytest.approx(1, abs=0.1)


def test_one_layer_with_dropout_is_warned_of():
    with pytest.warns(UserWarning, match="RNN has one layer, and dropout=0.5 acts between layers"):
        RNN(3, 4, dropout=0.5)


def test_the_reverse_direction_is_the_sequence_read_from_its_end():
    both = LSTM(3, 4, bidirectional=True).double()
    back = LSTM(3, 4).double()
    state = both.state_dict()
    names = back.state_dict()
    back.load_state_dict({name: state[name + "_reverse"] for name in names})
    x = random(6, 2, 3)
    expected = back(x.flip(0))[0].data.flip(0)
    torch.testing.assert_close(both(x)[0].data[:, :, 4:], expected)


@pytest.mark.parametrize("name", NAMES)
def test_a_sequence_in_two_halves(name):
    layer = getattr(dlcore, name)(3, 4, 2).double()
    x = random(6, 2, 3)
    whole, end = layer(x)
    first, state = layer(x[:2])
    second, last = layer(x[2:], state)
    torch.testing.assert_close(torch.cat([first.data, second.data]), whole.data)
    torch.testing.assert_close(joined(last).data, joined(end).data)


def test_code_for_cudnn_runs_unchanged():
    assert GRU(3, 4).flatten_parameters() is None


@pytest.mark.parametrize("name", NAMES)
def test_bfloat16(name):
    layer = getattr(dlcore, name)(3, 4, 2, bidirectional=True)
    x = torch.randn(5, 2, 3)
    y = layer(x)[0].data
    layer.to(torch.bfloat16)
    half = Tensor(x.bfloat16(), True)
    result = layer(half)[0]
    result.backward(torch.ones_like(result.data))
    assert result.dtype == half.grad.dtype == torch.bfloat16
    torch.testing.assert_close(result.data.float(), y, rtol=0, atol=0.03)


@pytest.mark.parametrize("name", NAMES)
def test_the_step_is_one_graph_for_the_compiler(name):
    layer = getattr(dlcore, name)(3, 4, bidirectional=True)
    x, probe = torch.randn(2, 2, 3), torch.randn(2, 2, 8)

    def step(x):
        layer.zero_grad()
        layer(x)[0].backward(probe)
        return [parameter.grad for parameter in layer.parameters()]

    expected = step(x)
    torch.compiler.reset()
    torch.testing.assert_close(
        torch.compile(step, fullgraph=True, backend="eager")(x), expected, rtol=1e-5, atol=1e-6
    )


X = torch.randn(5, 2, 3)
ZERO = torch.zeros(1, 2, 4)
BAD = [
    (lambda: RNN(0, 4), ValueError, r"numbers of at least 1, got input_size=0, hidden_size=4"),
    (lambda: GRU(3, 4, 2, dropout=2), ValueError, r"GRU takes a probability between 0 and 1"),
    (lambda: LSTM(3, 4)(X[..., :2]), ValueError, r"LSTM\(input_size=3\) got x with 2 features"),
    (lambda: LSTM(3, 4)(X.double()), TypeError, r"float32 weights and got torch.float64 input"),
    (lambda: GRU(3, 4)(X[None]), ValueError, r"GRU takes 3 axes \(T, N, I\), or 2 without a batch"),
    (lambda: GRU(3, 4)(X[:0]), ValueError, r"GRU needs at least one step, got shape \(0, 2, 3\)"),
    (lambda: LSTM(3, 4)(X, ZERO), TypeError, r"LSTM takes its states as one tuple \(h, c\)"),
    (lambda: LSTM(3, 4)(X, (ZERO, ZERO, ZERO)), TypeError, r"as one tuple \(h, c\)"),
    (lambda: RNN(3, 4)(X, (ZERO,)), TypeError, r"RNN takes a Tensor as state h, got tuple"),
    (lambda: RNN(3, 4)(X, ZERO[0]), ValueError, r"state h of shape \(1, 2, 4\) .* got \(2, 4\)"),
    (lambda: RNN(3, 4)(X[:, 0], ZERO), ValueError, r"state h of shape \(1, 4\) for this input"),
    (lambda: LSTM(3, 4)(X, (ZERO, ZERO.double())), TypeError, r"a torch.float64 state c on cpu"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "error", "message"), BAD)
def test_bad_input(bad, error, message):
    with pytest.raises(error, match=message):
        bad()
