"""2019, Andrew Howard and others: channels weighed by a glance at the whole picture, and a cheap
response (chapter 13).

Searching for MobileNetV3 (2019), https://arxiv.org/abs/1905.02244. Squeeze and excitation: J. Hu,
L. Shen, G. Sun and others, Squeeze-and-excitation networks (2017),
https://arxiv.org/abs/1709.01507. Keys of a state dict are those of torchvision.models.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.models.vision.mobilenet import ConvNorm, divisible, start

# kernel, wide, channels, squeeze and excitation, hard-swish, stride: tables 1 and 2 of the paper
LARGE = (
    (3, 16, 16, 0, 0, 1), (3, 64, 24, 0, 0, 2), (3, 72, 24, 0, 0, 1), (5, 72, 40, 1, 0, 2),
    (5, 120, 40, 1, 0, 1), (5, 120, 40, 1, 0, 1), (3, 240, 80, 0, 1, 2), (3, 200, 80, 0, 1, 1),
    (3, 184, 80, 0, 1, 1), (3, 184, 80, 0, 1, 1), (3, 480, 112, 1, 1, 1), (3, 672, 112, 1, 1, 1),
    (5, 672, 160, 1, 1, 2), (5, 960, 160, 1, 1, 1), (5, 960, 160, 1, 1, 1),
)  # fmt: skip
SMALL = (
    (3, 16, 16, 1, 0, 2), (3, 72, 24, 0, 0, 2), (3, 88, 24, 0, 0, 1), (5, 96, 40, 1, 1, 2),
    (5, 240, 40, 1, 1, 1), (5, 240, 40, 1, 1, 1), (5, 120, 48, 1, 1, 1), (5, 144, 48, 1, 1, 1),
    (5, 288, 96, 1, 1, 2), (5, 576, 96, 1, 1, 1), (5, 576, 96, 1, 1, 1),
)  # fmt: skip
Norm = partial(ConvNorm, eps=0.001, momentum=0.01)


class SqueezeExcitation(nn.Module):
    """y = x ⊙ s: one factor per picture and channel, from the means of all channels.

    s = scale(W₂ a(W₁ mean(x)))   x, y (N, C, H, W)   s (N, C, 1, 1)
    """

    def __init__(
        self, input_channels: int, squeeze_channels: int, activation: Any = nn.ReLU,
        scale_activation: Any = nn.Sigmoid,
    ) -> None:  # fmt: skip
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(input_channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, input_channels, 1)
        self.activation, self.scale_activation = activation(), scale_activation()

    def forward(self, x: Any) -> Tensor:
        seen = self.activation(self.fc1(self.avgpool(x)))
        return x * self.scale_activation(self.fc2(seen))


class InvertedResidualV3(nn.Module):
    """MobileNetV2's block with squeeze and excitation (squeeze) and hard-swish (swish) if asked."""

    def __init__(
        self, before: int, kernel: int, wide: int, after: int, squeeze: bool = True,
        swish: bool = True, stride: int = 1,
    ) -> None:  # fmt: skip
        response = nn.Hardswish if swish else nn.ReLU
        widen = [Norm(before, wide, 1, activation=response)] if wide != before else []
        parts: list[nn.Module] = [*widen]
        parts.append(Norm(wide, wide, kernel, stride, wide, response))
        if squeeze:
            fewer = divisible(wide // 4)
            parts.append(SqueezeExcitation(wide, fewer, scale_activation=nn.Hardsigmoid))
        parts.append(Norm(wide, after, 1, activation=None))
        self.block = nn.Sequential(*parts)
        self.use_res_connect = stride == 1 and before == after

    def forward(self, x: Any) -> Tensor:
        return x + self.block(x) if self.use_res_connect else self.block(x)


class MobileNetV3(nn.Module):
    """x (N, 3, H, W)  →  scores (N, num_classes), of size "large" or "small"."""

    def __init__(self, size: str = "large", num_classes: int = 1000, dropout: float = 0.2) -> None:
        if size not in ("large", "small"):
            raise ValueError(f'MobileNetV3 is "large" or "small", got {size!r}')
        table, hidden = (LARGE, 1280) if size == "large" else (SMALL, 1024)
        before = 16
        parts: list[nn.Module] = [Norm(3, before, stride=2, activation=nn.Hardswish)]
        for kernel, wide, after, squeeze, swish, stride in table:
            block = (before, kernel, wide, after, bool(squeeze), bool(swish), stride)
            parts.append(InvertedResidualV3(*block))
            before = after
        parts.append(Norm(before, 6 * before, 1, activation=nn.Hardswish))
        self.features = nn.Sequential(*parts)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(
            nn.Linear(6 * before, hidden),
            nn.Hardswish(),
            nn.Dropout(dropout),
            nn.Linear(hidden, num_classes),
        )
        start(self)

    def forward(self, x: Any) -> Tensor:
        return self.classifier(self.avgpool(self.features(x)).flatten(1))
