"""Readers of digits that descend by gradients: nets of the book's chapters, all trained alike."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from era_readers import Reader, Reading

from dlcore.autodiff import no_grad
from dlcore.data import Batches
from dlcore.layers import (
    GRU,
    LSTM,
    RNN,
    BatchNorm1d,
    Conv2d,
    CrossEntropyLoss,
    Dropout,
    Flatten,
    LayerNorm,
    Linear,
    MaxPool2d,
    Module,
    ReLU,
    Sequential,
)  # fmt: skip
from dlcore.methods.measure.operations import multiply_adds, parameters
from dlcore.models import (
    MLP,
    BeliefNet,
    CapsNet,
    CifarResNet,
    ConvNeXtBlock,
    DenseBlock,
    DepthwiseSeparable,
    Inception,
    LeNet,
    ViT,
)  # fmt: skip
from dlcore.models.language.mamba import MambaBlock
from dlcore.models.vision.capsule import margin_loss
from dlcore.training import Adam, fit

EPOCHS, BATCH = 40, 32
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03)


class Pictures(Module):
    """(N, 64) rows as (N, 1, 8, 8) pictures."""

    def forward(self, x: Any) -> Any:
        return x.reshape(-1, 1, 8, 8)


class Everywhere(Module):
    """The mean over all places of maps (N, C, H, W): (N, C)."""

    def forward(self, x: Any) -> Any:
        return x.mean((2, 3))


class RowByRow(Module):
    """A recurrent layer reads the eight rows of pixels one after another and then says a digit."""

    def __init__(self, kind: Callable[..., Any], units: int, gates: int) -> None:
        self.layer, self.head = kind(8, units, batch_first=True), Linear(units, 10)
        self.more = 8 * gates * units * (8 + units)  # eight rows through the recurrent layer

    def forward(self, x: Any) -> Any:
        return self.head(self.layer(x.reshape(-1, 8, 8))[0][:, -1])


class Scanned(Module):
    """Mamba reads sixteen patches of 2 × 2 pixels, row by row, and then says a digit."""

    def __init__(self, width: int = 32, blocks: int = 2) -> None:
        self.patches = Linear(4, width)
        self.blocks = Sequential(*(MambaBlock(width, states=8) for _ in range(blocks)))
        self.head = Linear(width, 10)
        self.more = 16 * blocks * 3 * 8 * 2 * width  # the state: faded, fed, read

    def forward(self, x: Any) -> Any:
        cut = x.reshape(-1, 4, 2, 4, 2).permute(0, 1, 3, 2, 4).reshape(-1, 16, 4)
        return self.head(self.blocks(self.patches(cut)).mean(1))


class Looking(Module):
    """A vision transformer; the products of queries, keys and values counted beside its layers."""

    def __init__(self, width: int = 32, deep: int = 2) -> None:
        self.vit = ViT(8, 2, 10, width, 4, deep, channels=1)
        self.more = deep * 2 * 17 * 17 * width

    def forward(self, x: Any) -> Any:
        return self.vit(x.reshape(-1, 1, 8, 8))


class Voting(Module):
    """Capsules; their votes and two more rounds of agreement counted beside the convolutions."""

    def __init__(self) -> None:
        self.net = CapsNet(8, maps=16, types=6, dim=6, out=8, kernel=3)
        capsules = 6 * 2 * 2
        self.more = capsules * 10 * 8 * (6 + 5)

    def forward(self, x: Any) -> Any:
        return self.net(x.reshape(-1, 1, 8, 8))


def pictures(*parts: Any) -> Sequential:
    """Layers that begin with a picture and end with a mean over its places."""
    return Sequential(Pictures(), *parts)


def vgg() -> Sequential:
    pairs = [Conv2d(1, 16, 3, padding=1), ReLU(), Conv2d(16, 16, 3, padding=1), ReLU(),
             MaxPool2d(2), Conv2d(16, 32, 3, padding=1), ReLU(), Conv2d(32, 32, 3, padding=1),
             ReLU(), MaxPool2d(2)]  # fmt: skip
    return pictures(*pairs, Flatten(), Linear(128, 64), ReLU(), Dropout(0.5), Linear(64, 10))


def inception() -> Sequential:
    return pictures(
        Conv2d(1, 16, 3, padding=1), ReLU(), Inception(16, 8, 8, 12, 4, 6, 6), MaxPool2d(2),
        Inception(32, 12, 12, 20, 6, 8, 8), Everywhere(), Linear(48, 10),
    )  # fmt: skip


def dense() -> Sequential:
    return pictures(
        Conv2d(1, 16, 3, padding=1), DenseBlock(4, 16, 4, 8), MaxPool2d(2), Everywhere(),
        Linear(48, 10),
    )  # fmt: skip


def separable() -> Sequential:
    return pictures(
        Conv2d(1, 16, 3, padding=1), ReLU(), DepthwiseSeparable(16, 32), DepthwiseSeparable(32, 32),
        MaxPool2d(2), DepthwiseSeparable(32, 64), Everywhere(), Linear(64, 10),
    )  # fmt: skip


def convnext() -> Sequential:
    blocks = (ConvNeXtBlock(32, layer_scale=0.1, kernel=5) for _ in range(2))
    return pictures(
        Conv2d(1, 32, 2, stride=2), *blocks, Everywhere(), LayerNorm(32), Linear(32, 10)
    )


def calm(kind: Callable[[], Module]) -> Sequential:
    """64-128-128-10 with something after each hidden layer's sum."""
    hidden = [Linear(64, 128), kind(), ReLU(), Linear(128, 128), kind(), ReLU()]
    return Sequential(*hidden, Linear(128, 10))


