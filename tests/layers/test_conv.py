import itertools

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore import Conv1d, Conv2d, Conv3d, Tensor
from dlcore.layers import conv1d, conv2d, conv3d
from dlcore.layers.conv import Convolution, OverlapAdd, Windows, overlap_add, windows
from tests.oracle import assert_gradcheck, assert_like_torch, random

OURS = {1: conv1d, 2: conv2d, 3: conv3d}
THEIRS = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
MODULES = {1: (Conv1d, torch.nn.Conv1d), 2: (Conv2d, torch.nn.Conv2d), 3: (Conv3d, torch.nn.Conv3d)}


def test_hand_computed():
    x = Tensor(torch.tensor([[[[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]]]), True)
    weight = Tensor(torch.tensor([[[[1.0, 0], [0, -1]]]]), True)
    bias = Tensor(torch.tensor([10.0]), True)
    y = conv2d(x, weight, bias)
    assert y.tolist() == [[[[6, 6], [6, 6]]]]  # x[i, j] − x[i + 1, j + 1] + 10
    y.backward(torch.tensor([[[[1.0, 2], [3, 4]]]]))
    assert weight.grad.tolist() == [[[[37, 47], [67, 77]]]]
    assert x.grad.tolist() == [[[[1, 2, 0], [3, 3, -2], [0, -3, -4]]]]
    assert bias.grad.tolist() == [10]


def test_windows_are_a_view_and_overlap_add_is_the_way_back():
    x = torch.arange(7.0)
    views = windows(x, (3,), (2,), (2,))
    assert views.tolist() == [[0, 2, 4], [2, 4, 6]]
    assert views.data_ptr() == x.data_ptr()
    assert overlap_add(views, (7,), (2,), (2,)).tolist() == [0, 0, 4, 0, 8, 0, 6]


def test_the_two_ways_are_adjoint():
    x = random(2, 3, 7, 6)
    views = windows(x, (3, 2), (2, 1), (1, 2))
    pieces = random(*views.shape, seed=1)
    back = overlap_add(pieces, (7, 6), (2, 1), (1, 2))
    torch.testing.assert_close((views * pieces).sum(), (x * back).sum())


def test_the_gradient_of_each_way_is_the_other():
    x, pieces = random(2, 7, 6), random(2, 2, 5, 3, 2)
    assert_gradcheck(Windows, x, (3, 2), (2, 1), (1, 2))
    assert_gradcheck(OverlapAdd, pieces, (9, 8), (2, 1), (1, 2))  # larger than windows reach
    boxed = Tensor(x, True)
    views = windows(boxed, (3, 2), (2, 1), (1, 2))
    assert overlap_add(views, (7, 6), (2, 1), (1, 2)).node.function is OverlapAdd
    assert views.node.function is Windows


def by_loops(x, weight, stride, padding, dilation):
    """The definition, written out."""
    (n, c, h, w), (o, _, k, m) = x.shape, weight.shape
    ph, pw = (
        (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
        for size, kernel in ((h, k), (w, m))
    )
    y = torch.zeros(n, o, ph, pw, dtype=x.dtype)
    places = itertools.product(range(n), range(o), range(ph), range(pw))
    for (b, f, i, j), a, r, s in itertools.product(places, range(c), range(k), range(m)):
        row, column = i * stride + r * dilation - padding, j * stride + s * dilation - padding
        if 0 <= row < h and 0 <= column < w:
            y[b, f, i, j] += weight[f, a, r, s] * x[b, a, row, column]
    return y


@pytest.mark.parametrize(("stride", "padding", "dilation"), [(1, 0, 1), (2, 1, 1), (1, 2, 2)])
def test_convolution_is_its_loops(stride, padding, dilation):
    x, weight = random(2, 2, 5, 4), random(3, 2, 2, 2, seed=1)
    y = conv2d(x, weight, None, stride, padding, dilation)
    torch.testing.assert_close(y.data, by_loops(x, weight, stride, padding, dilation))


@st.composite
def cases(draw):
    """(dims, x, weight, bias, settings) that make sense together."""
    dims = draw(st.integers(1, 3))
    per_axis = lambda low, high: st.tuples(*[st.integers(low, high)] * dims)  # noqa: E731
    groups = draw(st.integers(1, 3))
    kernel = draw(per_axis(1, 3))
    dilation, padding = draw(per_axis(1, 2)), draw(per_axis(0, 2))
    same = draw(st.sampled_from([False, False, True]))
    stride = (1,) * dims if same else draw(per_axis(1, 3))
    reach = [d * (k - 1) + 1 - 2 * p for k, d, p in zip(kernel, dilation, padding, strict=True)]
    size = [max(r, 1) + draw(st.integers(0, 4 - dims)) for r in reach]
    channels, filters = groups * draw(st.integers(1, 2)), groups * draw(st.integers(1, 2))
    x = random(draw(st.integers(0, 2)), channels, *size)
    weight = random(filters, channels // groups, *kernel, seed=1)
    options = (stride, "same" if same else padding, dilation, groups)
    if same and any(d * (k - 1) % 2 for k, d in zip(kernel, dilation, strict=True)):
        options = (stride, padding, dilation, groups)  # torch warns about uneven padding
    return dims, x, weight, random(filters, seed=2), options


@settings(max_examples=60)
@given(cases())
def test_like_torch_for_all_settings(case):
    dims, x, weight, bias, options = case
    assert_like_torch(
        lambda *tensors: OURS[dims](*tensors, *options),
        lambda *tensors: THEIRS[dims](*tensors, *options),
        [x, weight, bias],
    )


@settings(max_examples=30)
@given(cases())
def test_the_plain_function_like_torch(case):
    """The public door may choose a faster algorithm; this is the one that is read."""
    dims, x, weight, bias, (stride, padding, dilation, groups) = case
    if padding == "same":
        padding = [d * (k - 1) // 2 for k, d in zip(weight.shape[2:], dilation, strict=True)]
    pairs = tuple((p, p) for p in padding)
    assert_like_torch(
        lambda *t: Convolution.apply(*t, stride, pairs, dilation, groups),
        lambda *t: THEIRS[dims](*t, stride, padding, dilation, groups),
        [x, weight, bias],
    )


@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_same_padding_with_an_even_kernel_puts_more_behind():
    assert_like_torch(
        lambda x, w: conv2d(x, w, padding="same"),
        lambda x, w: F.conv2d(x, w, padding="same"),
        [random(1, 2, 5, 6), random(2, 2, 2, 4, seed=1)],
    )


def test_gradcheck():
    settings = (2, 1), ((1, 1), (0, 2)), (1, 2), 2
    x, weight, bias = random(2, 4, 5, 4), random(2, 2, 3, 2, seed=1), random(2, seed=2)
    assert_gradcheck(Convolution, x, weight, bias, *settings)
    assert_gradcheck(Convolution, x, weight, None, *settings)


def test_one_picture_without_a_batch():
    assert_like_torch(conv2d, F.conv2d, [random(3, 6, 5), random(4, 3, 2, 2, seed=1)])


def test_torch_calls_arrive_here():
    assert_like_torch(F.conv1d, F.conv1d, [random(2, 3, 6), random(4, 3, 2, seed=1)])
    assert_like_torch(torch.conv3d, F.conv3d, [random(1, 2, 3, 3, 3), random(4, 2, 2, 2, 2)])


def test_float32_against_a_float64_oracle():
    x, weight, bias = random(8, 16, 12, 12), random(16, 16, 3, 3, seed=1), random(16, seed=2)
    exact = [Tensor(t.clone(), True) for t in (x, weight, bias)]
    single = [Tensor(t.float(), True) for t in (x, weight, bias)]
    probe = random(8, 16, 10, 10, seed=3)
    options = (1, 1), ((0, 0), (0, 0)), (1, 1), 1
    Convolution.apply(*exact, *options).backward(probe)
    Convolution.apply(*single, *options).backward(probe.float())
    for a, b in zip(single, exact, strict=True):
        assert (a.grad.double() - b.grad).norm() / b.grad.norm() < 1e-5


def test_a_shifted_picture_gives_a_shifted_map():
    layer = Conv2d(1, 3, 3, padding=1).double()
    x = torch.zeros(1, 1, 12, 12, dtype=torch.float64)
    x[:, :, 4:7, 4:7] = random(3, 3)
    moved = torch.roll(x, (2, 3), (2, 3))
    expected = torch.roll(layer(x).data, (2, 3), (2, 3))
    torch.testing.assert_close(layer(moved).data, expected)


def test_a_depthwise_layer_keeps_channels_apart():
    layer = Conv2d(4, 4, 3, groups=4, bias=False)
    x = torch.randn(1, 4, 5, 5)
    alone = x.clone()
    alone[:, 1:] = 0
    assert torch.equal(layer(x).data[:, 0], layer(alone).data[:, 0])
    assert (layer(alone).data[:, 1:] == 0).all()


def test_the_input_gradient_is_not_computed_for_data():
    y = Conv2d(3, 2, 3)(torch.randn(1, 3, 4, 4))
    assert y.node.needs_input_grad[:3] == (False, True, True)


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_modules_start_and_print_and_work_as_torchs(dims):
    ours, theirs = MODULES[dims]
    for options in [
        {},
        {"stride": 2, "padding": 1, "dilation": 2, "groups": 2, "bias": False},
        {"padding": "same"},
    ]:
        torch.manual_seed(0)
        mine = ours(4, 6, 3, **options)
        torch.manual_seed(0)
        other = theirs(4, 6, 3, **options)
        assert repr(mine) == repr(other)
        assert list(mine.state_dict()) == list(other.state_dict())
        for a, b in zip(mine.parameters(), other.parameters(), strict=True):
            torch.testing.assert_close(a.data, b.detach())
        mine.double().load_state_dict(other.double().state_dict())
        assert_like_torch(mine, other, [random(2, 4, *[6] * dims)])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"groups": 2}, "evenly into groups, got in_channels=3, out_channels=4, groups=2"),
        ({"groups": 0}, "groups=0"),
        ({"stride": 0}, "stride is a whole number of at least 1, or 2 of them, got 0"),
        ({"padding": "same", "stride": 2}, "padding='same' needs stride 1"),
    ],
)
def test_bad_settings(options, message):
    with pytest.raises(ValueError, match=message):
        Conv2d(3, 4, 3, **options)


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (torch.ones(1, 2, 4, 4), ValueError, "Conv2d with 3 input channels got x with 2"),
        (torch.ones(3, 2, 2), ValueError, r"windows of \(3, 3\) pixels, larger than the padded"),
        (torch.ones(1, 3, 4, 4).half(), TypeError, "has torch.float32 weights"),
        (torch.ones(1, 1, 3, 4, 4), ValueError, r"takes x \(N, C, H, W\)"),
    ],
)
def test_bad_input(x, error, message):
    with pytest.raises(error, match=message):
        Conv2d(3, 4, 3)(x)


def test_filters_must_fit_the_groups():
    with pytest.raises(ValueError, match="conv1d cannot split 3 filters into groups=2"):
        conv1d(torch.ones(1, 4, 5), torch.ones(3, 2, 2), groups=2)
