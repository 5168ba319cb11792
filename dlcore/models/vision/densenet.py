"""2016, Gao Huang, Zhuang Liu, Laurens van der Maaten and Kilian Weinberger: every layer of a block
sees what all before it made (chapter 13).

Densely connected convolutional networks (2016), https://arxiv.org/abs/1608.06993. Names, arguments
and keys of a state dict are those of torchvision.models.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import cat
from dlcore.layers import dropout


class DenseLayer(nn.Module):
    """growth_rate new channels from all that there are: norm, ReLU, 1 × 1, norm, ReLU, 3 × 3.

    x (N, num_input_features, H, W), y (N, growth_rate, H, W). The 1 × 1 convolution leaves
    bn_size · growth_rate channels. drop_rate is the share of the new values dropped in training.
    """

    def __init__(
        self, num_input_features: int, growth_rate: int, bn_size: int = 4, drop_rate: float = 0.0
    ) -> None:
        middle = bn_size * growth_rate
        self.norm1, self.relu1 = nn.BatchNorm2d(num_input_features), nn.ReLU()
        self.conv1 = nn.Conv2d(num_input_features, middle, 1, bias=False)
        self.norm2, self.relu2 = nn.BatchNorm2d(middle), nn.ReLU()
        self.conv2 = nn.Conv2d(middle, growth_rate, 3, padding=1, bias=False)
        self.drop_rate = drop_rate

    def forward(self, x: Any) -> Tensor:
        middle = self.conv1(self.relu1(self.norm1(x)))
        new = self.conv2(self.relu2(self.norm2(middle)))
        return dropout(new, self.drop_rate, self.training) if self.drop_rate else new


class DenseBlock(nn.Module):
    """x_{l+1} = [x_l, H_l(x_l)]: channels C become C + num_layers · growth_rate."""

    def __init__(
        self, num_layers: int, num_input_features: int, bn_size: int, growth_rate: int,
        drop_rate: float = 0.0,
    ) -> None:  # fmt: skip
        for number in range(num_layers):
            seen = num_input_features + number * growth_rate
            layer = DenseLayer(seen, growth_rate, bn_size, drop_rate)
            self.add_module(f"denselayer{number + 1}", layer)

    def forward(self, x: Any) -> Tensor:
        for layer in self.children():
            x = cat([x, layer(x)], 1)
        return x


class Transition(nn.Sequential):
    """Between two blocks: norm, ReLU, 1 × 1 convolution, mean of 2 × 2."""

    def __init__(self, num_input_features: int, num_output_features: int) -> None:
        self.norm, self.relu = nn.BatchNorm2d(num_input_features), nn.ReLU()
        self.conv = nn.Conv2d(num_input_features, num_output_features, 1, bias=False)
        self.pool = nn.AvgPool2d(2, stride=2)


class DenseNet(nn.Module):
    """x (N, 3, H, W)  →  scores (N, num_classes).

    growth_rate        channels that each layer adds
    block_config       layers in each block; between blocks the channels are halved
    num_init_features  channels of the first convolution
    bn_size            width of the 1 × 1 convolutions, in growth rates

    Raises ValueError where no block, or an empty one, is asked for.
    """

    def __init__(
        self, growth_rate: int = 32, block_config: Sequence[int] = (6, 12, 24, 16),
        num_init_features: int = 64, bn_size: int = 4, drop_rate: float = 0.0,
        num_classes: int = 1000,
    ) -> None:  # fmt: skip
        if not block_config or min(block_config) < 1:
            raise ValueError(f"DenseNet needs blocks of 1 layer or more, got {block_config}")
        width = num_init_features
        self.features = nn.Sequential(
            {
                "conv0": nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False),
                "norm0": nn.BatchNorm2d(width),
                "relu0": nn.ReLU(),
                "pool0": nn.MaxPool2d(3, stride=2, padding=1),
            }
        )
        for number, layers in enumerate(block_config, start=1):
            block = DenseBlock(layers, width, bn_size, growth_rate, drop_rate)
            self.features.add_module(f"denseblock{number}", block)
            width += layers * growth_rate
            if number < len(block_config):
                self.features.add_module(f"transition{number}", Transition(width, width // 2))
                width //= 2
        self.features.add_module("norm5", nn.BatchNorm2d(width))
        self.relu, self.pool = nn.ReLU(), nn.AdaptiveAvgPool2d((1, 1))
        self.classifier = nn.Linear(width, num_classes)
        for part in self.modules():
            if isinstance(part, nn.Conv2d):
                nn.init.kaiming_normal_(part.weight)
        nn.init.zeros_(self.classifier.bias)

    def forward(self, x: Any) -> Tensor:
        return self.classifier(self.pool(self.relu(self.features(x))).flatten(1))


def densenet121(**options: Any) -> DenseNet:
    """7,978,856 parameters; options are DenseNet's."""
    return DenseNet(**options)


def densenet169(**options: Any) -> DenseNet:
    """14,149,480 parameters."""
    return DenseNet(block_config=(6, 12, 32, 32), **options)


def densenet201(**options: Any) -> DenseNet:
    """20,013,928 parameters."""
    return DenseNet(block_config=(6, 12, 48, 32), **options)


def densenet161(**options: Any) -> DenseNet:
    """28,681,000 parameters."""
    return DenseNet(48, (6, 12, 36, 24), 96, **options)
