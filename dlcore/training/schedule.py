"""1951-2017: how the learning rate changes: steps, cosines, warm-up (chapter 10).

Robbins and Monro (1951), https://doi.org/10.1214/aoms/1177729586, already let it fall. Cosine: I.
Loshchilov, F. Hutter (2016), https://arxiv.org/abs/1608.03983. Warm-up: P. Goyal and others (2017),
https://arxiv.org/abs/1706.02677. Names and arguments are those of torch.optim.lr_scheduler.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from dlcore.training.optim import Optimizer


class Schedule:
    """Sets the optimiser's learning rates as a function of the number of steps taken.

    Built, it sets those of step 0; each `step()` sets those of the next. A subclass defines
    `factor(t)`: the share of the initial learning rate at step t. Several at once multiply their
    factors. A rate that is changed by hand changes those to come by the same ratio. The optimiser
    knows its schedules, and so a checkpoint of `fit` holds them, whoever calls `step()`.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(
                f"{type(self).__name__} changes an optimiser, got {type(optimizer).__name__}"
            )
        self.optimizer, self.last_epoch = optimizer, 0
        for group in optimizer.param_groups:
            group.setdefault("initial_lr", group["lr"])
        optimizer.schedules.append(self)
        if self.work_together():  # else SequentialLR may take them over
            self.set_rates()

    @property
    def base_lrs(self) -> list[float]:
        """The initial learning rate of each group."""
        return [group["initial_lr"] for group in self.optimizer.param_groups]

    def scales(self) -> bool:
        """Whether the rate is the initial one times a factor."""
        return True

    def factor(self, t: int) -> float:
        """What the first rate is multiplied by at step t."""
        raise NotImplementedError(f"{type(self).__name__} must define factor")

    def rate(self, base: float, t: int) -> float:
        """The rate at step t of a group that began with `base`."""
        return base * self.factor(t)

    def work_together(self) -> bool:
        """Whether the optimiser's schedules are one, or have a common factor."""
        together = self.optimizer.schedules
        return len(together) == 1 or all(schedule.scales() for schedule in together)

    def set_rates(self) -> None:
        """Set each group's rate, of all schedules together.

        Raises ValueError where one of several sets rates of its own.
        """
        together = self.optimizer.schedules
        if not self.work_together():
            names = " and ".join(type(schedule).__name__ for schedule in together)
            raise ValueError(
                f"{names} cannot work at once: one sets rates of its own, not a factor of the "
                "initial one; one after the other they can, in SequentialLR"
            )
        for group in self.optimizer.param_groups:
            rate = self.rate(group["initial_lr"], self.last_epoch)
            if len(together) > 1:
                rate = group["initial_lr"] * math.prod(s.factor(s.last_epoch) for s in together)
            group["lr"] = group["scheduled_lr"] = rate

    def step(self) -> None:
        """Move on by one epoch, or by one update: whatever you count in."""
        for group in self.optimizer.param_groups:
            by_hand = isinstance(group["lr"], float) and group["lr"] != group["scheduled_lr"]
            if by_hand and group["scheduled_lr"]:
                group["initial_lr"] *= group["lr"] / group["scheduled_lr"]
        self.last_epoch += 1
        self.set_rates()

    def get_last_lr(self) -> list[float]:
        """The rate of each group now."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def standing(self) -> Any:
        """Where it stands, for a checkpoint: numbers that JSON can hold."""
        return self.last_epoch

    def stand(self, where: Any) -> None:
        """Go back to where `standing` was."""
        self.last_epoch = where

    def state_dict(self) -> dict[str, Any]:
        """What load_state_dict needs to go on from here."""
        return {"last_epoch": self.last_epoch, "base_lrs": self.base_lrs}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state that state_dict gave."""
        self.last_epoch = state["last_epoch"]
        for group, base in zip(self.optimizer.param_groups, state["base_lrs"], strict=True):
            group["initial_lr"] = base
        self.set_rates()


class LambdaLR(Schedule):
    """Any function of the step as factor."""

    def __init__(self, optimizer: Optimizer, lr_lambda: Callable[[int], float]) -> None:
        self.lr_lambda = lr_lambda
        super().__init__(optimizer)

    def factor(self, t: int) -> float:
        return self.lr_lambda(t)


