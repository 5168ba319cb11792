"""No form of a convolution lets a number that is not finite spoil what does not see it."""

import math

import pytest
import torch
import torch.nn.functional as F

from dlcore import Tensor, plain
from dlcore.autodiff.faster import fastest
from dlcore.layers import conv1d, conv2d, conv_transpose2d
from dlcore.layers.conv import Convolution
from dlcore.layers.fast.finite import all_finite, by_plain_form, may_be_seen
from tests.oracle import random

CASES = {  # channels, kernel, the form that is chosen with numbers that are finite
    "spectra": (1, (24, 24), "FFTConvolution"),
    "eight to a tile": (1, (3, 3), "TiledConvolution"),
    "four to a tile": (3, (3, 3), "TiledConvolution"),
    "two to a tile": (20, (3, 3), "TiledConvolution"),
    "fewer products": (256, (3, 3), "WinogradConvolution"),
}
BAD = [math.nan, math.inf, -math.inf]


def spoilt(bad, *shape):
    x = random(*shape)
    x[(0, 0, *(n // 2 for n in shape[2:]))] = bad
    return x


def same(mine, other):
    torch.testing.assert_close(mine, other, rtol=0, atol=1e-9, equal_nan=True)


def test_the_smallest_inputs_that_failed():
    x, kernel = torch.randn(1, 1, 2000), torch.randn(1, 1, 512)
    x[..., -1] = math.nan
    assert conv1d(Tensor(x), Tensor(kernel)).data.isnan().sum() == 1
    x = torch.randn(1, 1, 40)
    x[..., 20] = math.nan
    assert conv1d(Tensor(x), Tensor(kernel[..., :3])).data.isnan().sum() == 3


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("bad", BAD)
def test_a_picture(name, bad):
    channels, kernel, form = CASES[name]
    x, weight = spoilt(bad, 2, channels, 30, 30), random(channels, channels, *kernel, seed=1)
    settings = (1, 1), ((0, 0), (0, 0)), (1, 1), 1
    chosen = fastest(Convolution, x.float(), weight.float(), None, *settings)
    assert chosen.__name__ in (form, "ShiftedConvolution")  # the last where oneDNN is missing
    same(conv2d(Tensor(x), Tensor(weight)).data, F.conv2d(x, weight))


@pytest.mark.parametrize("channels", [1, 3, 20, 40])
@pytest.mark.parametrize("bad", BAD)
def test_a_transposed_convolution(channels, bad):
    x, weight = spoilt(bad, 2, channels, 9, 9), random(channels, channels, 3, 3, seed=1)
    same(conv_transpose2d(Tensor(x), Tensor(weight)).data, F.conv_transpose2d(x, weight))


def gradients(x, weight, probe):
    x, weight = Tensor(x, True), Tensor(weight, True)
    conv2d(x, weight).backward(probe)
    return x.grad, weight.grad


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("place", ["picture", "corner", "gradient"])
def test_the_gradients(name, place):
    channels, kernel, _ = CASES[name]
    x, weight = random(2, channels, 30, 30), random(channels, channels, *kernel, seed=1)
    probe = random(*F.conv2d(x, weight).shape, seed=2)
    where = {"picture": x[0, 0, 15:16], "corner": x[0, 0, :1], "gradient": probe[0, 0, 3:4]}[place]
    where[0, 3 if place != "corner" else 0] = math.nan
    with plain():
        expected = gradients(x, weight, probe)
    for mine, other in zip(gradients(x, weight, probe), expected, strict=True):
        same(mine, other)


def test_one_sum_tells():
    x = torch.ones(3, 4)
    assert all_finite(x)
    assert all_finite(None)
    assert may_be_seen(x)
    assert not may_be_seen(x.to("meta"))
    for bad in BAD:
        assert not all_finite(torch.tensor([1.0, bad]))
    assert not all_finite(torch.tensor([math.inf, -math.inf]))


def test_the_plain_form_gives_what_is_asked_for():
    x, weight, grad = random(1, 2, 5, 5), random(3, 2, 3, 3), random(1, 3, 3, 3)
    settings = (1, 1), ((0, 0), (0, 0)), (1, 1), 1
    for asked in (True, False):
        needs = False, True, asked, False, False, False, False
        found = by_plain_form(Convolution, needs, (x, weight, None, *settings), grad)
        if asked:
            same(found[2], grad.sum((0, 2, 3)))
        else:
            assert found[2] is None
