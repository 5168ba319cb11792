import pytest
import torch

from dlcore.data.tone_words import RATE, TONE_WORDS, Voice, say, tone_words, voice
from dlcore.methods.prepare.spectrogram import spectrogram


def test_a_string_has_its_words_in_order_with_cuts_inside_the_wave():
    corpus = tone_words(20, seed=1, words=(2, 4))
    assert {len(string) for string in corpus.words} == {2, 3, 4}
    for wave, string, cuts in zip(*corpus, strict=True):
        assert wave.dtype == torch.float32
        assert wave.ndim == 1
        assert len(string) == len(cuts)
        flat = [edge for cut in cuts for edge in cut]
        assert flat == sorted(flat)
        assert flat[0] > 0
        assert flat[-1] < len(wave)


def test_same_seed_same_sound_and_torch_is_left_alone():
    before = torch.random.get_rng_state()
    one, two, other = tone_words(3, seed=5), tone_words(3, seed=5), tone_words(3, seed=6)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert one.words == two.words
    assert all(map(torch.equal, one.waves, two.waves))
    assert one.words != other.words or not torch.equal(one.waves[0], other.waves[0])


def test_all_words_occur_and_are_different():
    assert len(set(TONE_WORDS)) == len(TONE_WORDS) == 10
    corpus = tone_words(60, seed=0)
    assert {word for string in corpus.words for word in string} == set(range(10))


@pytest.mark.parametrize("decibels", [-10.0, 0.0, 20.0])
def test_noise_has_the_power_that_was_asked_for(decibels):
    clean = tone_words(30, seed=2, snr=(200, 200)).waves
    noisy = tone_words(30, seed=2, snr=(decibels, decibels)).waves
    # one draw more or less moves none of what follows within a string: the first is comparable
    power = (clean[0] ** 2).mean()
    noise = ((noisy[0] - clean[0]) ** 2).mean()
    assert 10 * (power / noise).log10().item() == pytest.approx(decibels, abs=0.3)


def test_a_vowel_is_loud_at_its_two_formants():
    import numpy as np

    speaker = Voice((1.0, 1.0), 100.0, 3.0)
    wave, cuts = say([TONE_WORDS.index("oia")], np.random.default_rng(0), speaker, 60.0)
    begin, end = cuts[0]
    last = wave[end - (end - begin) // 4 : end]  # a: 700 and 1150 hertz
    power = spectrogram(last, 400, 100).mean(1)
    hertz = torch.arange(201) * RATE / 400
    low, high = power[(hertz < 920)], power[(hertz >= 920)]
    assert hertz[low.argmax()].item() == pytest.approx(700, abs=90)
    assert hertz[920 // 10 + high.argmax()].item() == pytest.approx(1150, abs=150)


def test_no_spread_means_one_throat():
    import numpy as np

    assert voice(np.random.default_rng(3), 0.0).formants == (1.0, 1.0)


@pytest.mark.parametrize(
    "bad", [{"count": -1}, {"words": (0, 2)}, {"words": (3, 2)}, {"snr": (5, 4)}, {"gap": -1}]
)
def test_refuses(bad):
    with pytest.raises(ValueError, match="tone_words needs a count of 0 or more"):
        tone_words(**{"count": 1} | bad)


def test_no_strings():
    assert tone_words(0) == ([], [], [])
