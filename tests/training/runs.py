"""The small trainings that the tests of the loop share."""

from pathlib import Path

import torch

from dlcore.data import Batches, moons
from dlcore.layers import CrossEntropyLoss, Linear, ReLU, Sequential
from dlcore.training import SGD, fit

MORTAL = Path(__file__).with_name("mortal.py")


def classifier(seed=0):
    torch.manual_seed(seed)
    return Sequential(Linear(2, 8), ReLU(), Linear(8, 2))


def data(count=40, **options):
    return Batches(*moons(count), batch_size=options.pop("batch_size", 10), **options)


def run(model=None, batches=None, lr=0.1, **options):
    model = model or classifier()
    optimizer = SGD(model.parameters(), lr=lr, momentum=0.9)
    options = {"epochs": 3, "progress": False, **options}
    return model, fit(
        model, CrossEntropyLoss(), data() if batches is None else batches, optimizer, **options
    )


# -- training ---------------------------------------------------------------------------------
