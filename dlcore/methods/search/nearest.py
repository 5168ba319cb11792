"""1951, Evelyn Fix and Joseph Hodges: ask the neighbours; beside a language model (chapter 21).

E. Fix, J. L. Hodges, Discriminatory analysis: nonparametric discrimination, consistency properties
(1951, reprinted 1989, https://doi.org/10.2307/1403797). Next to a net that writes: U. Khandelwal
and others (2019), https://arxiv.org/abs/1911.00172; passages for it to read: P. Lewis and others
(2020), https://arxiv.org/abs/2005.11401. Texts as counts of letters in a row: C. Shannon (1948),
https://doi.org/10.1002/j.1538-7305.1948.tb01338.x.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from dlcore.layers.check import check_floating

ALPHABET = " abcdefghijklmnopqrstuvwxyz"


def letter_pairs(texts: Sequence[str]) -> torch.Tensor:
    """(N, 729) float32: how often each pair of letters stands in a row in " text ".

    Small letters and blanks alone. A misspelt name keeps most of its pairs. Raises ValueError for
    any other character.
    """
    counts = torch.zeros(len(texts), len(ALPHABET) ** 2)
    for row, text in zip(counts, texts):
        if odd := set(text) - set(ALPHABET):
            raise ValueError(f"letter_pairs counts small letters and blanks, got {sorted(odd)}")
        numbers = torch.tensor([ALPHABET.index(letter) for letter in f" {text} "])
        pairs = len(ALPHABET) * numbers[:-1] + numbers[1:]
        row.index_add_(0, pairs, torch.ones(len(pairs)))
    return counts


class NearestStore:
    """Things found again by the direction of their keys: cosine, exact, all keys compared.

    A key of nothing but zeros has no direction, and is at 0 from everything.
    """

    def __init__(self) -> None:
        self.keys: torch.Tensor | None = None  # (M, D), each of length 1
        self.things: list[Any] = []

    def __len__(self) -> int:
        return len(self.things)

    def add(self, keys: torch.Tensor, things: Sequence[Any]) -> None:
        """Keep things under keys (M, D). ValueError for another number or width of keys."""
        check_floating("add", keys)
        if keys.ndim != 2 or len(keys) != len(things):
            raise ValueError(
                f"add takes a key (M, D) for each thing, got {tuple(keys.shape)} for {len(things)}"
            )
        if self.keys is not None and keys.shape[1] != self.keys.shape[1]:
            raise ValueError(f"keys have {self.keys.shape[1]} numbers here, got {keys.shape[1]}")
        new = unit(keys)
        self.keys = new if self.keys is None else torch.cat([self.keys, new])
        self.things.extend(things)

    def nearest(self, queries: torch.Tensor, k: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
        """Cosines (N, k), falling, and places (N, k) int64 in `things`, for queries (N, D).

        Raises ValueError for a k that is not 1 … M, or queries of another width.
        """
        if self.keys is None or not 1 <= k <= len(self):
            raise ValueError(f"nearest needs 1 ≤ k ≤ {len(self)} things, got {k=}")
        check_floating("nearest", queries)
        if queries.ndim != 2 or queries.shape[1] != self.keys.shape[1]:
            raise ValueError(
                f"nearest takes queries (N, {self.keys.shape[1]}), got {tuple(queries.shape)}"
            )
        cosines = unit(queries) @ self.keys.T
        values, places = cosines.topk(k, 1)
        return values, places


def unit(x: torch.Tensor) -> torch.Tensor:
    """Rows of length 1; a row of zeros stays."""
    return x / x.norm(dim=1, keepdim=True).clamp(min=1e-12)
