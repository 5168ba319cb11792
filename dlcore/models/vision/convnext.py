"""2022, Zhuang Liu and others: a residual net in the habits of a Transformer (chapter 13).

Z. Liu, H. Mao, C.-Y. Wu, C. Feichtenhofer, T. Darrell, S. Xie, A ConvNet for the 2020s (2022),
https://arxiv.org/abs/2201.03545. Keys of a state dict are those of torchvision.models, whose nets
also leave out whole blocks at random in training; these do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor


class ChannelNorm(nn.LayerNorm):
    """Layer norm over the channels of each place.   x, y (N, C, H, W)"""

    def forward(self, input: Any) -> Tensor:
        return super().forward(input.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ConvNeXtBlock(nn.Module):
    """y = x + γ ⊙ F(x), F = 7 × 7 depthwise, layer norm, 4 C hidden units with GELU at each place.

    dim C channels; γ (C, 1, 1) is learned and starts at layer_scale; kernel 7 as published.
    """

    def __init__(self, dim: int, layer_scale: float = 1e-6, kernel: int = 7) -> None:
        self.layer_scale = nn.Parameter(torch.ones(dim, 1, 1) * layer_scale)
        self.block = nn.Sequential(
            nn.Conv2d(dim, dim, kernel, padding=kernel // 2, groups=dim),
            ChannelsLast(),
            nn.LayerNorm(dim, eps=1e-6),
            nn.Linear(dim, 4 * dim),
            nn.GELU(),
            nn.Linear(4 * dim, dim),
            ChannelsFirst(),
        )

    def forward(self, x: Any) -> Tensor:
        return x + self.layer_scale * self.block(x)


class ChannelsLast(nn.Module):
    """(N, C, H, W) → (N, H, W, C)"""

    def forward(self, x: Any) -> Tensor:
        return x.permute(0, 2, 3, 1)


class ChannelsFirst(nn.Module):
    """(N, H, W, C) → (N, C, H, W)"""

    def forward(self, x: Any) -> Tensor:
        return x.permute(0, 3, 1, 2)


class ConvNeXt(nn.Module):
    """x (N, 3, H, W)  →  scores (N, num_classes); the defaults are ConvNeXt-T.

    depths  blocks in each stage;   dims  channels of each stage
    Raises ValueError where the two have different lengths.
    """

    def __init__(
        self, depths: Sequence[int] = (3, 3, 9, 3), dims: Sequence[int] = (96, 192, 384, 768),
        num_classes: int = 1000, layer_scale: float = 1e-6,
    ) -> None:  # fmt: skip
        if len(depths) != len(dims) or not dims:
            raise ValueError(f"ConvNeXt needs a width per stage, got {depths=} and {dims=}")
        parts: list[nn.Module] = []
        for stage, (blocks, dim) in enumerate(zip(depths, dims, strict=True)):
            if stage == 0:
                shrink = nn.Conv2d(3, dim, 4, stride=4), ChannelNorm(dim, eps=1e-6)
            else:
                shrink = (
                    ChannelNorm(dims[stage - 1], eps=1e-6),
                    nn.Conv2d(dims[stage - 1], dim, 2, 2),
                )
            parts.append(nn.Sequential(*shrink))
            parts.append(nn.Sequential(*(ConvNeXtBlock(dim, layer_scale) for _ in range(blocks))))
        self.features = nn.Sequential(*parts)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(
            ChannelNorm(dims[-1], eps=1e-6), nn.Flatten(1), nn.Linear(dims[-1], num_classes)
        )
        for part in self.modules():
            if isinstance(part, nn.Conv2d | nn.Linear):
                nn.init.trunc_normal_(part.weight, std=0.02)
                nn.init.zeros_(part.bias)

    def forward(self, x: Any) -> Tensor:
        return self.classifier(self.avgpool(self.features(x)))
