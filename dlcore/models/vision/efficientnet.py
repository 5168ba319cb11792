"""2019, Mingxing Tan and Quoc Le: make a net deeper, wider and sharper-eyed in one proportion
(chapter 13).

EfficientNet: rethinking model scaling for convolutional neural networks (2019),
https://arxiv.org/abs/1905.11946. Keys of a state dict are those of torchvision.models, whose nets
also leave out whole blocks at random in training; these do not.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.models.vision.mobilenet import ConvNorm, divisible
from dlcore.models.vision.mobilenet_v3 import SqueezeExcitation

BASE = (  # expansion, kernel, stride, channels before and after, layers: table 1, EfficientNet-B0
    (1, 3, 1, 32, 16, 1), (6, 3, 2, 16, 24, 2), (6, 5, 2, 24, 40, 2), (6, 3, 2, 40, 80, 3),
    (6, 5, 1, 80, 112, 3), (6, 5, 2, 112, 192, 4), (6, 3, 1, 192, 320, 1),
)  # fmt: skip
VARIANTS = {  # width, depth, side of the picture
    "b0": (1.0, 1.0, 224), "b1": (1.0, 1.1, 240), "b2": (1.1, 1.2, 260), "b3": (1.2, 1.4, 300),
    "b4": (1.4, 1.8, 380), "b5": (1.6, 2.2, 456), "b6": (1.8, 2.6, 528), "b7": (2.0, 3.1, 600),
}  # fmt: skip


def compound(
    phi: float, alpha: float = 1.2, beta: float = 1.1, gamma: float = 1.15
) -> tuple[float, float, float]:
    """Factors of depth, width and resolution: αᵠ, βᵠ, γᵠ.

    With α β² γ² ≈ 2 each unit of φ doubles the multiply-adds; the defaults are the paper's.
    """
    return alpha**phi, beta**phi, gamma**phi


class MBConv(nn.Module):
    """MobileNetV2's block with squeeze and excitation and SiLU; x added where the sizes fit."""

    def __init__(
        self, before: int, after: int, kernel: int = 3, stride: int = 1, expand_ratio: int = 6,
        norm: dict[str, float] | None = None,
    ) -> None:  # fmt: skip
        wide = divisible(before * expand_ratio)
        layer = partial(ConvNorm, activation=nn.SiLU, **(norm or {}))
        widen = [layer(before, wide, 1)] if wide != before else []
        self.block = nn.Sequential(
            *widen,
            layer(wide, wide, kernel, stride, wide),
            SqueezeExcitation(wide, max(1, before // 4), nn.SiLU),
            layer(wide, after, 1, activation=None),
        )
        self.use_res_connect = stride == 1 and before == after

    def forward(self, x: Any) -> Tensor:
        return x + self.block(x) if self.use_res_connect else self.block(x)


class EfficientNet(nn.Module):
    """x (N, 3, H, W)  →  scores (N, num_classes).

    width and depth multiply the channels and the layers of each stage of EfficientNet-B0. The
    resolution is that of the pictures. `EfficientNet.variant("b3")` is one of the published nets.
    """

    def __init__(
        self, width: float = 1.0, depth: float = 1.0, num_classes: int = 1000,
        dropout: float = 0.2, norm: dict[str, float] | None = None,
    ) -> None:  # fmt: skip
        layer = partial(ConvNorm, activation=nn.SiLU, **(norm or {}))
        before = divisible(BASE[0][3] * width)
        stages: list[nn.Module] = [layer(3, before, stride=2)]
        for expansion, kernel, stride, _, channels, layers in BASE:
            after, blocks = divisible(channels * width), []
            for number in range(math.ceil(layers * depth)):
                step = stride if number == 0 else 1
                blocks.append(MBConv(before, after, kernel, step, expansion, norm))
                before = after
            stages.append(nn.Sequential(*blocks))
        self.features = nn.Sequential(*stages, layer(before, 4 * before, 1))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(4 * before, num_classes))
        for part in self.modules():
            if isinstance(part, nn.Conv2d):
                nn.init.kaiming_normal_(part.weight, mode="fan_out")
                if part.bias is not None:
                    nn.init.zeros_(part.bias)

    @classmethod
    def variant(cls, name: str, **options: Any) -> EfficientNet:
        """EfficientNet-B0 … B7 by name; ValueError for another."""
        if name not in VARIANTS:
            raise ValueError(f"EfficientNet has the variants {', '.join(VARIANTS)}, got {name!r}")
        width, depth, _ = VARIANTS[name]
        return cls(width, depth, **options)

    def forward(self, x: Any) -> Tensor:
        return self.classifier(self.avgpool(self.features(x)).flatten(1))
