import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

import dlcore
from dlcore import layers
from dlcore.layers.adaptive_pool import adaptive_axis, averaging_matrix, window_ends
from tests.oracle import assert_like_torch, random


def test_windows_cover_the_axis():
    assert window_ends(5, 3) == [(0, 2), (1, 4), (3, 5)]
    assert window_ends(6, 3) == [(0, 2), (2, 4), (4, 6)]
    assert window_ends(2, 4) == [(0, 1), (0, 1), (1, 2), (1, 2)]


def test_a_short_window_looks_at_its_last_pixel_again():
    taps = adaptive_axis(0, 5, 3, "cpu").taps
    assert [tap.tolist() for tap in taps] == [[0, 1, 3], [1, 2, 4], [1, 3, 4]]
    assert adaptive_axis(0, 6, 3, "cpu").taps == [slice(0, None, 2), slice(1, None, 2)]


def test_averaging_matrix():
    matrix = averaging_matrix(5, 3, random(1))
    expected = [[0.5, 0.5, 0, 0, 0], [0, 1 / 3, 1 / 3, 1 / 3, 0], [0, 0, 0, 0.5, 0.5]]
    torch.testing.assert_close(matrix, torch.tensor(expected, dtype=torch.float64))


@st.composite
def cases(draw):
    dims = draw(st.integers(1, 3))
    size = [draw(st.integers(1, 8 - dims)) for _ in range(dims)]
    places = [draw(st.integers(1, 5)) for _ in range(dims)]
    if dims > 1 and draw(st.booleans()):
        places[0] = None
    x = random(draw(st.integers(0, 2)), 2, *size)
    return dims, x.clamp_min(0) if draw(st.booleans()) else x, places


@settings(max_examples=60)
@given(cases())
def test_like_torch(case):
    dims, x, size = case
    for kind in ("avg", "max"):
        name = f"adaptive_{kind}_pool{dims}d"
        ours, theirs = getattr(layers, name), getattr(F, name)
        assert_like_torch(lambda x: ours(x, size), lambda x: theirs(x, size), [x])  # noqa: B023


@settings(max_examples=30)
@given(cases())
def test_positions_like_torch(case):
    dims, x, size = case
    if len(x):
        name = f"adaptive_max_pool{dims}d"
        y, index = getattr(layers, name)(x, size, return_indices=True)
        expected, expected_index = getattr(F, name)(x, size, return_indices=True)
        assert torch.equal(y.data, expected)
        assert torch.equal(index, expected_index)


@pytest.mark.parametrize("kind", ["Avg", "Max"])
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_modules_are_torchs(kind, dims):
    name = f"Adaptive{kind}Pool{dims}d"
    for size in (1, 3):
        ours, theirs = getattr(dlcore, name)(size), getattr(torch.nn, name)(size)
        assert repr(ours) == repr(theirs)
        assert_like_torch(ours, theirs, [random(2, *[5] * dims)])


def test_global_pooling_is_the_mean():
    x = random(2, 3, 4, 5)
    y = layers.adaptive_avg_pool2d(x, 1)
    torch.testing.assert_close(y.data[:, :, 0, 0], x.mean((2, 3)))


def test_torch_calls_arrive_here():
    x = random(2, 3, 6, 4)
    for function in (F.adaptive_avg_pool2d, F.adaptive_max_pool2d):
        assert_like_torch(lambda x: function(x, 2), lambda x: function(x, 2), [x])  # noqa: B023
    index = F.adaptive_max_pool2d(dlcore.Tensor(x), 2, return_indices=True)[1]
    assert torch.equal(index, F.adaptive_max_pool2d(x, 2, return_indices=True)[1])


@pytest.mark.parametrize("size", [0, (1, 2, 3), (1, -1)])
def test_bad_sizes(size):
    with pytest.raises(ValueError, match="takes an output_size of 2 positive numbers"):
        dlcore.AdaptiveAvgPool2d(size)(torch.ones(1, 1, 3, 3))


def test_bad_input():
    with pytest.raises(ValueError, match=r"AdaptiveMaxPool2d takes \(N, C, …\)"):
        dlcore.AdaptiveMaxPool2d(1)(torch.ones(3, 3))
