"""2015-2017, Leslie Smith: the rate goes up before it goes down, the momentum the other way
(chapter 10).

Cyclical learning rates for training neural networks (2015), https://arxiv.org/abs/1506.01186;
L. Smith, N. Topin, Super-convergence (2017), https://arxiv.org/abs/1708.07120. Names, arguments and
rates are those of torch.optim.lr_scheduler.
"""

from __future__ import annotations

import math

from dlcore.training.optim import Optimizer
from dlcore.training.schedule import Schedule, at_least_one


class Cycle(Schedule):
    """A schedule that sets rates of its own, and the momentum with them if `cycle_momentum`.

    A subclass defines `rate(base, t)` and `momentum(t)`; it becomes SGD's momentum or Adam's β₁.
    """

    def __init__(self, optimizer: Optimizer, cycle_momentum: bool) -> None:
        self.cycle_momentum = cycle_momentum
        groups = optimizer.param_groups if isinstance(optimizer, Optimizer) else []
        if cycle_momentum and any("momentum" not in g and "betas" not in g for g in groups):
            raise ValueError(
                f"{type(self).__name__} moves the momentum too, which {type(optimizer).__name__} "
                "has not: pass cycle_momentum=False"
            )
        super().__init__(optimizer)

    def scales(self) -> bool:
        return False

    def momentum(self, t: int) -> float:
        """The momentum at step t."""
        raise NotImplementedError(f"{type(self).__name__} must define momentum")

    def set_rates(self) -> None:
        super().set_rates()
        for group in self.optimizer.param_groups if self.cycle_momentum else []:
            momentum = self.momentum(self.last_epoch)
            if "betas" in group:
                group["betas"] = (momentum, *group["betas"][1:])
            else:
                group["momentum"] = momentum


class CyclicLR(Cycle):
    """A triangle wave between base_lr and max_lr: up in step_size_up steps, down in as many, or in
    step_size_down; momentum from max_momentum to base_momentum and back.

    mode: the height stays ("triangular"), is halved with every cycle ("triangular2"), or falls by
    gamma at every step ("exp_range").
    """

    def __init__(
        self, optimizer: Optimizer, base_lr: float, max_lr: float, step_size_up: int = 2000,
        step_size_down: int | None = None, mode: str = "triangular", gamma: float = 1.0,
        cycle_momentum: bool = True, base_momentum: float = 0.8, max_momentum: float = 0.9,
    ) -> None:  # fmt: skip
        at_least_one("CyclicLR", "step_size_up", step_size_up)
        if mode not in ("triangular", "triangular2", "exp_range"):
            raise ValueError(
                f"CyclicLR knows mode 'triangular', 'triangular2' and 'exp_range', got {mode!r}"
            )
        self.base_lr, self.max_lr, self.mode, self.gamma = base_lr, max_lr, mode, gamma
        self.up, self.down = step_size_up, step_size_down or step_size_up
        self.base_momentum, self.max_momentum = base_momentum, max_momentum
        super().__init__(optimizer, cycle_momentum)

    def height(self, t: int) -> float:
        """How far up at step t, as a share of the first peak."""
        cycle, place = divmod(t, self.up + self.down)
        share = place / self.up if place <= self.up else 1 - (place - self.up) / self.down
        shrunk = {"triangular": 1.0, "triangular2": 0.5**cycle, "exp_range": self.gamma**t}
        return share * shrunk[self.mode]

    def rate(self, base: float, t: int) -> float:
        return self.base_lr + (self.max_lr - self.base_lr) * self.height(t)

    def momentum(self, t: int) -> float:
        return self.max_momentum - (self.max_momentum - self.base_momentum) * self.height(t)


class OneCycleLR(Cycle):
    """Up from max_lr / div_factor to max_lr in the share pct_start of all steps, then down to
    1 / final_div_factor of where it began; with three_phase down to where it began first.

    total_steps, or epochs and steps_per_epoch; anneal_strategy "cos" or "linear"; the momentum
    falls from max_momentum to base_momentum while the rate rises, and comes back.
    """

    def __init__(
        self, optimizer: Optimizer, max_lr: float, total_steps: int | None = None,
        epochs: int | None = None, steps_per_epoch: int | None = None, pct_start: float = 0.3,
        anneal_strategy: str = "cos", cycle_momentum: bool = True, base_momentum: float = 0.85,
        max_momentum: float = 0.95, div_factor: float = 25.0, final_div_factor: float = 1e4,
        three_phase: bool = False,
    ) -> None:  # fmt: skip
        total = total_steps or (epochs or 0) * (steps_per_epoch or 0)
        if total < 2 or not 0 <= pct_start <= 1 or anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                "OneCycleLR needs total_steps, or epochs and steps_per_epoch, of at least 2 steps, "
                f"0 ≤ pct_start ≤ 1 and anneal_strategy 'cos' or 'linear', got {total} steps, "
                f"{pct_start} and {anneal_strategy!r}"
            )
        start, peak = max_lr / div_factor, pct_start * total - 1
        end, high, low = start / final_div_factor, max_momentum, base_momentum
        self.total_steps, self.anneal_strategy = total, anneal_strategy
        # each phase: its last step, the rate and the momentum there
        self.phases = [(0.0, start, high), (peak, max_lr, low)]
        if three_phase:
            self.phases.append((2 * peak, start, high))
        self.phases.append((total - 1, end, high))
        super().__init__(optimizer, cycle_momentum)

    def between(self, t: int, what: int) -> float:
        """The rate (what = 1) or momentum (2) at step t, between the ends of its phase."""
        if t > self.total_steps:
            raise ValueError(f"OneCycleLR ends after {self.total_steps} steps, this is step {t}")
        number = next((i for i, p in enumerate(self.phases) if i and t <= p[0]), -1)
        before, after = self.phases[number - 1], self.phases[number]
        share = (t - before[0]) / (after[0] - before[0])
        if self.anneal_strategy == "linear":
            return before[what] + share * (after[what] - before[what])
        return after[what] + (before[what] - after[what]) * (1 + math.cos(math.pi * share)) / 2

    def rate(self, base: float, t: int) -> float:
        return self.between(t, 1)

    def momentum(self, t: int) -> float:
        return self.between(t, 2)
