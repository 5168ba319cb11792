"""2024, Keller Jordan and others: momentum whose directions all count alike (chapter 10).

K. Jordan and others, Muon: An optimizer for hidden layers in neural networks (2024),
https://kellerjordan.github.io/posts/muon/. Rates as for AdamW ("match_rms_adamw"): J. Liu and
others, Muon is scalable for LLM training (2025), https://arxiv.org/abs/2502.16982. Arguments and
defaults are torch.optim.Muon's; that one rounds to bfloat16 inside, this one to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch

from dlcore.training.adaptive import State
from dlcore.training.optim import Optimizer

QUINTIC = (3.4445, -4.7750, 2.0315)
RATES = (None, "original", "match_rms_adamw")


def orthogonalise(
    matrix: torch.Tensor,
    coefficients: tuple[float, float, float] = QUINTIC,
    steps: int = 5,
    eps: float = 1e-7,
) -> torch.Tensor:
    """U S Vᵀ → about U Vᵀ for matrices (…, O, I): every singular value s ends near 1.

    Newton-Schulz: X ← a X + b (X Xᵀ) X + c (X Xᵀ)² X sends each s to a s + b s³ + c s⁵ and leaves
    U and V alone. It starts from X = matrix / ‖matrix‖, which has no s above 1.
    """
    a, b, c = coefficients
    tall = matrix.shape[-2] > matrix.shape[-1]
    x = matrix.mT if tall else matrix  # the smaller of the two products
    x = x / torch.linalg.matrix_norm(x, keepdim=True).clamp(min=eps)
    for _ in range(steps):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    return x.mT if tall else x


class Muon(Optimizer):
    """m ← β m + (1 − β) g;   w ← (1 − lr · λ) w − lr · r · orthogonalise(m), for matrices w (O, I).

    With nesterov (1 − β) g + β m stands for m. r = √max(1, O / I), or 0.2 · √max(O, I) with
    adjust_lr_fn="match_rms_adamw". Meant for hidden layers: biases, embeddings and the last layer
    are left to another optimiser. Raises ValueError for weights that are no matrices.
    """

    def __init__(
        self, params: Iterable[Any], lr: float = 1e-3, weight_decay: float = 0.1,
        momentum: float = 0.95, nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = QUINTIC, eps: float = 1e-7,
        ns_steps: int = 5, adjust_lr_fn: str | None = None,
    ) -> None:  # fmt: skip
        defaults = {
            "lr": lr, "weight_decay": weight_decay, "momentum": momentum, "nesterov": nesterov,
            "ns_coefficients": ns_coefficients, "eps": eps, "ns_steps": ns_steps,
            "adjust_lr_fn": adjust_lr_fn,
        }  # fmt: skip
        super().__init__(params, defaults)

    def check(self, group: dict[str, Any]) -> None:
        for setting in ("lr", "weight_decay", "eps", "ns_steps"):
            if not group[setting] >= 0:
                raise ValueError(f"Muon({setting}={group[setting]}) must not be negative")
        if not 0 <= group["momentum"] < 1:
            raise ValueError(
                f"Muon averages with a share in 0 ≤ momentum < 1, got {group['momentum']}"
            )
        if len(group["ns_coefficients"]) != 3:
            raise ValueError(f"Muon takes 3 ns_coefficients, got {group['ns_coefficients']}")
        if group["adjust_lr_fn"] not in RATES:
            names = ", ".join(map(repr, RATES))
            raise ValueError(f"Muon(adjust_lr_fn={group['adjust_lr_fn']!r}) is none of {names}")
        for weight in group["params"]:
            if weight.ndim != 2:
                raise ValueError(
                    f"Muon changes matrices only, got a weight of shape {tuple(weight.shape)}: "
                    "give biases and the like to AdamW"
                )

    def update(
        self, weight: torch.Tensor, grad: torch.Tensor, state: State, group: dict[str, Any]
    ) -> None:
        if not state:
            state.update(momentum_buffer=torch.zeros_like(weight))
        mean = state["momentum_buffer"].lerp_(grad, 1 - group["momentum"])
        if group["nesterov"]:
            mean = grad.lerp(mean, group["momentum"])
        direction = orthogonalise(mean, group["ns_coefficients"], group["ns_steps"], group["eps"])
        weight.mul_(1 - group["lr"] * group["weight_decay"])
        weight.sub_(group["lr"] * ratio(weight, group["adjust_lr_fn"]) * direction)


def ratio(weight: torch.Tensor, rule: str | None) -> float:
    """What a matrix's shape (O, I) makes of the rate."""
    outputs, inputs = weight.shape
    if rule == "match_rms_adamw":
        return 0.2 * max(outputs, inputs) ** 0.5
    return max(1.0, outputs / max(inputs, 1)) ** 0.5