def dreamt(x: torch.Tensor) -> Module:
    """Hidden layers that begin with what two Boltzmann machines have learned without names."""
    return BeliefNet(64, 128, 128).learn(x, epochs=30, rate=0.05).start(10)


def descend(
    make: Callable[..., Module], loss: Any, x: torch.Tensor, y: torch.Tensor, rate: float, seed: int
) -> Reading:
    """Train by Adam; make gets the pictures if it wants to look at them before it is trained."""
    torch.manual_seed(seed)
    net = make(x) if make is dreamt else make()
    batches = Batches(x, y, batch_size=BATCH, seed=seed)
    fit(net, loss, batches, Adam(net.parameters(), lr=rate), epochs=EPOCHS, progress=False)
    net.eval()
    return Reading(partial(answers, net), parameters(net), operations(net))


def answers(net: Module, x: torch.Tensor) -> torch.Tensor:
    """The labels (N,) that a net gives."""
    with no_grad():
        return net(x).data.argmax(1)


def operations(net: Any) -> int:
    """Multiply-adds for a digit: those of its layers, and what it says itself that they lack."""
    return multiply_adds(net, 1, 64) + getattr(net, "more", 0)


def reader(
    year: int, chapter: int, idea: str, name: str, symbol: str, make: Any, loss: Any = None
) -> Reader:
    """A net's row: made by make(), trained by descend."""
    learn = partial(descend, make, loss or CrossEntropyLoss())
    return Reader(year, chapter, idea, name, symbol, learn, RATES)


NETS = [
    reader(
        1986,
        3,
        "multilayer-perceptron-feedforward-network",
        "Sigmoid net 64-30-10",
        "models.MLP",
        lambda: MLP(64, 30, 10),
    ),
    reader(
        1986,
        7,
        "recurrent-neural-network",
        "Recurrent net, row by row",
        "layers.RNN",
        lambda: RowByRow(RNN, 64, 1),
    ),
    reader(
        1989,
        6,
        "lenet",
        "LeNet",
        "models.LeNet",
        lambda: Sequential(
            Pictures(), LeNet(8, (16, 32), (), kernel=5, padding=2, activation=ReLU, pool=MaxPool2d)
        ),
    ),
    reader(1997, 7, "lstm", "LSTM, row by row", "layers.LSTM", lambda: RowByRow(LSTM, 48, 4)),
    reader(
        2006, 9, "deep-belief-network", "Deep belief network, tuned", "models.BeliefNet", dreamt
    ),
    reader(
        2010,
        4,
        "relu",
        "ReLU net 64-128-128-10",
        "layers.ReLU",
        lambda: MLP(64, 128, 128, 10, activation=ReLU),
    ),
    reader(
        2012,
        11,
        "dropout",
        "ReLU net with dropout",
        "layers.Dropout",
        lambda: calm(lambda: Dropout(0.3)),
    ),
    reader(2014, 7, "gru", "GRU, row by row", "layers.GRU", lambda: RowByRow(GRU, 48, 3)),
    reader(2014, 12, "vggnet", "Small kernels in pairs, as VGG", "models.VGG", vgg),
    reader(
        2014, 12, "googlenet-inception-modules", "Inception modules", "models.Inception", inception
    ),
    reader(
        2015,
        11,
        "batch-normalisation",
        "ReLU net, batch normalised",
        "layers.BatchNorm1d",
        lambda: calm(lambda: BatchNorm1d(128)),
    ),
    reader(
        2015,
        13,
        "resnet",
        "ResNet of 8 layers",
        "models.CifarResNet",
        lambda: Sequential(Pictures(), CifarResNet(8, 12, channels=1)),
    ),
    reader(2016, 13, "densenet", "Dense block", "models.DenseBlock", dense),
    reader(2017, 13, "capsule-networks", "Capsules", "models.CapsNet", Voting, loss=margin_loss),
    reader(
        2014,
        13,
        "depthwise-separable-conv-mobilenetv3",
        "Separable convolutions",
        "models.DepthwiseSeparable",
        separable,
    ),
    reader(2020, 19, "vision-transformer", "Vision transformer", "models.ViT", Looking),
    reader(2022, 13, "convnext", "ConvNeXt blocks", "models.ConvNeXtBlock", convnext),
    reader(2023, 22, "mamba", "Mamba, patch by patch", "models.Mamba", Scanned),
]
