"""2015, Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun: the same small net with skips and
without, of any depth 6n + 2 (chapter 13).

Section 4.2 of https://arxiv.org/abs/1512.03385: a 3 × 3 convolution; three stages of n blocks whose
width doubles where the picture shrinks; the mean over the picture; one linear layer. A skip has no
weights: where sizes change it takes the mean of 2 × 2 places (the paper: every second place) and
fills the new channels with zeros (option A).
"""

from __future__ import annotations

from typing import Any

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import pad


class SmallBlock(nn.Module):
    """relu(x + F(x)), or relu(F(x)) without the skip.   x (N, C, H, W), y (N, width, H/s, W/s)"""

    def __init__(self, channels: int, width: int, stride: int, residual: bool) -> None:
        self.conv1 = nn.Conv2d(channels, width, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.relu, self.residual = nn.ReLU(), residual
        self.shrink = nn.AvgPool2d(2, ceil_mode=True) if stride == 2 else None
        self.new_channels = width - channels

    def forward(self, x: Any) -> Tensor:
        branch = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        return self.relu(branch + self.skip(x) if self.residual else branch)

    def skip(self, x: Any) -> Tensor:
        """x in the branch's size: shrunk, and with empty channels."""
        if self.shrink:
            x = self.shrink(x)
        return pad(x, (0, 0, 0, 0, 0, self.new_channels)) if self.new_channels else x


class CifarResNet(nn.Module):
    """x (N, channels, H, W)  →  scores (N, num_classes), with `depth` layers of weights.

    depth     6n + 2: 8, 14, 20, 32, 44, 56, 110, …: one convolution, three stages of n blocks with
              two each, one linear layer
    width     channels of the first stage; the others have 2 and 4 times as many
    residual  False leaves all skips out: the plain net, with exactly the same weights
    stride    of the first convolution (the paper: 1)

    Raises ValueError for a depth that is not 6n + 2.
    """

    def __init__(
        self, depth: int = 20, width: int = 16, num_classes: int = 10, channels: int = 3, *,
        residual: bool = True, stride: int = 1,
    ) -> None:  # fmt: skip
        blocks, rest = divmod(depth - 2, 6)
        if rest or blocks < 1:
            raise ValueError(f"CifarResNet has depth 6n + 2, such as 8, 20 or 56, got {depth}")
        self.conv1 = nn.Conv2d(channels, width, 3, stride, padding=1, bias=False)
        self.bn1, self.relu = nn.BatchNorm2d(width), nn.ReLU()
        self.blocks = nn.Sequential()
        before = width
        for stage in range(3):
            for block in range(blocks):
                shrinks = 2 if stage and not block else 1
                self.blocks.append(SmallBlock(before, width * 2**stage, shrinks, residual))
                before = width * 2**stage
        self.fc = nn.Linear(before, num_classes)
        for part in self.modules():
            if isinstance(part, nn.Conv2d):
                nn.init.kaiming_normal_(part.weight, nonlinearity="relu")

    def forward(self, x: Any) -> Tensor:
        return self.fc(self.blocks(self.relu(self.bn1(self.conv1(x)))).mean((2, 3)))
