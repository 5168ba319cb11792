"""A training run that can be killed: run by the tests of the loop in a process of its own.

    python mortal.py FOLDER                 train to the end (continuing, if FOLDER has snapshots);
                                            tells each step and waits for a line before the next
    python mortal.py FOLDER every-step      for each step: die right after it, continue, compare
    python mortal.py FOLDER every-write     the same for each operation on a file

It is made of all that can make two runs differ: shuffled batches with a shorter last one,
momentum, random numbers of three kinds in the forward pass, a buffer, two schedules at once and a
rate changed by hand, early stopping.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from dlcore.data import Batches, moons
from dlcore.layers import CrossEntropyLoss, Linear, Module, ReLU
from dlcore.training import SGD, CosineAnnealingLR, StepLR, fit

EPOCHS, EVERY = 6, 5  # epochs of 4 steps; patience ends the run before the last


class Noisy(Module):
    """A small network that forgets hidden units at random and counts its calls in a buffer."""

    def __init__(self):
        torch.manual_seed(0)
        random.seed(0)
        np.random.seed(0)  # noqa: NPY002, as a model of others would
        self.a, self.b = Linear(2, 8), Linear(8, 2)
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x):
        hidden = ReLU()(self.a(x))
        if self.training:
            self.calls += 1
            hidden = hidden * (torch.rand(hidden.shape) < 0.8).float()
            hidden = hidden * (1 + 0.1 * random.random()) + 0.1 * np.random.rand()  # noqa: NPY002
        return self.b(hidden)


def train(folder, on_step=None):
    """Train to the end and leave everything that must be equal in FOLDER/end.safetensors."""
    x, y = moons(60, seed=1)
    batches = Batches(x[:50], y[:50], batch_size=13, seed=2)
    model = Noisy()
    optimizer = SGD(model.parameters(), lr=2.0, momentum=0.9, nesterov=True)
    steps = EPOCHS * len(batches)
    falling, cycle = CosineAnnealingLR(optimizer, steps), StepLR(optimizer, 7, gamma=0.8)

    def after_step(run):
        cycle.step()
        if run.step % 3 == 0:
            run.optimizer.param_groups[0]["lr"] *= 0.99
        return on_step is not None and on_step(run)

    history = fit(
        model,
        CrossEntropyLoss(),
        batches,
        optimizer,
        epochs=EPOCHS,
        validation=Batches(x[50:], y[50:], shuffle=False),
        metrics={"accuracy": lambda z, y: (z.argmax(1) == y).double().mean()},
        patience=2,
        checkpoint=folder / "checkpoint",
        every=EVERY,
        on_step=after_step,
        schedule=falling,
        progress=False,
    )
    numbers = {"losses": history.losses, **history.epochs}
    tensors = {name: torch.tensor(v, dtype=torch.float64) for name, v in numbers.items()}
    tensors.update({f"model.{k}": v.clone() for k, v in model.state_dict().items()})
    tensors.update({f"optimizer.{k}": v for k, v in optimizer.state_dict().items()})
    tensors["lr"] = torch.tensor(optimizer.param_groups[0]["lr"], dtype=torch.float64)
    tensors["random"] = torch.rand(4)
    save_file(tensors, folder / "end.safetensors")


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)  # the signal arrives first


def die_at_write(n):
    """Be killed just before the n-th operation on a file."""
    left = [n]

    def deadly(operation):
        def wrapped(*args, **kwargs):
            left[0] -= 1
            return die() if left[0] == 0 else operation(*args, **kwargs)

        return wrapped

    for name in ("fsync", "replace", "unlink"):
        setattr(os, name, deadly(getattr(os, name)))


def survived(folder, before=None, on_step=None):
    """Train in a child process; True if it came to the end."""
    child = os.fork()
    if child == 0:
        if before:
            before()
        train(folder, on_step)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def kill_everywhere(folder, kind):
    expected = (folder / "whole").joinpath("end.safetensors")
    expected.parent.mkdir()
    assert survived(expected.parent)
    for n in range(1, 10_000):
        here = folder / str(n)
        here.mkdir()
        if kind == "every-step":
            done = survived(here, on_step=lambda run, n=n: run.step == n and die())
        else:
            done = survived(here, before=lambda n=n: die_at_write(n))
        if done:  # it lived longer than n
            break
        assert not (here / "end.safetensors").exists()
        assert survived(here)
        same = (here / "end.safetensors").read_bytes() == expected.read_bytes()
        print(f"killed {kind} {n}: {'same' if same else 'DIFFERENT'}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    start = Path(sys.argv[1])
    if len(sys.argv) > 2:
        kill_everywhere(start, sys.argv[2])
    else:
        train(start, on_step=lambda run: bool(input(f"{run.step}\n")))
