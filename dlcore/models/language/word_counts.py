"""1990, Kenneth Church and Patrick Hanks: which words keep company? (chapter 16).

K. Church, P. Hanks, Word association norms, mutual information, and lexicography, Computational
Linguistics 16 (1990) 22-29, https://aclanthology.org/J90-1003. Short vectors of such a table by its
singular values: S. Deerwester and others, Indexing by latent semantic analysis (1990),
https://doi.org/10.1002/(SICI)1097-4571(199009)41:6%3C391::AID-ASI1%3E3.0.CO;2-9. Both as a rival of
word2vec: O. Levy, Y. Goldberg, I. Dagan (2015), https://doi.org/10.1162/tacl_a_00134.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch


def window_pairs(sentences: Sequence[Sequence[int]], window: int) -> torch.Tensor:
    """(P, 2) int64: each word with each one at most `window` places off in the same sentence.

    Raises ValueError for a window below 1.
    """
    if window < 1:
        raise ValueError(f"window_pairs needs a window of 1 word or more, got {window}")
    pairs = [
        (word, sentence[j])
        for sentence in sentences
        for i, word in enumerate(sentence)
        for j in range(max(0, i - window), min(len(sentence), i + window + 1))
        if j != i
    ]
    return torch.tensor(pairs, dtype=torch.int64).reshape(-1, 2)


def positive_pmi(pairs: torch.Tensor, words: int, power: float = 0.75) -> torch.Tensor:
    """max(0, log p(w, c) / (p(w) p(c))) (V, V): how much more often than by chance w meets c.

    pairs (P, 2), words V; p(c) of a neighbour is proportional to its count to the `power`, as in
    word2vec's noise, which keeps rare neighbours from standing out. What never met has 0.
    """
    counts = torch.zeros(words, words).index_put_(
        (pairs[:, 0], pairs[:, 1]), torch.ones(len(pairs)), accumulate=True
    )
    neighbours = counts.sum(0) ** power
    chance = counts.sum(1, keepdim=True) * (neighbours / neighbours.sum().clamp(min=1e-12))
    return torch.where(counts > 0, (counts / chance.clamp(min=1e-12)).log(), 0.0).clamp(min=0)


def shortened(table: torch.Tensor, dim: int) -> torch.Tensor:
    """(V, dim): the table's rows in its `dim` strongest directions, weighted by √σ.

    Raises ValueError unless 1 ≤ dim ≤ the table's smaller side.
    """
    if not 1 <= dim <= min(table.shape):
        raise ValueError(f"shortened needs 1 ≤ dim ≤ {min(table.shape)}, got {dim}")
    u, sigma, _ = torch.linalg.svd(table, full_matrices=False)
    return u[:, :dim] * sigma[:dim].sqrt()