class StepLR(Schedule):
    """Multiplied by gamma every step_size steps."""

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        at_least_one("StepLR", "step_size", step_size)
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer)

    def factor(self, t: int) -> float:
        return self.gamma ** (t // self.step_size)


class MultiStepLR(Schedule):
    """Multiplied by gamma at each of the milestones."""

    def __init__(self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1) -> None:
        self.milestones, self.gamma = sorted(milestones), gamma
        super().__init__(optimizer)

    def factor(self, t: int) -> float:
        return self.gamma ** bisect.bisect_right(self.milestones, t)


class ExponentialLR(Schedule):
    """Multiplied by gamma at every step."""

    def __init__(self, optimizer: Optimizer, gamma: float) -> None:
        self.gamma = gamma
        super().__init__(optimizer)

    def factor(self, t: int) -> float:
        return self.gamma**t


class CosineAnnealingLR(Schedule):
    """Half a cosine from the initial rate down to eta_min in T_max steps, and up again after."""

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        at_least_one("CosineAnnealingLR", "T_max", T_max)
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer)

    def scales(self) -> bool:
        return self.eta_min == 0

    def factor(self, t: int) -> float:
        return (1 + math.cos(math.pi * t / self.T_max)) / 2

    def rate(self, base: float, t: int) -> float:
        return self.eta_min + (base - self.eta_min) * self.factor(t)


class ConstantLR(Schedule):
    """`factor` times the rate for total_iters steps, then the rate itself."""

    def __init__(self, optimizer: Optimizer, factor: float = 1 / 3, total_iters: int = 5) -> None:
        self.share, self.total_iters = factor, total_iters
        super().__init__(optimizer)

    def factor(self, t: int) -> float:
        return self.share if t < self.total_iters else 1.0


class PolynomialLR(Schedule):
    """Down to 0 in total_iters steps as (1 − t / total_iters)^power."""

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0) -> None:
        at_least_one("PolynomialLR", "total_iters", total_iters)
        self.total_iters, self.power = total_iters, power
        super().__init__(optimizer)

    def factor(self, t: int) -> float:
        return (1 - min(t, self.total_iters) / self.total_iters) ** self.power


class LinearLR(Schedule):
    """From start_factor to end_factor in total_iters equal steps: warm-up."""

    def __init__(
        self, optimizer: Optimizer, start_factor: float = 1 / 3, end_factor: float = 1.0,
        total_iters: int = 5,
    ) -> None:  # fmt: skip
        at_least_one("LinearLR", "total_iters", total_iters)
        self.start_factor, self.end_factor = start_factor, end_factor
        self.total_iters = total_iters
        super().__init__(optimizer)

    def factor(self, t: int) -> float:
        share = min(t, self.total_iters) / self.total_iters
        return self.start_factor + (self.end_factor - self.start_factor) * share


class WarmupCosineLR(Schedule):
    """Linear from 0 in `warmup` steps, then half a cosine down to `floor` times the rate.

    At step t < warmup the factor is (t + 1) / warmup, so that no step is wasted at 0.
    """

    def __init__(self, optimizer: Optimizer, warmup: int, total: int, floor: float = 0.0) -> None:
        if not 0 <= warmup < total:
            raise ValueError(f"WarmupCosineLR needs 0 ≤ warmup < total, got {warmup} and {total}")
        self.warmup, self.total, self.floor = warmup, total, floor
        super().__init__(optimizer)

    def factor(self, t: int) -> float:
        if t < self.warmup:
            return (t + 1) / self.warmup
        share = min(1.0, (t - self.warmup) / (self.total - self.warmup))
        return self.floor + (1 - self.floor) * (1 + math.cos(math.pi * share)) / 2


class SequentialLR(Schedule):
    """One schedule after the other: number k + 1 begins anew at step milestones[k]."""

    def __init__(
        self, optimizer: Optimizer, schedulers: Sequence[Schedule], milestones: Sequence[int]
    ) -> None:
        if len(schedulers) != len(milestones) + 1 or list(milestones) != sorted(set(milestones)):
            raise ValueError(
                f"SequentialLR needs one rising milestone between each two of {len(schedulers)} "
                f"schedules, got {list(milestones)}"
            )
        self.schedulers, self.milestones = list(schedulers), list(milestones)
        for schedule in self.schedulers:  # from now on they follow this one
            optimizer.schedules.remove(schedule)
        super().__init__(optimizer)

    def now(self, t: int) -> tuple[Schedule, int]:
        """The schedule at step t, and its own step."""
        number = bisect.bisect_right(self.milestones, t)
        return self.schedulers[number], t - (self.milestones[number - 1] if number else 0)

    def scales(self) -> bool:
        return all(schedule.scales() for schedule in self.schedulers)

    def factor(self, t: int) -> float:
        schedule, own = self.now(t)
        return schedule.factor(own)

    def rate(self, base: float, t: int) -> float:
        schedule, own = self.now(t)
        return schedule.rate(base, own)


def at_least_one(name: str, setting: str, value: int) -> None:
    """Raise ValueError unless the setting is 1 or more."""
    if value < 1:
        raise ValueError(f"{name}({setting}={value}) must be at least 1")
