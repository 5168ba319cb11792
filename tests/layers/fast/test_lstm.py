import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore import LSTM, Tensor, no_grad, pack_padded_sequence
from dlcore.autodiff.bridge import to_torch
from dlcore.layers.fast import lstm as fast_lstm
from dlcore.layers.fast.lstm import FastLSTMFunction, repeated
from dlcore.layers.lstm import LSTMFunction
from tests.layers.test_recurrent import weights
from tests.oracle import random


def inputs(t, n, i, hidden, bias=True, dtype=torch.float64):
    w_x, w_h, b_x, b_h = weights(i, hidden, 4)
    scale = hidden**-0.5
    states = [random(n, hidden, seed=8), random(n, hidden, seed=9)]
    tensors = [random(t * n, i), w_x * scale, w_h * scale, b_x, b_h, *states]
    return [None if x in (3, 4) and not bias else v.to(dtype) for x, v in enumerate(tensors)]


def run(function, tensors, t, n, reverse):
    """Outputs, and gradients through a random probe of each of them."""
    boxed = [None if x is None else Tensor(x.clone(), True) for x in tensors]
    results = function.apply(*boxed, None, (n,) * t, reverse)
    loss = sum((y * random(*y.shape, seed=k).to(y.dtype)).sum() for k, y in enumerate(results))
    loss.backward()
    return [y.data for y in results] + [x.grad for x in boxed if x is not None]


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 5), st.integers(0, 4), st.integers(1, 4), st.integers(1, 5), st.booleans(),
    st.booleans(),
)  # fmt: skip
def test_equals_the_plain_form(t, n, i, hidden, bias, reverse):
    tensors = inputs(t, n, i, hidden, bias)
    fast = run(FastLSTMFunction, tensors, t, n, reverse)
    plain = run(LSTMFunction, tensors, t, n, reverse)
    torch.testing.assert_close(fast, plain, rtol=0, atol=1e-11)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("bias", [False, True])
def test_gradcheck(reverse, bias):
    tensors = [None if x is None else x.requires_grad_() for x in inputs(3, 2, 2, 2, bias)]
    function = to_torch(FastLSTMFunction).apply
    assert torch.autograd.gradcheck(lambda *x: function(*x, None, (2, 2, 2), reverse), tensors)


def test_float32_against_a_float64_oracle():
    shape = (12, 64, 128, 128)  # large enough for oneDNN's products
    exact = run(LSTMFunction, inputs(*shape), 12, 64, False)
    single = run(FastLSTMFunction, inputs(*shape, dtype=torch.float32), 12, 64, False)
    for mine, other in zip(single, exact, strict=True):
        assert (mine.double() - other).norm() / other.norm() < 1e-5


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("onednn", [True, False])
def test_the_same_product_many_times(dtype, onednn, monkeypatch):
    if not onednn:
        monkeypatch.setattr(fast_lstm, "has_onednn", lambda x: False)
    for rows, width in ((2, 3), (64, 128)):
        b = random(width, 4 * width)
        times_b = repeated(b.to(dtype), rows)
        for seed in (1, 2):
            a = random(rows, width, seed=seed)
            y = times_b(a.to(dtype)).double()
            torch.testing.assert_close(y, a @ b, rtol=0, atol=1e-4)


def test_backward_leaves_what_it_needs_for_a_second_time():
    x = Tensor(random(4, 2, 3), True)
    y = LSTM(3, 4).double()(x)[0]
    y.backward(random(4, 2, 4), retain_graph=True)
    first = x.grad.clone()
    y.backward(random(4, 2, 4))
    torch.testing.assert_close(x.grad, 2 * first, rtol=0, atol=0)


def test_backward_leaves_the_gradients_it_is_given_alone():
    y, *ends = FastLSTMFunction.apply(
        *(Tensor(x, True) for x in inputs(3, 2, 2, 4)), None, (2,) * 3, 0
    )
    given = [torch.ones(result.shape).double() for result in (y, *ends)]
    FastLSTMFunction.backward(y.node, *given)
    assert all((gradient == 1).all() for gradient in given)


def test_without_gradients_the_answer_is_the_same():
    layer, x = LSTM(3, 4, 2), torch.randn(5, 2, 3)
    y, (h, c) = layer(x)
    with no_grad():
        quiet, (last, cell) = layer(x)
    for a, b in ((y, quiet), (h, last), (c, cell)):
        assert torch.equal(a.data, b.data)


def test_gradients_that_nobody_needs_are_not_made():
    tensors = [Tensor(x, True) for x in inputs(2, 2, 2, 3)]
    for skipped in (0, 2, 3):
        tensors[skipped].requires_grad = False
    y, *_ = FastLSTMFunction.apply(*tensors, None, (2, 2), False)
    gradients = FastLSTMFunction.backward(y.node, random(4, 3), random(2, 3), random(2, 3))
    made = [gradient is not None for gradient in gradients]
    assert made == [False, True, False, False, True, True, True, False, False, False]


def test_full_batches_take_this_way_and_others_do_not():
    x = torch.randn(4, 2, 3)

    def way(layer, x):
        ran = []
        functions = (FastLSTMFunction, LSTMFunction)
        with pytest.MonkeyPatch.context() as patch:
            for f in functions:
                forward = f.forward
                counted = lambda *a, f=f, forward=forward: ran.append(f) or forward(*a)  # noqa: E731
                patch.setattr(f, "forward", staticmethod(counted))
            layer(x)
        return ran

    assert way(LSTM(3, 4), x) == [FastLSTMFunction]
    assert way(LSTM(3, 4, peephole=True), x) == [LSTMFunction]
    assert way(LSTM(3, 4).to(torch.bfloat16), x.bfloat16()) == [LSTMFunction]
    assert way(LSTM(3, 4), pack_padded_sequence(x, [4, 2])) == [LSTMFunction]
    assert way(LSTM(3, 4), pack_padded_sequence(x, [4, 4])) == [FastLSTMFunction]
    assert way(LSTM(3, 4), x[:1]) == [LSTMFunction]
