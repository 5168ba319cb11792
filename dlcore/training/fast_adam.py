"""2017-2022: Adam with fewer trips to memory and fewer calls (chapter 30).

Adam reads and writes each number of w, g, m and v several times; for a large weight every trip
goes to memory, for a small one every call costs more than its arithmetic. So large weights are
updated block by block, while a block is in the cache, and small ones as slices of long vectors.
The idea is that of fused optimisers such as NVIDIA's apex and torch.optim's `foreach`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch

from dlcore.training.adaptive import Adam, AdamW
from dlcore.training.optim import Job

BLOCK = 32_768  # numbers: w, g, m, v and a temporary of float32 together take 640 kB


class Pack:
    """Small weights of one dtype: what Adam keeps of them lies in long vectors.

    Their states' "exp_avg", "exp_avg_sq" and "step" become slices of these vectors.
    """

    def __init__(self, jobs: list[Job]) -> None:
        shapes = [weight.shape for weight, _, _ in jobs]
        sizes = [shape.numel() for shape in shapes]
        vectors = [jobs[0][0].new_zeros(sum(sizes)) for _ in range(4)]  # g, m, v, change of w
        self.blocks = list(zip(*(vector.split(BLOCK) for vector in vectors), strict=True))
        self.gradients, averages, squares, self.changes = (
            [part.view(shape) for part, shape in zip(vector.split(sizes), shapes, strict=True)]
            for vector in vectors
        )
        self.steps = torch.stack([state["step"] for _, _, state in jobs])
        slices = zip(jobs, averages, squares, self.steps.unbind(), strict=True)
        for (_, _, state), m, v, step in slices:
            state["exp_avg"] = m.copy_(state["exp_avg"])
            state["exp_avg_sq"] = v.copy_(state["exp_avg_sq"])
            state["step"] = step

    def update(self, jobs: list[Job], beta1: float, beta2: float, rate: float, eps: float) -> None:
        """One step of all weights in the pack, block by block."""
        torch._foreach_copy_(self.gradients, [grad for _, grad, _ in jobs])
        for g, m, v, change in self.blocks:
            m.lerp_(g, 1 - beta1)
            v.lerp_(torch.mul(g, g, out=change), 1 - beta2)
            torch.div(m, torch.sqrt(v, out=change).add_(eps), out=change)
        torch._foreach_add_([weight for weight, _, _ in jobs], self.changes, alpha=-rate)


class Arrangement:
    """Which weights of a group are packed together, and which are large enough to stand alone."""

    def __init__(self, jobs: list[Job]) -> None:
        places: dict[torch.dtype, list[int]] = {}
        self.alone: list[int] = []
        for place, (weight, _, _) in enumerate(jobs):
            small = weight.is_cpu and weight.numel() <= BLOCK
            (places.setdefault(weight.dtype, []) if small else self.alone).append(place)
        self.packs = [(Pack([jobs[i] for i in packed]), packed) for packed in places.values()]
        self.kept = [(w, s, s["exp_avg"], s["step"]) for w, _, s in jobs]

    def fits(self, jobs: list[Job]) -> bool:
        """Whether these are still the same weights with the same states."""
        if len(jobs) != len(self.kept):
            return False
        for (weight, _, state), (w, s, m, step) in zip(jobs, self.kept, strict=True):
            if weight is not w or state is not s or s["exp_avg"] is not m or s["step"] is not step:
                return False
        return True

    def counts(self) -> set[float]:
        """How many steps the weights have seen; `count` is one of these numbers."""
        found = {self.kept[i][3].item() for i in self.alone}
        for pack, _ in self.packs:
            found.update(pack.steps.tolist())
        self.count = next(iter(found), 0.0)
        return found


class AdamInBlocks:
    """Adam's update of a whole group; arrangements are kept with the optimiser they belong to."""

    plain: type[Adam] = Adam

    @staticmethod
    def suits(optimizer: Adam, jobs: list[Job], group: dict[str, Any]) -> bool:
        """Where the rate is a number and all weights have seen as many steps."""
        if isinstance(group["lr"], torch.Tensor):
            return False
        for weight, _, state in jobs:
            if not state:
                optimizer.prepare(weight, state, group)
        return len(AdamInBlocks.arrange(optimizer, jobs, group).counts()) == 1

    @staticmethod
    def update_all(optimizer: Adam, jobs: list[Job], group: dict[str, Any]) -> None:
        """√v̂ + eps = (√v + eps √c₂) / √c₂ with cᵢ = 1 − βᵢᵗ: both corrections are one number."""
        arrangement = arrangements_of(optimizer)[id(group)]
        t = arrangement.count + 1
        beta1, beta2 = group["betas"]
        root = (1 - beta2**t) ** 0.5
        numbers = beta1, beta2, group["lr"] * root / (1 - beta1**t), group["eps"] * root
        if group["weight_decay"]:
            jobs = [(w, optimizer.decay(w, grad, group), state) for w, grad, state in jobs]
        for pack, places in arrangement.packs:
            pack.steps.fill_(t)
            pack.update([jobs[i] for i in places], *numbers)
        for i in arrangement.alone:
            jobs[i][2]["step"].fill_(t)
        update_alone([jobs[i] for i in arrangement.alone], *numbers)

    @staticmethod
    def arrange(optimizer: Adam, jobs: list[Job], group: dict[str, Any]) -> Arrangement:
        """The group's arrangement; a new one where other weights, or new states, have come."""
        arrangements = arrangements_of(optimizer)
        found = arrangements.get(id(group))
        if found is None or not found.fits(jobs):
            found = arrangements[id(group)] = Arrangement(jobs)
        return found


class AdamWInBlocks(AdamInBlocks):
    """The same lines: AdamW differs from Adam in `decay` alone."""

    plain = AdamW


def arrangements_of(optimizer: Adam) -> dict[int, Arrangement]:
    """By the id of their group; they live and die with the optimiser."""
    return vars(optimizer).setdefault("arrangements", {})


def update_alone(jobs: list[Job], beta1: float, beta2: float, rate: float, eps: float) -> None:
    """Large weights: on a CPU block by block, elsewhere each line for all weights at once."""
    rest: list[tuple[torch.Tensor, ...]] = []
    for weight, grad, state in jobs:
        tensors = (weight, grad, state["exp_avg"], state["exp_avg_sq"])
        if weight.is_cpu and all(x.is_contiguous() for x in tensors):
            for block in zip(*(x.view(-1).split(BLOCK) for x in tensors), strict=True):
                update_block(block, beta1, beta2, rate, eps)
        else:
            rest.append(tensors)
    if rest:
        update_together(rest, beta1, beta2, rate, eps)


def update_block(
    block: tuple[torch.Tensor, ...], beta1: float, beta2: float, rate: float, eps: float
) -> None:
    """One step of one block: weights, gradients and both averages side by side."""
    w, g, m, v = block
    m.lerp_(g, 1 - beta1)
    v.mul_(beta2).addcmul_(g, g, value=1 - beta2)
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
