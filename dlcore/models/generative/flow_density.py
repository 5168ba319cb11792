"""2018-2020: how probable a point is under a flow (chapter 26).

Along a path the log of the density changes by minus the divergence of the field: R. Chen,
Y. Rubanova, J. Bettencourt, D. Duvenaud, Neural ordinary differential equations (2018),
https://arxiv.org/abs/1806.07366. For diffusion models: Y. Song, J. Sohl-Dickstein, D. Kingma,
A. Kumar, S. Ermon, B. Poole, Score-based generative modeling through stochastic differential
equations (2020), https://arxiv.org/abs/2011.13456. Here the divergence is exact, one walk back for
every dimension: right for few dimensions only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

from dlcore.autodiff import Tensor, grad
from dlcore.models.generative.flow_matching import TICKS


def log_density(net: Callable[..., Any], x: torch.Tensor, steps: int = 50) -> torch.Tensor:
    """x (N, D) → (N,) in nats: the normal density where its path ends, and what was squeezed.

    The path runs from data (time 0) to noise (time 1) by the midpoint rule.
    """
    if x.ndim != 2 or steps < 1:
        raise ValueError(
            f"log_density takes points (N, D) and at least 1 step, got shape {tuple(x.shape)} and "
            f"{steps}"
        )
    size, squeezed = 1 / steps, x.new_zeros(len(x))
    for k in range(steps):
        v, _ = field(net, x, k * size)
        v, divergence = field(net, x + size / 2 * v, (k + 0.5) * size)
        x, squeezed = x + size * v, squeezed + size * divergence
    at_noise = -0.5 * x.square().sum(1) - x.shape[1] / 2 * math.log(2 * math.pi)
    return at_noise + squeezed


def field(net: Callable[..., Any], x: torch.Tensor, t: float) -> tuple[torch.Tensor, torch.Tensor]:
    """The velocity (N, D) at x (N, D) and time t, and its divergence Σ_d ∂v_d / ∂x_d (N,)."""
    boxed = Tensor(x, True)
    v = net(boxed, torch.full((len(x),), TICKS * t, dtype=x.dtype, device=x.device))
    divergence = x.new_zeros(len(x))
    for d in range(x.shape[1]):
        seed = torch.zeros_like(x)
        seed[:, d] = 1  # rows do not see each other, so one walk serves them all
        (slope,) = grad(v, boxed, seed, retain_graph=True)
        divergence = divergence + slope.data[:, d]
    return v.data, divergence
