import math

import pytest
import torch

from dlcore.methods.prepare.companding import mu_law_decoding, mu_law_encoding


@pytest.mark.parametrize("channels", [2, 16, 256])
def test_each_number_by_the_formula(channels):
    mu = channels - 1
    for x in torch.linspace(-1, 1, 201).tolist():
        bent = math.copysign(math.log1p(mu * abs(x)) / math.log1p(mu), x)
        expected = math.floor((bent + 1) / 2 * mu + 0.5)
        got = mu_law_encoding(torch.tensor(x).double(), channels).item()
        assert abs(got - expected) <= (abs((bent + 1) / 2 * mu % 1 - 0.5) < 1e-6)


def test_every_step_survives_the_way_there_and_back():
    steps = torch.arange(256)
    assert torch.equal(mu_law_encoding(mu_law_decoding(steps)), steps)
    assert mu_law_decoding(torch.tensor([0, 255])).tolist() == pytest.approx([-1, 1], abs=1e-5)


def test_soft_sounds_have_finer_steps():
    gaps = mu_law_decoding(torch.arange(256)).diff()
    assert gaps[127] < gaps[200] / 10
    assert 10 * gaps[127] < 2 / 256


def test_louder_than_one_is_cut():
    assert mu_law_encoding(torch.tensor([-3.0, 3.0])).tolist() == [0, 255]


@pytest.mark.parametrize("door", [mu_law_encoding, mu_law_decoding])
def test_refuses_a_single_step(door):
    with pytest.raises(ValueError, match="2 quantization_channels or more, got 1"):
        door(torch.zeros(1), 1)
