import pytest
import torch

from dlcore import Tensor
from dlcore.layers.pool_axis import (
    Axis,
    Give,
    Look,
    crop_axis,
    give,
    look,
    pad_axis,
    window_axes,
    window_counts,
)
from tests.oracle import assert_gradcheck, random


def test_window_axes_start_with_the_last():
    x = torch.ones(1, 1, 5, 7)
    rows, columns = reversed(list(window_axes("pool", 2, x, (3, 2), 2, (1, 0), 1, False)))
    assert rows == Axis(2, 5, [slice(0, 5, 2), slice(1, 6, 2), slice(2, 7, 2)], (1, 1))
    assert columns == Axis(3, 7, [slice(0, 5, 2), slice(1, 6, 2)], (0, 0))


def test_ceil_mode_lets_the_last_window_hang_over():
    (axis,) = window_axes("pool", 1, torch.ones(1, 1, 6), 3, 2, 0, 1, True)
    assert axis == Axis(2, 6, [slice(0, 5, 2), slice(1, 6, 2), slice(2, 7, 2)], (0, 1))
    (axis,) = window_axes("pool", 1, torch.ones(1, 1, 2), 1, 3, 0, 1, True)
    assert axis.taps == [slice(0, 1, 3)]  # no window starts behind the picture


def test_counts_with_and_without_the_padding():
    (axis,) = window_axes("pool", 1, torch.ones(1, 1, 6), 3, 2, 1, 1, True)
    assert window_counts(axis, 1, False) == [2, 3, 3, 1]
    assert window_counts(axis, 1, True) == [3, 3, 3, 2]


AXES = [
    Axis(1, 5, [slice(0, 4, 2), slice(1, 5, 2), slice(2, 6, 2)], (1, 0)),
    Axis(1, 5, [torch.tensor([0, 0, 4]), torch.tensor([1, 0, 4])], (0, 0)),
]


@pytest.mark.parametrize("axis", AXES)
def test_give_adds_where_look_looks(axis):
    x = random(2, 5, 3)
    padded = pad_axis(x, axis, -1.0)
    assert padded.shape == (2, 5 + axis.padding[0], 3)
    assert torch.equal(crop_axis(padded, axis), x)
    seen = look(padded, axis)
    assert all(torch.equal(part, padded[axis.at(k)]) for k, part in enumerate(seen))
    pieces = random(*seen.shape, seed=1)
    back = give(pieces, axis)
    torch.testing.assert_close((seen * pieces).sum(), (padded * back).sum())


@pytest.mark.parametrize("axis", AXES)
def test_the_gradient_of_each_way_is_the_other(axis):
    padded = pad_axis(random(2, 5, 3), axis, 0.0)
    assert_gradcheck(Look, padded, axis)
    assert_gradcheck(Give, random(*look(padded, axis).shape), axis)
    assert look(Tensor(padded, True), axis).node.function is Look


def test_bad_padding():
    with pytest.raises(ValueError, match="pool pads by at most half a window of 3, got padding=2"):
        list(window_axes("pool", 1, torch.ones(1, 1, 6), 3, 2, 2, 1, False))
