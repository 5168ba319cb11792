"""2014, Christian Szegedy and others: several kernel sizes side by side; GoogLeNet (chapter 12).

C. Szegedy, W. Liu, Y. Jia, P. Sermanet, S. Reed, D. Anguelov, D. Erhan, V. Vanhoucke,
A. Rabinovich, Going deeper with convolutions (2014), https://arxiv.org/abs/1409.4842. The 1 × 1
convolutions are of M. Lin, Q. Chen, S. Yan, Network in network (2013),
https://arxiv.org/abs/1312.4400. Keys of a state dict are those of torchvision.models, without the
two side classifiers.
"""

from __future__ import annotations

from typing import Any

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import cat

# in_channels and the six widths of each module, from the paper's table 1
MODULES = {
    "inception3a": (192, 64, 96, 128, 16, 32, 32),
    "inception3b": (256, 128, 128, 192, 32, 96, 64),
    "inception4a": (480, 192, 96, 208, 16, 48, 64),
    "inception4b": (512, 160, 112, 224, 24, 64, 64),
    "inception4c": (512, 128, 128, 256, 24, 64, 64),
    "inception4d": (512, 112, 144, 288, 32, 64, 64),
    "inception4e": (528, 256, 160, 320, 32, 128, 128),
    "inception5a": (832, 256, 160, 320, 32, 128, 128),
    "inception5b": (832, 384, 192, 384, 48, 128, 128),
}


class BasicConv2d(nn.Module):
    """Convolution, batch norm, ReLU; norm=False, the paper's form, has a bias in its place."""

    def __init__(
        self, in_channels: int, out_channels: int, *, norm: bool = True, **settings: Any
    ) -> None:
        self.conv = nn.Conv2d(in_channels, out_channels, bias=not norm, **settings)
        self.bn = nn.BatchNorm2d(out_channels, eps=0.001) if norm else None

    def forward(self, x: Any) -> Tensor:
        x = self.conv(x)
        return nn.relu(self.bn(x) if self.bn is not None else x)


class Inception(nn.Module):
    """Four branches on the same input, their channels one after the other.

    1 × 1 (ch1x1 channels) | 1 × 1 (ch3x3red), 3 × 3 (ch3x3) | 1 × 1 (ch5x5red), 5 × 5 (ch5x5) |
    3 × 3 maximum, 1 × 1 (pool_proj).   x (N, in_channels, H, W), y (N, their sum, H, W)

    kernel: 5 as in the paper; torchvision has 3 in that place. norm: with batch norm.
    """

    def __init__(
        self, in_channels: int, ch1x1: int, ch3x3red: int, ch3x3: int, ch5x5red: int, ch5x5: int,
        pool_proj: int, *, kernel: int = 5, norm: bool = True,
    ) -> None:  # fmt: skip
        if kernel < 1 or kernel % 2 == 0:
            raise ValueError(f"Inception keeps the size: kernel must be odd, got {kernel}")

        def conv(before: int, after: int, side: int) -> BasicConv2d:
            return BasicConv2d(before, after, norm=norm, kernel_size=side, padding=side // 2)

        self.branch1 = conv(in_channels, ch1x1, 1)
        self.branch2 = nn.Sequential(conv(in_channels, ch3x3red, 1), conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(conv(in_channels, ch5x5red, 1), conv(ch5x5red, ch5x5, kernel))
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1), conv(in_channels, pool_proj, 1)
        )

    def forward(self, x: Any) -> Tensor:
        return cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class GoogLeNet(nn.Module):
    """22 layers: three convolutions, nine Inception modules, an average, one linear layer.

    x (N, 3, 224, 224), or any size from 32 on, scores (N, num_classes). With norm=False and
    kernel=5 it is the paper's net but for the two local response normalisations; with kernel=3 and
    batch norm torchvision's, of 6,624,904 parameters.
    """

    def __init__(
        self, num_classes: int = 1000, dropout: float = 0.4, *, kernel: int = 5, norm: bool = True
    ) -> None:
        def pool(side: int = 3) -> nn.MaxPool2d:
            return nn.MaxPool2d(side, stride=2, ceil_mode=True)

        self.conv1 = BasicConv2d(3, 64, norm=norm, kernel_size=7, stride=2, padding=3)
        self.maxpool1 = pool()
        self.conv2 = BasicConv2d(64, 64, norm=norm, kernel_size=1)
        self.conv3 = BasicConv2d(64, 192, norm=norm, kernel_size=3, padding=1)
        self.maxpool2, self.maxpool3, self.maxpool4 = pool(), pool(), pool(2)
        for name, widths in MODULES.items():
            setattr(self, name, Inception(*widths, kernel=kernel, norm=norm))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(1024, num_classes)

    def forward(self, x: Any) -> Tensor:
        x = self.maxpool2(self.conv3(self.conv2(self.maxpool1(self.conv1(x)))))
        for name in MODULES:
            if name == "inception4a":
                x = self.maxpool3(x)
            if name == "inception5a":
                x = self.maxpool4(x)
            x = getattr(self, name)(x)
        return self.fc(self.dropout(self.avgpool(x).flatten(1)))
