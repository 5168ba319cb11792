"""1972, the telephone's rule: 256 steps for a sound, fine where it is soft (chapter 15).

ITU-T recommendation G.711. WaveNet models these 256 steps: https://arxiv.org/abs/1609.03499. Names
are torchaudio's.
"""

import math

import torch


def mu_law_encoding(x: torch.Tensor, quantization_channels: int = 256) -> torch.Tensor:
    """Numbers in −1 … 1 as int64 steps 0 … μ, with μ = quantization_channels − 1.

    sign(x) ln(1 + μ |x|) / ln(1 + μ), cut into equal steps. Raises ValueError for fewer than 2.
    """
    mu = _mu(quantization_channels)
    bent = x.sign() * torch.log1p(mu * x.abs()) / math.log1p(mu)
    return ((bent + 1) / 2 * mu + 0.5).long().clamp(0, int(mu))


def mu_law_decoding(x_mu: torch.Tensor, quantization_channels: int = 256) -> torch.Tensor:
    """Steps 0 … μ as numbers in −1 … 1: the way back, as far as there is one."""
    mu = _mu(quantization_channels)
    bent = x_mu.to(torch.get_default_dtype()) / mu * 2 - 1
    return bent.sign() * (torch.exp(bent.abs() * math.log1p(mu)) - 1) / mu


def _mu(channels: int) -> float:
    if channels < 2:
        raise ValueError(f"mu-law needs 2 quantization_channels or more, got {channels}")
    return channels - 1.0
