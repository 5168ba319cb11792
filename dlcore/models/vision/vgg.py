"""2014, Karen Simonyan and Andrew Zisserman: small kernels only, up to 19 layers (chapter 12).

K. Simonyan, A. Zisserman, Very deep convolutional networks for large-scale image recognition
(2014), https://arxiv.org/abs/1409.1556. Names, arguments and keys of a state dict are those of
torchvision.models; batch norm came after the paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.layers import init

Plan = Sequence["int | str"]
# the letters of the paper's table 1: channels of each 3 × 3 convolution, "M" halves the picture
PLANS: dict[str, Plan] = {
    "A": (64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"),
    "B": (64, 64, "M", 128, 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"),
    "D": (64, 64, "M", 128, 128, "M", *(256,) * 3, "M", *(512,) * 3, "M", *(512,) * 3, "M"),
    "E": (64, 64, "M", 128, 128, "M", *(256,) * 4, "M", *(512,) * 4, "M", *(512,) * 4, "M"),
}


class VGG(nn.Module):
    """Convolutions (`features`, which end in 512 channels), then three linear layers.

    x (N, 3, 224, 224), or any size from 32 on, scores (N, num_classes). init_weights: He's start
    for the convolutions, which the paper did not have: it began with a trained shallower net.
    """

    def __init__(
        self,
        features: nn.Module,
        num_classes: int = 1000,
        init_weights: bool = True,
        dropout: float = 0.5,
    ) -> None:
        self.features = features
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096), nn.ReLU(), nn.Dropout(dropout),
            nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(dropout),
            nn.Linear(4096, num_classes),
        )  # fmt: skip
        if init_weights:
            for layer in self.modules():
                _start(layer)

    def forward(self, x: Any) -> Tensor:
        return self.classifier(self.avgpool(self.features(x)).flatten(1))


def make_layers(plan: Plan, batch_norm: bool = False, in_channels: int = 3) -> nn.Sequential:
    """3 × 3 convolutions with ReLU for the numbers of the plan, 2 × 2 max pooling for each "M".

    ValueError for any other entry.
    """
    layers: list[nn.Module] = []
    for entry in plan:
        if entry == "M":
            layers.append(nn.MaxPool2d(2, stride=2))
            continue
        if not isinstance(entry, int):
            raise ValueError(f'make_layers takes numbers of channels and "M", got {entry!r}')
        layers.append(nn.Conv2d(in_channels, entry, 3, padding=1))
        layers += [nn.BatchNorm2d(entry), nn.ReLU()] if batch_norm else [nn.ReLU()]
        in_channels = entry
    return nn.Sequential(*layers)


def vgg11(batch_norm: bool = False, **settings: Any) -> VGG:
    """Net A: 8 convolutions, 132,863,336 parameters."""
    return VGG(make_layers(PLANS["A"], batch_norm), **settings)


def vgg13(batch_norm: bool = False, **settings: Any) -> VGG:
    """Net B: 10 convolutions, 133,047,848 parameters."""
    return VGG(make_layers(PLANS["B"], batch_norm), **settings)


def vgg16(batch_norm: bool = False, **settings: Any) -> VGG:
    """Net D: 13 convolutions, 138,357,544 parameters."""
    return VGG(make_layers(PLANS["D"], batch_norm), **settings)


def vgg19(batch_norm: bool = False, **settings: Any) -> VGG:
    """Net E: 16 convolutions, 143,667,240 parameters."""
    return VGG(make_layers(PLANS["E"], batch_norm), **settings)


def _start(layer: nn.Module) -> None:
    """He's start for what comes out of a convolution; small normal numbers in a linear layer."""
    if isinstance(layer, nn.Conv2d):
        init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
    elif isinstance(layer, nn.Linear):
        init.normal_(layer.weight, 0, 0.01)
    else:
        return
    if layer.bias is not None:
        init.zeros_(layer.bias)
