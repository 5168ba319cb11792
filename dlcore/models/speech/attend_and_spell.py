"""2015, William Chan, Navdeep Jaitly, Quoc Le and Oriol Vinyals: listen to all of it, then write,
looking at one place for each word (chapter 15).

Listen, Attend and Spell (2015), https://arxiv.org/abs/1508.01211. Additive attention: D. Bahdanau,
K. Cho, Y. Bengio, Neural machine translation by jointly learning to align and translate (2014),
https://arxiv.org/abs/1409.0473; in speech: J. Chorowski and others (2014),
https://arxiv.org/abs/1412.1602.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Function, Tensor, no_grad
from dlcore.autodiff.functional import cat, stack
from dlcore.layers import one_hot
from dlcore.models.speech.deep_speech import Ear


class AdditiveAttentionFunction(Function):
    """c = Σₜ pₜ eₜ with p = softmax(vᵀ tanh(q + kₜ)) over the places that count.

    q (N, H)   k (N, T, H)   v (H,)   e (N, T, E)   counts (N, T) booleans   c (N, E)
    With g = dL/dc: dL/dp = e g, dL/dscores = p (dL/dp − Σ p dL/dp), then through v and tanh.
    """

    @staticmethod
    def forward(ctx, q, k, v, e, counts):
        bent = (q[:, None] + k).tanh()
        p = look(bent, v, counts)
        ctx.save_for_backward(bent, v, e, p)
        return (p[:, None] @ e)[:, 0]

    @staticmethod
    def backward(ctx, grad):  # (N, E)
        bent, v, e, p = ctx.saved_tensors
        to_p = (e @ grad[:, :, None])[:, :, 0]
        to_scores = p * (to_p - (to_p * p).sum(1, keepdim=True))
        to_sum = to_scores[:, :, None] * v * (1 - bent * bent)
        to_v = (to_scores[:, :, None] * bent).sum((0, 1))
        return to_sum.sum(1), to_sum, to_v, p[:, :, None] * grad[:, None], None


def look(bent: Any, v: Any, counts: torch.Tensor) -> Any:
    """p (N, T): softmax of bent · v, 0 where a place does not count."""
    scores = torch.where(counts, bent @ v, -math.inf)
    e = torch.exp(scores - scores.amax(1, keepdim=True))
    return e / e.sum(1, keepdim=True)


class AttendAndSpell(nn.Module):
    """An ear and a writer that attends to its rows. Labels 0 … n_class − 2, the last is *end*.

    forward (N, T, M), (N,), before (N, S): the label before each place, `begin` at the first
    →  scores (N, S, n_class). The writer's GRU has 2 H units; it gets the label before and what it
    looked at last.
    """

    def __init__(self, n_feature: int = 20, n_hidden: int = 48, n_class: int = 11) -> None:
        self.ear = Ear(n_feature, n_hidden)
        wide = 2 * n_hidden
        self.label = nn.Linear(n_class + 1, n_hidden, bias=False)  # a column for each label
        self.cell = nn.GRUCell(n_hidden + wide, wide)
        self.query = nn.Linear(wide, n_hidden)
        self.key = nn.Linear(wide, n_hidden, bias=False)
        self.v = nn.Parameter(torch.randn(n_hidden) / math.sqrt(n_hidden))
        self.out = nn.Linear(2 * wide, n_class)
        self.end, self.begin, self.wide = n_class - 1, n_class, wide

    def forward(self, x: Any, lengths: torch.Tensor, before: torch.Tensor) -> Tensor:
        state, scores = self.listen(x, lengths), []
        labels = self.label(one_hot(before, self.begin + 1).to(torch.get_default_dtype()))
        for place in range(before.shape[1]):
            written, state = self.write(state, labels[:, place])
            scores.append(written)
        return stack(scores, 1)

    def listen(self, x: Any, lengths: torch.Tensor) -> tuple[Any, ...]:
        """The writer's state at the start: h, c, and what is attended to: keys, rows, counts."""
        rows, lengths = self.ear(x, lengths)
        counts = torch.arange(rows.shape[1]) < lengths[:, None]
        nothing = torch.zeros(len(lengths), self.wide)
        return nothing, nothing, self.key(rows), rows, counts

    def write(self, state: tuple[Any, ...], label: Any) -> tuple[Tensor, tuple[Any, ...]]:
        """Scores of the next label (N, n_class), and the new state."""
        h, c, keys, rows, counts = state
        h = self.cell(cat([label, c], 1), h)
        c = AdditiveAttentionFunction.apply(self.query(h), keys, self.v, rows, counts)
        return self.out(cat([h, c], 1)), (h, c, keys, rows, counts)

    def spell(
        self, x: Any, lengths: torch.Tensor, longest: int = 16
    ) -> tuple[list[list[int]], torch.Tensor]:
        """N lists of labels, each time the likeliest, up to *end*; and where the writer looked.

        The latter (N, longest, T') has a row of weights for each label written.
        """
        with no_grad():
            state = self.listen(x, lengths)
            label = torch.full((len(lengths),), self.begin)
            written, looks = [], []
            for _ in range(longest):
                column = self.label(one_hot(label, self.begin + 1).to(torch.get_default_dtype()))
                scores, state = self.write(state, column)
                h, _, keys, _, counts = state
                bent = (self.query(h).data[:, None] + keys.data).tanh()
                looks.append(look(bent, self.v.data, counts))
                label = scores.data.argmax(1)
                written.append(label)
        rows = torch.stack(written, 1).tolist()
        cut = [row[: row.index(self.end)] if self.end in row else row for row in rows]
        return cut, torch.stack(looks, 1)
