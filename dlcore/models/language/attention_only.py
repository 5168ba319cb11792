"""2021, Nelson Elhage and others: a Transformer of nothing but attention (chapter 20).

A mathematical framework for Transformer circuits (2021),
https://transformer-circuits.pub/2021/framework/index.html: without the feed-forward parts what a
net does can be read from its heads. Positions enter as one learned number per head and distance
that is added to the scores: P. Shaw, J. Uszkoreit, A. Vaswani (2018),
https://arxiv.org/abs/1803.02155, in the form of C. Raffel and others (2019),
https://arxiv.org/abs/1910.10683.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.layers.check import check_sizes


class HeadsWithDistances(nn.Module):
    """Causal attention whose scores know how far back a key stands: x, y (N, T, D).

    distance (heads, distances): what is added to the score of a key 0, 1, … tokens back, times 8,
    so that it learns as fast as the rest; all that are farther share the last number.
    """

    def __init__(self, d_model: int, nhead: int, distances: int) -> None:
        check_sizes("HeadsWithDistances", d_model=d_model, nhead=nhead, distances=distances)
        if d_model % nhead:
            raise ValueError(f"heads split the width evenly, got {d_model=}, {nhead=}")
        self.nhead, self.distances = nhead, distances
        self.qkv = nn.Linear(d_model, 3 * d_model, bias=False)
        self.out = nn.Linear(d_model, d_model, bias=False)
        self.distance = nn.Parameter(torch.zeros(nhead, distances))

    def forward(self, x: Any, without: Collection[int] = (), maps: Any = None) -> Tensor:
        """Heads in `without` add nothing; the weights (N, heads, T, T) are appended to maps."""
        n, t, d = x.shape
        shape = (n, t, self.nhead, d // self.nhead)
        q, k, v = (part.view(shape).transpose(1, 2) for part in self.qkv(x).split(d, 2))
        back = torch.arange(t, device=x.device)
        back = back[:, None] - back
        bias = 8 * self.distance[:, back.clamp(0, self.distances - 1)]
        scores = q @ k.transpose(2, 3) / math.sqrt(d // self.nhead) + bias
        weights = nn.softmax(scores.masked_fill(back < 0, -1e9), -1)
        if maps is not None:
            maps.append(weights.data)
        y = weights @ v
        if without:
            kept = torch.ones(self.nhead, 1, 1, dtype=x.dtype, device=x.device)
            kept[list(without)] = 0
            y = y * kept
        return self.out(y.transpose(1, 2).reshape(n, t, d))


class AttentionOnly(nn.Module):
    """tokens (N, T) below V → logits (N, T, V): x + attention(norm(x)) num_layers times, no more.

    distances: how many steps back are told apart. Raises ValueError for a width that the heads do
    not divide, or tokens that are no table.
    """

    def __init__(
        self, vocab_size: int, d_model: int, nhead: int, num_layers: int, distances: int = 8
    ) -> None:
        check_sizes("AttentionOnly", vocab_size=vocab_size, num_layers=num_layers)
        self.tokens = nn.Embedding(vocab_size, d_model)
        nn.init.normal_(self.tokens.weight, std=0.3)
        self.norms = nn.ModuleList(nn.LayerNorm(d_model) for _ in range(num_layers))
        self.heads = nn.ModuleList(
            HeadsWithDistances(d_model, nhead, distances) for _ in range(num_layers)
        )
        self.norm = nn.LayerNorm(d_model)
        self.head = nn.Linear(d_model, vocab_size)

    def forward(
        self, tokens: torch.Tensor, without: Collection[tuple[int, int]] = (), maps: Any = None
    ) -> Tensor:
        """without: (layer, head) pairs that are switched off; maps: a list that gets (N, H, T, T)
        of each layer."""
        if tokens.ndim != 2:
            raise ValueError(f"AttentionOnly takes tokens (N, T), got shape {tuple(tokens.shape)}")
        x = self.tokens(tokens)
        for i, (norm, heads) in enumerate(zip(self.norms, self.heads, strict=True)):
            off = [head for layer, head in without if layer == i]
            x = x + heads(norm(x), off, maps)
        return self.head(self.norm(x))
