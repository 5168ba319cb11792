"""Readers of digits that are solved, grown, or learn by rules of their own, each as its chapter has
it; what descends by gradients is in era_nets.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch

from dlcore.methods.search.nearest import NearestStore
from dlcore.models import (
    SVM,
    Adaline,
    BeliefNet,
    GaussianProcess,
    GradientBoosting,
    LeastSquares,
    Perceptron,
    RandomForest,
    Tree,
)
from dlcore.models.rivals.kernels import rbf, relu_network

PASSES = 10  # over the examples, for rules that learn from one example at a time


class Reading(NamedTuple):
    """What has learned: answer(x (N, 64)) gives labels (N,); the numbers that it keeps, and its
    multiplications with their additions per digit (a tree: its questions)."""

    answer: Callable[[torch.Tensor], torch.Tensor]
    parameters: int
    operations: int


class Reader(NamedTuple):
    """A way to learn: learn(x, y, setting, seed) gives a Reading; settings are tried on the
    validation part. idea: its row in ideas.yml, None for what a chapter only uses."""

    year: int
    chapter: int
    idea: str | None
    name: str
    symbol: str
    learn: Callable[[torch.Tensor, torch.Tensor, Any, int], Reading]
    settings: tuple[Any, ...] = (None,)


def names(y: torch.Tensor, low: float = 0.0) -> torch.Tensor:
    """Rows (N, 10) with a single 1, the other numbers `low`."""
    return torch.where(torch.eye(10)[y] > 0, 1.0, low)


def one_each(scores: list[Callable[[torch.Tensor], torch.Tensor]]) -> Callable[..., torch.Tensor]:
    """The digit whose own score is highest."""
    return lambda x: torch.stack([score(x) for score in scores]).argmax(0)


def least_squares(x, y, setting, seed):
    used = (x > 0).sum(0) >= 10  # a pixel with hardly any ink settles no weight
    each = [LeastSquares().fit(x[:, used], t) for t in names(y).T]
    count = int(used.sum())
    return Reading(lambda new: one_each(each)(new[:, used]), 10 * (count + 1), 10 * count)


def neighbour(x, y, setting, seed):
    store = NearestStore()
    store.add(x, y.tolist())
    return Reading(lambda new: y[store.nearest(new)[1][:, 0]], x.numel(), x.numel())


def units(make):
    """A learner of ten units, each of which knows its own digit from all others."""

    def learn(x, y, setting, seed):
        each = [make(setting) for _ in range(10)]
        for unit, t in zip(each, names(y, -1.0).T):
            unit.fit(x, t, epochs=PASSES)
        return Reading(one_each([unit.score for unit in each]), 650, 640)

    return learn


def numbers(grown):
    """A feature and a limit for each question, ten shares for each leaf."""
    leaves = (len(grown.value) + 1) // 2
    return 2 * (leaves - 1) + 10 * leaves


def tree(x, y, depth, seed):
    grown = Tree(depth).fit(x, names(y))
    return Reading(lambda new: grown(new).argmax(1), numbers(grown), depth)


def forest(x, y, features, seed):
    grown = RandomForest(30, features=features, seed=seed).fit(x, names(y))
    kept = sum(numbers(each) for each in grown.trees)
    return Reading(lambda new: grown(new).argmax(1), kept, 30 * 12)


def boosting(x, y, rate, seed):
    each = [GradientBoosting(20, 3, rate, "logistic").fit(x, t) for t in names(y).T]
    return Reading(one_each(each), 10 * 20 * 22, 10 * 20 * 3)


def machine(x, y, setting, seed):
    gamma, C = setting
    each = [SVM(rbf(gamma), C).fit(x, t) for t in names(y, -1.0).T]
    kept = sum(len(one.vectors) for one in each)
    return Reading(one_each([one.score for one in each]), kept * 65, kept * 65)


def process(x, y, noise, seed):
    wide = x.double()
    each = [GaussianProcess(relu_network(2), noise).fit(wide, t.double()) for t in
            (names(y) - 0.1).T]  # fmt: skip
    seen = x.numel() + 10 * len(x)
    return Reading(lambda new: one_each(each)(new.double()), seen, seen)


def dreaming(x, y, rate, seed):
    torch.manual_seed(seed)
    net = BeliefNet(64, 256, names=10).learn(x, y, epochs=60, rate=rate)
    return Reading(lambda new: net.read(new), 74 * 256 + 330, 10 * 74 * 256)


READERS = [
    Reader(
        1805,
        8,
        "linear-regression-ordinary-least-squares",
        "Least squares",
        "models.LeastSquares",
        least_squares,
    ),
    Reader(
        1957,
        2,
        "perceptron",
        "Perceptrons, ten",
        "models.Perceptron",
        units(lambda setting: Perceptron(64)),
    ),
    Reader(
        1960,
        2,
        "delta-rule-lms",
        "Adalines, ten",
        "models.Adaline",
        units(lambda lr: Adaline(64, lr=lr)),
        (0.001, 0.003, 0.01, 0.03, 0.1),
    ),
    Reader(
        1951,
        8,
        None,
        "Nearest neighbour, by angle",
        "methods.search.nearest.NearestStore",
        neighbour,
    ),
    Reader(1984, 8, "decision-tree", "Decision tree", "models.Tree", tree, (3, 6, 9, 12, 15)),
    Reader(
        1992,
        8,
        "support-vector-machine",
        "Support vector machine, bell curves",
        "models.SVM",
        machine,
        tuple((g, c) for g in (0.03, 0.1, 0.3) for c in (0.3, 3.0, 30.0)),
    ),
    Reader(
        2001,
        8,
        "random-forest-ensemble-methods",
        "Random forest",
        "models.RandomForest",
        forest,
        (4, 8, 16, 32),
    ),
    Reader(
        2001,
        8,
        "gradient-boosting-on-tabular-data",
        "Gradient boosting",
        "models.GradientBoosting",
        boosting,
        (0.03, 0.1, 0.3, 1.0),
    ),
    Reader(
        1994,
        8,
        "gaussian-process-infinite-width-network",
        "Gaussian process of an endless net",
        "models.GaussianProcess",
        process,
        (0.0001, 0.001, 0.01, 0.1, 1.0),
    ),
    Reader(
        1986,
        9,
        "restricted-boltzmann-machine",
        "Boltzmann machine with names",
        "models.BeliefNet",
        dreaming,
        (0.005, 0.02, 0.05, 0.1, 0.2),
    ),
]
