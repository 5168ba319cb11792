import math
import random

import pytest
import torch
from transformers.audio_utils import mel_filter_bank

from dlcore.methods.prepare.spectrogram import (
    fourier_tables,
    frames,
    hertz_to_mel,
    log_mel,
    mel_to_hertz,
    melscale_fbanks,
    spectrogram,
    stft,
)


def test_stft_is_torchs_on_200_random_cases():
    dice = random.Random(0)
    for case in range(200):
        torch.manual_seed(case)
        n_fft = dice.randint(2, 40)
        hop, center = dice.randint(1, n_fft), dice.random() < 0.5
        x = torch.randn(*([2] * dice.randint(0, 1)), dice.randint(n_fft, 120)).double()
        window = torch.rand(n_fft).double() if dice.random() < 0.7 else None
        mine = stft(x, n_fft, hop, window, center)
        torchs = torch.stft(
            x, n_fft, hop, window=torch.ones(n_fft).double() if window is None else window,
            center=center, return_complex=True,
        )  # fmt: skip
        torch.testing.assert_close(mine, torchs, atol=1e-10, rtol=0)


def test_one_number_by_hand():
    # a cosine of one turn in 4 samples: X₁ = 2, nothing elsewhere
    x = torch.tensor([1.0, 0.0, -1.0, 0.0])
    assert stft(x, 4, center=False).abs()[:, 0].tolist() == pytest.approx([0, 2, 0], abs=1e-6)


def test_hop_is_a_quarter_unless_given():
    x = torch.randn(64)
    assert torch.equal(stft(x, 16), stft(x, 16, 4))


def test_frames_are_counted_as_the_docstring_says():
    x = torch.arange(10.0)
    assert frames(x, 4, 3, center=False).tolist() == [[0, 1, 2, 3], [3, 4, 5, 6], [6, 7, 8, 9]]
    assert len(frames(x, 4, 3)) == 1 + 10 // 3
    assert frames(x, 4, 3)[0].tolist() == [2, 1, 0, 1]  # mirrored
    assert torch.equal(frames(x, 1, 1), x[:, None])


def test_tables_are_exact_for_large_angles():
    table = fourier_tables(1000, torch.float64)
    assert table[999, 500].item() == pytest.approx(-1, abs=1e-12)  # cos(999 π)


def test_spectrogram_is_torchs_stft_squared():
    x = torch.randn(2, 300).double()
    theirs = torch.stft(x, 64, 16, window=torch.hann_window(64, dtype=x.dtype), return_complex=True)
    torch.testing.assert_close(spectrogram(x, 64, 16), theirs.abs() ** 2)
    torch.testing.assert_close(spectrogram(x, 64, 16, power=1.0), theirs.abs())


def by_loops(n_freqs, f_min, f_max, n_mels, rate):
    """Each triangle at each frequency, by its definition."""
    mel = lambda f: 2595 * math.log10(1 + f / 700)  # noqa: E731
    low, high = mel(f_min), mel(f_max)
    points = [low + (high - low) * i / (n_mels + 1) for i in range(n_mels + 2)]
    points = [700 * (10 ** (m / 2595) - 1) for m in points]
    bank = torch.zeros(n_freqs, n_mels)
    for k in range(n_freqs):
        f = k * rate / 2 / (n_freqs - 1)
        for m in range(n_mels):
            a, b, c = points[m : m + 3]
            if a < f <= b:
                bank[k, m] = (f - a) / (b - a)
            elif b < f < c:
                bank[k, m] = (c - f) / (c - b)
    return bank


def test_mel_bank_equals_its_loops_on_200_random_cases():
    dice = random.Random(1)
    for _ in range(200):
        rate = dice.choice((4000, 8000, 16000))
        f_min = dice.uniform(0, rate / 4)
        case = (
            dice.randint(2, 80), f_min, dice.uniform(f_min + 1, rate / 2), dice.randint(1, 30), rate
        )  # fmt: skip
        torch.testing.assert_close(melscale_fbanks(*case), by_loops(*case), atol=2e-6, rtol=0)


def test_mel_bank_is_that_of_transformers_on_20_random_cases():
    dice = random.Random(2)
    for _ in range(20):
        bands, freqs = dice.randint(1, 20), dice.randint(60, 130)
        low, high = dice.uniform(0, 300), dice.uniform(3000, 4000)
        theirs = mel_filter_bank(freqs, bands, low, high, 8000, norm=None, mel_scale="htk")
        mine = melscale_fbanks(freqs, low, high, bands, 8000)
        torch.testing.assert_close(mine, torch.from_numpy(theirs).float(), atol=2e-6, rtol=0)


def test_mel_scale_goes_there_and_back_and_1000_hertz_is_1000_mel():
    hertz = torch.tensor([0.0, 100, 700, 1000, 4000]).double()
    torch.testing.assert_close(mel_to_hertz(hertz_to_mel(hertz)), hertz)
    assert hertz_to_mel(torch.tensor(1000.0)).item() == pytest.approx(1000, abs=0.1)


def test_log_mel_has_mean_zero_in_each_band_and_does_not_hear_a_louder_microphone():
    x = torch.randn(3000)
    mel = log_mel(x)
    assert mel.shape == (1 + (3000 - 128) // 64, 20)
    assert mel.mean(0).abs().max() < 1e-5
    assert mel.std(correction=0).item() == pytest.approx(1, abs=1e-3)
    torch.testing.assert_close(log_mel(100 * x), mel, atol=1e-2, rtol=0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: frames(torch.zeros(3), 4, 1, center=False), "need a signal of 4 or more, got 3"),
        (lambda: frames(torch.zeros(2), 4, 1), "need a signal of 3 or more, got 2"),
        (lambda: frames(torch.zeros(9), 4, 0), "sizes of 1 or more"),
        (lambda: stft(torch.zeros(9), 4, window=torch.ones(3)), r"stft needs a window \(4,\)"),
        (lambda: melscale_fbanks(9, 100, 50, 4, 4000), "melscale_fbanks needs"),
        (lambda: melscale_fbanks(9, 0, 2500, 4, 4000), "melscale_fbanks needs"),
        (lambda: melscale_fbanks(1, 0, 2000, 4, 4000), "melscale_fbanks needs"),
        (lambda: melscale_fbanks(9, 0, 2000, 0, 4000), "melscale_fbanks needs"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()
