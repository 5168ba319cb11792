"""2017, Chelsea Finn, Pieter Abbeel and Sergey Levine: a start that learns fast (chapter 20).

Model-agnostic meta-learning for fast adaptation of deep networks (2017),
https://arxiv.org/abs/1703.03400, algorithm 1 and section 5.2: take a step down the slope of a
task's few examples, ask how good the *moved* weights are, and go back through that step. The
first-order form leaves out what the step itself contributes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dlcore.autodiff import Tensor, grad


def inner_steps(
    loss: Callable[[list[Any]], Tensor], weights: Sequence[Any], lr: float, steps: int = 1,
    second_order: bool = True,
) -> list[Any]:  # fmt: skip
    """The weights after `steps` of gradient descent on loss(weights), which stay connected.

    The new weights are results of the old ones, so a loss of the new ones can be taken back to the
    old. second_order: also through the slopes, which depend on the old weights too; else these
    count as constants. loss: a number; weights: Tensors that require gradients.
    Raises ValueError for a rate or a number of steps below 0.
    """
    if lr < 0 or steps < 0:
        raise ValueError(f"inner_steps needs lr ≥ 0 and steps ≥ 0, got {lr=}, {steps=}")
    moved = list(weights)
    for _ in range(steps):
        slopes = grad(loss(moved), moved, create_graph=second_order, retain_graph=True)
        moved = [w - lr * slope for w, slope in zip(moved, slopes, strict=True)]
    return moved
