"""1975-1976: words as chains of hidden states, strings of words as one large chain (chapter 15).

J. Baker, The DRAGON system — an overview (1975), https://doi.org/10.1109/TASSP.1975.1162650.
F. Jelinek, Continuous speech recognition by statistical methods (1976),
https://doi.org/10.1109/PROC.1976.10159. Mixtures of Gaussians in the states came later.

Axes: N strings, T frames, M numbers a frame, W words of K states each and a pause behind each word.
State numbers: word w has w · K … w · K + K − 1; all pauses share the sounds of state W · K.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from dlcore.models.rivals.hidden_markov import HiddenMarkov
from dlcore.models.speech.templates import padded

NEVER = -1e9


class WordHMM:
    """Learned from whole strings, without their cuts; read by Viterbi's search (chapter 8)."""

    def __init__(self, words: int = 10, states: int = 6, mixtures: int = 4, scale: float = 1.0):
        if min(words, states, mixtures) < 1 or scale <= 0:
            raise ValueError(
                "WordHMM needs 1 or more words, states and mixtures and a scale above 0, got "
                f"{words=}, {states=}, {mixtures=}, {scale=}"
            )
        self.words, self.states, self.mixtures, self.scale = words, states, mixtures, scale

    def fit(
        self, frames: Sequence[torch.Tensor], strings: Sequence[Sequence[int]], rounds: int = 8
    ) -> WordHMM:
        """Cut each string evenly among its states, then in turn fit the sounds and cut anew.

        frames: N of (T, M); strings: N lists of words. The first half of the rounds has one
        Gaussian a state.
        """
        x, lengths = padded([with_slopes(each) for each in frames])
        counts = torch.arange(x.shape[1]) < lengths[:, None]
        chains = [self.chain(string) for string in strings]
        cut = torch.zeros(counts.shape, dtype=torch.int64)
        for row, chain, length in zip(cut, chains, lengths.tolist(), strict=True):
            inner = torch.tensor(chain)[torch.tensor(chain) != self.pause]
            row[1 : length - 1] = inner[torch.arange(length - 2) * len(inner) // (length - 2)]
            row[0] = row[length - 1] = self.pause
        for number in range(rounds):
            self.sounds(x[counts], cut[counts], self.mixtures if number >= rounds // 2 else 1)
            cut = align(self.emit(x), chains, lengths, self.pause)
        return self

    @property
    def pause(self) -> int:
        return self.words * self.states

    def chain(self, string: Sequence[int]) -> list[int]:
        """The states of a string: a pause, then for each word its states and a pause."""
        chain = [self.pause]
        for word in string:
            chain += [word * self.states + k for k in range(self.states)] + [self.pause]
        return chain

    def sounds(self, x: torch.Tensor, cut: torch.Tensor, mixtures: int) -> None:
        """Gaussians for each state, from the frames x (F, M) that are cut (F,) to it."""
        floor = 0.05 * x.var(0)
        parts = [mixture(x[cut == state], mixtures, floor) for state in range(self.pause + 1)]
        self.mean, self.var, self.share = (torch.stack(part) for part in zip(*parts, strict=True))

    def emit(self, x: torch.Tensor) -> torch.Tensor:
        """log p(frame | state), (…, M) → (…, W · K + 1), times `scale`."""
        precise = 1 / self.var  # (S, mixtures, M)
        square = (x**2) @ precise.flatten(0, 1).T
        square = square - 2 * x @ (self.mean * precise).flatten(0, 1).T
        fixed = (self.mean**2 * precise + self.var.log() + math.log(2 * math.pi)).sum(2)
        by_part = -0.5 * (square.unflatten(-1, self.share.shape) + fixed) + self.share.log()
        return self.scale * by_part.logsumexp(-1)

    def machine(self, language: torch.Tensor | None = None) -> HiddenMarkov:
        """One chain for all strings: W words of K states and a pause each, and a pause first.

        language (W + 1, W): p(next word | word), its last row for the first word; even if None.
        """
        inside = self.states + 1
        size = self.words * inside + 1
        if language is None:
            language = torch.full((self.words + 1, self.words), 1 / self.words)
        firsts = torch.arange(self.words) * inside
        move, start = torch.zeros(size, size), torch.zeros(size)
        for word, first in enumerate(firsts.tolist()):
            for state in range(first, first + self.states):
                move[state, state], move[state, state + 1] = 0.5, 0.5
            last, rest = first + self.states - 1, first + self.states
            move[last, rest] = 0.25
            move[last, firsts] += 0.25 * language[word]
            move[rest, rest] = 0.5
            move[rest, firsts] = 0.5 * language[word]
        move[-1, -1] = 0.5
        move[-1, firsts] = 0.5 * language[-1]
        start[-1], start[firsts] = 0.5, 0.5 * language[-1]
        return HiddenMarkov(start, move)

    def read(
        self, frames: Sequence[torch.Tensor], language: torch.Tensor | None = None
    ) -> list[list[int]]:
        """The words on the likeliest way through the machine, for each of N of (T, M)."""
        machine, inside = self.machine(language), self.states + 1
        own = torch.arange(self.words * inside + 1)
        heard = own // inside * self.states + own % inside
        heard = torch.where((own % inside == self.states) | (own == own[-1]), self.pause, heard)
        found = []
        for each in frames:
            path = machine.viterbi(self.emit(with_slopes(each))[:, heard])
            entered = path.diff(prepend=path.new_tensor([-1])) != 0
            entered &= (path % inside == 0) & (path != own[-1])
            found.append((path[entered] // inside).tolist())
        return found


def with_slopes(frames: torch.Tensor) -> torch.Tensor:
    """(T, M) → (T, 2 M): each number and its slope over two frames on either side."""
    ends = [frames[:1].expand(2, -1), frames, frames[-1:].expand(2, -1)]
    wide = torch.cat(ends)
    near, far = wide[3:-1] - wide[1:-3], wide[4:] - wide[:-4]
    return torch.cat([frames, (near + 2 * far) / 10], 1)


def mixture(
    x: torch.Tensor, count: int, floor: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Means (count, M), variances (count, M) and shares (count,) of frames (F, M), by k-means.

    A part with fewer than 4 frames keeps the mean, and takes the variance, of all of them.
    """
    if len(x) < 4:
        middle = x.mean(0) if len(x) else torch.zeros_like(floor)
        rows = middle.expand(count, -1), (20 * floor).expand(count, -1)
        return *rows, torch.full((count,), 1 / count)
    whole = x.var(0).maximum(floor)
    means = x[torch.arange(count) * len(x) // count] if count > 1 else x.mean(0, keepdim=True)
    for _ in range(4 if count > 1 else 1):
        nearest = torch.cdist(x / whole.sqrt(), means / whole.sqrt()).argmin(1)
        groups = [x[nearest == part] for part in range(count)]
        means = torch.stack(
            [g.mean(0) if len(g) > 3 else m for g, m in zip(groups, means, strict=True)]
        )
    spreads = [g.var(0).maximum(floor) if len(g) > 3 else whole for g in groups]
    shares = torch.tensor([len(group) + 0.01 for group in groups])
    return means, torch.stack(spreads), shares / shares.sum()


def align(
    emit: torch.Tensor, chains: Sequence[Sequence[int]], lengths: torch.Tensor, pause: int
) -> torch.Tensor:
    """The likeliest state of every frame (N, T), each string along its own chain.

    emit (N, T, S). A frame stays or moves on by one; pauses may be left out. Frames behind a
    string's end carry its last state.
    """
    longest = max(map(len, chains))
    states = torch.tensor([[*chain] + [pause] * (longest - len(chain)) for chain in chains])
    seen = emit.gather(2, states[:, None].expand(-1, emit.shape[1], -1))
    skips = torch.constant_pad_nd(states == pause, [1, 0])[:, :-1]  # the state before is a pause
    best = torch.full(states.shape, NEVER)
    best[:, :2] = seen[:, 0, :2]
    origins = []
    for t in range(1, emit.shape[1]):
        one = torch.constant_pad_nd(best, [1, 0], NEVER)[:, :-1]
        two = torch.constant_pad_nd(best, [2, 0], NEVER)[:, :-2].masked_fill(~skips, NEVER)
        here, origin = torch.stack([best, one, two]).max(0)
        live = (t < lengths)[:, None]
        best = torch.where(live, here + seen[:, t], best)
        origins.append(torch.where(live, origin, 0))
    rows = torch.arange(len(chains))
    last = torch.tensor([len(chain) - 1 for chain in chains])
    place = torch.where(best[rows, last] > best[rows, last - 1], last, last - 1)
    path = [place]
    for origin in reversed(origins):
        place = place - origin[rows, place]
        path.append(place)
    return states.gather(1, torch.stack(path[::-1], 1))
