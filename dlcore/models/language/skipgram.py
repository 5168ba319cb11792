"""2013, Tomas Mikolov and others: vectors that tell a word's neighbours (chapter 16).

T. Mikolov, K. Chen, G. Corrado, J. Dean, Efficient estimation of word representations in vector
space (2013), https://arxiv.org/abs/1301.3781; negative sampling: T. Mikolov, I. Sutskever, K. Chen,
G. Corrado, J. Dean, Distributed representations of words and phrases and their compositionality
(2013), https://arxiv.org/abs/1310.4546. There is no hidden layer with a response: two tables.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Function, Tensor


class NegativeSampling(Function):
    """−log σ(u·v) − Σₖ log σ(−u·nₖ), one number for each of N pairs.

    u (N, D) the word   v (N, D) its neighbour   n (N, K, D) words drawn at random
    With r = σ(−u·v) and qₖ = σ(u·nₖ), the two mistakes:
    dL/du = −r v + Σₖ qₖ nₖ    dL/dv = −r u    dL/dnₖ = qₖ u
    """

    @staticmethod
    def forward(ctx, u, v, n):
        ctx.save_for_backward(u, v, n)
        right, wrong = (u * v).sum(1), (n @ u.unsqueeze(2)).squeeze(2)
        return softplus(-right) + softplus(wrong).sum(1)

    @staticmethod
    def backward(ctx, grad):  # (N,)
        u, v, n = ctx.saved_tensors
        r = (-(u * v).sum(1)).sigmoid() * grad
        q = (n @ u.unsqueeze(2)).squeeze(2).sigmoid() * grad.unsqueeze(1)
        to_u = (q.unsqueeze(1) @ n).squeeze(1) - r.unsqueeze(1) * v
        return to_u, -r.unsqueeze(1) * u, q.unsqueeze(2) * u.unsqueeze(1)


def softplus(z: torch.Tensor) -> torch.Tensor:
    """log(1 + eᶻ) = −log σ(−z), without overflow."""
    return z.clamp(min=0) + (-z.abs()).exp().log1p()


negative_sampling = NegativeSampling.call


class SkipGram(nn.Module):
    """Two tables of V vectors of length D: `words`, which are kept, and `neighbours`.

    model(word (N,), neighbour (N,), noise (N, K)) → the mean loss of the N pairs. Words start with
    random numbers of spread 1 / D, neighbours with 0, so that at first all is equally likely.
    """

    def __init__(self, vocab_size: int, dim: int) -> None:
        self.words = nn.Embedding(vocab_size, dim)
        self.neighbours = nn.Embedding(vocab_size, dim)
        nn.init.normal_(self.words.weight, std=1 / dim)
        nn.init.zeros_(self.neighbours.weight)

    def forward(self, word: Any, neighbour: Any, noise: Any) -> Tensor:
        u, v, n = self.words(word), self.neighbours(neighbour), self.neighbours(noise)
        return negative_sampling(u, v, n).mean()

    @property
    def vectors(self) -> torch.Tensor:
        """(V, D): the words' vectors, as plain numbers."""
        return self.words.weight.data


def noise_shares(neighbours: torch.Tensor, words: int, power: float = 0.75) -> torch.Tensor:
    """(V,): the share of each word among the noise, its count to the `power`.

    neighbours (P,): the words that were met as neighbours. 0.75 draws rare words more often than
    they occur, and is what the paper found best.
    """
    weights = torch.bincount(neighbours, minlength=words).double() ** power
    weights = torch.where(torch.bincount(neighbours, minlength=words) > 0, weights, 0.0)
    return (weights / weights.sum().clamp(min=1e-12)).float()


def draw_noise(
    shares: torch.Tensor, count: int, each: int, generator: torch.Generator
) -> torch.Tensor:
    """(count, each) words drawn with these shares, independently of one another."""
    edges = shares.double().cumsum(0)
    spots = torch.rand(count, each, generator=generator, dtype=torch.float64) * edges[-1]
    return torch.searchsorted(edges, spots, right=True).clamp(max=len(shares) - 1)
