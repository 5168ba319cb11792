import pytest
import torch
from hypothesis import given, settings

from dlcore.layers.fast.tiled_conv import TiledConvolution, Tiles, backwards, tile
from tests.oracle import assert_gradcheck, random
from tests.plain_conv import assert_like_plain, assert_single_is_exact, cases


@settings(max_examples=80)
@given(cases())
def test_tiled_is_the_plain_convolution(case):
    assert_like_plain(TiledConvolution, *case)


@settings(max_examples=30)
@given(cases(groups=3))
def test_groups_do_not_see_each_other(case):
    assert_like_plain(TiledConvolution, *case)


@pytest.mark.parametrize("channels", [1, 3, 8, 16, 40])
def test_every_size_of_tile_is_the_plain_convolution(channels):
    x, weight = random(3, channels, 9, 7), random(20, channels, 3, 3, seed=1)
    for padding in (0, 1, 3):
        pairs = ((padding, padding), (padding, 0))
        assert_like_plain(TiledConvolution, x, weight, None, (1, 1), pairs, (1, 1), 1)


def test_more_windows_to_a_tile_where_there_are_few_channels():
    one, x = (1, 1), random(1, 1, 4, 4)
    assert [tile(x, c, (3, 3), one, one) for c in (1, 2, 4, 5, 31, 32)] == [8, 4, 4, 2, 2, 1]
    assert tile(x, 1, (3, 3), (1, 2), one) == tile(x, 1, (3, 3), one, (1, 2)) == 1
    assert tile(x, 1, (3, 1), one, one) == 1
    assert tile(torch.full_like(x, torch.inf), 1, (3, 3), one, one) == 1


def test_toeplitz_repeats_the_filter():
    tiles = Tiles((2,), (1,), ((0, 0),), (1,), (4,), 3)
    matrix = tiles.toeplitz(torch.tensor([5.0, 7.0]).view(2, 1, 1))
    assert matrix.tolist() == [[5, 0, 0], [7, 5, 0], [0, 7, 5], [0, 0, 7]]
    assert tiles.from_toeplitz(matrix, 1).flatten().tolist() == [15, 21]
    assert (tiles.window, tiles.steps, tiles.tiled) == ((4,), (3,), (2,))


def test_columns_hold_what_the_tile_sees():
    tiles = Tiles((2,), (1,), ((1, 0),), (1,), (4,), 3)
    x = torch.arange(1.0, 5).view(1, 4, 1)
    ((pictures, columns),) = tiles.blocks(x)
    assert columns.tolist() == [[0, 1, 2, 3], [3, 4, 0, 0]]  # the last tile hangs over
    assert pictures == slice(0, 1)


def test_windows_of_one_pixel_are_not_copied():
    x = random(2, 3, 4, 5)
    tiles = Tiles((1, 1), (1, 1), ((0, 0), (0, 0)), (1, 1), (3, 4))
    ((_, columns),) = tiles.blocks(x)
    assert columns.data_ptr() == x.data_ptr()


def test_gradient_windows_look_the_other_way():
    tiles = Tiles((3, 3), (1, 1), ((0, 2), (1, 1)), (1, 2), (5, 5))
    back = backwards(tiles, (5, 7), random(1, 5, 5, 8))
    assert back is not None
    assert back.padding == ((2, 0), (3, 3))
    assert back.places == (5, 7)
    assert backwards(Tiles((3,), (2,), ((1, 1),), (1,), (4,)), (8,), random(1, 4, 8)) is None
    assert backwards(Tiles((3,), (1,), ((3, 3),), (1,), (9,)), (5,), random(1, 9, 8)) is None


def test_gradcheck():
    x, weight, bias = random(2, 2, 5, 4), random(3, 2, 3, 2, seed=1), random(3, seed=2)
    for stride in ((1, 1), (2, 1)):
        options = stride, ((1, 1), (0, 1)), (1, 1), 1
        assert_gradcheck(TiledConvolution, x, weight, bias, *options)


@pytest.mark.parametrize("channels", [1, 16, 64])
@pytest.mark.parametrize("stride", [1, 2])
def test_float32_against_a_float64_oracle(channels, stride):
    x, bias = random(16, channels, 16, 16), random(16, seed=2)
    weight = random(16, channels, 3, 3, seed=1)
    options = (stride, stride), ((1, 1), (1, 1)), (1, 1), 1
    assert_single_is_exact(TiledConvolution, x, weight, bias, *options)
