"""1977, Fred Jelinek and others: among how many words does a model hesitate? (chapter 16).

F. Jelinek, R. Mercer, L. Bahl, J. Baker, Perplexity, a measure of the difficulty of speech
recognition tasks, Journal of the Acoustical Society of America 62 (1977) S63,
https://doi.org/10.1121/1.2016299.
"""

from __future__ import annotations

import math
from typing import Any

import torch


def perplexity(log_probs: Any) -> float:
    """exp(−mean of log p): K for a model that hesitates among K words all the time.

    log_probs  of each word that came, given those before it, natural logarithms; any shape.
    Perplexities compare only for the same words: a model of characters, or of pieces of words,
    counts other things. ∞ where a word was held impossible. Raises ValueError for no words and
    for logarithms above 0.
    """
    values = torch.as_tensor(log_probs, dtype=torch.float64).flatten()
    if not len(values):
        raise ValueError("perplexity needs the log-probability of one word at least, got none")
    if bool((values > 1e-6).any()) or bool(values.isnan().any()):
        raise ValueError("perplexity takes logarithms of probabilities, at most 0")
    mean = values.mean().item()
    return math.exp(-mean) if mean > -700 else math.inf


def bits_per(log_probs: Any, units: int) -> float:
    """−Σ log₂ p divided by `units`, such as the characters of the text: fair across vocabularies.

    Raises ValueError for fewer than 1 unit.
    """
    if units < 1:
        raise ValueError(f"bits_per divides by 1 unit or more, got {units}")
    values = torch.as_tensor(log_probs, dtype=torch.float64)
    return -values.sum().item() / math.log(2) / units
