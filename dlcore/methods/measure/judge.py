"""2016/2017, Tim Salimans and others; Martin Heusel and others: a classifier judges generated
pictures (chapter 23).

Features and class probabilities of a trained classifier: T. Salimans, I. Goodfellow, W. Zaremba,
V. Cheung, A. Radford, X. Chen, Improved techniques for training GANs (2016),
https://arxiv.org/abs/1606.03498, and Heusel and others (see `frechet.py`). Theirs is Inception v3,
trained on ImageNet; this one is small and trained on the very pictures that are to be imitated.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor, no_grad
from dlcore.methods.measure.frechet import bootstrap, frechet_distance
from dlcore.training.adaptive import AdamW


class Verdict(NamedTuple):
    """What the judge says of N pictures.

    distance  Fréchet distance of their features to those of the training pictures
    spread    its error bar: the standard deviation over bootstrap draws
    sure      share of pictures with a class of more than 0.9 probability
    classes   how many classes there are, if uneven ones count for less: exp(entropy), 1 … C
    nearer    mean distance to the nearest test picture over that to the nearest training picture,
              of equally many: 1 for new pictures, larger for copies
    agree     share that the judge puts into the class asked for; NaN where none was
    """

    distance: float
    spread: float
    sure: float
    classes: float
    nearer: float
    agree: float


class JudgeNet(nn.Module):
    """Three convolutions and two linear layers: 32 features, from which the classes are read.

    x (N, 1, side, side), 0 … 1; features (N, 32); scores (N, classes).
    """

    def __init__(self, side: int = 8, classes: int = 10) -> None:
        if side < 8:
            raise ValueError(f"JudgeNet needs pictures of 8 × 8 pixels or more, got side={side}")
        self.body = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(),
            nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.AdaptiveMaxPool2d(4),
            nn.Flatten(), nn.Linear(512, 32), nn.ReLU(),
        )  # fmt: skip
        self.head = nn.Linear(32, classes)

    def features(self, x: Any) -> Tensor:
        """What the last hidden layer answers, (N, 32)."""
        return self.body(2 * x - 1)

    def forward(self, x: Any) -> Tensor:
        return self.head(self.features(x))


class Judge:
    """A classifier learns the training pictures; what it then says of other pictures is a Verdict.

    x_train, y_train  pictures (N, H·W) or (N, 1, H, H), 0 … 1, and their classes 0 … C − 1
    x_test            as many or fewer that no generator has seen; `nearer` compares with them
    epochs, seed      of its training; the same seed gives the same judge

    Features are divided by one number, so that over the training pictures their mean variance
    is 1. Raises ValueError for pictures that are not square or of another size.
    """

    def __init__(
        self, x_train: torch.Tensor, y_train: torch.Tensor, x_test: torch.Tensor,
        epochs: int = 10, seed: int = 0,
    ) -> None:  # fmt: skip
        self.side = math.isqrt(x_train[0].numel())
        self.train, self.test = self.pictures(x_train), self.pictures(x_test)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.net = JudgeNet(self.side, int(y_train.max()) + 1)
            self.net.to(x_train.device)
            teach(self.net, self.train, y_train, epochs)
        self.scale = 1.0
        seen = self.features(x_train)
        self.scale = seen.var(0).mean().sqrt().item()
        self.reference = seen / self.scale

    def pictures(self, x: torch.Tensor) -> torch.Tensor:
        """(N, 1, side, side) of pictures in any of the two shapes, values kept from 0 to 1."""
        if x[0].numel() != self.side**2 or (x.ndim > 2 and x.shape[-1] != self.side):
            raise ValueError(
                f"Judge takes square pictures of {self.side} × {self.side} pixels, in rows or as "
                f"(N, 1, H, H), got shape {tuple(x.shape)}"
            )
        return x.reshape(-1, 1, self.side, self.side).clamp(0, 1)

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """What the classifier sees in pictures x, (N, 32), at the scale that is told above."""
        return self.look(x)[0]

    def probabilities(self, x: torch.Tensor) -> torch.Tensor:
        """Its opinion of the classes of pictures x, (N, C), rows add up to 1."""
        return self.look(x)[1]

    @no_grad()
    def look(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Features and class probabilities of pictures x, by one pass."""
        seen = self.net.features(self.pictures(x))
        return seen.data / self.scale, self.net.head(seen).data.softmax(1)

    def __call__(
        self, x: torch.Tensor, labels: torch.Tensor | None = None, draws: int = 20, seed: int = 0
    ) -> Verdict:
        """labels (N,): the classes that were asked for. draws, seed: of the bootstrap."""
        found, chances = self.look(x)
        best, answer = chances.max(1)
        return Verdict(
            frechet_distance(found, self.reference),
            bootstrap(found, self.reference, draws, seed).std().item(),
            (best > 0.9).double().mean().item(),
            even_classes(answer),
            nearer(self.pictures(x), self.train, self.test),
            math.nan if labels is None else (answer == labels).double().mean().item(),
        )


def even_classes(labels: torch.Tensor) -> float:
    """exp(−Σ p ln p) of the shares p of the classes: 10 for ten equal ones, 1 if all are one."""
    share = torch.bincount(labels).double() / len(labels)
    return torch.special.entr(share).sum().exp().item()


def nearer(x: torch.Tensor, train: torch.Tensor, test: torch.Tensor) -> float:
    """Mean distance to the nearest test picture over that to the nearest training picture.

    Of both kinds equally many are looked at, the first ones: among more there is a nearer one.
    """
    count = min(len(train), len(test))
    to_test, to_train = (
        torch.cdist(x.flatten(1), part[:count].flatten(1)).amin(1).mean() for part in (test, train)
    )
    return (to_test / to_train.clamp(min=1e-12)).item()


def teach(net: nn.Module, x: torch.Tensor, y: torch.Tensor, epochs: int, batch: int = 64) -> None:
    """AdamW at rate 0.002 and decay 0.01, in an order drawn from torch's own generator."""
    walker = AdamW(net.parameters(), lr=2e-3, weight_decay=1e-2)
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).to(x.device).split(batch):
            walker.zero_grad()
            nn.cross_entropy(net(x[rows]), y[rows]).backward()
            walker.step()
