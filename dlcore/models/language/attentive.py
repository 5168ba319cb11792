"""2014, Dzmitry Bahdanau, Kyunghyun Cho and Yoshua Bengio: the writer looks back (chapter 17).

Neural machine translation by jointly learning to align and translate (2014),
https://arxiv.org/abs/1409.0473; products in place of a small net, and a look after the step:
M.-T. Luong, H. Pham, C. Manning, Effective approaches to attention-based neural machine translation
(2015), https://arxiv.org/abs/1508.04025, sections 3.1 and 3.3.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor, no_grad
from dlcore.autodiff.functional import cat, plain, stack
from dlcore.layers.attention import attention_weights
from dlcore.models.language.seq2seq import PADDING
from dlcore.models.speech.attend_and_spell import AdditiveAttentionFunction, look

State = tuple[Any, ...]


class RNNSearch(nn.Module):
    """source (N, S), target (N, T)  →  logits (N, T, V): what comes after each target token.

    Whole numbers, 0 where a sequence is over. GRUs read the source in both directions, which leaves
    a row of 2 H numbers at each place. Before each step the writer, a GRU with state s, looks:
    c = Σ p · row, p = softmax(v · tanh(W s + U row)) over the places; then its step takes the last
    token and c. (The paper's output layer, a maxout, is a plain one here.)
    Raises ValueError for a source without tokens.
    """

    def __init__(
        self, source_size: int, target_size: int, embedding_dim: int, hidden_size: int
    ) -> None:
        wide = 2 * hidden_size
        self.source = nn.Embedding(source_size, embedding_dim)
        self.target = nn.Embedding(target_size, embedding_dim)
        self.encoder = nn.GRU(embedding_dim, hidden_size, batch_first=True, bidirectional=True)
        self.first = nn.Linear(hidden_size, hidden_size)
        self.query = nn.Linear(hidden_size, hidden_size)
        self.key = nn.Linear(wide, hidden_size, bias=False)
        self.v = nn.Parameter(torch.randn(hidden_size) / math.sqrt(hidden_size))
        self.cell = nn.GRUCell(embedding_dim + wide, hidden_size)
        self.out = nn.Linear(hidden_size + wide, target_size)

    def forward(self, source: Any, target: Any) -> Tensor:
        s, keys, rows, counts = self.encode(source)
        tokens, found = self.target(target), []
        for t in range(target.shape[1]):
            c = self.context(s, keys, rows, counts)
            s = self.cell(cat([tokens[:, t], c], 1), s)
            found.append(cat([s, c], 1))
        return self.out(stack(found, 1))

    def encode(self, source: torch.Tensor) -> State:
        """The writer's first state (N, H), keys (N, S, H), rows (N, S, 2 H), which places count."""
        rows, state, counts = read(self.encoder, self.source(source), source)
        backward = state[1]  # the reader that ends at the first token
        return self.first(backward).tanh(), self.key(rows), rows, counts

    def context(self, s: Any, keys: Any, rows: Any, counts: torch.Tensor) -> Tensor:
        """What the writer in state s (N, H) sees of the source: (N, 2 H)."""
        return AdditiveAttentionFunction.apply(self.query(s), keys, self.v, rows, counts)

    @no_grad()
    def start(self, source: torch.Tensor) -> State:
        """What step() starts from, plain numbers with an axis of 1 in front."""
        return tuple(plain(part)[None] for part in self.encode(source))

    @no_grad()
    def step(self, tokens: torch.Tensor, state: State) -> tuple[torch.Tensor, State]:
        """One token (N,) more: log-probabilities (N, V) of the next, and the new state."""
        s, *seen = (part[0] for part in state)
        c = self.context(s, *seen)
        s = self.cell(cat([self.target(tokens), c], 1), s)
        log_p = nn.log_softmax(self.out(cat([s, c], 1)), -1).data
        return log_p, (s.data[None], *state[1:])

    @no_grad()
    def alignment(self, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """(N, T, S): where the writer looks before it writes what follows each target token."""
        s, keys, rows, counts = self.encode(source)
        tokens, looks = self.target(target), []
        for t in range(target.shape[1]):
            bent = (self.query(s).data[:, None] + keys.data).tanh()
            looks.append(look(bent, self.v.data, counts))
            s = self.cell(cat([tokens[:, t], self.context(s, keys, rows, counts)], 1), s)
        return torch.stack(looks, 1)


class DotSearch(nn.Module):
    """As RNNSearch, with LSTMs, products as scores, and a look *after* each step.

    All steps are taken at once; then h' = tanh(W [h, c]) with c = softmax(h · A rows) rows.
    """

    def __init__(
        self, source_size: int, target_size: int, embedding_dim: int, hidden_size: int
    ) -> None:
        self.source = nn.Embedding(source_size, embedding_dim)
        self.target = nn.Embedding(target_size, embedding_dim)
        self.encoder = nn.LSTM(embedding_dim, hidden_size, batch_first=True)
        self.decoder = nn.LSTM(embedding_dim, hidden_size, batch_first=True)
        self.key = nn.Linear(hidden_size, hidden_size, bias=False)
        self.mix = nn.Linear(2 * hidden_size, hidden_size)
        self.out = nn.Linear(hidden_size, target_size)

    def forward(self, source: Any, target: Any) -> Tensor:
        rows, state, counts = read(self.encoder, self.source(source), source)
        return self.decode(target, state, rows, counts)[0]

    def decode(
        self, target: Any, state: Any, rows: Any, counts: torch.Tensor
    ) -> tuple[Tensor, Any]:
        """Logits (N, T, V) behind each token of target (N, T), and the state after the last."""
        h, state = self.decoder(self.target(target), state)
        c = nn.scaled_dot_product_attention(
            h, self.key(rows), rows, counts[:, None].expand(-1, h.shape[1], -1), scale=1.0
        )
        return self.out(self.mix(cat([h, c], 2)).tanh()), state

    @no_grad()
    def start(self, source: torch.Tensor) -> State:
        """What step() starts from: state, rows and which places count."""
        rows, (h, c), counts = read(self.encoder, self.source(source), source)
        return h.data, c.data, rows.data[None], counts[None]

    @no_grad()
    def step(self, tokens: torch.Tensor, state: State) -> tuple[torch.Tensor, State]:
        """One token (N,) more: log-probabilities (N, V) of the next, and the new state."""
        before, c, rows, counts = state
        logits, (h, c) = self.decode(tokens[:, None], (before, c), rows[0], counts[0])
        return nn.log_softmax(logits, -1).data[:, 0], (h.data, c.data, rows, counts)

    @no_grad()
    def alignment(self, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """(N, T, S): where the writer looks after it has read each target token."""
        rows, state, counts = read(self.encoder, self.source(source), source)
        h = self.decoder(self.target(target), state)[0].data
        hidden = torch.where(counts, 0.0, -math.inf)[:, None].to(h.dtype)
        return attention_weights(h, self.key(rows).data, hidden, False, 1.0)


def read(encoder: nn.Module, tokens: Tensor, source: torch.Tensor) -> tuple[Tensor, Any, Any]:
    """Rows (N, S, …) of a recurrent net, its last state, and which places hold a token."""
    counts = source != PADDING
    if source.ndim != 2 or not source.shape[1] or not bool(counts.any(1).all()):
        raise ValueError(
            "attention needs sources (N, S) of one token or more each, got shape "
            f"{tuple(source.shape)}"
        )
    packed = nn.pack_padded_sequence(tokens, counts.sum(1).cpu(), True, enforce_sorted=False)
    packed, state = encoder(packed)
    rows, _ = nn.pad_packed_sequence(packed, True, total_length=source.shape[1])
    return rows, state, counts
