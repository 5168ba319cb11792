"""2022: straight lines from noise to data (chapter 26).

Y. Lipman, R. Chen, H. Ben-Hamu, M. Nickel, M. Le, Flow matching for generative modeling (2022),
https://arxiv.org/abs/2210.02747; X. Liu, C. Gong, Q. Liu, Flow straight and fast: learning to
generate and transfer data with rectified flow (2022), https://arxiv.org/abs/2209.03003. Time runs
as in diffusion, and as in Stable Diffusion 3 (https://arxiv.org/abs/2403.03206): 0 is data, 1 is
noise. Both papers count the other way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch

from dlcore.autodiff import Tensor, no_grad
from dlcore.autodiff.functional import plain
from dlcore.layers import mse_loss

TICKS = 1000.0  # the denoisers' clocks count to about a thousand


def flow_loss(
    net: Callable[..., Tensor], x: torch.Tensor, t: torch.Tensor, noise: torch.Tensor,
    labels: torch.Tensor | None = None,
) -> Tensor:  # fmt: skip
    """Mean of ((noise − x) − net((1 − t) x + t noise, 1000 t))², for times t (N,) in 0 … 1."""
    share = t.reshape(-1, *[1] * (x.ndim - 1))
    return mse_loss(net((1 - share) * x + share * noise, TICKS * t, labels), noise - x)


def flowing(
    net: Callable[..., Any], x: torch.Tensor, steps: int = 20, midpoint: bool = False,
    labels: torch.Tensor | None = None, backward: bool = False,
) -> Iterator[torch.Tensor]:  # fmt: skip
    """x after each of `steps` equal steps along the learned velocity, from noise to data.

    A step of Euler asks the net once; `midpoint` asks a second time, half a step on, and takes
    that velocity for the whole step. `backward`: from data to noise.
    """
    if steps < 1:
        raise ValueError(f"a flow needs at least 1 step, got {steps}")

    def velocity(x: torch.Tensor, t: float) -> torch.Tensor:
        with no_grad():
            v = net(x, torch.full((len(x),), TICKS * t, dtype=x.dtype, device=x.device), labels)
        return plain(v)

    size = 1 / steps if backward else -1 / steps
    for k in range(steps):
        t = k / steps if backward else 1 - k / steps
        v = velocity(x, t)
        if midpoint:
            v = velocity(x + size / 2 * v, t + size / 2)
        x = x + size * v
        yield x


def flow(net: Callable[..., Any], x: torch.Tensor, steps: int = 20, **options: Any) -> torch.Tensor:
    """Where `flowing`, whose options it takes, ends."""
    *_, end = flowing(net, x, steps, **options)
    return end


def detour(path: list[torch.Tensor]) -> float:
    """Mean length of the paths (the places (N, D) one after the other) over that of their chords.

    1 for straight lines.
    """
    places = torch.stack([place.flatten(1) for place in path])
    length = places.diff(dim=0).norm(dim=2).sum()
    return (length / (places[-1] - places[0]).norm(dim=1).sum()).item()
