import pytest
import torch
from hypothesis import given, settings

from dlcore import ConvTranspose2d
from dlcore.layers.conv_transpose import TransposedConvolution
from dlcore.layers.fast import tiled_conv
from dlcore.layers.fast.conv_transpose import TiledTransposedConvolution
from tests.oracle import assert_gradcheck, assert_one_graph, random
from tests.plain_conv import cases, run


def mirrored(case):
    """A convolution's case as that of the transposed one: x is what the convolution gives."""
    y, weight, _, stride, padding, dilation, groups = case
    size = list(y.shape[2:])
    places = [
        (n + sum(p) - d * (k - 1) - 1) // s + 1
        for n, p, k, s, d in zip(size, padding, weight.shape[2:], stride, dilation, strict=True)
    ]
    x, bias = random(len(y), len(weight), *places, seed=4), random(weight.shape[1], seed=5)
    return x, weight, bias, size, stride, padding, dilation, groups


def assert_like_plain(case):
    for needs_x in (True, False):
        ours = run(TiledTransposedConvolution, *case, needs_x=needs_x)
        plain = run(TransposedConvolution, *case, needs_x=needs_x)
        for mine, expected in zip(ours, plain, strict=True):
            if expected is None:
                assert mine is None
            else:
                torch.testing.assert_close(mine, expected, rtol=0, atol=1e-9)


@settings(max_examples=60)
@given(cases())
def test_tiled_is_the_plain_transposed_convolution(case):
    assert_like_plain(mirrored(case))


def test_blocks_change_nothing(monkeypatch):
    monkeypatch.setattr(tiled_conv, "BLOCK", 600)
    x, weight = random(5, 4, 4, 3), random(4, 6, 3, 3, seed=1)
    for stride, size in ((1, [6, 5]), (2, [9, 7])):
        pairs = ((0, 0), (0, 0))
        assert_like_plain((x, weight, None, size, (stride,) * 2, pairs, (1, 1), 1))


def test_gradcheck():
    x, weight, bias = random(2, 4, 3, 2), random(4, 2, 3, 2, seed=1), random(2, seed=2)
    options = [7, 3], (2, 1), ((0, 0), (0, 1)), (1, 2), 1
    assert_gradcheck(TiledTransposedConvolution, x, weight, bias, *options)


@pytest.mark.parametrize("stride", [1, 2])
def test_float32_against_a_float64_oracle(stride):
    x, weight, bias = random(8, 32, 8, 8), random(32, 16, 4, 4, seed=1), random(16, seed=2)
    size = [(8 - 1) * stride + 2] * 2
    options = size, (stride, stride), ((1, 1), (1, 1)), (1, 1), 1
    exact = run(TransposedConvolution, x, weight, bias, *options)
    single = run(TiledTransposedConvolution, x.float(), weight.float(), bias.float(), *options)
    for mine, expected in zip(single, exact, strict=True):
        assert (mine.double() - expected).norm() / expected.norm() < 1e-5


def test_layers_take_the_fast_way_unless_there_are_groups():
    x = torch.randn(1, 4, 3, 3)
    assert ConvTranspose2d(4, 4, 2)(x).node.function is TiledTransposedConvolution
    assert ConvTranspose2d(4, 4, 2, groups=2)(x).node.function is TransposedConvolution


def test_one_graph_gives_what_eager_gives():
    assert_one_graph(ConvTranspose2d(3, 4, 4, 2, 1).double(), random(2, 3, 4, 3))
