"""Synthetic speech: ten words of three or four sounds, by speakers who differ, in noise.

A vowel is two tones, its formants, whose loudness trembles with the pitch of the voice; s is hiss.
Speakers differ in the length of the throat (both formants higher or lower), in pitch and in tempo;
sounds glide into each other, gaps between words are short or none, and noise lies over all.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

RATE = 4000  # samples a second
FORMANTS = {
    "a": (700, 1150), "e": (520, 1500), "i": (330, 1750), "o": (480, 850), "u": (310, 680),
    "s": (500, 1200),
}  # fmt: skip
TONE_WORDS = ("sio", "ose", "aui", "iau", "esa", "useo", "oia", "euis", "ouaa", "siu")
SOUND = 0.07  # seconds of one sound at tempo 1
GLIDE = 60  # samples from one sound to the next: 15 ms


class ToneWords(NamedTuple):
    """N strings of words, as sounds.

    waves   N of (L,) float32, RATE samples a second; lengths differ
    words   N lists of indices into TONE_WORDS
    cuts    N lists of (first, last + 1) sample of each word
    """

    waves: list[torch.Tensor]
    words: list[list[int]]
    cuts: list[list[tuple[int, int]]]


class Voice(NamedTuple):
    """Factors on both formants, pitch in hertz, and tempo (2: everything lasts twice as long)."""

    formants: tuple[float, float]
    pitch: float
    tempo: float


def tone_words(
    count: int,
    seed: int = 0,
    words: tuple[int, int] = (2, 4),
    snr: tuple[float, float] = (0.0, 20.0),
    spread: float = 0.3,
    gap: float = 0.08,
) -> ToneWords:
    """`count` strings of words[0] to words[1] words, each by a voice of its own.

    snr: signal-to-noise ratio in decibels, drawn evenly from this range: at 0 the noise is as
    strong as the speech, at 20 it has a hundredth of its power. spread: half width of the
    logarithm of the first formant's factor (the second's is half of that); 0 is one throat for
    all. gap: the longest silence between two words, in seconds.
    Raises ValueError for a negative count, an empty range, or a negative spread or gap.
    """
    if count < 0 or not 1 <= words[0] <= words[1] or snr[0] > snr[1] or min(spread, gap) < 0:
        raise ValueError(
            "tone_words needs a count of 0 or more, words=(1 or more, as many or more), snr=(low, "
            f"high), spread and gap of 0 or more; got {count=}, {words=}, {snr=}, {spread=}, {gap=}"
        )
    dice = np.random.default_rng(seed)
    waves, strings, cuts = [], [], []
    for _ in range(count):
        string = dice.integers(len(TONE_WORDS), size=dice.integers(*words, endpoint=True)).tolist()
        wave, cut = say(string, dice, voice(dice, spread), dice.uniform(*snr), gap)
        waves.append(wave)
        strings.append(string)
        cuts.append(cut)
    return ToneWords(waves, strings, cuts)


def voice(dice: np.random.Generator, spread: float = 0.3) -> Voice:
    """A random speaker."""
    throat = np.exp(dice.uniform(-spread, spread, 2) * (1, 0.5))
    tempo = float(np.exp(dice.uniform(-0.4, 0.4)))
    return Voice((float(throat[0]), float(throat[1])), float(dice.uniform(80, 170)), tempo)


def say(
    string: Sequence[int],
    dice: np.random.Generator,
    speaker: Voice,
    snr: float = 20.0,
    gap: float = 0.08,
) -> tuple[torch.Tensor, list[tuple[int, int]]]:
    """The wave (L,) of a string of words by one speaker, and where each word lies in it.

    string: indices into TONE_WORDS. snr in decibels. gap as in tone_words.
    """
    parts = [_silence(dice.uniform(0.02, 0.08))]
    cuts, at = [], len(parts[0][0])
    for word in string:
        tempo, begin = speaker.tempo * np.exp(dice.normal(0, 0.12)), at
        for sound in TONE_WORDS[word]:
            parts.append(_sound(sound, tempo, speaker, dice))
            at += len(parts[-1][0])
        cuts.append((begin, at))
        parts.append(_silence(dice.uniform(0, gap)))
        at += len(parts[-1][0])
    parts.append(_silence(0.03))
    first, second, loud, hiss = (_glide(np.concatenate(t)) for t in zip(*parts, strict=True))
    wave = _voiced(first, second, loud, hiss, speaker.pitch, dice)
    power = (wave**2).mean() / 10 ** (snr / 10)
    wave = wave + np.sqrt(power) * dice.standard_normal(len(wave))
    return torch.from_numpy(wave.astype(np.float32)), cuts


def _silence(seconds: float) -> tuple[np.ndarray, ...]:
    """Tracks of first formant, second formant, loudness and hiss."""
    samples = int(RATE * seconds)
    return tuple(np.full(samples, value) for value in (*FORMANTS["s"], 0.0, 0.0))


def _sound(
    sound: str, tempo: float, speaker: Voice, dice: np.random.Generator
) -> tuple[np.ndarray, ...]:
    samples = int(RATE * SOUND * tempo * np.exp(dice.normal(0, 0.15)))
    wobble = np.exp(dice.normal(0, 0.04, 2))
    first, second = np.array(FORMANTS[sound]) * speaker.formants * wobble
    loud, hiss = (0.0, 1.0) if sound == "s" else (dice.uniform(0.6, 1.2), 0.0)
    return tuple(np.full(samples, value) for value in (first, second, loud, hiss))


def _glide(track: np.ndarray) -> np.ndarray:
    """The mean over GLIDE samples around each."""
    padded = np.pad(track, (GLIDE // 2, GLIDE // 2 - 1), "edge")
    return np.convolve(padded, np.full(GLIDE, 1 / GLIDE), "valid")


def _voiced(
    first: np.ndarray, second: np.ndarray, loud: np.ndarray, hiss: np.ndarray, pitch: float,
    dice: np.random.Generator,
) -> np.ndarray:  # fmt: skip
    """Two tones that tremble with the pitch, and hiss: noise less the noise one sample before."""
    seconds = np.arange(len(first)) / RATE
    tremble = 1 + 0.7 * np.sin(2 * np.pi * pitch * seconds + dice.uniform(0, 2 * np.pi))
    tones = np.sin(2 * np.pi * np.cumsum(first) / RATE)
    tones = tones + 0.7 * np.sin(2 * np.pi * np.cumsum(second) / RATE)
    noise = dice.standard_normal(len(first) + 1)
    return loud * tremble * tones + 0.8 * hiss * np.diff(noise)
