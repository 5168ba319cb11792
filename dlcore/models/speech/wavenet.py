"""2016, Aäron van den Oord and others: a wave, one sample after another (chapter 15).

A. van den Oord, S. Dieleman, H. Zen, K. Simonyan, O. Vinyals, A. Graves, N. Kalchbrenner,
A. Senior, K. Kavukcuoglu, WaveNet: A generative model for raw audio (2016),
https://arxiv.org/abs/1609.03499.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import chunk, pad, unsqueeze


class WaveBlock(nn.Module):
    """z = tanh(a) σ(b) with a, b from a causal convolution of 2 samples, `dilation` apart.

    h (N, C, T)  →  h + W z (N, C, T), and what leaves for the end, V z (N, skip, T).
    """

    def __init__(self, channels: int, skip: int, dilation: int, conditions: int = 0) -> None:
        self.dilation = dilation
        self.conv = nn.Conv1d(channels, 2 * channels, 2, dilation=dilation)
        self.condition = nn.Linear(conditions, 2 * channels, bias=False) if conditions else None
        self.residual = nn.Conv1d(channels, channels, 1)
        self.skip = nn.Conv1d(channels, skip, 1)

    def forward(self, h: Any, condition: Any = None) -> tuple[Tensor, Tensor]:
        both = self.conv(pad(h, (self.dilation, 0)))  # silence before the beginning
        if self.condition is not None:
            both = both + unsqueeze(self.condition(condition), 2)
        a, b = chunk(both, 2, 1)
        z = nn.tanh(a) * nn.sigmoid(b)
        return h + self.residual(z), self.skip(z)


class WaveNet(nn.Module):
    """Scores for the sample that follows each sample: x (N, T)  →  (N, classes, T).

    x holds numbers in −1 … 1. condition (N, conditions) says what is to be played. The paper has
    256 classes, dilations 1, 2, 4, …, 512 again and again, and takes x one-hot.
    """

    def __init__(
        self, classes: int = 256, channels: int = 32, skip: int = 64,
        dilations: Sequence[int] = (1, 2, 4, 8, 16, 32), conditions: int = 0,
    ) -> None:  # fmt: skip
        if not dilations or min(dilations) < 1:
            raise ValueError(f"WaveNet needs dilations of 1 or more, got {list(dilations)}")
        self.first = nn.Conv1d(1, channels, 1)
        blocks = [WaveBlock(channels, skip, dilation, conditions) for dilation in dilations]
        self.blocks = nn.ModuleList(blocks)
        self.middle, self.last = nn.Conv1d(skip, skip, 1), nn.Conv1d(skip, classes, 1)

    def forward(self, x: Any, condition: Any = None) -> Tensor:
        h, total = self.first(unsqueeze(x, 1)), None
        for block in self.blocks:
            h, out = block(h, condition)
            total = out if total is None else total + out
        return self.last(nn.relu(self.middle(nn.relu(total))))

    @property
    def receptive_field(self) -> int:
        """How many samples, the last included, an output can depend on: 1 + Σ dilations."""
        return 1 + sum(block.dilation for block in self.blocks)

    def generate(
        self, samples: int, decode: Callable[[torch.Tensor], torch.Tensor],
        condition: torch.Tensor | None = None, count: int = 1, temperature: float = 1.0,
        seed: int = 0,
    ) -> torch.Tensor:  # fmt: skip
        """(count, samples) class numbers, each drawn from the scores / temperature.

        decode makes a sample in −1 … 1 of a class number; the first input is silence. Each block
        keeps its last `dilation` inputs, so that a new sample costs one column of products.
        """
        dice = torch.Generator().manual_seed(seed)
        weights = {name: value.data for name, value in self.named_parameters()}
        channels = weights["first.bias"].shape[0]
        kept = [[torch.zeros(count, channels)] * block.dilation for block in self.blocks]
        x, drawn = torch.zeros(count, 1), []
        for _ in range(samples):
            scores = self.next_scores(x, kept, weights, condition)
            shares = (scores / temperature).softmax(1)
            drawn.append(torch.multinomial(shares, 1, generator=dice))
            x = decode(drawn[-1])
        return torch.cat(drawn, 1)

    def next_scores(
        self, x: torch.Tensor, kept: list[list[torch.Tensor]],
        weights: dict[str, torch.Tensor], condition: torch.Tensor | None,
    ) -> torch.Tensor:  # fmt: skip
        """Scores (N, classes) behind one more sample x (N, 1); `kept` moves on by one."""

        def through(name: str, value: torch.Tensor) -> torch.Tensor:
            return value @ weights[f"{name}.weight"][:, :, 0].T + weights[f"{name}.bias"]

        h, total = through("first", x), torch.zeros(())
        for number, past in enumerate(kept):
            name = f"blocks.{number}"
            both = past.pop(0) @ weights[f"{name}.conv.weight"][:, :, 0].T
            both = both + h @ weights[f"{name}.conv.weight"][:, :, 1].T
            both = both + weights[f"{name}.conv.bias"]
            past.append(h)
            if condition is not None:
                both = both + condition @ weights[f"{name}.condition.weight"].T
            a, b = both.chunk(2, 1)
            z = a.tanh() * b.sigmoid()
            h, total = h + through(f"{name}.residual", z), total + through(f"{name}.skip", z)
        return through("last", through("middle", total.relu()).relu())
