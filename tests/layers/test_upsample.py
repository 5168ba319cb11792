import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore import Tensor, Upsample
from dlcore.autodiff.bridge import to_torch
from dlcore.layers import interpolate
from dlcore.layers.upsample import RepeatAlong, ResampleAlong, linear_matrix, nearest_matrix
from tests.oracle import assert_gradcheck, assert_like_torch, random

LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}


def test_hand_computed():
    x = Tensor(torch.tensor([[[0.0, 4]]]), True)
    y = interpolate(x, 4, mode="linear")
    assert y.tolist() == [[[0, 1, 3, 4]]]
    y.backward(torch.tensor([[[1.0, 4, 8, 16]]]))
    assert x.grad.tolist() == [[[6, 23]]]
    assert interpolate(x, 3, mode="linear", align_corners=True).tolist() == [[[0, 2, 4]]]
    assert interpolate(x, scale_factor=2).tolist() == [[[0, 0, 4, 4]]]


@st.composite
def cases(draw):
    dims = draw(st.integers(1, 3))
    x = random(draw(st.integers(1, 2)), 2, *[draw(st.integers(1, 6)) for _ in range(dims)])
    return dims, x, [draw(st.integers(1, 9)) for _ in range(dims)]


@settings(max_examples=60)
@given(cases(), st.sampled_from(["nearest", "nearest-exact", False, True]))
def test_like_torch_for_any_size(case, mode):
    dims, x, size = case
    options = {"mode": mode} if isinstance(mode, str) else {}
    if not options:
        options = {"mode": LINEAR[dims], "align_corners": mode}
    assert_like_torch(
        lambda x: interpolate(x, size, **options), lambda x: F.interpolate(x, size, **options), [x]
    )


@settings(max_examples=60)
@given(
    st.sampled_from([0.5, 0.75, 1.0, 1.5, 2.0, 2.3, 3.0]),
    st.sampled_from(["nearest", "nearest-exact", "bilinear"]),
    st.sampled_from([None, True]),
    st.integers(2, 9),
)
def test_like_torch_for_any_factor(factor, mode, recompute, length):
    options = {"scale_factor": factor, "mode": mode, "recompute_scale_factor": recompute}
    x = random(2, 1, length, 4)
    assert_like_torch(
        lambda x: interpolate(x, **options), lambda x: F.interpolate(x, **options), [x]
    )


def test_rows_of_the_matrices_are_weighted_means():
    for matrix in (linear_matrix(5, 8, None, False), nearest_matrix(5, 8, None, False)):
        torch.testing.assert_close(matrix.sum(1), torch.ones(8, dtype=torch.float64))
        assert (matrix >= 0).all()


def test_gradcheck():
    assert_gradcheck(RepeatAlong, random(2, 3, 4), 1, 3)
    matrix = linear_matrix(4, 7, None, False)
    x = random(2, 3, 4).requires_grad_()
    resample = to_torch(ResampleAlong).apply
    assert torch.autograd.gradcheck(lambda x: resample(x, 2, matrix), (x,))  # M is fixed


def test_a_straight_line_stays_straight():
    x = torch.arange(5.0, dtype=torch.float64).view(1, 1, 5)
    y = interpolate(x, 17, mode="linear", align_corners=True).data.flatten()
    torch.testing.assert_close(y, torch.linspace(0, 4, 17, dtype=torch.float64))


def test_the_module_is_torchs():
    for options in [
        {"scale_factor": 2},
        {"scale_factor": (2, 3)},
        {"size": (5, 7), "mode": "bilinear", "align_corners": True},
    ]:
        ours, theirs = Upsample(**options), torch.nn.Upsample(**options)
        assert repr(ours) == repr(theirs)
        assert_like_torch(ours, theirs, [random(2, 3, 4, 3)])


def test_torch_calls_arrive_here():
    assert_like_torch(
        lambda x: F.interpolate(x, scale_factor=2), lambda x: F.interpolate(x, scale_factor=2),
        [random(1, 2, 3, 3)],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "give either size or scale_factor"),
        ({"size": 3, "scale_factor": 2}, "give either size or scale_factor, got size=3"),
        ({"size": (3, 3, 3)}, r"one number per axis of \(4, 4\), got \[3, 3, 3\]"),
        ({"scale_factor": 0.1}, r"would give \(0, 0\) pixels"),
        ({"size": 3, "mode": "bicubic"}, "knows mode 'nearest', .* got 'bicubic'"),
        ({"size": 3, "mode": "linear"}, "takes .* with 1 axes behind the channels"),
        ({"size": 3, "antialias": True}, "has no antialias=True; smooth with avg_pool2d"),
        ({"size": 3, "align_corners": True}, "align_corners has no meaning for mode='nearest'"),
    ],
)
def test_bad_settings(options, message):
    with pytest.raises(ValueError, match=message):
        interpolate(torch.ones(1, 1, 4, 4), **options)


def test_bad_input():
    with pytest.raises(TypeError, match="interpolate takes a Tensor, got list"):
        interpolate([[[1.0]]], 2)
    with pytest.raises(TypeError, match="floating-point numbers, got torch.int64"):
        interpolate(torch.ones(1, 1, 3).long(), 2)
