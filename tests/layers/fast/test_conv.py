import pytest
import torch
from hypothesis import given, settings

from dlcore import Conv2d
from dlcore.autodiff.faster import FASTER, fastest
from dlcore.layers.conv import Convolution
from dlcore.layers.fast import conv as fast_conv
from dlcore.layers.fast import product, tiled_conv, winograd
from dlcore.layers.fast.conv import DepthwiseConvolution, ShiftedConvolution, pictures_in
from dlcore.layers.fast.fft_conv import FFTConvolution
from dlcore.layers.fast.tiled_conv import TiledConvolution
from dlcore.layers.fast.winograd import WinogradConvolution
from tests.oracle import assert_gradcheck, assert_one_graph, random
from tests.plain_conv import assert_like_plain, assert_single_is_exact, cases


@settings(max_examples=40)
@given(cases(groups="channels"))
def test_depthwise_is_the_plain_convolution(case):
    assert_like_plain(DepthwiseConvolution, *case)


@settings(max_examples=40)
@given(cases(stride=1))
def test_shifted_is_the_plain_convolution(case):
    assert_like_plain(ShiftedConvolution, *case)


def arguments(channels, kernel, size=9, filters=None, groups=1, stride=1, padding=1):
    filters = filters or channels
    x, weight = random(4, channels, size, size), random(filters, channels // groups, kernel, kernel)
    pairs = ((padding, padding),) * 2
    return x.float(), weight.float(), None, (stride, stride), pairs, (1, 1), groups


def chosen(*options):
    return fastest(Convolution, *options)


def test_the_choice_without_onednn(monkeypatch):
    monkeypatch.setattr(product, "ONEDNN", None)
    assert chosen(*arguments(3, 3)) is TiledConvolution
    assert chosen(*arguments(16, 3)) is ShiftedConvolution
    assert chosen(*arguments(32, 3, stride=2)) is TiledConvolution
    assert chosen(*arguments(64, 3)) is WinogradConvolution
    assert chosen(*arguments(64, 5)) is TiledConvolution
    assert chosen(*arguments(8, 3, groups=8)) is DepthwiseConvolution
    assert chosen(*arguments(2, 15, size=20)) is FFTConvolution


def test_the_choice_with_onednn(monkeypatch):
    monkeypatch.setattr(product, "ONEDNN", lambda a, b, *rest: a @ b.T)
    assert chosen(*arguments(16, 3)) is TiledConvolution
    assert chosen(*arguments(64, 3)) is TiledConvolution
    assert chosen(*arguments(256, 3, size=3)) is WinogradConvolution
    assert chosen(*arguments(2, 15, size=20)) is TiledConvolution
    assert chosen(*arguments(2, 31, size=32)) is FFTConvolution


def test_an_empty_batch_is_left_to_the_plain_one():
    options = arguments(4, 3)
    assert not any(fast.suits(options[0][:0], *options[1:]) for fast in FASTER[Convolution])
    y = Conv2d(4, 8, 3)(options[0][:0])
    assert y.node.function is Convolution


def test_layers_take_the_fast_way():
    y = Conv2d(8, 8, 3, groups=8)(torch.randn(1, 8, 5, 5))
    assert y.node.function is DepthwiseConvolution


def test_blocks_change_nothing(monkeypatch):
    for module in (fast_conv, tiled_conv, winograd):
        monkeypatch.setattr(module, "BLOCK", 600)
    x = random(5, 6, 7, 6)
    options = ((1, 1), ((1, 1), (1, 1)), (1, 1))
    assert pictures_in(600, x) == 2
    dense, bias = random(4, 6, 3, 3, seed=1), random(4, seed=2)
    for function in (ShiftedConvolution, TiledConvolution, WinogradConvolution):
        assert_like_plain(function, x, dense, bias, *options, 1)
    single = random(6, 1, 3, 3, seed=1)
    assert_like_plain(DepthwiseConvolution, x, single, None, *options, 6)


def test_gradcheck():
    options = (1, 2), ((1, 0), (0, 1)), (1, 2), 3
    x, weight, bias = random(2, 3, 5, 6), random(3, 1, 2, 3, seed=1), random(3, seed=2)
    assert_gradcheck(DepthwiseConvolution, x, weight, bias, *options)
    weight = random(2, 3, 2, 3, seed=1)
    options = (1, 1), ((1, 0), (0, 1)), (1, 2), 1
    assert_gradcheck(ShiftedConvolution, x, weight, bias[:2].clone(), *options)


def test_float32_against_a_float64_oracle():
    x, bias = random(8, 32, 12, 12), random(32, seed=2)
    same = ((1, 1), ((1, 1), (1, 1)), (1, 1))
    assert_single_is_exact(ShiftedConvolution, x, random(32, 32, 3, 3, seed=1), bias, *same, 1)
    assert_single_is_exact(DepthwiseConvolution, x, random(32, 1, 3, 3, seed=1), bias, *same, 32)


@pytest.mark.parametrize("channels", [3, 20])
def test_the_chosen_algorithm_works_in_bfloat16(channels):
    layer = Conv2d(channels, 20, 3, padding=1).to(torch.bfloat16)
    x = torch.randn(2, channels, 8, 8)
    y = layer(x.bfloat16())
    exact = Convolution.apply(
        x.bfloat16().double(), layer.weight.data.double(), layer.bias.data.double(),
        (1, 1), ((1, 1), (1, 1)), (1, 1), 1,
    )  # fmt: skip
    assert y.dtype == torch.bfloat16
    torch.testing.assert_close(y.data.double(), exact.data, rtol=0.02, atol=0.02)


COMPILED = {
    "tiles": (3, 4, {"padding": 1}),
    "stride": (3, 4, {"stride": 2, "padding": 1}),
    "depthwise": (4, 4, {"padding": 1, "groups": 4}),
    "groups": (4, 6, {"groups": 2}),
    "winograd": (64, 64, {"padding": 1}),
}


@pytest.mark.parametrize("name", COMPILED)
def test_one_graph_gives_what_eager_gives(name):
    inputs, outputs, options = COMPILED[name]
    assert_one_graph(Conv2d(inputs, outputs, 3, **options).double(), random(2, inputs, 6, 5))
