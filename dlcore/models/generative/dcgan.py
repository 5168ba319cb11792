"""2015, Alec Radford, Luke Metz and Soumith Chintala: convolutions for forger and judge
(chapter 24).

A. Radford, L. Metz, S. Chintala, Unsupervised representation learning with deep convolutional
generative adversarial networks (2015), https://arxiv.org/abs/1511.06434: strides in place of
pooling, batch norm in both nets but not at the pictures, ReLU and Tanh in the generator, LeakyReLU
in the discriminator.
"""

from __future__ import annotations

from typing import Any

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.layers.check import check_sizes


class DCGenerator(nn.Module):
    """z (N, latent) or (N, latent, 1, 1)  →  pictures (N, channels, size, size) from −1 to 1.

    size    rows and columns; each of `depth` steps doubles them, from size / 2^depth
    width   maps before the last step; each step before has twice as many

    DCGenerator(100, 64, 3, 64, 4) has the layers, the order and the keys of the DCGAN example in
    torch's tutorials. Raises ValueError for a size that 2^depth does not divide.
    """

    def __init__(
        self, latent: int = 100, size: int = 64, channels: int = 1, width: int = 64, depth: int = 4
    ) -> None:
        start = smallest("DCGenerator", size, depth, latent=latent, channels=channels, width=width)
        maps = [width * 2**k for k in reversed(range(depth))]
        made: list[nn.Module] = []
        for step, (read, write) in enumerate(zip([latent, *maps], maps, strict=False)):
            how = (4, 2, 1) if step else (start, 1, 0)
            made += [nn.ConvTranspose2d(read, write, *how, bias=False), nn.BatchNorm2d(write)]
            made.append(nn.ReLU())
        last = nn.ConvTranspose2d(maps[-1], channels, 4, 2, 1, bias=False)
        self.main = nn.Sequential(*made, last, nn.Tanh())

    def forward(self, z: Any) -> Tensor:
        return self.main(z.reshape(len(z), -1, 1, 1))


class DCDiscriminator(nn.Module):
    """Pictures (N, channels, size, size)  →  scores (N,), of which sigmoid is the probability.

    The mirror of `DCGenerator`: `depth` steps halve the size, the first to `width` maps. torch's
    example ends in that sigmoid; here the losses have it. Raises what DCGenerator raises.
    """

    def __init__(self, size: int = 64, channels: int = 1, width: int = 64, depth: int = 4) -> None:
        end = smallest("DCDiscriminator", size, depth, channels=channels, width=width)
        maps = [width * 2**k for k in range(depth)]
        made: list[nn.Module] = []
        for step, (read, write) in enumerate(zip([channels, *maps], maps, strict=False)):
            made.append(nn.Conv2d(read, write, 4, 2, 1, bias=False))
            made += [nn.BatchNorm2d(write)] if step else []
            made.append(nn.LeakyReLU(0.2))
        self.main = nn.Sequential(*made, nn.Conv2d(maps[-1], 1, end, 1, 0, bias=False))

    def forward(self, x: Any) -> Tensor:
        return self.main(x).reshape(len(x))


def smallest(name: str, size: int, depth: int, **others: int) -> int:
    """The side of the smallest maps, size / 2^depth."""
    check_sizes(name, size=size, depth=depth, **others)
    if size % 2**depth:
        raise ValueError(
            f"{name} doubles or halves {depth} times, so 2^{depth} must divide the size, got "
            f"size={size}, depth={depth}"
        )
    return size // 2**depth
