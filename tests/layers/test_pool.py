import contextlib

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore import AvgPool1d, AvgPool2d, AvgPool3d, MaxPool1d, MaxPool2d, MaxPool3d, Tensor, plain
from dlcore.layers import avg_pool1d, avg_pool2d, avg_pool3d, max_pool1d, max_pool2d, max_pool3d
from dlcore.layers.pool import MaxAlong, MeanAlong
from dlcore.layers.pool_axis import Axis
from tests.oracle import assert_gradcheck, assert_like_torch, assert_one_graph, random

MAX = {1: (max_pool1d, F.max_pool1d), 2: (max_pool2d, F.max_pool2d), 3: (max_pool3d, F.max_pool3d)}
MEAN = {1: (avg_pool1d, F.avg_pool1d), 2: (avg_pool2d, F.avg_pool2d), 3: (avg_pool3d, F.avg_pool3d)}


def test_hand_computed_maximum():
    x = Tensor(torch.tensor([[[[1.0, 5, 2], [4, 3, 0]]]]), True)
    y = max_pool2d(x, (2, 2), 1)
    assert y.tolist() == [[[[5, 5]]]]
    y.backward(torch.tensor([[[[1.0, 10]]]]))
    assert x.grad.tolist() == [[[[0, 11, 0], [0, 0, 0]]]]


def test_hand_computed_mean():
    x = Tensor(torch.tensor([[[1.0, 5, 2, 4]]]), True)
    y = avg_pool1d(x, 2)
    assert y.tolist() == [[[3, 3]]]
    y.backward(torch.tensor([[[2.0, 20]]]))
    assert x.grad.tolist() == [[[1, 1, 10, 10]]]


