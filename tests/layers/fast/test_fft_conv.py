import torch
from hypothesis import given, settings

from dlcore.layers.fast.fft_conv import FFTConvolution, picture, spectrum
from tests.oracle import assert_gradcheck, random
from tests.plain_conv import assert_like_plain, assert_single_is_exact, cases


@settings(max_examples=60)
@given(cases(stride=1, dilation=1))
def test_spectra_give_the_plain_convolution(case):
    assert_like_plain(FFTConvolution, *case)


def test_there_and_back():
    x = random(2, 3, 5, 4)
    filled = picture(spectrum(x, (7, 6)), (7, 6))
    torch.testing.assert_close(filled[..., :5, :4], x)
    assert filled[..., 5:, :].abs().max() < 1e-12


def test_gradcheck():
    x, weight, bias = random(2, 2, 5, 4), random(3, 2, 3, 2, seed=1), random(3, seed=2)
    options = (1, 1), ((1, 1), (0, 1)), (1, 1), 1
    assert_gradcheck(FFTConvolution, x, weight, bias, *options)


def test_float32_against_a_float64_oracle():
    x, weight, bias = random(4, 4, 32, 32), random(4, 4, 15, 15, seed=1), random(4, seed=2)
    options = (1, 1), ((7, 7), (7, 7)), (1, 1), 1
    assert_single_is_exact(FFTConvolution, x, weight, bias, *options)


def test_what_it_cannot_do_it_does_not_offer():
    x, weight, none = torch.ones(1, 2, 40, 40), torch.ones(2, 2, 31, 31), ((0, 0), (0, 0))
    suits = FFTConvolution.suits
    assert suits(x, weight, None, (1, 1), none, (1, 1), 1)
    assert not suits(x, weight, None, (1, 2), none, (1, 1), 1)
    assert not suits(x, weight[..., :3], None, (1, 1), none, (1, 1), 1)
    assert not suits(x.half(), weight.half(), None, (1, 1), none, (1, 1), 1)
