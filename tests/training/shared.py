"""Trainings that two processes share, run under torchrun by test_distributed.py.

torchrun --nproc-per-node 2 shared.py FOLDER [die]    or, alone, python shared.py FOLDER

Each process writes what it has at the end to FOLDER/<rank>.safetensors; with "die" the first
training of FOLDER/checkpoint is killed after 7 of its 12 steps.
"""

import os
import signal
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

from dlcore.data import Batches, moons
from dlcore.layers import BatchNorm1d, CrossEntropyLoss, Dropout, Linear, Module, Sequential, Tanh
from dlcore.training import SGD, StepLR, distributed, fit


class Net(Module):
    """A small net with a part that nothing uses, and noise of its own if wanted."""

    def __init__(self, noise=0.0):
        torch.manual_seed(3 + distributed.rank())  # number 0's weights must win
        self.body = Sequential(Linear(2, 6), Tanh(), Dropout(noise), Linear(6, 2)).double()
        self.unused = Linear(2, 2).double()

    def forward(self, x):
        return self.body(x)


def train(reduction="mean", noise=0.0, loss=None, model=None, **options):
    x, y = moons(41, seed=1)  # batches of 10, and a last one of a single row
    model = model or Net(noise)
    optimizer = SGD(model.parameters(), lr=0.1 if reduction == "mean" else 0.01, momentum=0.9)
    loss = loss or CrossEntropyLoss(reduction=reduction)
    batches = Batches(x.double(), y, batch_size=10, seed=2)
    options = {"epochs": 3, "progress": False, "schedule": StepLR(optimizer, 5), **options}
    history = fit(model, loss, batches, optimizer, **options)
    losses = torch.tensor(history.losses, dtype=torch.float64)
    return {**{k: v.clone() for k, v in model.state_dict().items()}, "losses": losses}


def refused(**options):
    try:
        train(**options)
    except ValueError as error:
        return str(error)
    raise AssertionError("it was not refused")


def main(folder, die):
    rank = distributed.rank()
    if die:

        def stop(run):
            if run.step == 7:
                os.kill(os.getpid(), signal.SIGKILL)
    else:
        stop = None
    found = {"noisy": train(noise=0.5, checkpoint=folder / "checkpoint", every=5, on_step=stop)}
    found["mean"], found["sum"] = train(), train("sum")
    # only one process wants to stop: all do
    found["stopped"] = train(on_epoch=lambda run: rank == distributed.processes() - 1)
    tensors = {f"{k}.{name}": v for k, part in found.items() for name, v in part.items()}
    save_file(tensors, folder / f"{rank}.safetensors")
    if distributed.processes() > 1:
        normed = Sequential(Linear(2, 2), BatchNorm1d(2)).double()
        print(f"{rank} refused:", refused(model=normed))
        print(f"{rank} refused:", refused(loss=CrossEntropyLoss(weight=torch.ones(2).double())))
        print(f"{rank} refused:", refused(step=lambda *args: None))
        train(progress=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    with distributed.group():
        main(Path(sys.argv[1]), "die" in sys.argv)
