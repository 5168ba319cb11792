import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d, Tensor
from dlcore.layers import conv2d, conv_transpose1d, conv_transpose2d, conv_transpose3d
from dlcore.layers.conv_transpose import TransposedConvolution
from tests.oracle import assert_gradcheck, assert_like_torch, random

OURS = {1: conv_transpose1d, 2: conv_transpose2d, 3: conv_transpose3d}
THEIRS = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}
MODULES = {
    1: (ConvTranspose1d, torch.nn.ConvTranspose1d),
    2: (ConvTranspose2d, torch.nn.ConvTranspose2d),
    3: (ConvTranspose3d, torch.nn.ConvTranspose3d),
}


def test_hand_computed():
    x = Tensor(torch.tensor([[[1.0, 2]]]), True)
    weight = Tensor(torch.tensor([[[1.0, 10, 100]]]), True)
    y = conv_transpose1d(x, weight, stride=2)
    assert y.tolist() == [[[1, 10, 102, 20, 200]]]  # the two kernels overlap in the middle
    y.backward(torch.tensor([[[1.0, 2, 3, 4, 5]]]))
    assert x.grad.tolist() == [[[321, 543]]]
    assert weight.grad.tolist() == [[[7, 10, 13]]]


def test_it_is_what_a_convolution_sends_back():
    x, weight = Tensor(random(2, 3, 7, 6), True), random(4, 3, 3, 2, seed=1)
    y = conv2d(x, weight, stride=2, padding=1)
    probe = random(*y.shape, seed=2)
    y.backward(probe)
    back = conv_transpose2d(probe, weight, stride=2, padding=1)
    torch.testing.assert_close(back.data, x.grad)


@st.composite
def cases(draw):
    """(dims, x, weight, bias, settings) that make sense together."""
    dims = draw(st.integers(1, 3))
    per_axis = lambda low, high: tuple(draw(st.integers(low, high)) for _ in range(dims))  # noqa: E731
    kernel, stride, dilation = per_axis(1, 3), per_axis(1, 3), per_axis(1, 2)
    padding = tuple(
        draw(st.integers(0, d * (k - 1) // 2)) for k, d in zip(kernel, dilation, strict=True)
    )
    extra = tuple(
        draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation, strict=True)
    )
    groups = draw(st.integers(1, 2))
    channels, filters = groups * draw(st.integers(1, 2)), draw(st.integers(1, 2))
    x = random(draw(st.integers(0, 2)), channels, *per_axis(1, 4))
    weight, bias = random(channels, filters, *kernel, seed=1), random(filters * groups, seed=2)
    return dims, x, weight, bias, (stride, padding, extra, groups, dilation)


@settings(max_examples=60)
@given(cases())
def test_like_torch_for_all_settings(case):
    dims, x, weight, bias, options = case
    assert_like_torch(
        lambda *tensors: OURS[dims](*tensors, *options),
        lambda *tensors: THEIRS[dims](*tensors, *options),
        [x, weight, bias],
    )


def test_gradcheck():
    x, weight, bias = random(2, 4, 3, 2), random(4, 1, 3, 2, seed=1), random(2, seed=2)
    settings = [7, 3], (2, 1), ((0, 0), (0, 1)), (1, 2), 2
    assert_gradcheck(TransposedConvolution, x, weight, bias, *settings)
    assert_gradcheck(TransposedConvolution, x, weight, None, *settings)


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_modules_start_and_print_and_work_as_torchs(dims):
    ours, theirs = MODULES[dims]
    for options in [
        {},
        {"stride": 2, "padding": 1, "output_padding": 1, "groups": 2, "bias": False, "dilation": 2},
        {"stride": 2, "output_padding": 1, "bias": False},
    ]:
        torch.manual_seed(0)
        mine = ours(4, 6, 3, **options)
        torch.manual_seed(0)
        other = theirs(4, 6, 3, **options)
        assert repr(mine) == repr(other)
        for a, b in zip(mine.parameters(), other.parameters(), strict=True):
            torch.testing.assert_close(a.data, b.detach())
        mine.double().load_state_dict(other.double().state_dict())
        assert_like_torch(mine, other, [random(2, 4, *[3] * dims)])


def test_the_output_size_may_be_chosen():
    mine = ConvTranspose2d(1, 1, 3, stride=2).double()
    other = torch.nn.ConvTranspose2d(1, 1, 3, stride=2).double()
    mine.load_state_dict(other.state_dict())
    assert_like_torch(
        lambda x: mine(x, [8, 7]), lambda x: other(x, output_size=[8, 7]), [random(1, 1, 3, 3)]
    )
    assert mine(random(1, 1, 3, 3), (1, 1, 7, 8)).shape == (1, 1, 7, 8)


def test_one_picture_without_a_batch_and_torch_calls():
    x, weight = random(3, 4, 5), random(3, 2, 2, 2, seed=1)
    assert_like_torch(F.conv_transpose2d, F.conv_transpose2d, [x, weight])


def test_float32_against_a_float64_oracle():
    x, weight, bias = random(8, 16, 6, 6), random(16, 8, 4, 4, seed=1), random(8, seed=2)
    exact = [Tensor(t.clone(), True) for t in (x, weight, bias)]
    single = [Tensor(t.float(), True) for t in (x, weight, bias)]
    probe = random(8, 8, 12, 12, seed=3)
    conv_transpose2d(*exact, stride=2, padding=1).backward(probe)
    conv_transpose2d(*single, stride=2, padding=1).backward(probe.float())
    for a, b in zip(single, exact, strict=True):
        assert (a.grad.double() - b.grad).norm() / b.grad.norm() < 1e-5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"output_padding": 1}, r"output_padding smaller than stride or dilation, got .*=\(1, 1\)"),
        ({"groups": 2}, "cannot split 3 channels into groups=2"),
        ({"padding": 3}, r"would give a picture of \(-1, -1\) pixels .* use less padding"),
        ({"bias": torch.ones(5)}, r"takes parameters of shape \(4,\)"),
    ],
)
def test_bad_settings(options, message):
    with pytest.raises(ValueError, match=message):
        conv_transpose2d(torch.ones(1, 3, 3, 3), torch.ones(3, 4, 3, 3), **options)


def test_bad_input():
    layer = ConvTranspose2d(3, 4, 3, stride=2)
    with pytest.raises(ValueError, match="ConvTranspose2d with 3 input channels got x with 2"):
        layer(torch.ones(1, 2, 4, 4))
    with pytest.raises(
        ValueError, match=r"sizes from \[9, 9\] to \[10, 10\] here, got output_size"
    ):
        layer(torch.ones(1, 3, 4, 4), [8, 9])
