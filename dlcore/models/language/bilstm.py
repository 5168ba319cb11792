"""2015-2018: read a sentence from both ends, then say something about each word (chapter 16).

Tags: Z. Huang, W. Xu, K. Yu, Bidirectional LSTM-CRF models for sequence tagging (2015),
https://arxiv.org/abs/1508.01991, here without the CRF. Words that know their sentence, ELMo: M.
Peters and others, Deep contextualized word representations (2018),
https://arxiv.org/abs/1802.05365. Answers as spans, and a mark on words that the question has too:
D. Chen, A. Fisch, J. Weston, A. Bordes, Reading Wikipedia to answer open-domain questions (2017),
https://arxiv.org/abs/1704.00051, of which this is a small form.

Words are whole numbers, PADDING where a sentence is over.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import cat
from dlcore.models.language.seq2seq import PADDING


class BiLSTM(nn.Module):
    """rows (N, T, I), lengths (N,)  →  states (N, T, 2 H): forwards, then backwards."""

    def __init__(self, input_size: int, hidden_size: int) -> None:
        self.hidden_size = hidden_size
        self.lstm = nn.LSTM(input_size, hidden_size, batch_first=True, bidirectional=True)

    def forward(self, rows: Any, lengths: torch.Tensor) -> Tensor:
        packed = nn.pack_padded_sequence(rows, lengths.cpu(), True, enforce_sorted=False)
        states, _ = self.lstm(packed)
        return nn.pad_packed_sequence(states, True, total_length=rows.shape[1])[0]


class BiLM(nn.Module):
    """ELMo's heart with one layer: two language models, one for each direction.

    tokens (N, T)  →  states (N, T, 2 H). A word's state forwards has read the word and all before
    it, and learns to tell the next; its state backwards has read the word and all behind it, and
    learns to tell the one before.
    """

    def __init__(self, vocab_size: int, embedding_dim: int, hidden_size: int) -> None:
        self.tokens = nn.Embedding(vocab_size, embedding_dim)
        self.reader = BiLSTM(embedding_dim, hidden_size)
        self.next = nn.Linear(hidden_size, vocab_size)
        self.before = nn.Linear(hidden_size, vocab_size)

    def forward(self, tokens: torch.Tensor) -> Tensor:
        return self.reader(self.tokens(tokens), _lengths(tokens))

    def loss(self, tokens: torch.Tensor) -> Tensor:
        """Mean −log p of the next word and of the one before, the mean of both directions."""
        size = self.reader.hidden_size
        states = self.forward(tokens)
        ahead = self.next(states[:, :-1, :size]).flatten(0, 1)
        back = self.before(states[:, 1:, size:]).flatten(0, 1)
        after = tokens[:, 1:]
        earlier = torch.where(after != PADDING, tokens[:, :-1], PADDING).reshape(-1)
        forwards = nn.cross_entropy(ahead, after.reshape(-1), ignore_index=PADDING)
        return (forwards + nn.cross_entropy(back, earlier, ignore_index=PADDING)) / 2


class Tagger(nn.Module):
    """tokens (N, T)  →  logits (N, T, tags): one tag for each word, by its whole sentence."""

    def __init__(
        self, vocab_size: int, tags: int, embedding_dim: int, hidden_size: int, dropout: float = 0.0
    ) -> None:
        self.tokens = nn.Embedding(vocab_size, embedding_dim)
        self.dropout = nn.Dropout(dropout)
        self.reader = BiLSTM(embedding_dim, hidden_size)
        self.out = nn.Linear(2 * hidden_size, tags)

    def forward(self, tokens: torch.Tensor) -> Tensor:
        read = self.dropout(self.tokens(tokens))
        return self.out(self.dropout(self.reader(read, _lengths(tokens))))


class SentenceClassifier(nn.Module):
    """tokens (N, T)  →  logits (N, classes), from the mean of the states of a sentence's words."""

    def __init__(
        self, vocab_size: int, classes: int, embedding_dim: int, hidden_size: int,
        dropout: float = 0.0,
    ) -> None:  # fmt: skip
        self.tokens = nn.Embedding(vocab_size, embedding_dim)
        self.dropout = nn.Dropout(dropout)
        self.reader = BiLSTM(embedding_dim, hidden_size)
        self.out = nn.Linear(2 * hidden_size, classes)

    def forward(self, tokens: torch.Tensor) -> Tensor:
        lengths = _lengths(tokens)
        states = self.reader(self.dropout(self.tokens(tokens)), lengths)
        return self.out(self.dropout(mean_of_words(states, lengths)))


class SpanReader(nn.Module):
    """question (N, Q), passage (N, T)  →  logits (N, T, 2): the answer's first and last word.

    The question becomes one vector, the mean of its states. Each word of the passage is read with
    that vector beside it and, with match=True, a 1 where it is one of the question's words.
    Padding gets −∞.
    """

    def __init__(
        self, vocab_size: int, embedding_dim: int, hidden_size: int, match: bool = True
    ) -> None:
        self.match = match
        self.tokens = nn.Embedding(vocab_size, embedding_dim)
        self.asker = BiLSTM(embedding_dim, hidden_size)
        width = embedding_dim + 2 * hidden_size + int(match)
        self.reader = BiLSTM(width, hidden_size)
        self.out = nn.Linear(2 * hidden_size, 2)

    def forward(self, question: torch.Tensor, passage: torch.Tensor) -> Tensor:
        asked, lengths = _lengths(question), _lengths(passage)
        vector = mean_of_words(self.asker(self.tokens(question), asked), asked)
        read = self.tokens(passage)
        beside = vector[:, None].expand(-1, passage.shape[1], -1)
        parts = [read, beside]
        if self.match:
            met = (passage[:, :, None] == question[:, None]).any(2) & (passage != PADDING)
            parts.append(Tensor(met[:, :, None].to(read.dtype)))
        logits = self.out(self.reader(cat(parts, 2), lengths))
        return logits.masked_fill((passage == PADDING)[:, :, None], -torch.inf)


def best_span(logits: torch.Tensor, longest: int = 5) -> torch.Tensor:
    """(N, 2) first and last word of the likeliest span of at most `longest` words.

    logits (N, T, 2) as SpanReader gives them: the span with the largest sum, last ≥ first.
    """
    start, last = logits.unbind(2)
    sums = start[:, :, None] + last[:, None]
    places = torch.arange(logits.shape[1], device=logits.device)
    gap = places[None, :] - places[:, None]
    sums = torch.where((gap >= 0) & (gap < longest), sums, -torch.inf)
    best = sums.flatten(1).argmax(1)
    return torch.stack([best // logits.shape[1], best % logits.shape[1]], 1)


def mean_of_words(states: Any, lengths: torch.Tensor) -> Tensor:
    """(N, D): the mean over each sentence's words of states (N, T, D), which are 0 behind it."""
    return states.sum(1) / lengths[:, None].to(states.dtype)


def _lengths(tokens: torch.Tensor) -> torch.Tensor:
    lengths = (tokens != PADDING).sum(1)
    if tokens.ndim != 2 or not tokens.numel() or int(lengths.min()) < 1:
        raise ValueError(
            f"sentences are tokens (N, T), one or more each, got shape {tuple(tokens.shape)}"
        )
    return lengths
