"""2013, Diederik Kingma and Max Welling; 2014, Danilo Rezende and others: the variational
autoencoder (chapter 23).

D. P. Kingma, M. Welling, Auto-encoding variational Bayes (2013), https://arxiv.org/abs/1312.6114.
D. J. Rezende, S. Mohamed, D. Wierstra, Stochastic backpropagation and approximate inference in deep
generative models (2014), https://arxiv.org/abs/1401.4082. The weight β: I. Higgins and others,
β-VAE (2017), https://openreview.net/forum?id=Sy2fzU9gl. The tighter bound: Y. Burda, R. Grosse,
R. Salakhutdinov, Importance weighted autoencoders (2015), https://arxiv.org/abs/1509.00519.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore.autodiff import Function, Tensor, no_grad
from dlcore.autodiff import functional as f
from dlcore.layers import Module, ReLU
from dlcore.layers.activation import sigmoid
from dlcore.layers.likelihood import binary_cross_entropy_with_logits
from dlcore.models.backprop.mlp import MLP


class Reparameterise(Function):
    """z = μ + e^(l/2) ε: a normal draw as a sum that has slopes.   μ, l = ln σ², ε (N, Z)

    dL/dμ = g,   dL/dl = ½ e^(l/2) ε g
    """

    @staticmethod
    def forward(ctx, mean, log_var, noise):
        shift = (log_var / 2).exp() * noise
        ctx.save_for_backward(shift)
        return mean + shift

    @staticmethod
    def backward(ctx, grad):
        (shift,) = ctx.saved_tensors
        return grad, grad * shift / 2, None


class NormalKL(Function):
    """KL(N(μ, e^l) ‖ N(0, 1)) = ½ (μ² + e^l − 1 − l) in nats, for each number.   μ, l (N, Z)

    dL/dμ = g μ,   dL/dl = ½ g (e^l − 1)
    """

    @staticmethod
    def forward(ctx, mean, log_var):
        ctx.save_for_backward(mean, log_var)
        return (mean * mean + log_var.exp() - 1 - log_var) / 2

    @staticmethod
    def backward(ctx, grad):
        mean, log_var = ctx.saved_tensors
        return grad * mean, grad * (log_var.exp() - 1) / 2


def log_normal(z: Any, mean: Any = 0.0, log_var: Any = 0.0) -> Any:
    """ln N(z; μ, e^l), added up along the last axis: (N,) for z (N, Z)."""
    miss = z - mean
    log_var = log_var + 0 * miss  # a number, or fewer axes, for every number of z
    return -0.5 * (log_var + miss * miss * f.exp(-log_var) + math.log(2 * math.pi)).sum(-1)


def score_surrogate(cost: torch.Tensor, log_q: Tensor, baseline: bool = True) -> Tensor:
    """A number whose slope is the score-function estimate of the slope of the mean cost.

        1/N Σ (fₙ − bₙ) ln q(zₙ),   bₙ the mean of the other f

    cost f (N,) what the drawn zₙ cost, plain numbers; log_q (N,) how likely each draw was. Its
    value means nothing. R. J. Williams (1992), https://doi.org/10.1007/BF00992696.
    Raises ValueError for other shapes, or for a baseline of a single draw.
    """
    if cost.ndim != 1 or cost.shape != log_q.shape or len(cost) < 1 + baseline:
        raise ValueError(
            "score_surrogate takes cost (N,) and log_q (N,), N ≥ 2 for a baseline, got shapes "
            f"{tuple(cost.shape)} and {tuple(log_q.shape)}"
        )
    others = (cost.sum() - cost) / (len(cost) - 1) if baseline else 0.0
    return (log_q * (cost - others)).mean()


class VAE(Module):
    """A decoder makes pictures out of normal noise z; an encoder says which z made a picture.

        μ, ln σ² = encoder(x),   z = μ + σ ε,   p(x | z) from decoder(z)
        −ELBO = −ln p(x | z) + Σ KL(N(μ, σ²) ‖ N(0, 1))

    sizes       units from the picture to the code: VAE(64, 128, 128, 8); the decoder has the same
                the other way round
    noise       None: pixels are 0 or 1, drawn with probability sigmoid(decoder(z)); else they are
                normal around that value with this standard deviation
    activation  class of the response after each hidden layer

    x (N, sizes[0]) from 0 to 1, z (N, sizes[-1]). Raises ValueError for noise that is not positive
    and for pictures of another size, and what MLP raises.
    """

    def __init__(
        self, *sizes: int, noise: float | None = None, activation: type[Module] = ReLU
    ) -> None:
        if noise is not None and noise <= 0:
            raise ValueError(f"VAE draws pixels with a noise above 0, or None, got noise={noise}")
        self.encoder = MLP(*sizes[:-1], 2 * sizes[-1], activation=activation)
        self.decoder = MLP(*reversed(sizes), activation=activation)
        self.noise, self.latent = noise, sizes[-1]

    def encode(self, x: Any) -> tuple[Tensor, Tensor]:
        """μ and ln σ² of the code, (N, Z) each."""
        pixels = self.decoder.sizes[-1]
        if x.ndim != 2 or x.shape[1] != pixels:
            raise ValueError(f"VAE takes rows of {pixels} pixels, got shape {tuple(x.shape)}")
        both = self.encoder(x)
        return both[:, : self.latent], both[:, self.latent :]

    def decode(self, z: Any) -> Tensor:
        """The mean picture of each code: probabilities of ink, or grey values, (N, D)."""
        return sigmoid(self.decoder(z))

    def reconstruction(self, x: Any, z: Any) -> Tensor:
        """−ln p(x | z) in nats, (N,)."""
        scores = self.decoder(z)
        if self.noise is None:
            return binary_cross_entropy_with_logits(scores, x, reduction="none").sum(1)
        miss = (sigmoid(scores) - x) / self.noise
        constant = x.shape[1] * math.log(self.noise * math.sqrt(2 * math.pi))
        return 0.5 * (miss * miss).sum(1) + constant

    def terms(self, x: Any, generator: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
        """Reconstruction (N,) and KL (N, Z) in nats, with one draw of z for each picture."""
        mean, log_var = self.encode(x)
        z = Reparameterise.apply(mean, log_var, noise_like(mean, generator))
        return self.reconstruction(x, z), NormalKL.apply(mean, log_var)

    def loss(self, x: Any, beta: float = 1.0, generator: torch.Generator | None = None) -> Tensor:
        """Reconstruction + β KL, averaged over the pictures; −ELBO for β = 1."""
        reconstruction, kl = self.terms(x, generator)
        return reconstruction.mean() + beta * kl.sum(1).mean()

    def forward(self, x: Any, generator: torch.Generator | None = None) -> Tensor:
        """Pictures back from a drawn code each, (N, D)."""
        mean, log_var = self.encode(x)
        return self.decode(Reparameterise.apply(mean, log_var, noise_like(mean, generator)))

    @no_grad()
    def sample(
        self, count: int, generator: torch.Generator | None = None, pixels: bool = False
    ) -> torch.Tensor:
        """`count` new pictures (count, D): the decoder's means, with pixels=True drawn pixels."""
        weight = next(self.parameters()).data
        z = torch.randn(count, self.latent, generator=generator).to(weight)
        means = self.decode(z).data
        if not pixels:
            return means
        if self.noise is None:
            return (torch.rand(means.shape, generator=generator).to(means) < means).to(means)
        return means + self.noise * noise_like(means, generator)

    @no_grad()
    def log_likelihood(
        self, x: torch.Tensor, draws: int = 200, generator: torch.Generator | None = None
    ) -> torch.Tensor:
        """The importance-weighted bound ln 1/K Σₖ p(x | zₖ) p(zₖ) / q(zₖ | x), (N,) in nats.

        On average it lies above the ELBO and below ln p(x), and closer with more draws; one draw
        is an ELBO. Raises ValueError for fewer than one draw.
        """
        if draws < 1:
            raise ValueError(f"log_likelihood needs at least one draw, got draws={draws}")
        mean, log_var = self.encode(x)
        weights = []
        for _ in range(draws):
            z = Reparameterise.apply(mean, log_var, noise_like(mean, generator))
            joint = log_normal(z) - self.reconstruction(x, z)
            weights.append((joint - log_normal(z, mean, log_var)).data)
        return torch.logsumexp(torch.stack(weights), 0) - math.log(draws)


def noise_like(mean: Any, generator: torch.Generator | None = None) -> torch.Tensor:
    """Standard normal numbers of the shape, type and device of mean, drawn on the CPU."""
    values = f.plain(mean)
    return torch.randn(values.shape, dtype=values.dtype, generator=generator).to(values.device)
