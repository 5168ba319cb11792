"""2017, Ashish Vaswani and others: translation by attention alone (chapter 17).

Attention Is All You Need (2017), https://arxiv.org/abs/1706.03762, section 3 and figure 1.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor, no_grad
from dlcore.models.language.seq2seq import PADDING

State = tuple[torch.Tensor, ...]


class TransformerTranslator(nn.Module):
    """source (N, S), target (N, T)  →  logits (N, T, V): what comes after each target token.

    Whole numbers, 0 where a sequence is over; S and T at most `longest`. Tokens become √D times
    their rows of a table, plus sines of their places unless positions=False; then num_layers
    encoder and decoder layers, normalised before each branch with norm_first, else after it.
    Raises ValueError for an empty source or target, or one longer than `longest`.
    """

    def __init__(
        self, source_size: int, target_size: int, d_model: int, nhead: int, num_layers: int,
        dim_feedforward: int, dropout: float = 0.0, longest: int = 64, norm_first: bool = False,
        positions: bool = True,
    ) -> None:  # fmt: skip
        self.longest = longest
        self.source = nn.Embedding(source_size, d_model)
        self.target = nn.Embedding(target_size, d_model)
        for table in (self.source, self.target):
            nn.init.normal_(table.weight, std=d_model**-0.5)
        self.places = nn.SinusoidalPositions(longest, d_model) if positions else None
        self.dropout = nn.Dropout(dropout)
        self.transformer = nn.Transformer(
            d_model, nhead, num_layers, num_layers, dim_feedforward, dropout, batch_first=True,
            norm_first=norm_first,
        )  # fmt: skip
        self.out = nn.Linear(d_model, target_size)

    def forward(self, source: Any, target: Any) -> Tensor:
        return self.decode(target, *self.encode(source))

    def embed(self, table: nn.Module, tokens: torch.Tensor) -> Tensor:
        """Rows (N, T, D) of tokens (N, T), with their places."""
        if tokens.ndim != 2 or not 0 < tokens.shape[1] <= self.longest:
            raise ValueError(
                f"the Transformer takes tokens (N, T) with 1 ≤ T ≤ longest={self.longest}, got "
                f"shape {tuple(tokens.shape)}"
            )
        x = table(tokens) * math.sqrt(self.transformer.d_model)
        return self.dropout(x if self.places is None else self.places(x))

    def encode(self, source: torch.Tensor) -> tuple[Tensor, torch.Tensor]:
        """Memory (N, S, D), and where the source is over: (N, S) booleans."""
        over = source == PADDING
        return self.transformer.encoder(self.embed(self.source, source), None, over), over

    def decode(self, target: torch.Tensor, memory: Any, over: torch.Tensor) -> Tensor:
        """Logits (N, T, V) behind each token of target (N, T); each sees none after it."""
        y = self.transformer.decoder(
            self.embed(self.target, target), memory, memory_key_padding_mask=over,
            tgt_is_causal=True,
        )  # fmt: skip
        return self.out(y)

    @no_grad()
    def start(self, source: torch.Tensor) -> State:
        """What step() starts from: memory, where it is over, no tokens; an axis of 1 in front."""
        memory, over = self.encode(source)
        return memory.data[None], over[None], source.new_zeros(1, len(source), 0)

    @no_grad()
    def step(self, tokens: torch.Tensor, state: State) -> tuple[torch.Tensor, State]:
        """One token (N,) more: log-probabilities (N, V) of the next, and the new state.

        All tokens so far are computed again; models.language.seen keeps what can be kept.
        """
        memory, over, before = state
        said = torch.cat([before[0], tokens[:, None]], 1)
        logits = self.decode(said, memory[0], over[0])
        return nn.log_softmax(logits, -1).data[:, -1], (memory, over, said[None])
