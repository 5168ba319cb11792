"""2024, Sun and others, then Behrouz and others: a memory that learns while it reads (chapter 22).

Y. Sun and others, Learning to (learn at test time) (2024), https://arxiv.org/abs/2407.04620; A.
Behrouz, P. Zhong, V. Mirrokni, Titans: learning to memorize at test time (2024),
https://arxiv.org/abs/2501.00663, section 3.1. Where linear attention adds to a table, a small
network takes a step down the slope of ‖M(k) − v‖². With a linear M that is the delta rule.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor, grad, no_grad
from dlcore.layers.check import check_sizes


class NeuralMemory(nn.Module):
    """A network M, D numbers in and E out, whose weights are the memory: write(k, v), read(q).

    A step on ½‖M(k) − v‖²: surprise = momentum · surprise − lr · gradient, weights = (1 − forget) ·
    weights + surprise. hidden=0 is a linear M, which starts empty; else M has one hidden layer.
    """

    def __init__(
        self, key_width: int, value_width: int, hidden: int = 0, lr: float = 1.0,
        momentum: float = 0.0, forget: float = 0.0,
    ) -> None:  # fmt: skip
        check_sizes("NeuralMemory", key_width=key_width, value_width=value_width)
        if not 0 <= momentum < 1 or not 0 <= forget <= 1 or lr <= 0:
            raise ValueError(
                "NeuralMemory needs lr > 0, 0 ≤ momentum < 1 and 0 ≤ forget ≤ 1, got "
                f"{lr=}, {momentum=}, {forget=}"
            )
        if hidden:
            last = nn.Linear(hidden, value_width, bias=False)
            self.net = nn.Sequential(nn.Linear(key_width, hidden), nn.ReLU(), last)
        else:
            self.net = last = nn.Linear(key_width, value_width, bias=False)
        nn.init.zeros_(last.weight)
        self.lr, self.momentum, self.forget = lr, momentum, forget
        self.surprise = [torch.zeros_like(p.data) for p in self.net.parameters()]

    def write(self, k: Any, v: Any) -> float:
        """Learn that k (M, D) means v (M, E), in one step; the loss before it."""
        weights = list(self.net.parameters())
        error = self.net(k) - v
        loss = 0.5 * (error * error).sum()
        gradients = grad(loss, weights)
        for w, g, i in zip(weights, gradients, range(len(weights)), strict=True):
            self.surprise[i] = self.momentum * self.surprise[i] - self.lr * g.data
            w.data = (1 - self.forget) * w.data + self.surprise[i]
        return loss.item()

    @no_grad()
    def read(self, q: Any) -> Tensor:
        """(M, D) -> (M, E): what M says now."""
        return self.net(q)

    def forward(self, q: Any) -> Tensor:
        return self.read(q)
