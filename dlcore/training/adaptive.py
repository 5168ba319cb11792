"""2011-2019: a step size of its own for every weight: Adagrad to LAMB (chapter 10).

Adagrad: J. Duchi, E. Hazan, Y. Singer, JMLR 12 (2011) 2121-2159,
https://jmlr.org/papers/v12/duchi11a.html. RMSProp: T. Tieleman, G. Hinton, Lecture 6.5 (2012).
Adam: D. Kingma, J. Ba (2014), https://arxiv.org/abs/1412.6980. AdamW: I. Loshchilov, F. Hutter
(2017), https://arxiv.org/abs/1711.05101. LAMB: Y. You and others (2019),
https://arxiv.org/abs/1904.00962. Arguments, defaults and trajectories are torch.optim's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch

from dlcore.training.optim import Optimizer

State = dict[str, torch.Tensor]


def counter(weight: torch.Tensor, lr: Any) -> torch.Tensor:
    """A step count of shape (): a compiled or recorded step may not change a number.

    It stays on the CPU, where reading it costs nothing, unless the learning rate is a tensor on
    the device, as in a recorded step. β₂ᵗ needs float64's digits; MPS has none.
    """
    device = lr.device if isinstance(lr, torch.Tensor) else torch.device("cpu")
    dtype = torch.float32 if device.type == "mps" else torch.float64
    return torch.zeros((), dtype=dtype, device=device)


class AdaptiveOptimizer(Optimizer):
    """Checks that all optimisers of this file share."""

    def check(self, group: dict[str, Any]) -> None:
        name = type(self).__name__
        for setting in ("lr", "eps", "weight_decay", "lr_decay", "momentum"):
            if not group.get(setting, 0) >= 0:
                raise ValueError(f"{name}({setting}={group[setting]}) must not be negative")
        shares = [*group.get("betas", ()), *([group["alpha"]] if "alpha" in group else [])]
        for share in shares:
            if not 0 <= share < 1:
                raise ValueError(f"{name} averages with shares in 0 ≤ β < 1, got {share}")


class Adagrad(AdaptiveOptimizer):
    """s ← s + g²;   w ← w − lr / (1 + t · lr_decay) · g / (√s + eps)."""

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-2, lr_decay: float = 0,
        weight_decay: float = 0, initial_accumulator_value: float = 0, eps: float = 1e-10,
    ) -> None:  # fmt: skip
        defaults = {
            "lr": lr, "lr_decay": lr_decay, "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value, "eps": eps,
        }  # fmt: skip
        super().__init__(params, defaults)

    def update(
        self, weight: torch.Tensor, grad: torch.Tensor, state: State, group: dict[str, Any]
    ) -> None:
        if not state:
            start = group["initial_accumulator_value"]
            state.update(step=counter(weight, group["lr"]), sum=torch.full_like(weight, start))
        lr = group["lr"] / (1 + state["step"] * group["lr_decay"])
        state["step"] += 1
        grad = grad + group["weight_decay"] * weight if group["weight_decay"] else grad
        state["sum"].addcmul_(grad, grad)
        weight.sub_(lr * grad / state["sum"].sqrt().add_(group["eps"]))


class RMSprop(AdaptiveOptimizer):
    """s ← α s + (1 − α) g²;   w ← w − lr · g / (√s + eps); with momentum, and centred on request.

    Hinton's lecture uses α = 0.9, torch's default is 0.99.
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-2, alpha: float = 0.99, eps: float = 1e-8,
        weight_decay: float = 0, momentum: float = 0, centered: bool = False,
    ) -> None:  # fmt: skip
        defaults = {
            "lr": lr, "alpha": alpha, "eps": eps, "weight_decay": weight_decay,
            "momentum": momentum, "centered": centered,
        }  # fmt: skip
        super().__init__(params, defaults)

    def update(
        self, weight: torch.Tensor, grad: torch.Tensor, state: State, group: dict[str, Any]
    ) -> None:
        if not state:
            state.update(square_avg=torch.zeros_like(weight))
            if group["momentum"]:
                state.update(momentum_buffer=torch.zeros_like(weight))
            if group["centered"]:
                state.update(grad_avg=torch.zeros_like(weight))
        grad = grad + group["weight_decay"] * weight if group["weight_decay"] else grad
        square, alpha = state["square_avg"], group["alpha"]
        square.mul_(alpha).addcmul_(grad, grad, value=1 - alpha)
        if group["centered"]:
            mean = state["grad_avg"].lerp_(grad, 1 - alpha)
            square = square - mean * mean
        direction = grad / square.sqrt().add_(group["eps"])
        if group["momentum"]:
            direction = state["momentum_buffer"].mul_(group["momentum"]).add_(direction)
        weight.sub_(group["lr"] * direction)


