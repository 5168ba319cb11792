import pytest
import torch

from dlcore import Tensor
from dlcore.layers.window import (
    check_input,
    check_pictures,
    check_windows,
    pad,
    padding_pairs,
    per_axis,
    taps,
)
from tests.oracle import random


def test_taps_follow_each_pixel_of_the_window():
    found = list(taps((1, 2), (1, 3), (1, 2), (2, 3)))
    assert found == [
        ((0, 0), (slice(0, 2, 1), slice(0, 7, 3))),
        ((0, 1), (slice(0, 2, 1), slice(2, 9, 3))),
    ]


@pytest.mark.parametrize(("value", "expected"), [(3, (3, 3)), ((1, 2), (1, 2)), ([4], (4, 4))])
def test_one_number_serves_all_axes(value, expected):
    assert per_axis(value, 2, "stride") == expected


@pytest.mark.parametrize("value", [0, -1, (1, 2, 3), (1, 0), (1.5, 2), ()])
def test_settings_that_make_no_sense(value):
    with pytest.raises(ValueError, match="stride is a whole number of at least 1, or 2 of them"):
        per_axis(value, 2, "stride")


def test_padding_pairs():
    assert padding_pairs(1, (3, 3), (1, 1), (1, 1)) == ((1, 1), (1, 1))
    assert padding_pairs("valid", (3, 3), (2, 2), (1, 1)) == ((0, 0), (0, 0))
    assert padding_pairs("same", (3, 4), (1, 1), (2, 1)) == ((2, 2), (1, 2))


def test_bad_padding():
    with pytest.raises(ValueError, match="a number, 'valid' or 'same', got 'full'"):
        padding_pairs("full", (3,), (1,), (1,))
    with pytest.raises(ValueError, match=r"padding='same' needs stride 1, got stride=\(2,\)"):
        padding_pairs("same", (3,), (2,), (1,))
    with pytest.raises(ValueError, match="padding is a whole number of at least 0"):
        padding_pairs(-1, (3,), (1,), (1,))


def test_pad_adds_and_cuts():
    x = random(2, 3, 4, 5)
    more = pad(x, ((1, 2), (0, 3)), 7.0)
    assert more.shape == (2, 3, 7, 8)
    assert (more[:, :, 0] == 7).all()
    assert torch.equal(pad(more, ((-1, -2), (0, -3))), x)
    assert pad(x, ((0, 0), (0, 0))) is x


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        ([1.0], TypeError, "conv2d takes a Tensor, got list; wrap it"),
        (torch.ones(3, 4), ValueError, r"takes x \(N, C, H, W\) or \(C, H, W\) and a weight of 4"),
        (torch.ones(1, 2, 4, 4), ValueError, r"with 3 input channels got x with 2, shape \(1, 2"),
        (torch.ones(3, 4, 4).double(), TypeError, "float32 weights and got torch.float64 input"),
        (torch.ones(3, 4, 4, device="meta"), ValueError, "lives on cpu and got input on meta"),
    ],
)
def test_bad_input(x, error, message):
    with pytest.raises(error, match=message):
        check_input("conv2d", 2, x, Tensor(torch.ones(5, 3, 2, 2)), 3)


def test_windows_larger_than_the_input():
    check_windows("conv1d", (3,), (3,), ((0, 0),), (1,))
    with pytest.raises(ValueError, match=r"windows of \(5,\) pixels, larger than .* of \(4,\)"):
        check_windows("conv1d", (2,), (3,), ((1, 1),), (2,))


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        ([1.0], TypeError, "pool takes a Tensor, got list"),
        (torch.ones(3, 4), ValueError, r"2 axes of at least one pixel .* got shape \(3, 4\)"),
        (torch.ones(1, 3, 0, 4), ValueError, r"got shape \(1, 3, 0, 4\)"),
        (torch.ones(1, 3, 4, 4).long(), TypeError, r"floating-point numbers, got torch.int64"),
    ],
)
def test_bad_pictures(x, error, message):
    with pytest.raises(error, match=message):
        check_pictures("pool", 2, x)
