import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore import MaxPool1d, Tensor
from dlcore.layers.adaptive_pool import adaptive_axis
from dlcore.layers.fast.pool import FastMaxAlong, FastMeanAlong, blank
from dlcore.layers.pool import MaxAlong, MeanAlong
from dlcore.layers.pool_axis import Axis, window_axes
from tests.oracle import assert_gradcheck, random


@st.composite
def cases(draw):
    """(x, axis): windows of any kind on the last axis but one; half of all values are tied."""
    length, kernel = draw(st.integers(3, 9)), draw(st.integers(1, 3))
    x = random(2, draw(st.integers(1, 3)), length)
    x = x.clamp_min(0) if draw(st.booleans()) else x
    if draw(st.booleans()):
        return x, adaptive_axis(2, length, draw(st.integers(1, length)), x.device)
    rest = draw(st.integers(1, 3)), draw(st.integers(0, kernel // 2)), 1, draw(st.booleans())
    (axis,) = window_axes("pool", 1, x, kernel, *rest)
    return x, axis


def both(function, x, *options):
    boxed = Tensor(x.clone(), True)
    y = function.apply(boxed, *options)
    y.backward(random(*y.shape, seed=1))
    return y.data, boxed.grad


@settings(max_examples=60)
@given(cases())
def test_fast_pools_are_the_plain_pools(case):
    x, axis = case
    for fast, options in ((FastMaxAlong, (axis,)), (FastMeanAlong, (axis, 3))):
        torch.testing.assert_close(both(fast, x, *options), both(fast.plain, x, *options))


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_what_is_no_finite_number_comes_through_as_in_the_plain_pool(value):
    x, axis = random(1, 1, 6), Axis(2, 6, [slice(0, 6, 2), slice(1, 6, 2)])
    x[0, 0, 3] = value
    torch.testing.assert_close(both(FastMaxAlong, x, axis), both(MaxAlong, x, axis), equal_nan=True)


def test_gradcheck():
    axis = Axis(2, 5, [slice(0, 5, 2), slice(1, 6, 2), slice(2, 7, 2)], (1, 1))
    assert_gradcheck(FastMaxAlong, random(2, 3, 5), axis)
    assert_gradcheck(FastMeanAlong, random(2, 3, 5), axis, torch.tensor([2, 3, 2]))
    uneven = Axis(1, 3, [torch.tensor([0, 1]), torch.tensor([1, 2])])
    assert_gradcheck(FastMaxAlong, random(2, 3, 5), uneven)


def test_layers_take_the_fast_way():
    y = MaxPool1d(2)(Tensor(random(1, 1, 4), True))
    assert y.node.function is FastMaxAlong
    assert FastMeanAlong.plain is MeanAlong


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_blank_keeps_the_layout(layout):
    like = random(2, 3, 4, 5).contiguous(memory_format=layout)
    zeros = blank(like, Axis(3, 9, [], (1, 1)))
    assert zeros.shape == (2, 3, 4, 11)
    assert zeros.is_contiguous(memory_format=layout)
    assert not zeros.any()
