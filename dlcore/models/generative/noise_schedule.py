"""2015-2021: how much noise at which time, and what is then left of the picture (chapter 26).

A chain that destroys data step by step, and one learned to run it backwards: J. Sohl-Dickstein,
E. Weiss, N. Maheswaranathan, S. Ganguli, Deep unsupervised learning using nonequilibrium
thermodynamics (2015), https://arxiv.org/abs/1503.03585. The straight line of βs: J. Ho, A. Jain,
P. Abbeel, Denoising diffusion probabilistic models (2020), https://arxiv.org/abs/2006.11239. The
cosine: A. Nichol, P. Dhariwal, Improved denoising diffusion probabilistic models (2021),
https://arxiv.org/abs/2102.09672.
"""

from __future__ import annotations

import math
from typing import Any

import torch


class NoiseSchedule:
    """xₜ = √(1 − βₜ) xₜ₋₁ + √βₜ ε, for t = 0 … T − 1, and so xₜ = √ᾱₜ x + √(1 − ᾱₜ) ε.

    betas (T,): the share of the variance that is noise new at time t; between 0 and 1.
    alpha_bar (T,): ᾱₜ = (1 − β₀) … (1 − βₜ), the share of the variance that is picture.
    Both float64; what the methods return has the kind of the x they got. Raises ValueError for
    betas outside 0 … 1.
    """

    def __init__(self, betas: Any) -> None:
        self.betas = torch.as_tensor(betas, dtype=torch.float64)
        if self.betas.ndim != 1 or not len(self.betas):
            raise ValueError(f"a NoiseSchedule needs betas (T,), got shape {_shape(self.betas)}")
        low, high = self.betas.min().item(), self.betas.max().item()
        if not 0 < low <= high < 1:
            raise ValueError(f"betas are shares between 0 and 1, got {low:g} … {high:g}")
        self.alpha_bar = torch.cumprod(1 - self.betas, 0)

    @classmethod
    def linear(cls, steps: int = 1000, first: float = 1e-4, last: float = 0.02) -> NoiseSchedule:
        """βs on a straight line, as in 2020. With few steps the noise at the end is not pure."""
        return cls(torch.linspace(first, last, steps, dtype=torch.float64))

    @classmethod
    def cosine(
        cls, steps: int = 1000, offset: float = 0.008, largest: float = 0.999
    ) -> NoiseSchedule:
        """√ᾱ falls along a quarter of a cosine; `offset` keeps the first steps from being tiny."""
        times = torch.linspace(0, 1, steps + 1, dtype=torch.float64)
        left = torch.cos((times + offset) / (1 + offset) * math.pi / 2) ** 2
        return cls((1 - left[1:] / left[:-1]).clamp(max=largest))

    def __len__(self) -> int:
        return len(self.betas)

    def one_step(self, x: torch.Tensor, t: int, noise: torch.Tensor) -> torch.Tensor:
        """x at time t − 1 → at time t."""
        beta = float(self.betas[t])
        return math.sqrt(1 - beta) * x + math.sqrt(beta) * noise

    def levels(self, t: Any, like: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """√ᾱₜ and √(1 − ᾱₜ) for whole numbers t (N,), so that they multiply `like` (N, …).

        A time of −1 is before the first step: all picture, no noise.
        """
        t = torch.as_tensor(t)
        if t.dtype.is_floating_point or t.lt(-1).any() or t.ge(len(self)).any():
            raise ValueError(f"times are whole numbers from -1 to {len(self) - 1}, got {t}")
        t = t.to(self.alpha_bar.device)
        left = torch.where(t < 0, torch.ones_like(self.alpha_bar[0]), self.alpha_bar[t])
        left = left.reshape(-1, *[1] * (like.ndim - 1)) if t.ndim else left
        parts = left.sqrt(), (1 - left).sqrt()
        return parts[0].to(like.device, like.dtype), parts[1].to(like.device, like.dtype)

    def noised(self, x: torch.Tensor, t: Any, noise: torch.Tensor) -> torch.Tensor:
        """The picture at time t, in one go: √ᾱₜ x + √(1 − ᾱₜ) noise."""
        signal, spread = self.levels(t, x)
        return signal * x + spread * noise

    def clean(self, x: torch.Tensor, t: Any, noise: torch.Tensor) -> torch.Tensor:
        """The picture that gives x at time t with this noise: `noised`, solved for x."""
        signal, spread = self.levels(t, x)
        return (x - spread * noise) / signal

    def noise_in(self, x: torch.Tensor, t: Any, clean: torch.Tensor) -> torch.Tensor:
        """The noise that makes x of the picture `clean` at time t: `noised`, solved for noise."""
        signal, spread = self.levels(t, x)
        return (x - signal * clean) / spread

    def velocity(self, x: torch.Tensor, t: Any, noise: torch.Tensor) -> torch.Tensor:
        """v = √ᾱₜ noise − √(1 − ᾱₜ) x, of the clean picture x: what else a net may name.

        It says something at all times: noise where t is small, − x where all is noise. T. Salimans,
        J. Ho, Progressive distillation (2022), https://arxiv.org/abs/2202.00512, section 4.
        """
        signal, spread = self.levels(t, x)
        return signal * noise - spread * x

    def noise_of_velocity(self, x: torch.Tensor, t: Any, velocity: torch.Tensor) -> torch.Tensor:
        """The noise in x at time t, where a net names v in place of it: √ᾱₜ v + √(1 − ᾱₜ) x."""
        signal, spread = self.levels(t, x)
        return signal * velocity + spread * x

    def times(self, steps: int) -> list[int]:
        """`steps` times from T − 1 down to 0, as evenly as whole numbers allow."""
        if not 1 <= steps <= len(self):
            raise ValueError(f"a schedule of {len(self)} times has no {steps} steps")
        return torch.linspace(len(self) - 1, 0, steps).round().long().tolist()


def _shape(x: torch.Tensor) -> tuple[int, ...]:
    return tuple(x.shape)
