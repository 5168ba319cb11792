import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore import Linear, Tensor
from dlcore.layers.linear import LinearMap, linear
from tests.oracle import assert_gradcheck, assert_like_torch, random


def test_hand_computed():
    layer = Linear(2, 2)
    layer.load_state_dict({"weight": torch.tensor([[1.0, 2.0], [3.0, 4.0]]), "bias": torch.ones(2)})
    x = Tensor(torch.tensor([[1.0, -1.0]]), True)
    y = layer(x)
    assert y.tolist() == [[0, 0]]
    y.backward(torch.tensor([[1.0, 10.0]]))
    assert x.grad.tolist() == [[31, 42]]
    assert layer.weight.grad.tolist() == [[1, -1], [10, -10]]
    assert layer.bias.grad.tolist() == [1, 10]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 3), max_size=3), st.integers(1, 4), st.integers(1, 4))
def test_like_torch_over_any_batch(batch, features, out):
    x, weight, bias = random(*batch, features), random(out, features, seed=1), random(out, seed=2)
    assert_like_torch(LinearMap.apply, torch.nn.functional.linear, [x, weight, bias])


def test_without_bias():
    assert_like_torch(
        lambda x, w: LinearMap.apply(x, w, None),
        torch.nn.functional.linear,
        [random(3, 4), random(2, 4, seed=1)],
    )


def test_functional_form_is_torchs():
    inputs = [random(2, 3, 4), random(5, 4, seed=1), random(5, seed=2)]
    assert_like_torch(linear, torch.nn.functional.linear, inputs)
    assert_like_torch(torch.nn.functional.linear, torch.nn.functional.linear, inputs[:2])
    with pytest.raises(ValueError, match=r"got shapes \(3,\) and \(5, 4\)"):
        linear(random(3), random(5, 4))


def test_gradcheck():
    assert_gradcheck(LinearMap, random(2, 3, 4), random(5, 4, seed=1), random(5, seed=2))


def test_float32_against_a_float64_oracle():
    x, weight, bias = random(64, 300), random(40, 300, seed=1), random(40, seed=2)
    exact = [Tensor(t.clone(), True) for t in (x, weight, bias)]
    single = [Tensor(t.float(), True) for t in (x, weight, bias)]
    probe = random(64, 40, seed=3)
    LinearMap.apply(*exact).backward(probe)
    LinearMap.apply(*single).backward(probe.float())
    for a, b in zip(single, exact, strict=True):
        assert (a.grad.double() - b.grad).norm() / b.grad.norm() < 1e-5


def test_the_input_gradient_is_not_computed_for_data():
    layer = Linear(3, 2)
    y = layer(torch.randn(4, 3))
    assert y.node.needs_input_grad == (False, True, True)


def test_starts_as_torch_does():
    torch.manual_seed(0)
    ours = Linear(7, 5)
    torch.manual_seed(0)
    theirs = torch.nn.Linear(7, 5)
    torch.testing.assert_close(ours.weight.data, theirs.weight.detach())
    torch.testing.assert_close(ours.bias.data, theirs.bias.detach())
    assert ours.weight.data.abs().max() <= 1 / math.sqrt(7)


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (torch.ones(1, 7), ValueError, r"Linear\(in_features=3\) got x with 7 features, shape \(1"),
        (torch.tensor(1.0), ValueError, r"got x with 0 features, shape \(\)"),
        (torch.ones(1, 3).double(), TypeError, r"float32 weights and got torch.float64 input"),
        (torch.ones(1, 3).long(), TypeError, r"use x.to\(torch.float32\)"),
        ([[1.0, 2.0, 3.0]], TypeError, r"takes a Tensor, got list; wrap it"),
        (torch.ones(1, 3, device="meta"), ValueError, r"lives on cpu and got input on meta"),
    ],
)  # fmt: skip
def test_bad_input(x, error, message):
    with pytest.raises(error, match=message):
        Linear(3, 2)(x)


def test_bad_sizes():
    with pytest.raises(ValueError, match="whole numbers of at least 1, got in_features=0"):
        Linear(0, 2)


def test_an_empty_batch_is_an_empty_result():
    layer = Linear(3, 2)
    y = layer(torch.ones(0, 3))
    assert y.shape == (0, 2)
    y.sum().backward()
    assert layer.weight.grad.abs().sum() == 0
