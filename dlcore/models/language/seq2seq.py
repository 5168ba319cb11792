"""2014, Kyunghyun Cho and others; Ilya Sutskever, Oriol Vinyals and Quoc Le: one net reads, one
writes (chapter 16).

K. Cho and others (2014), https://arxiv.org/abs/1406.1078; I. Sutskever, O. Vinyals, Q. Le, Sequence
to sequence learning with neural networks (2014), https://arxiv.org/abs/1409.3215, who read the
source backwards. A net that reads into a vector and one that writes from it: N. Kalchbrenner, P.
Blunsom, Recurrent continuous translation models (2013), https://aclanthology.org/D13-1176.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor, no_grad

PADDING, BEGIN, END = 0, 1, 2
State = tuple[Any, Any]


class EncoderDecoder(nn.Module):
    """source (N, S), target (N, T)  →  logits (N, T, V): what comes after each target token.

    Whole numbers, 0 where a sequence is over. The encoder LSTM reads the source; its last state
    (h, c), two lists of `hidden_size` numbers in each layer, is all that the decoder LSTM starts
    from. reverse=True reads the source from its last token to its first.
    Raises ValueError for a source without tokens.
    """

    def __init__(
        self, source_size: int, target_size: int, embedding_dim: int, hidden_size: int,
        num_layers: int = 1, reverse: bool = False, dropout: float = 0.0,
    ) -> None:  # fmt: skip
        self.reverse = reverse
        self.source = nn.Embedding(source_size, embedding_dim)
        self.target = nn.Embedding(target_size, embedding_dim)
        self.dropout = nn.Dropout(dropout)
        self.encoder = nn.LSTM(embedding_dim, hidden_size, num_layers, batch_first=True)
        self.decoder = nn.LSTM(embedding_dim, hidden_size, num_layers, batch_first=True)
        self.out = nn.Linear(hidden_size, target_size)

    def forward(self, source: Any, target: Any) -> Tensor:
        return self.decode(target, self.encode(source))[0]

    def encode(self, source: torch.Tensor) -> State:
        """(h, c), each (num_layers, N, hidden_size): all that is left of the source (N, S)."""
        lengths = (source != PADDING).sum(1)
        if source.ndim != 2 or not source.shape[1] or int(lengths.min()) < 1:
            raise ValueError(
                "EncoderDecoder reads sources (N, S) of one token or more each, got shape "
                f"{tuple(source.shape)}"
            )
        if self.reverse:
            source = backwards(source)
        read = self.dropout(self.source(source))
        packed = nn.pack_padded_sequence(read, lengths.cpu(), True, enforce_sorted=False)
        return self.encoder(packed)[1]

    def decode(self, target: Any, state: State) -> tuple[Tensor, State]:
        """Logits (N, T, V) behind each token of target (N, T), and the state after the last."""
        y, state = self.decoder(self.dropout(self.target(target)), state)
        return self.out(self.dropout(y)), state

    @no_grad()
    def step(self, tokens: torch.Tensor, state: State) -> tuple[torch.Tensor, State]:
        """One token (N,) more: log-probabilities (N, V) of the next, and the new state."""
        logits, (h, c) = self.decode(tokens[:, None], state)
        return nn.log_softmax(logits, -1).data[:, 0], (h.data, c.data)

    @no_grad()
    def start(self, source: torch.Tensor) -> State:
        """The state before the first step, as plain numbers."""
        h, c = self.encode(source)
        return h.data, c.data


def backwards(tokens: torch.Tensor) -> torch.Tensor:
    """Each row from its last token to its first; padding stays behind."""
    lengths = (tokens != PADDING).sum(1, keepdim=True)
    places = lengths - 1 - torch.arange(tokens.shape[1], device=tokens.device)
    return torch.where(places >= 0, tokens.gather(1, places.clamp(min=0)), PADDING)


def translation_loss(model: nn.Module, source: Any, target: Any) -> Tensor:
    """Mean −log p of each target token, given those before it: teacher forcing.

    target (N, T) starts with BEGIN and ends with END, then padding, which does not count.
    """
    logits = model(source, target[:, :-1])
    return nn.cross_entropy(logits.flatten(0, 1), target[:, 1:].reshape(-1), ignore_index=PADDING)


def trimmed(tokens: torch.Tensor) -> torch.Tensor:
    """(N, T) without the columns at the end that hold nothing but padding."""
    used = (tokens != PADDING).any(0).nonzero()
    return tokens[:, : int(used.max()) + 1 if len(used) else 0]
