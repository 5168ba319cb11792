"""2020: learn to name the noise, then walk back, by chance or by rule (chapter 26).

Denoising diffusion probabilistic models: J. Ho, A. Jain, P. Abbeel (2020),
https://arxiv.org/abs/2006.11239. Denoising diffusion implicit models, the same net walked back with
less chance or none: J. Song, C. Meng, S. Ermon (2020), https://arxiv.org/abs/2010.02502. Keeping a
part of the picture while the rest is drawn: A. Lugmayr and others, RePaint (2022),
https://arxiv.org/abs/2201.09865.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import torch

from dlcore.autodiff import Tensor, no_grad
from dlcore.autodiff.functional import plain
from dlcore.layers import mse_loss
from dlcore.models.generative.noise_schedule import NoiseSchedule

Predict = Callable[[torch.Tensor, torch.Tensor], Any]
Step = Callable[..., torch.Tensor]


class Moment(NamedTuple):
    """One step of the way back: the time it left, the picture after it, and the clean picture that
    the net had in mind."""

    t: int
    x: torch.Tensor
    clean: torch.Tensor


def denoising_loss(
    net: Callable[..., Tensor], schedule: NoiseSchedule, x: torch.Tensor, t: torch.Tensor,
    noise: torch.Tensor, labels: torch.Tensor | None = None,
) -> Tensor:  # fmt: skip
    """Mean of (noise − net(noised x, t))²: the loss of 2020, without the bound's weights."""
    return mse_loss(net(schedule.noised(x, t, noise), t, labels), noise)


def posterior(
    schedule: NoiseSchedule, x: torch.Tensor, clean: torch.Tensor, t: int, before: int
) -> tuple[torch.Tensor, float]:
    """Mean and deviation of the picture at time `before`, given x at time t and the clean one.

    `before` may lie several steps before t, or be −1, the clean picture itself.
    """
    left, earlier = _shares(schedule, t, before)
    kept = left / earlier  # α, or the product of the αs in between
    to_clean = math.sqrt(earlier) * (1 - kept) / (1 - left)
    to_x = math.sqrt(kept) * (1 - earlier) / (1 - left)
    deviation = math.sqrt((1 - kept) * (1 - earlier) / (1 - left))
    return to_clean * clean + to_x * x, deviation


def ddpm_step(
    schedule: NoiseSchedule, x: torch.Tensor, clean: torch.Tensor, t: int, before: int,
    dice: torch.Generator | None = None, large: bool = False,
) -> torch.Tensor:  # fmt: skip
    """A draw from the posterior; `large`: with the deviation √β instead, as in 2020's pictures."""
    mean, deviation = posterior(schedule, x, clean, t, before)
    if before < 0:
        return mean
    if large:
        left, earlier = _shares(schedule, t, before)
        deviation = math.sqrt(1 - left / earlier)
    return mean + deviation * _draw(x, dice)


def ddim_step(
    schedule: NoiseSchedule, x: torch.Tensor, clean: torch.Tensor, t: int, before: int,
    dice: torch.Generator | None = None, eta: float = 0.0,
) -> torch.Tensor:  # fmt: skip
    """The clean picture, noised again to time `before` with the noise that is in x.

    eta  how much of it is drawn anew: 0 no chance at all, 1 as much as in `ddpm_step`.
    """
    _, earlier = _shares(schedule, t, before)
    new = eta * posterior(schedule, x, clean, t, before)[1]
    same = math.sqrt(max(1 - earlier - new * new, 0.0))
    moved = math.sqrt(earlier) * clean + same * schedule.noise_in(x, t, clean)
    return moved + new * _draw(x, dice) if new else moved


def denoising(
    predict: Predict, schedule: NoiseSchedule, x: torch.Tensor, steps: int = 50,
    step: Step = ddpm_step, clip: float | None = None, dice: torch.Generator | None = None,
    keep: tuple[torch.Tensor, torch.Tensor] | None = None,
) -> Iterator[Moment]:  # fmt: skip
    """Walk from the noise x back to a picture, and show every step.

    predict  (x, t (N,)) → the noise in x
    steps    how many of the schedule's times are visited
    step     ddpm_step, ddim_step, or either with its options bound
    clip     the clean picture is kept within ± clip, which pictures themselves never leave
    keep     (mask, picture): where mask is True x becomes, after every step, the given picture
             with as much noise as the time asks for (inpainting)
    """
    times = schedule.times(steps)
    for t, before in zip(times, [*times[1:], -1], strict=True):
        with no_grad():
            noise = predict(x, torch.full((len(x),), t, device=x.device))
        clean = schedule.clean(x, t, plain(noise))
        if clip is not None:
            clean = clean.clamp(-clip, clip)
        x = step(schedule, x, clean, t, before, dice)
        if keep is not None:
            given = schedule.noised(keep[1], before, _draw(x, dice))
            x = torch.where(keep[0], given, x)
        yield Moment(t, x, clean)


def sample(predict: Predict, schedule: NoiseSchedule, x: torch.Tensor, **options: Any) -> Any:
    """The picture at the end of `denoising`, whose options it takes."""
    for moment in denoising(predict, schedule, x, **options):
        x = moment.x
    return x


def _shares(schedule: NoiseSchedule, t: int, before: int) -> tuple[float, float]:
    """ᾱ at both times; before the first step it is 1."""
    if not -1 <= before < t < len(schedule):
        raise ValueError(
            f"a step back goes from a time below {len(schedule)} to an earlier one, got {t} → "
            f"{before}"
        )
    earlier = 1.0 if before < 0 else float(schedule.alpha_bar[before])
    return float(schedule.alpha_bar[t]), earlier


def _draw(x: torch.Tensor, dice: torch.Generator | None) -> torch.Tensor:
    """Normal numbers of x's shape and kind; drawn where the dice are, on the CPU without."""
    place = "cpu" if dice is None else dice.device
    return torch.randn(x.shape, generator=dice, device=place, dtype=x.dtype).to(x.device)
