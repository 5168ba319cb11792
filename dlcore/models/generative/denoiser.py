"""2020, Jonathan Ho, Ajay Jain and Pieter Abbeel: a net that is told what time it is (chapter 26).

One net serves all levels of noise. The time goes through the sines and cosines of chapter 17 and a
small net, and every block adds what comes out; a class is one more row, looked up and added:
https://arxiv.org/abs/2006.11239, appendix B. Classes in the same way: P. Dhariwal,
A. Nichol, Diffusion models beat GANs on image synthesis (2021), https://arxiv.org/abs/2105.05233.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.layers.position import position_angles


def time_waves(t: torch.Tensor, dim: int, base: float = 10_000.0) -> torch.Tensor:
    """t (N,), whole or not → (N, dim): cosines, then sines, from fast to slow."""
    angles = position_angles(t, dim, base)
    return torch.cat([angles.cos(), angles.sin()], 1)


class TimeEmbedding(nn.Module):
    """t (N,) → (N, width): waves, Linear, SiLU, Linear. Times count up to about 1,000."""

    def __init__(self, waves: int, width: int, base: float = 10_000.0) -> None:
        if waves % 2:
            raise ValueError(f"waves come in pairs, cosine and sine: got {waves}")
        self.waves, self.base = waves, base
        self.linear_1, self.linear_2 = nn.Linear(waves, width), nn.Linear(width, width)

    def forward(self, t: torch.Tensor) -> Tensor:
        waves = time_waves(t, self.waves, self.base).to(self.linear_1.weight.dtype)
        return self.linear_2(nn.silu(self.linear_1(waves)))


class Denoiser(nn.Module):
    """What the denoisers share: net(x, t, labels) → what is wanted for every number of x.

    t (N,) or one number. labels (N,), 0 … classes − 1; the number `classes` means "no class", and
    so does None. width: of the vector that tells the blocks the time and the class.
    """

    def __init__(self, waves: int, width: int, classes: int = 0) -> None:
        self.classes = classes
        self.time_embedding = TimeEmbedding(waves, width)
        self.class_embedding = nn.Embedding(classes + 1, width) if classes else None

    def condition(self, x: Any, t: Any, labels: torch.Tensor | None) -> Tensor:
        """(N, width), the sum of what time and class are looked up as."""
        t = torch.as_tensor(t, device=x.device).expand(len(x))
        told = self.time_embedding(t)
        if self.class_embedding is None:
            if labels is not None:
                raise ValueError(f"{type(self).__name__}(classes=0) knows no classes, got labels")
            return told
        if labels is None:
            labels = torch.full((len(x),), self.classes, device=x.device)
        return told + self.class_embedding(labels)


class DenoisingMLP(Denoiser):
    """x (N, …) with `dim` numbers each → the same shape; blocks x + net(norm x, time and class).

    The last layer starts at zero, so an untrained net says 0.
    """

    def __init__(self, dim: int, width: int = 128, blocks: int = 2, classes: int = 0) -> None:
        super().__init__(32, width, classes)
        self.dim = dim
        self.first = nn.Linear(dim, width)
        self.blocks = nn.ModuleList(MLPBlock(width) for _ in range(blocks))
        self.norm, self.last = nn.LayerNorm(width), nn.Linear(width, dim)
        zero_(self.last)

    def forward(self, x: Any, t: Any, labels: torch.Tensor | None = None) -> Tensor:
        if x.ndim < 2 or x.shape[1:].numel() != self.dim:
            raise ValueError(
                f"DenoisingMLP(dim={self.dim}) takes x (N, …) with {self.dim} numbers each, got "
                f"shape {tuple(x.shape)}"
            )
        told = nn.silu(self.condition(x, t, labels))
        h = self.first(x.reshape(len(x), self.dim))
        for block in self.blocks:
            h = block(h, told)
        return self.last(nn.silu(self.norm(h))).reshape(x.shape)


class MLPBlock(nn.Module):
    """h (N, width), told (N, width) → h + Linear(SiLU(Linear(norm h) + Linear told))."""

    def __init__(self, width: int) -> None:
        self.norm = nn.LayerNorm(width)
        self.inner, self.told = nn.Linear(width, width), nn.Linear(width, width)
        self.outer = nn.Linear(width, width)

    def forward(self, h: Tensor, told: Tensor) -> Tensor:
        return h + self.outer(nn.silu(self.inner(self.norm(h)) + self.told(told)))


def zero_(*layers: nn.Module) -> None:
    """Weights and biases to 0: a branch that starts so leaves the rest as it is."""
    for layer in layers:
        for parameter in layer.parameters():
            nn.init.zeros_(parameter)
