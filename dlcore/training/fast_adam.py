"""2017-2022: Adam with fewer trips to memory and fewer calls (chapter 30).

Adam reads and writes each number of w, g, m and v several times; for a large weight every trip
goes to memory, for a small one every call costs more than its arithmetic. So large weights are
updated block by block, while a block is in the cache, and small ones as slices of long vectors.
The idea is that of fused optimisers such as NVIDIA's apex and torch.optim's `foreach`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch

from dlcore.training.optim import Job

BLOCK = 32_768  # numbers: w, g, m, v and a temporary of float32 together take 640 kB
Decay = Callable[[torch.Tensor, torch.Tensor, dict[str, Any]], torch.Tensor]


class Pack:
    """Small weights of one dtype: what Adam keeps of them lies in long vectors.

    Their states' "exp_avg" and "exp_avg_sq" become slices of these vectors.
    """

    def __init__(self, jobs: list[Job]) -> None:
        shapes = [weight.shape for weight, _, _ in jobs]
        sizes = [shape.numel() for shape in shapes]
        vectors = [jobs[0][0].new_zeros(sum(sizes)) for _ in range(4)]  # g, m, v, change of w
        self.blocks = list(zip(*(vector.split(BLOCK) for vector in vectors), strict=True))
        self.gradients, self.averages, squares, self.changes = (
            [part.view(shape) for part, shape in zip(vector.split(sizes), shapes, strict=True)]
            for vector in vectors
        )
        for (_, _, state), m, v in zip(jobs, self.averages, squares, strict=True):
            state["exp_avg"] = m.copy_(state["exp_avg"])
            state["exp_avg_sq"] = v.copy_(state["exp_avg_sq"])

    def holds(self, jobs: list[Job]) -> bool:
        """Whether these are the weights of this pack, in its order."""
        if len(jobs) != len(self.averages):
            return False
        return all(s["exp_avg"] is m for (_, _, s), m in zip(jobs, self.averages, strict=True))

    def update(self, jobs: list[Job], beta1: float, beta2: float, rate: float, eps: float) -> None:
        torch._foreach_copy_(self.gradients, [grad for _, grad, _ in jobs])
        for g, m, v, change in self.blocks:
            average(g, m, v, beta1, beta2)
            torch.sqrt(v, out=change).add_(eps)
            torch.div(m, change, out=change).mul_(-rate)
        torch._foreach_add_([weight for weight, _, _ in jobs], self.changes)


class AdamInBlocks:
    """Adam's update of a whole group.   decay(w, g, group) gives the gradient to average."""

    def __init__(self, decay: Decay) -> None:
        self.decay = decay
        self.packs: dict[tuple[int, torch.dtype], Pack] = {}

    def update(self, jobs: list[Job], group: dict[str, Any]) -> bool:
        """False, and nothing done, where the step counts differ.

        √v̂ + eps = (√v + eps √c₂) / √c₂ with cᵢ = 1 − βᵢᵗ, so both corrections become one number.
        """
        counts = {state["step"].item() for _, _, state in jobs}
        if len(counts) != 1:
            return False
        t = counts.pop() + 1
        beta1, beta2 = group["betas"]
        root = (1 - beta2**t) ** 0.5
        numbers = beta1, beta2, group["lr"] * root / (1 - beta1**t), group["eps"] * root
        small: dict[torch.dtype, list[Job]] = {}
        rest: list[tuple[torch.Tensor, ...]] = []
        for weight, grad, state in jobs:
            state["step"].fill_(t)
            grad = self.decay(weight, grad, group)
            if weight.is_cpu and weight.numel() <= BLOCK:
                small.setdefault(weight.dtype, []).append((weight, grad, state))
                continue
            tensors = (weight, grad, state["exp_avg"], state["exp_avg_sq"])
            if weight.is_cpu and all(x.is_contiguous() for x in tensors):
                for block in zip(*(x.view(-1).split(BLOCK) for x in tensors), strict=True):
                    update_block(block, *numbers)
            else:
                rest.append(tensors)
        for dtype, members in small.items():
            self.pack(id(group), dtype, members).update(members, *numbers)
        if rest:
            update_together(rest, *numbers)
        return True

    def pack(self, group: int, dtype: torch.dtype, jobs: list[Job]) -> Pack:
        """The pack of these weights; a new one where others, or new states, have come."""
        found = self.packs.get((group, dtype))
        if found is None or not found.holds(jobs):
            found = self.packs[group, dtype] = Pack(jobs)
        return found


def average(g: torch.Tensor, m: torch.Tensor, v: torch.Tensor, beta1: float, beta2: float) -> None:
    """m ← β₁ m + (1 − β₁) g;   v ← β₂ v + (1 − β₂) g²"""
    m.lerp_(g, 1 - beta1)
    v.mul_(beta2).addcmul_(g, g, value=1 - beta2)


def update_block(
    block: tuple[torch.Tensor, ...], beta1: float, beta2: float, rate: float, eps: float
) -> None:
    w, g, m, v = block
    average(g, m, v, beta1, beta2)
    w.addcdiv_(m, v.sqrt().add_(eps), value=-rate)


def update_together(
    tensors: Iterable[tuple[torch.Tensor, ...]], beta1: float, beta2: float, rate: float, eps: float
) -> None:
    """The same lines, each for all weights at once: one kernel per line on a GPU."""
    w, g, m, v = (list(column) for column in zip(*tensors, strict=True))
    torch._foreach_lerp_(m, g, 1 - beta1)
    torch._foreach_mul_(v, beta2)
    torch._foreach_addcmul_(v, g, g, 1 - beta2)
    denominators = torch._foreach_sqrt(v)
    torch._foreach_add_(denominators, eps)
    torch._foreach_addcdiv_(w, m, denominators, -rate)