class Adam(AdaptiveOptimizer):
    """m ← β₁ m + (1 − β₁) g;   v ← β₂ v + (1 − β₂) g²;   w ← w − lr · m̂ / (√v̂ + eps)

    with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ), since both averages start at 0.
    weight_decay is added to the gradient, as in torch.optim.Adam.
    """

    decoupled = False  # AdamW's difference

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8, weight_decay: float = 0,
    ) -> None:  # fmt: skip
        defaults = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, defaults)

    def update(
        self, weight: torch.Tensor, grad: torch.Tensor, state: State, group: dict[str, Any]
    ) -> None:
        grad = self.decay(weight, grad, group)
        weight.sub_(group["lr"] * self.direction(weight, grad, state, group))

    def direction(
        self, weight: torch.Tensor, grad: torch.Tensor, state: State, group: dict[str, Any]
    ) -> torch.Tensor:
        """m̂ / (√v̂ + eps), once this gradient has moved the averages."""
        self.prepare(weight, state, group)
        beta1, beta2 = group["betas"]
        state["step"] += 1
        state["exp_avg"].lerp_(grad, 1 - beta1)
        state["exp_avg_sq"].mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        m_hat = state["exp_avg"] / (1 - beta1 ** state["step"])
        v_hat = state["exp_avg_sq"] / (1 - beta2 ** state["step"])
        return m_hat / (v_hat.sqrt() + group["eps"])

    def prepare(self, weight: torch.Tensor, state: State, group: dict[str, Any]) -> None:
        """Averages that start at 0, and a count on the device on which it is used."""
        if not state:
            state.update(step=counter(weight, group["lr"]))
            state.update(exp_avg=torch.zeros_like(weight), exp_avg_sq=torch.zeros_like(weight))
        elif isinstance(group["lr"], torch.Tensor) and state["step"].device != group["lr"].device:
            state["step"] = state["step"].to(group["lr"].device)

    def decay(
        self, weight: torch.Tensor, grad: torch.Tensor, group: dict[str, Any]
    ) -> torch.Tensor:
        """The gradient to average; decoupled decay shrinks the weight itself, outside of it."""
        if not group["weight_decay"]:
            return grad
        if self.decoupled:
            weight.mul_(1 - group["lr"] * group["weight_decay"])
            return grad
        return grad + group["weight_decay"] * weight


class AdamW(Adam):
    """Adam whose weight decay does not pass through the averages: w ← (1 − lr · λ) w first."""

    decoupled = True

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8, weight_decay: float = 1e-2,
    ) -> None:  # fmt: skip
        super().__init__(params, lr, betas, eps, weight_decay)


class LAMB(Adam):
    """Adam's direction r = m̂ / (√v̂ + eps) + λ w, scaled per layer: w ← w − lr · (‖w‖ / ‖r‖) · r.

    Where ‖w‖ or ‖r‖ is 0 the ratio is 1. Not in torch.optim; algorithm 2 of the paper.
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-6, weight_decay: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(params, lr, betas, eps, weight_decay)

    def update(
        self, weight: torch.Tensor, grad: torch.Tensor, state: State, group: dict[str, Any]
    ) -> None:
        r = self.direction(weight, grad, state, group) + group["weight_decay"] * weight
        ratio = weight.norm() / r.norm()
        ratio = torch.where(torch.isfinite(ratio) & (ratio > 0), ratio, torch.ones_like(ratio))
        weight.sub_(group["lr"] * ratio * r)
