"""2014, Laurent Sifre: filter each channel alone, then mix channels at each place (chapter 13).

The depthwise separable convolution: L. Sifre, Rigid-motion scattering for image classification
(thesis, École Polytechnique, 2014), as F. Chollet, Xception (2016),
https://arxiv.org/abs/1610.02357, tells in its section 1.2; A. Howard and others, MobileNets (2017),
https://arxiv.org/abs/1704.04861. Turned inside out: M. Sandler, A. Howard, M. Zhu, A. Zhmoginov,
L.-C. Chen, MobileNetV2 (2018), https://arxiv.org/abs/1801.04381. What V3 adds is in
mobilenet_v3.py. Names, arguments and keys of a state dict are those of torchvision.models.
"""

from __future__ import annotations

from typing import Any

from dlcore import layers as nn
from dlcore.autodiff import Tensor

SETTINGS = (  # expansion t, channels c, blocks n, stride s: table 2 of MobileNetV2
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
    (6, 320, 1, 1),
)  # fmt: skip


def divisible(channels: float, divisor: int = 8) -> int:
    """The nearest multiple of `divisor`, not less than it, nor less than 0.9 of the channels."""
    nearest = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    return nearest + divisor if nearest < 0.9 * channels else nearest


class ConvNorm(nn.Sequential):
    """Convolution without bias that keeps the picture's size (stride 1), batch norm, response."""

    def __init__(
        self, before: int, after: int, kernel_size: int = 3, stride: int = 1, groups: int = 1,
        activation: Any = nn.ReLU6, eps: float = 1e-5, momentum: float = 0.1,
    ) -> None:  # fmt: skip
        margin = (kernel_size - 1) // 2
        conv = nn.Conv2d(before, after, kernel_size, stride, margin, groups=groups, bias=False)
        response = [activation()] if activation else []
        super().__init__(conv, nn.BatchNorm2d(after, eps, momentum), *response)


class DepthwiseSeparable(nn.Sequential):
    """3 × 3 on each channel alone, then 1 × 1 over all channels: 9 C + C O weights, not 9 C O.

    x (N, in_channels, H, W), y (N, out_channels, H, W). The block of MobileNet, with ReLU.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__(
            *ConvNorm(in_channels, in_channels, 3, stride, in_channels, nn.ReLU),
            *ConvNorm(in_channels, out_channels, 1, activation=nn.ReLU),
        )


class InvertedResidual(nn.Module):
    """Widen `expand_ratio` times, filter depthwise, narrow without response; skip where sizes fit.

    x (N, inp, H, W), y (N, oup, H/stride, W/stride)
    """

    def __init__(self, inp: int, oup: int, stride: int, expand_ratio: float) -> None:
        if stride not in (1, 2):
            raise ValueError(f"InvertedResidual has stride 1 or 2, got {stride}")
        wide = round(inp * expand_ratio)
        self.use_res_connect = stride == 1 and inp == oup
        widen = [ConvNorm(inp, wide, 1)] if expand_ratio != 1 else []
        self.conv = nn.Sequential(
            *widen,
            ConvNorm(wide, wide, 3, stride, wide),
            nn.Conv2d(wide, oup, 1, bias=False),
            nn.BatchNorm2d(oup),
        )

    def forward(self, x: Any) -> Tensor:
        return x + self.conv(x) if self.use_res_connect else self.conv(x)


class MobileNetV2(nn.Module):
    """x (N, 3, H, W)  →  scores (N, num_classes); width_mult scales all widths."""

    def __init__(
        self, num_classes: int = 1000, width_mult: float = 1.0, dropout: float = 0.2
    ) -> None:
        before, last = divisible(32 * width_mult), divisible(1280 * max(1.0, width_mult))
        parts: list[nn.Module] = [ConvNorm(3, before, stride=2)]
        for expansion, channels, blocks, stride in SETTINGS:
            after = divisible(channels * width_mult)
            for number in range(blocks):
                step = stride if number == 0 else 1
                parts.append(InvertedResidual(before, after, step, expansion))
                before = after
        self.features = nn.Sequential(*parts, ConvNorm(before, last, 1))
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(last, num_classes))
        start(self)

    def forward(self, x: Any) -> Tensor:
        return self.classifier(self.features(x).mean((2, 3)))


def start(model: nn.Module) -> None:
    """He's start for convolutions, small normal numbers for linear layers, biases 0."""
    for part in model.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.kaiming_normal_(part.weight, mode="fan_out")
        elif isinstance(part, nn.Linear):
            nn.init.normal_(part.weight, 0.0, 0.01)
        else:
            continue
        if part.bias is not None:
            nn.init.zeros_(part.bias)
