"""2014, Ian Goodfellow and others: one net forges, another is the loss (chapter 24).

Generative adversarial networks (2014), https://arxiv.org/abs/1406.2661: both losses of the
generator. Labels smoothed on one side: T. Salimans and others, Improved techniques for training
GANs (2016), https://arxiv.org/abs/1606.03498. Squares in place of logarithms: X. Mao and others,
Least squares generative adversarial networks (2016), https://arxiv.org/abs/1611.04076. A critic
without logarithms: M. Arjovsky, S. Chintala, L. Bottou, Wasserstein GAN (2017),
https://arxiv.org/abs/1701.07875; kept from being steep by a price: I. Gulrajani and others,
Improved training of Wasserstein GANs (2017), https://arxiv.org/abs/1704.00028; the price at real
points only: L. Mescheder, A. Geiger, S. Nowozin (2018), https://arxiv.org/abs/1801.04406. The
spread of a batch as one more channel: T. Karras, T. Aila, S. Laine, J. Lehtinen, Progressive
growing of GANs (2017), https://arxiv.org/abs/1710.10196.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from dlcore.autodiff import Tensor
from dlcore.autodiff import functional as f
from dlcore.autodiff.twice import grad
from dlcore.layers import Module
from dlcore.layers.rectifier import softplus

Critic = Callable[[Tensor], Tensor]


def discriminator_loss(real: Any, fake: Any, smooth: float = 0.0) -> Tensor:
    """Mean of −ln D(real) plus mean of −ln (1 − D(fake)), D = sigmoid(score), of scores (N, …).

    smooth: real pictures are asked to get the probability 1 − smooth; forged ones still 0.
    Raises ValueError for a smooth outside 0 … 1.
    """
    if not 0 <= smooth < 1:
        raise ValueError(f"discriminator_loss smooths by 0 ≤ smooth < 1, got smooth={smooth}")
    wanted = softplus(-real).mean() + softplus(fake).mean()
    return wanted + smooth * real.mean() if smooth else wanted


def saturating_loss(fake: Any) -> Tensor:
    """Mean of ln (1 − D(fake)): the discriminator's loss upside down, flat where D is sure."""
    return -softplus(fake).mean()


def non_saturating_loss(fake: Any) -> Tensor:
    """Mean of −ln D(fake): steep where D is sure of the forgery."""
    return softplus(-fake).mean()


def least_squares_discriminator_loss(real: Any, fake: Any) -> Tensor:
    """½ mean (real − 1)² + ½ mean fake²."""
    return ((real - 1) ** 2).mean() / 2 + (fake**2).mean() / 2


def least_squares_generator_loss(fake: Any) -> Tensor:
    """½ mean (fake − 1)²."""
    return ((fake - 1) ** 2).mean() / 2


def critic_loss(real: Any, fake: Any) -> Tensor:
    """mean fake − mean real: how far the critic lifts real scores above forged ones, negative.

    Among critics nowhere steeper than 1 the best one's is minus the Wasserstein distance.
    """
    return fake.mean() - real.mean()


def wasserstein_generator_loss(fake: Any) -> Tensor:
    """− mean fake."""
    return -fake.mean()


OBJECTIVES = {  # name: loss of the discriminator (real, fake), loss of the generator (fake)
    "saturating": (discriminator_loss, saturating_loss),
    "non-saturating": (discriminator_loss, non_saturating_loss),
    "least squares": (least_squares_discriminator_loss, least_squares_generator_loss),
    "Wasserstein": (critic_loss, wasserstein_generator_loss),
}


def gradient_penalty(
    critic: Critic, real: torch.Tensor, fake: Any, share: torch.Tensor, goal: float = 1.0
) -> Tensor:
    """Mean (‖∂ critic / ∂x‖ − goal)² at points x = share · real + (1 − share) · fake.

    real, fake (N, …) of one shape; share (N, 1, …), from 0 to 1. It is part of a loss: its own
    gradient goes through the slope, so through second derivatives. 2017's weight for it is 10.
    The critic may not mix the rows of a batch (no batch norm), since a row's slope would then be
    that of all scores. Raises ValueError for shapes that do not fit.
    """
    real, fake = f.plain(real), f.plain(fake)
    rows = (len(real), *[1] * (real.ndim - 1))
    if real.shape != fake.shape or tuple(share.shape) != rows:
        raise ValueError(
            "gradient_penalty takes real and fake of one shape (N, …) and share (N, 1, …), got "
            f"{tuple(real.shape)}, {tuple(fake.shape)} and {tuple(share.shape)}"
        )
    slope = slope_of(critic, share * real + (1 - share) * fake)
    length = ((slope * slope).sum(1) + 1e-16).sqrt()  # so that a slope of 0 has a gradient
    return ((length - goal) ** 2).mean()


def real_penalty(critic: Critic, real: torch.Tensor) -> Tensor:
    """½ mean ‖∂ critic / ∂x‖² at real points (N, …): R1, to be weighed and added to the loss."""
    slope = slope_of(critic, f.plain(real))
    return (slope * slope).sum(1).mean() / 2


def slope_of(critic: Critic, x: torch.Tensor) -> Tensor:
    """∂ (sum of the critic's scores) / ∂x in rows (N, D), with a history of its own."""
    points = Tensor(x, requires_grad=True)
    (slope,) = grad(critic(points).sum(), points, create_graph=True)
    return slope.reshape(len(x), -1)


class MinibatchDeviation(Module):
    """One more channel for x (N, C, …): the standard deviation over the batch, averaged over all.

    y (N, C + 1, …), with the same number in all of the last channel: a batch of copies shows. The
    deviation divides by N and has 1e−8 under its root, as that of 2017.
    """

    def forward(self, x: Any) -> Tensor:
        apart = x - x.mean(0, keepdim=True)
        spread = ((apart * apart).mean(0) + 1e-8).sqrt().mean()
        told = spread + 0 * x[:, :1]
        return f.cat([x, told], 1)
