"""2012, Alex Krizhevsky, Ilya Sutskever and Geoffrey Hinton: eight layers that read ImageNet
(chapter 12).

A. Krizhevsky, I. Sutskever, G. Hinton, ImageNet classification with deep convolutional neural
networks, Advances in Neural Information Processing Systems 25 (2012) 1097-1105,
https://doi.org/10.1145/3065386 (reprint). AlexNet, with arguments and keys of torchvision.models,
is the narrower net without halves of A. Krizhevsky, One weird trick for parallelizing
convolutional neural networks (2014), https://arxiv.org/abs/1404.5997.
"""

from __future__ import annotations

from typing import Any

from dlcore import layers as nn
from dlcore.autodiff import Tensor


class AlexNet(nn.Module):
    """Five convolutions, three poolings, three linear layers; 61,100,840 parameters.

    x (N, 3, 224, 224), or any size from 63 on, scores (N, num_classes). dropout: the share of
    units that is dropped before each of the first two linear layers.
    """

    def __init__(self, num_classes: int = 1000, dropout: float = 0.5) -> None:
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 11, stride=4, padding=2), nn.ReLU(), nn.MaxPool2d(3, stride=2),
            nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, stride=2),
            nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(),
            nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(),
            nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, stride=2),
        )  # fmt: skip
        self.avgpool = nn.AdaptiveAvgPool2d((6, 6))
        self.classifier = _classifier(num_classes, dropout)

    def forward(self, x: Any) -> Tensor:
        return self.classifier(self.avgpool(self.features(x)).flatten(1))


class AlexNet2012(nn.Module):
    """The net of the paper: in two halves, and normalised across neighbouring channels.

    x (N, 3, 227, 227), scores (N, num_classes); 60,965,224 parameters. groups: 2 for the halves of
    the second, fourth and fifth convolution that lay on two cards; 1 joins them. With the paper's
    224 pixels the first convolution would not come out even: 227 give its 55 × 55 places.
    """

    def __init__(self, num_classes: int = 1000, dropout: float = 0.5, groups: int = 2) -> None:
        def norm() -> nn.LocalResponseNorm:
            return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2)

        self.features = nn.Sequential(
            nn.Conv2d(3, 96, 11, stride=4), nn.ReLU(), norm(), nn.MaxPool2d(3, stride=2),
            nn.Conv2d(96, 256, 5, padding=2, groups=groups), nn.ReLU(), norm(),
            nn.MaxPool2d(3, stride=2),
            nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(),
            nn.Conv2d(384, 384, 3, padding=1, groups=groups), nn.ReLU(),
            nn.Conv2d(384, 256, 3, padding=1, groups=groups), nn.ReLU(),
            nn.MaxPool2d(3, stride=2),
        )  # fmt: skip
        self.classifier = _classifier(num_classes, dropout)

    def forward(self, x: Any) -> Tensor:
        return self.classifier(self.features(x).flatten(1))


def _classifier(num_classes: int, dropout: float) -> nn.Sequential:
    """Three linear layers behind 256 maps of 6 × 6."""
    return nn.Sequential(
        nn.Dropout(dropout), nn.Linear(256 * 6 * 6, 4096), nn.ReLU(),
        nn.Dropout(dropout), nn.Linear(4096, 4096), nn.ReLU(),
        nn.Linear(4096, num_classes),
    )  # fmt: skip
