"""2015, Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun: add a block's input to its output
(chapter 13).

K. He, X. Zhang, S. Ren, J. Sun, Deep residual learning for image recognition (2015),
https://arxiv.org/abs/1512.03385. Groups: S. Xie, R. Girshick, P. Dollár, Z. Tu, K. He, Aggregated
residual transformations for deep neural networks (2016), https://arxiv.org/abs/1611.05431.

Names, arguments and keys of a state dict are those of torchvision.models. The small nets of the
first paper's section 4.2, plain or residual, are in cifar_resnet.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlcore import layers as nn
from dlcore.autodiff import Tensor


def conv3x3(before: int, after: int, stride: int = 1, groups: int = 1) -> nn.Conv2d:
    """3 × 3 from `before` to `after` channels, without bias; keeps the size at stride 1."""
    return nn.Conv2d(before, after, 3, stride, padding=1, groups=groups, bias=False)


def conv1x1(before: int, after: int, stride: int = 1) -> nn.Conv2d:
    """1 × 1 from `before` to `after` channels, without bias."""
    return nn.Conv2d(before, after, 1, stride, bias=False)


class BasicBlock(nn.Module):
    """y = relu(x + F(x)), F two 3 × 3 convolutions with batch norm.   x (N, C, H, W)

    inplanes C channels become `planes`, stride shrinks the picture; then `downsample` makes x fit.
    """

    expansion = 1

    def __init__(
        self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None,
        groups: int = 1, base_width: int = 64,
    ) -> None:  # fmt: skip
        if groups != 1 or base_width != 64:
            raise ValueError(
                f"BasicBlock has no groups, got groups={groups}, base_width={base_width}; "
                "take Bottleneck"
            )
        self.conv1, self.bn1 = conv3x3(inplanes, planes, stride), nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.conv2, self.bn2 = conv3x3(planes, planes), nn.BatchNorm2d(planes)
        self.downsample = downsample

    def forward(self, x: Any) -> Tensor:
        branch = self.relu(self.bn1(self.conv1(x)))
        branch = self.bn2(self.conv2(branch))
        return self.relu(branch + (self.downsample(x) if self.downsample else x))


class Bottleneck(nn.Module):
    """y = relu(x + F(x)), F = 1 × 1 to fewer channels, 3 × 3 (in groups), 1 × 1 to four times more.

    The stride is in the 3 × 3 convolution, as torchvision has it; Bottleneck2015 has the paper's.
    """

    expansion = 4
    first_stride = False

    def __init__(
        self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None,
        groups: int = 1, base_width: int = 64,
    ) -> None:  # fmt: skip
        width = int(planes * (base_width / 64)) * groups
        strides = (stride, 1) if self.first_stride else (1, stride)
        self.conv1, self.bn1 = conv1x1(inplanes, width, strides[0]), nn.BatchNorm2d(width)
        self.conv2 = conv3x3(width, width, strides[1], groups)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = conv1x1(width, planes * self.expansion)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion)
        self.relu = nn.ReLU()
        self.downsample = downsample

    def forward(self, x: Any) -> Tensor:
        branch = self.relu(self.bn1(self.conv1(x)))
        branch = self.relu(self.bn2(self.conv2(branch)))
        branch = self.bn3(self.conv3(branch))
        return self.relu(branch + (self.downsample(x) if self.downsample else x))


class Bottleneck2015(Bottleneck):
    """The block as published: a stride skips places already in the first 1 × 1 convolution."""

    first_stride = True


class ResNet(nn.Module):
    """x (N, 3, H, W)  →  scores (N, num_classes); a picture of 224 × 224 ends as 7 × 7 places.

    block              BasicBlock, Bottleneck or Bottleneck2015
    layers             blocks in each of the four stages, of 64, 128, 256, 512 planes
    zero_init_residual the last batch norm of each branch starts at 0, so each block as y = relu(x)
    groups, width_per_group  of the 3 × 3 convolutions: 32 and 4 make a ResNeXt
    """

    def __init__(
        self, block: type[Any], layers: Sequence[int], num_classes: int = 1000,
        zero_init_residual: bool = False, groups: int = 1, width_per_group: int = 64,
    ) -> None:  # fmt: skip
        if len(layers) != 4 or min(layers) < 1:
            raise ValueError(f"ResNet has four stages of 1 block or more, got layers={layers}")
        self.inplanes, self.grouping = 64, (groups, width_per_group)
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1, self.relu = nn.BatchNorm2d(64), nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = self.stage(block, 64, layers[0], 1)
        self.layer2 = self.stage(block, 128, layers[1], 2)
        self.layer3 = self.stage(block, 256, layers[2], 2)
        self.layer4 = self.stage(block, 512, layers[3], 2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        start(self)
        if zero_init_residual:
            silence_branches(self)

    def stage(self, block: type[Any], planes: int, blocks: int, stride: int) -> nn.Sequential:
        """Blocks of one size; the first may shrink the picture and widen the channels."""
        width, fit = planes * block.expansion, None
        if stride != 1 or self.inplanes != width:
            fit = nn.Sequential(conv1x1(self.inplanes, width, stride), nn.BatchNorm2d(width))
        made = [block(self.inplanes, planes, stride, fit, *self.grouping)]
        self.inplanes = width
        made += [block(width, planes, 1, None, *self.grouping) for _ in range(blocks - 1)]
        return nn.Sequential(*made)

    def forward(self, x: Any) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(self.avgpool(x).flatten(1))


def start(model: nn.Module) -> None:
    """He's start for every convolution, by what leaves it."""
    for part in model.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.kaiming_normal_(part.weight, mode="fan_out", nonlinearity="relu")


def silence_branches(model: nn.Module) -> None:
    """The last batch norm of every branch becomes 0: each block starts as its skip alone."""
    for part in model.modules():
        if isinstance(part, BasicBlock | Bottleneck):
            last = part.bn3 if isinstance(part, Bottleneck) else part.bn2
            nn.init.zeros_(last.weight)


# -- the nets that history named ------------------------------------------------------------------
def resnet18(**options: Any) -> ResNet:
    """11,689,512 parameters; options are ResNet's."""
    return ResNet(BasicBlock, (2, 2, 2, 2), **options)


def resnet34(**options: Any) -> ResNet:
    """21,797,672 parameters."""
    return ResNet(BasicBlock, (3, 4, 6, 3), **options)


def resnet50(**options: Any) -> ResNet:
    """25,557,032 parameters."""
    return ResNet(Bottleneck, (3, 4, 6, 3), **options)


def resnet101(**options: Any) -> ResNet:
    """44,549,160 parameters."""
    return ResNet(Bottleneck, (3, 4, 23, 3), **options)


def resnet152(**options: Any) -> ResNet:
    """60,192,808 parameters: the net that won in 2015."""
    return ResNet(Bottleneck, (3, 8, 36, 3), **options)


def resnext50_32x4d(**options: Any) -> ResNet:
    """32 groups of 4 channels: 25,028,904 parameters, about those of resnet50."""
    return ResNet(Bottleneck, (3, 4, 6, 3), **{"groups": 32, "width_per_group": 4, **options})
