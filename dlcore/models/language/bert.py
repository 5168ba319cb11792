"""2018, Jacob Devlin and others: read in both directions, fill in the blanks (chapter 18).

J. Devlin, M.-W. Chang, K. Lee, K. Toutanova, BERT: Pre-training of deep bidirectional transformers
for language understanding (2018), https://arxiv.org/abs/1810.04805.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.models.language.gpt import small_weights
from dlcore.models.renaming import Table, load_renamed

EPS = 1e-12  # of all of BERT's layer norms
TRANSFORMERS: Table = {  # our name: its name in BertModel
    "tokens.": "embeddings.word_embeddings.",
    "positions.": "embeddings.position_embeddings.",
    "segments.": "embeddings.token_type_embeddings.",
    "norm.": "embeddings.LayerNorm.",
    "layers.#.self_attn.in_proj_": (
        "encoder.layer.#.attention.self.query.",
        "encoder.layer.#.attention.self.key.",
        "encoder.layer.#.attention.self.value.",
    ),
    "layers.#.self_attn.out_proj.": "encoder.layer.#.attention.output.dense.",
    "layers.#.norm1.": "encoder.layer.#.attention.output.LayerNorm.",
    "layers.#.linear1.": "encoder.layer.#.intermediate.dense.",
    "layers.#.linear2.": "encoder.layer.#.output.dense.",
    "layers.#.norm2.": "encoder.layer.#.output.LayerNorm.",
    "pooler.": "pooler.dense.",
}
HEAD: Table = {  # and in BertForMaskedLM
    "dense.": "cls.predictions.transform.dense.",
    "norm.": "cls.predictions.transform.LayerNorm.",
    "decoder.": "cls.predictions.decoder.",
}


class BERT(nn.Module):
    """tokens (N, T), whole numbers below V  →  hidden states (N, T, D); every token sees all.

    vocab_size V, context the largest T, d_model D, nhead heads in each of num_layers layers, whose
    inner width is dim_feedforward (4 D if not given). segments counts the kinds of sentences that
    tokens may belong to; `pooler=False` leaves out the layer that pool() needs.
    Raises ValueError for tokens of another rank or more of them than the context holds.
    """

    def __init__(
        self, vocab_size: int, context: int, d_model: int, nhead: int, num_layers: int,
        dim_feedforward: int | None = None, dropout: float = 0.1, segments: int = 2,
        pooler: bool = True,
    ) -> None:  # fmt: skip
        self.context, self.d_model = context, d_model
        self.tokens = nn.Embedding(vocab_size, d_model)
        self.positions = nn.Embedding(context, d_model)
        self.segments = nn.Embedding(segments, d_model)
        self.norm, self.dropout = nn.LayerNorm(d_model, EPS), nn.Dropout(dropout)
        sizes = (d_model, nhead, dim_feedforward or 4 * d_model, dropout, nn.gelu, EPS)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(*sizes, batch_first=True) for _ in range(num_layers)
        )
        self.pooler = nn.Linear(d_model, d_model) if pooler else None
        small_weights(self)

    def forward(self, tokens: Any, segments: Any = None, padding: Any = None) -> Tensor:
        """segments (N, T): the sentence of each token, 0 if not given; padding (N, T): True where
        there is no token, which nobody then looks at (of transformers, attention_mask == 0)."""
        if tokens.ndim != 2 or not 0 < tokens.shape[1] <= self.context:
            raise ValueError(
                f"BERT takes tokens (N, T) with 1 ≤ T ≤ context={self.context}, got shape "
                f"{tuple(tokens.shape)}"
            )
        segments = torch.zeros_like(tokens) if segments is None else segments
        places = torch.arange(tokens.shape[1], device=tokens.device)
        x = self.tokens(tokens) + self.segments(segments) + self.positions(places)
        x = self.dropout(self.norm(x))
        for layer in self.layers:
            x = layer(x, src_key_padding_mask=padding)
        return x

    def pool(self, hidden: Any) -> Tensor:
        """(N, T, D) → (N, D): the first token's state, made ready to stand for the sequence."""
        if self.pooler is None:
            raise ValueError("BERT(pooler=False) has no layer for pool(): build it with a pooler")
        return nn.tanh(self.pooler(hidden[:, 0]))

    def load_transformers(self, state: dict[str, torch.Tensor]) -> None:
        """Take the weights of a BertModel of the package transformers, from its state_dict()."""
        load_renamed(self, state, TRANSFORMERS)


class MaskedLanguageModel(nn.Module):
    """tokens (N, T), some of them hidden  →  logits (N, T, V): which token stood there.

    bert: the BERT or ALBERT that reads; the other layers belong to the guess.
    """

    def __init__(self, bert: Any) -> None:
        vocab_size, d_model = len(bert.tokens.weight), bert.d_model
        self.dense = nn.Linear(d_model, d_model)
        self.norm = nn.LayerNorm(d_model, EPS)
        self.decoder = nn.Linear(d_model, vocab_size)
        small_weights(self)
        self.bert = bert

    def forward(self, tokens: Any, segments: Any = None, padding: Any = None) -> Tensor:
        hidden = self.bert(tokens, segments, padding)
        return self.decoder(self.norm(nn.gelu(self.dense(hidden))))

    def load_transformers(self, state: dict[str, torch.Tensor]) -> None:
        """Take the weights of a BertForMaskedLM, which has no pooler, from its state_dict()."""
        inner = {f"bert.{ours}": prefixed("bert.", theirs) for ours, theirs in TRANSFORMERS.items()}
        load_renamed(self, state, {**inner, **HEAD}, unused=["cls.predictions.bias"])


def prefixed(prefix: str, names: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """A name, or each of several, behind the prefix."""
    return prefix + names if isinstance(names, str) else tuple(prefix + name for name in names)
