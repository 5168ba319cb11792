"""Generated melodies: a bar of eight notes, the bar again, and again with another ending."""

import numpy as np
import torch

SCALE = (0, 2, 4, 5, 7, 9, 11, 12, 14, 16)  # half tones above the lowest note
BAR = 8  # notes


def melodies(count: int, bars: int = 4, seed: int = 0, strict: float = 0.9) -> torch.Tensor:
    """(count, BAR · bars) int64 indices into SCALE.

    The first bar walks up and down the scale in small steps. Each note of a later bar is, with the
    share `strict`, the note one bar before, else a step from its left neighbour.
    Raises ValueError for a negative count, fewer than 1 bar, or a share outside 0 … 1.
    """
    if count < 0 or bars < 1 or not 0 <= strict <= 1:
        raise ValueError(
            f"melodies needs count ≥ 0, bars ≥ 1 and 0 ≤ strict ≤ 1, got {count=}, {bars=}, "
            f"{strict=}"
        )
    dice = np.random.default_rng(seed)
    notes = np.zeros((count, BAR * bars), dtype=np.int64)
    for place in range(BAR * bars):
        if place == 0:
            notes[:, 0] = dice.integers(len(SCALE), size=count)
            continue
        steps = dice.choice((-2, -1, 0, 1, 2), size=count, p=(0.15, 0.3, 0.1, 0.3, 0.15))
        walked = notes[:, place - 1] + steps
        walked = np.abs(walked)  # turned back at the lowest note, and below at the highest
        top = len(SCALE) - 1
        walked = top - np.abs(top - walked)
        again = (dice.random(count) < strict) & (place >= BAR)
        notes[:, place] = np.where(again, notes[:, max(place - BAR, 0)], walked)
    return torch.from_numpy(notes)


def notes_in_hertz(notes: torch.Tensor, lowest: float = 262.0) -> torch.Tensor:
    """The frequency of each note: `lowest` · 2^(half tones / 12)."""
    return lowest * 2 ** (torch.tensor(SCALE)[notes] / 12)


def play(notes: torch.Tensor, rate: int = 4000, seconds: float = 0.15) -> torch.Tensor:
    """The wave of one melody (T,): a sine and its octave for each note, fading."""
    samples = int(rate * seconds)
    at = torch.arange(samples) / rate
    angle = 2 * torch.pi * notes_in_hertz(notes)[:, None] * at
    return ((angle.sin() + 0.3 * (2 * angle).sin()) * (1 - at / seconds)).flatten().float()
