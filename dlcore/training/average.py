"""1988-1992, D. Ruppert, B. Polyak and A. Juditsky: the average of the weights (chapter 24).

B. Polyak, A. Juditsky, Acceleration of stochastic approximation by averaging, SIAM Journal on
Control and Optimization 30 (1992) 838, https://doi.org/10.1137/0330046. Diffusion models are
sampled with an average that forgets: J. Ho, A. Jain, P. Abbeel (2020),
https://arxiv.org/abs/2006.11239, appendix B.
"""

from __future__ import annotations

import copy

import torch

from dlcore.layers import Module


class EMA:
    """A second model that follows the first: average ← d · average + (1 − d) · weight.

    d is `decay`, at the beginning smaller, (1 + k) / (10 + k) after k updates, so that the random
    start is soon forgotten. `model` is the average, in eval mode; buffers are copied as they are.
    """

    def __init__(self, model: Module, decay: float = 0.995) -> None:
        if not 0 <= decay < 1:
            raise ValueError(f"EMA keeps a share 0 ≤ decay < 1 of the average, got {decay}")
        self.source, self.decay, self.updates = model, decay, 0
        self.model = copy.deepcopy(model)
        self.model.eval()

    def update(self) -> None:
        """To be called after each step of the optimiser."""
        kept = min(self.decay, (1 + self.updates) / (10 + self.updates))
        pairs = zip(self.model.parameters(), self.source.parameters(), strict=True)
        averages, weights = zip(*[(average.data, weight.data) for average, weight in pairs])
        torch._foreach_lerp_(list(averages), list(weights), 1 - kept)
        for average, buffer in zip(self.model.buffers(), self.source.buffers(), strict=True):
            average.data.copy_(buffer.data)
        self.updates += 1
