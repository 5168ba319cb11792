import pytest
import torch

from dlcore.data.melodies import BAR, SCALE, melodies, notes_in_hertz, play


def test_bars_repeat_as_often_as_asked():
    strict = melodies(50, bars=4, strict=1.0)
    assert strict.shape == (50, 4 * BAR)
    assert strict.dtype == torch.int64
    assert torch.equal(strict[:, BAR:], strict[:, :-BAR])
    loose = melodies(2000, bars=3, seed=1, strict=0.5)
    again = (loose[:, BAR:] == loose[:, :-BAR]).float().mean().item()
    free = melodies(2000, bars=3, seed=2, strict=0.0)
    chance = (free[:, BAR:] == free[:, :-BAR]).float().mean().item()
    assert again == pytest.approx(0.5 + 0.5 * chance, abs=0.04)


def test_without_repeats_a_melody_walks_in_small_steps_inside_the_scale():
    notes = melodies(300, bars=2, seed=3, strict=0.0)
    assert notes.min() == 0
    assert notes.max() == len(SCALE) - 1
    assert notes.diff(dim=1).abs().max() <= 2


def test_same_seed_same_melody():
    assert torch.equal(melodies(4, seed=7), melodies(4, seed=7))
    assert not torch.equal(melodies(4, seed=7), melodies(4, seed=8))


def test_an_octave_doubles_the_frequency():
    low, high = notes_in_hertz(torch.tensor([0, SCALE.index(12)]), lowest=200.0).tolist()
    assert (low, high) == (200.0, 400.0)


def test_play_lasts_as_long_as_its_notes_and_has_their_pitch():
    wave = play(torch.tensor([0, 4]), rate=4000, seconds=0.25)
    assert wave.shape == (2000,)
    loudest = torch.fft.rfft(wave[:1000]).abs().argmax().item() * 4
    assert loudest == pytest.approx(262, abs=4)


@pytest.mark.parametrize("bad", [{"count": -1}, {"bars": 0}, {"strict": 1.5}])
def test_refuses(bad):
    with pytest.raises(ValueError, match="melodies needs count ≥ 0"):
        melodies(**{"count": 2} | bad)
