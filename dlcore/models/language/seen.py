"""2019, Noam Shazeer: what was read is kept, so that each new token costs one step (chapter 17).

Fast Transformer decoding: one write-head is all you need (2019), https://arxiv.org/abs/1911.02150,
writes the step down and counts what it moves; programs for the Transformer of 2017 did so before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch

from dlcore.autodiff import Tensor, no_grad
from dlcore.autodiff.functional import cat
from dlcore.layers import scaled_dot_product_attention
from dlcore.layers.attention import causal_mask


class Seen:
    """The keys and values (N, heads, S, D / heads) of the S tokens that one layer has met.

    A token sees only what came before it, so its key and value never change: they are kept.
    """

    keys: Any = None
    values: Any = None

    def __len__(self) -> int:
        return 0 if self.keys is None else self.keys.shape[2]

    def extend(self, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Add those of new tokens; the keys and values of all."""
        if self.keys is not None:
            keys, values = cat([self.keys, keys], 2), cat([self.values, values], 2)
        self.keys, self.values = keys, values
        return keys, values


def look_back(q: Any, k: Any, v: Any, dropout_p: float = 0.0) -> Tensor:
    """Causal attention of the last T of S tokens: q (N, heads, T, D), k and v (N, heads, S, D)."""
    t, s = q.shape[2], k.shape[2]
    mask = None if t in (1, s) else causal_mask(s, s, q.device)[-t:]
    return scaled_dot_product_attention(q, k, v, mask, dropout_p, is_causal=t == s)


def through(blocks: Iterable[Any], x: Tensor, seen: list[Any] | None) -> Tensor:
    """x after all blocks, each with its own memory if there are any."""
    for i, block in enumerate(blocks):
        x = block(x, seen[i] if seen else None)
    return x


@no_grad()
def likeliest(model: Any, tokens: torch.Tensor, length: int) -> torch.Tensor:
    """tokens (N, T) and `length` more, each the likeliest, one step each: (N, T + length).

    model(tokens, seen) gives logits (N, T, V) and keeps what it reads in seen, from model.start().
    """
    seen, new = model.start(), tokens
    for _ in range(length):
        new = model(new, seen).data[:, -1].argmax(-1, keepdim=True)
        tokens = torch.cat([tokens, new], 1)
    return tokens
