"""2019, Yang Song and Stefano Ermon: climb a noisy slope, with less and less noise (chapter 26).

Generative modeling by estimating gradients of the data distribution (2019),
https://arxiv.org/abs/1907.05600. That a denoiser learns the slope of the log of the density, the
score: P. Vincent, A connection between score matching and denoising autoencoders (2011),
https://doi.org/10.1162/NECO_a_00142. Score matching itself: A. Hyvärinen (2005),
https://jmlr.org/papers/v6/hyvarinen05a.html.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch

from dlcore.autodiff.functional import plain

Score = Callable[[torch.Tensor, int], torch.Tensor]


def langevin(
    score: Score, x: torch.Tensor, levels: Sequence[tuple[int, float]], steps: int,
    dice: torch.Generator, size: float = 0.05,
) -> torch.Tensor:  # fmt: skip
    """x ← x + e · score(x, t) + √(2e) · noise, `steps` times at each level (t, σ), e = size · σ².

    The largest σ first: there all of the land hangs together, and the share of every hill is
    settled before the ways between them close.
    """
    for t, sigma in levels:
        e = size * sigma * sigma
        for _ in range(steps):
            noise = torch.randn(x.shape, generator=dice, dtype=x.dtype)
            x = x + e * score(x, t) + math.sqrt(2 * e) * noise
    return x


def score_from_noise(noise: Any, spread: float) -> torch.Tensor:
    """The score of the noisy density where the net sees this noise: − noise / spread."""
    return -plain(noise) / spread
