"""2021, Jonathan Ho and Tim Salimans: obey the label more than you learned to (chapter 26).

Classifier-free diffusion guidance, https://arxiv.org/abs/2207.12598 (a workshop paper of December
2021). Before it a second net, a classifier of noisy pictures, had to point the way: P. Dhariwal,
A. Nichol, Diffusion models beat GANs on image synthesis (2021), https://arxiv.org/abs/2105.05233.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore.models.generative.denoiser import Denoiser
from dlcore.models.generative.diffusion import Predict


def without_labels(
    labels: torch.Tensor, classes: int, share: float, dice: torch.Generator
) -> torch.Tensor:
    """Some labels (N,), each with chance `share`, replaced by "no class", the number `classes`."""
    if not 0 <= share <= 1:
        raise ValueError(f"a share of the labels lies between 0 and 1, got {share}")
    dropped = torch.rand(labels.shape, generator=dice).to(labels.device) < share
    return torch.where(dropped, torch.full_like(labels, classes), labels)


def guided(net: Denoiser, labels: torch.Tensor, weight: float = 0.0) -> Predict:
    """predict(x, t) = (1 + weight) · net(x, t, labels) − weight · net(x, t, no class).

    The weight is the paper's w: 0 is the net as it was trained. Much code calls 1 + w the scale.
    """

    def predict(x: torch.Tensor, t: torch.Tensor) -> Any:
        told = net(x, t, labels)
        if weight == 0:
            return told
        return (1 + weight) * told - weight * net(x, t, None)

    return predict
