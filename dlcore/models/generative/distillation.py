"""2022, Tim Salimans and Jonathan Ho: teach a net to take two steps as one (chapter 26).

Progressive distillation for fast sampling of diffusion models, https://arxiv.org/abs/2202.00512.
The student becomes the teacher, and the number of steps halves again. That a net can learn where
the whole walk ends: E. Luhman, T. Luhman (2021), https://arxiv.org/abs/2101.02388.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore.autodiff import no_grad
from dlcore.autodiff.functional import plain
from dlcore.models.generative.diffusion import Predict
from dlcore.models.generative.noise_schedule import NoiseSchedule


def moved(
    schedule: NoiseSchedule, x: torch.Tensor, noise: torch.Tensor, t: Any, before: Any
) -> torch.Tensor:
    """A DDIM step without chance for times t and before (N,), every row its own."""
    return schedule.noised(schedule.clean(x, t, noise), before, noise)


def two_as_one(
    predict: Predict, schedule: NoiseSchedule, x: torch.Tensor, t: torch.Tensor,
    between: torch.Tensor, before: torch.Tensor,
) -> torch.Tensor:  # fmt: skip
    """The clean picture that a student has to name at time t, so that its one step to `before`
    lands where the teacher's two steps land, t → between → before; times (N,), −1 the last."""
    with no_grad():
        halfway = moved(schedule, x, plain(predict(x, t)), t, between)
        landed = moved(schedule, halfway, plain(predict(halfway, between)), between, before)
    signal, spread = schedule.levels(t, x)
    signal_before, spread_before = schedule.levels(before, x)
    ratio = spread_before / spread
    return (landed - ratio * x) / (signal_before - ratio * signal)
