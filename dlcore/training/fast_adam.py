"""2017-2022: Adam with fewer trips to memory (chapter 30).

Adam reads and writes each number of w, g, m and v several times; for a large weight every trip
goes to memory, for a small one every call costs more than its arithmetic. So small weights are
updated together, call by call, and large ones block by block, while a block is in the cache.
The idea is that of fused optimisers such as NVIDIA's apex and torch.optim's `foreach`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch

from dlcore.training.optim import Job

BLOCK = 32_768  # numbers: w, g, m, v and a temporary of float32 together take 640 kB
Decay = Callable[[torch.Tensor, torch.Tensor, dict[str, Any]], torch.Tensor]


def adam_in_blocks(decay: Decay, jobs: list[Job], group: dict[str, Any]) -> bool:
    """Adam's update of a group; False, and nothing done, where the step counts differ.

    √v̂ + eps = (√v + eps √c₂) / √c₂ with cᵢ = 1 − βᵢᵗ, so both corrections become one number.
    """
    steps = [state["step"] for _, _, state in jobs]
    counts = {step.item() for step in steps}
    if len(counts) != 1:
        return False
    torch._foreach_add_(steps, 1)
    beta1, beta2 = group["betas"]
    t = counts.pop() + 1
    root = (1 - beta2**t) ** 0.5
    rate, eps = group["lr"] * root / (1 - beta1**t), group["eps"] * root
    together: list[tuple[torch.Tensor, ...]] = []
    for weight, grad, state in jobs:
        grad = decay(weight, grad, group)
        tensors = (weight, grad, state["exp_avg"], state["exp_avg_sq"])
        if weight.is_cpu and weight.numel() > BLOCK and all(x.is_contiguous() for x in tensors):
            for block in zip(*(x.view(-1).split(BLOCK) for x in tensors), strict=True):
                update_block(*block, beta1=beta1, beta2=beta2, rate=rate, eps=eps)
        else:
            together.append(tensors)
    if together:
        update_together(together, beta1, beta2, rate, eps)
    return True


def update_block(
    w: torch.Tensor, g: torch.Tensor, m: torch.Tensor, v: torch.Tensor, beta1: float,
    beta2: float, rate: float, eps: float,
) -> None:  # fmt: skip
    m.lerp_(g, 1 - beta1)
    v.mul_(beta2).addcmul_(g, g, value=1 - beta2)
    w.addcdiv_(m, v.sqrt().add_(eps), value=-rate)


def update_together(
    tensors: Iterable[tuple[torch.Tensor, ...]], beta1: float, beta2: float, rate: float, eps: float
) -> None:
    """The same lines, each for all weights at once."""
    w, g, m, v = (list(column) for column in zip(*tensors, strict=True))
    torch._foreach_lerp_(m, g, 1 - beta1)
    torch._foreach_mul_(v, beta2)
    torch._foreach_addcmul_(v, g, g, 1 - beta2)
    denominators = torch._foreach_sqrt(v)
    torch._foreach_add_(denominators, eps)
    torch._foreach_addcdiv_(w, m, denominators, -rate)
