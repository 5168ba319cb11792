"""2019, Zhenzhong Lan and others: one block, used again and again, and a narrow table of words
(chapter 18).

Z. Lan, M. Chen, S. Goodman, K. Gimpel, P. Sharma, R. Soricut, ALBERT: A lite BERT for
self-supervised learning of language representations (2019), https://arxiv.org/abs/1909.11942.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.models.language.bert import EPS
from dlcore.models.language.gpt import small_weights
from dlcore.models.renaming import Table, load_renamed

LAYER = "encoder.albert_layer_groups.0.albert_layers.0."
TRANSFORMERS: Table = {  # our name: its name in AlbertModel
    "tokens.": "embeddings.word_embeddings.",
    "positions.": "embeddings.position_embeddings.",
    "segments.": "embeddings.token_type_embeddings.",
    "norm.": "embeddings.LayerNorm.",
    "widen.": "encoder.embedding_hidden_mapping_in.",
    "layer.self_attn.in_proj_": tuple(
        f"{LAYER}attention.{part}." for part in ("query", "key", "value")
    ),
    "layer.self_attn.out_proj.": f"{LAYER}attention.dense.",
    "layer.norm1.": f"{LAYER}attention.LayerNorm.",
    "layer.linear1.": f"{LAYER}ffn.",
    "layer.linear2.": f"{LAYER}ffn_output.",
    "layer.norm2.": f"{LAYER}full_layer_layer_norm.",
    "pooler.": "pooler.",
}


class ALBERT(nn.Module):
    """tokens (N, T)  →  hidden states (N, T, D), as BERT's, by one block used num_layers times.

    Tables of tokens, places and sentences have embedding_size E numbers a row, which a map widens
    to D: V · E + E · D weights in place of V · D. Its gradient sums over the uses, as that of any
    weight that serves more than once. Arguments and errors are BERT's; E must be given.
    """

    def __init__(
        self, vocab_size: int, context: int, embedding_size: int, d_model: int, nhead: int,
        num_layers: int, dim_feedforward: int | None = None, dropout: float = 0.0,
        segments: int = 2, pooler: bool = True,
    ) -> None:  # fmt: skip
        if num_layers < 1:
            raise ValueError(f"ALBERT uses its block at least once, got {num_layers=}")
        self.context, self.d_model, self.num_layers = context, d_model, num_layers
        self.tokens = nn.Embedding(vocab_size, embedding_size)
        self.positions = nn.Embedding(context, embedding_size)
        self.segments = nn.Embedding(segments, embedding_size)
        self.norm, self.dropout = nn.LayerNorm(embedding_size, EPS), nn.Dropout(dropout)
        self.widen = nn.Linear(embedding_size, d_model)
        curve = partial(nn.gelu, approximate="tanh")
        sizes = (d_model, nhead, dim_feedforward or 4 * d_model, dropout, curve, EPS)
        self.layer = nn.TransformerEncoderLayer(*sizes, batch_first=True)
        self.pooler = nn.Linear(d_model, d_model) if pooler else None
        small_weights(self)

    def forward(self, tokens: Any, segments: Any = None, padding: Any = None) -> Tensor:
        """segments and padding (N, T) as BERT takes them."""
        if tokens.ndim != 2 or not 0 < tokens.shape[1] <= self.context:
            raise ValueError(
                f"ALBERT takes tokens (N, T) with 1 ≤ T ≤ context={self.context}, got shape "
                f"{tuple(tokens.shape)}"
            )
        segments = torch.zeros_like(tokens) if segments is None else segments
        places = torch.arange(tokens.shape[1], device=tokens.device)
        x = self.tokens(tokens) + self.segments(segments) + self.positions(places)
        x = self.widen(self.dropout(self.norm(x)))
        for _ in range(self.num_layers):
            x = self.layer(x, src_key_padding_mask=padding)
        return x

    def pool(self, hidden: Any) -> Tensor:
        """(N, T, D) → (N, D): the first token's state, made ready to stand for the sequence."""
        if self.pooler is None:
            raise ValueError("ALBERT(pooler=False) has no layer for pool(): build it with a pooler")
        return nn.tanh(self.pooler(hidden[:, 0]))

    def load_transformers(self, state: dict[str, torch.Tensor]) -> None:
        """Take the weights of an AlbertModel of the package transformers, from its state_dict()."""
        load_renamed(self, state, TRANSFORMERS)
