"""2012, Alex Krizhevsky, Ilya Sutskever and Geoffrey Hinton: lower the rate when nothing gets
better any more (chapter 10).

ImageNet classification with deep convolutional neural networks (2012),
https://doi.org/10.1145/3065386, divided the rate by 10 "when the validation error rate stopped
improving". Names, arguments and rates are those of torch.optim.lr_scheduler.
"""

from __future__ import annotations

import math
from typing import Any

from dlcore.training.optim import Optimizer
from dlcore.training.schedule import Schedule


class ReduceLROnPlateau(Schedule):
    """The rate times `factor` once step(metric) has got no better metric for `patience` steps.

    mode "min": lower is better; better means by `threshold`, relative ("rel") or "abs"olute.
    After a reduction `cooldown` steps are not counted; no rate goes below min_lr, and changes of
    no more than eps are left out.
    """

    def __init__(
        self, optimizer: Optimizer, mode: str = "min", factor: float = 0.1, patience: int = 10,
        threshold: float = 1e-4, threshold_mode: str = "rel", cooldown: int = 0,
        min_lr: float = 0.0, eps: float = 1e-8,
    ) -> None:  # fmt: skip
        if not factor < 1 or mode not in ("min", "max") or threshold_mode not in ("rel", "abs"):
            raise ValueError(
                "ReduceLROnPlateau needs factor < 1, mode 'min' or 'max' and threshold_mode 'rel' "
                f"or 'abs', got {factor}, {mode!r} and {threshold_mode!r}"
            )
        self.mode, self.shrink, self.patience, self.cooldown = mode, factor, patience, cooldown
        self.threshold, self.threshold_mode = threshold, threshold_mode
        self.min_lr, self.eps = min_lr, eps
        self.best, self.bad, self.cooling, self.reductions = math.inf, 0, 0, 0
        super().__init__(optimizer)

    def scales(self) -> bool:
        return False

    def rate(self, base: float, t: int) -> float:
        rate = base
        for _ in range(self.reductions):
            lower = max(rate * self.shrink, self.min_lr)
            rate = lower if rate - lower > self.eps else rate
        return rate

    def better(self, value: float) -> bool:
        """Whether a value, lower being better, beats the best so far by the threshold."""
        if self.threshold_mode == "rel" and math.isfinite(self.best):
            return value < self.best - self.threshold * (
                self.best if self.mode == "min" else -self.best
            )
        return value < self.best - self.threshold

    def step(self, metrics: Any = None) -> None:
        """Move on by one epoch, whose result is `metrics`, a number."""
        if metrics is None:
            raise TypeError(
                "ReduceLROnPlateau.step takes the number to watch: step(loss); in fit call it in "
                "on_epoch rather than as schedule="
            )
        value = float(metrics) if self.mode == "min" else -float(metrics)
        if self.better(value):
            self.best, self.bad = value, 0
        else:
            self.bad += 1
        if self.cooling > 0:
            self.cooling, self.bad = self.cooling - 1, 0
        if self.bad > self.patience:
            self.reductions, self.cooling, self.bad = self.reductions + 1, self.cooldown, 0
        super().step()

    def standing(self) -> Any:
        return [self.last_epoch, self.best, self.bad, self.cooling, self.reductions]

    def stand(self, where: Any) -> None:
        self.last_epoch, self.best, self.bad, self.cooling, self.reductions = where

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "standing": self.standing()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.stand(state["standing"])
        super().load_state_dict(state)
