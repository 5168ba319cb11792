import pytest
import torch

from dlcore.layers.pool_axis import (
    Axis,
    blank,
    crop_axis,
    give,
    look,
    pad_axis,
    window_axes,
    window_counts,
)
from tests.oracle import random


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


def test_give_adds_where_look_looks():
    axis = Axis(1, 5, [slice(0, 4, 2), torch.tensor([0, 0, 4])], (1, 0))
    x = random(2, 5, 3)
    padded = pad_axis(x, axis, -1.0)
    assert padded.shape == (2, 6, 3)
    assert torch.equal(crop_axis(padded, axis), x)
    for k in (0, 1):
        seen = look(padded, axis, k)
        values, back = random(*seen.shape, seed=1), torch.zeros_like(padded)
        give(back, axis, k, values)
        torch.testing.assert_close((seen * values).sum(), (padded * back).sum())


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_blank_keeps_the_layout(layout):
    like = random(2, 3, 4, 5).contiguous(memory_format=layout)
    zeros = blank(like, Axis(3, 9, [], (1, 1)))
    assert zeros.shape == (2, 3, 4, 11)
    assert zeros.is_contiguous(memory_format=layout)
    assert not zeros.any()


def test_bad_padding():
    with pytest.raises(ValueError, match="pool pads by at most half a window of 3, got padding=2"):
        list(window_axes("pool", 1, torch.ones(1, 1, 6), 3, 2, 2, 1, False))
