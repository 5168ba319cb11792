"""2003, Yoshua Bengio and others: a net that gives the next word a probability (chapter 20).

A neural probabilistic language model, JMLR 3 (2003), https://jmlr.org/papers/v3/bengio03a.html.
Here all sentences have one small length, so that every one of them can be asked about: means,
divergences and best policies are then sums, without chance.
"""

from __future__ import annotations

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor, no_grad
from dlcore.layers.check import check_sizes

MOST = 100_000  # sentences that are still listed whole


class ShortSentences(nn.Module):
    """log π(sentence) for sentences of `length` tokens below vocab_size: s (N, T) → (N,).

    At each place one hidden layer reads what stands before it, one-hot and else 0, and the place.
    `sentences` (M, T) lists all M = V^T. Raises ValueError where these are more than 100,000.
    """

    def __init__(self, vocab_size: int, length: int, hidden: int = 64) -> None:
        check_sizes("ShortSentences", vocab_size=vocab_size, length=length, hidden=hidden)
        if vocab_size**length > MOST:
            raise ValueError(
                f"ShortSentences lists every sentence, and {vocab_size} tokens in {length} places "
                f"make more than {MOST:,}"
            )
        self.vocab_size, self.length = vocab_size, length
        self.net = nn.Sequential(
            nn.Linear(length * vocab_size + length, hidden), nn.Tanh(),
            nn.Linear(hidden, vocab_size),
        )  # fmt: skip
        digits = [torch.arange(vocab_size)] * length
        everything = torch.cartesian_prod(*digits).view(-1, length)
        self.register_buffer("sentences", everything, persistent=False)

    def prefixes(self, sentences: torch.Tensor) -> torch.Tensor:
        """What the net reads at each place: (N, T, T·V + T)."""
        n, t = sentences.shape
        kind = {"dtype": self.net[0].weight.dtype, "device": sentences.device}
        one_hot = torch.eye(self.vocab_size, **kind)[sentences]
        before = torch.ones(t, t, **kind).tril(-1)[None, :, :, None]
        read = (one_hot[:, None] * before).flatten(2)
        return torch.cat([read, torch.eye(t, **kind).expand(n, t, t)], 2)

    def forward(self, sentences: torch.Tensor) -> Tensor:
        if sentences.ndim != 2 or sentences.shape[1] != self.length:
            raise ValueError(
                f"ShortSentences takes sentences (N, {self.length}), got {tuple(sentences.shape)}"
            )
        scores = nn.log_softmax(self.net(self.prefixes(sentences)), -1)
        return scores.gather(2, sentences[..., None])[..., 0].sum(1)

    @no_grad()
    def log_probs(self) -> torch.Tensor:
        """log π of all sentences, (M,)."""
        return self(self.sentences).data