@st.composite
def cases(draw):
    """(dims, x, kernel, stride, padding, dilation, ceil_mode); half of all values are tied."""
    dims = draw(st.integers(1, 3))
    numbers = lambda low, high: tuple(draw(st.integers(low, high)) for _ in range(dims))  # noqa: E731
    kernel, dilation = numbers(1, 3), numbers(1, 2)
    stride = draw(st.sampled_from([None, numbers(1, 3)]))
    padding = tuple(draw(st.integers(0, k // 2)) for k in kernel)
    size = [d * (k - 1) + 1 + draw(st.integers(0, 5 - dims)) for k, d in zip(kernel, dilation)]
    x = random(draw(st.integers(0, 2)), draw(st.integers(1, 3)), *size)
    if draw(st.booleans()):
        x = x.clamp_min(0)
    return dims, x, kernel, stride, padding, dilation, draw(st.booleans())


@settings(max_examples=60)
@given(cases())
def test_max_pool_like_torch(case):
    dims, x, *options = case
    ours, theirs = MAX[dims]
    assert_like_torch(lambda x: ours(x, *options), lambda x: theirs(x, *options), [x])


@settings(max_examples=40)
@given(cases())
def test_positions_of_the_maxima_like_torch(case):
    dims, x, *options = case
    ours, theirs = MAX[dims]
    y, index = ours(x, *options, return_indices=True)
    expected, expected_index = theirs(x, *options, return_indices=True)
    assert torch.equal(y.data, expected)
    assert torch.equal(index, expected_index)


@settings(max_examples=60)
@given(cases(), st.booleans(), st.sampled_from([None, 3]))
def test_avg_pool_like_torch(case, include_pad, divisor):
    dims, x, kernel, stride, padding, _, ceil_mode = case
    options = [kernel, stride, padding, ceil_mode, include_pad]
    options += [divisor] if dims > 1 else []
    ours, theirs = MEAN[dims]
    assert_like_torch(lambda x: ours(x, *options), lambda x: theirs(x, *options), [x])


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_modules_are_torchs(dims):
    pairs = {
        1: [(MaxPool1d, torch.nn.MaxPool1d), (AvgPool1d, torch.nn.AvgPool1d)],
        2: [(MaxPool2d, torch.nn.MaxPool2d), (AvgPool2d, torch.nn.AvgPool2d)],
        3: [(MaxPool3d, torch.nn.MaxPool3d), (AvgPool3d, torch.nn.AvgPool3d)],
    }[dims]
    for ours, theirs in pairs:
        for options in [{}, {"stride": 1, "padding": 1, "ceil_mode": True}]:
            assert repr(ours(2, **options)) == repr(theirs(2, **options))
            assert_like_torch(ours(2, **options), theirs(2, **options), [random(2, *[5] * dims)])
    y, index = pairs[0][0](2, return_indices=True)(random(1, 1, *[4] * dims))
    assert y.shape == index.shape


def test_torch_calls_arrive_here():
    x = random(2, 3, 6, 4)
    assert_like_torch(lambda x: F.max_pool2d(x, 2), lambda x: F.max_pool2d(x, 2), [x])
    assert_like_torch(lambda x: F.avg_pool2d(x, 2), lambda x: F.avg_pool2d(x, 2), [x])
    y, index = F.max_pool2d(Tensor(x), 2, return_indices=True)
    assert torch.equal(index, F.max_pool2d(x, 2, return_indices=True)[1])
    assert isinstance(y, Tensor)


def test_gradcheck():
    axis = Axis(2, 5, [slice(0, 5, 2), slice(1, 6, 2), slice(2, 7, 2)], (1, 1))
    x = random(2, 3, 5)
    assert_gradcheck(MaxAlong, x, axis)
    assert_gradcheck(MeanAlong, x, axis, 3)
    assert_gradcheck(MeanAlong, x, axis, torch.tensor([2, 3, 2]))
    uneven = Axis(1, 3, [torch.tensor([0, 1]), torch.tensor([1, 2])])
    assert_gradcheck(MaxAlong, x, uneven)


def test_memory_layout_is_kept_and_does_not_matter():
    x = random(2, 3, 6, 4)
    last = x.contiguous(memory_format=torch.channels_last)
    probe = random(2, 3, 3, 2, seed=1)
    for function in (max_pool2d, avg_pool2d):
        a, b = Tensor(x.clone(), True), Tensor(last, True)
        y, z = function(a, 2), function(b, 2)
        assert torch.equal(y.data, z.data)
        assert z.data.is_contiguous(memory_format=torch.channels_last)
        y.backward(probe)
        z.backward(probe.contiguous(memory_format=torch.channels_last))
        assert torch.equal(a.grad, b.grad)
        assert b.grad.is_contiguous(memory_format=torch.channels_last)


def test_a_small_shift_inside_the_window_changes_nothing():
    x = torch.zeros(1, 1, 6, 6)
    x[0, 0, 2, 2] = 1
    assert torch.equal(max_pool2d(x, 2).data, max_pool2d(torch.roll(x, (1, 1), (2, 3)), 2).data)


def test_a_window_of_minus_infinity_passes_its_gradient_inside():
    x = torch.full((1, 1, 4), float("-inf"))
    index = max_pool1d(x, 3, 2, 1, return_indices=True)[1]
    assert torch.equal(index, F.max_pool1d(x, 3, 2, 1, return_indices=True)[1])


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_other_dtypes(dtype):
    x = random(2, 3, 6, 6).to(dtype)
    for ours, theirs in (MAX[2], MEAN[2]):
        mine, other = Tensor(x.clone(), True), x.clone().requires_grad_()
        probe = random(2, 3, 3, 3, seed=1).to(dtype)
        y, expected = ours(mine, 2), theirs(other, 2)
        y.backward(probe)
        expected.backward(probe)
        tolerance = 1e-6 if dtype == torch.float32 else 0.02
        torch.testing.assert_close(y.data, expected.detach(), rtol=0, atol=tolerance)
        torch.testing.assert_close(mine.grad, other.grad, rtol=0, atol=tolerance)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: max_pool2d(x, 2, padding=2), ValueError, "by at most half a window of 2, got"),
        (lambda x: max_pool2d(x, 5), ValueError, "windows of 5 pixels, larger than the padded"),
        (lambda x: MaxPool2d(3, dilation=2)(x), ValueError, "MaxPool2d has windows of 5 pixels"),
        (lambda x: max_pool2d(x, 0), ValueError, "kernel_size is a whole number of at least 1"),
        (lambda x: avg_pool2d(x, 2, 0), ValueError, "stride is a whole number of at least 1"),
        (lambda x: avg_pool2d(x, 2, divisor_override=0), ValueError, "divide by divisor_override"),
        (lambda x: max_pool1d(x, 2), ValueError, r"takes \(N, C, …\) or \(C, …\) with 1 axes"),
        (lambda x: max_pool2d(x.long(), 2), TypeError, "floating-point numbers, got torch.int64"),
    ],
)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call(torch.ones(1, 3, 4, 4))


@pytest.mark.parametrize("function", [max_pool2d, avg_pool2d])
def test_one_graph_gives_what_eager_gives(function):
    assert_one_graph(lambda x: function(x, 3, 2, 1), random(2, 3, 7, 6))


@pytest.mark.parametrize("form", [plain, contextlib.nullcontext])
@pytest.mark.parametrize(("shape", "last"), [((1, 1, 2, 2), -torch.inf), ((2, 1, 5, 4), 1.0)])
def test_padding_never_wins_against_pixels_that_are_ruled_out(form, shape, last):
    x = torch.full(shape, -torch.inf, dtype=torch.float64)
    x[..., -1, -1] = last
    size = 2 if shape[0] == 1 else 3
    pools = [lambda x, pool=pool: pool(x, size, 2, 1) for pool in (max_pool2d, F.max_pool2d)]
    with form():
        assert_like_torch(*pools, [x])
