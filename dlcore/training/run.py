"""All that a training run is made of at one moment, so that it can be stopped and continued."""

from __future__ import annotations

import json
import math
import random
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from dlcore.layers import Module
from dlcore.training.checkpoint import Checkpoint
from dlcore.training.distributed import from_all, from_first, processes, rank
from dlcore.training.history import History
from dlcore.training.optim import Optimizer

COUNTERS = ("step", "epoch", "batch", "seen", "total", "stopped", "lowest", "waited")


@dataclass
class Run:
    """A run between two steps. Callbacks get it; a checkpoint holds it.

    step     updates done            epoch  epochs finished      batch  batches done in this epoch
    history  what was measured       stopped  True once nothing more is to be trained
    """

    model: Module
    optimizer: Optimizer
    order: dict[str, Any]  # what the order of the batches depends on
    history: History = field(default_factory=History)
    step: int = 0
    epoch: int = 0
    batch: int = 0
    stopped: bool = False
    seen: int = 0  # examples met in this epoch
    total: float = 0.0  # their losses' sum
    best: dict[str, torch.Tensor] = field(default_factory=dict)  # weights at the lowest val_loss
    lowest: float = math.inf
    waited: int = 0  # epochs since then

    def __post_init__(self) -> None:
        self.given = json.loads(json.dumps(self.optimizer.settings()))  # as they come back
        self.began = time.perf_counter()

    def record(self, loss: float, examples: int) -> None:
        """Count one step."""
        self.step, self.batch, self.seen = self.step + 1, self.batch + 1, self.seen + examples
        self.total += loss * examples
        self.history.losses.append(loss)

    def close_epoch(self, measured: dict[str, float]) -> None:
        """Write the epoch into the history and begin the next."""
        values = {"loss": self.total / self.seen, **measured}
        self.history.add_epoch(values, time.perf_counter() - self.began)
        self.began = time.perf_counter()
        self.epoch, self.batch, self.seen, self.total = self.epoch + 1, 0, 0, 0.0

    def compare(self, loss: float, patience: int) -> None:
        """Keep the weights if this validation loss is the lowest yet; stop after long enough."""
        self.waited += 1
        if loss < self.lowest:
            self.lowest, self.waited = loss, 0
            self.best = {name: value.clone() for name, value in self.model.state_dict().items()}
        self.stopped = self.stopped or self.waited >= patience

    # -- to disk and back ---------------------------------------------------------------------
    def save(self, store: Checkpoint | None) -> None:
        """Write a snapshot: of several processes that one does which has the store."""
        states = from_all((_random_states(), _generator_states()))
        if store is None:
            return
        random_states = {f"{r}.{k}": v for r, (s, _) in enumerate(states) for k, v in s.items()}
        tensors = {
            **_prefixed("model", self.model.state_dict()),
            **_prefixed("optimizer", self.optimizer.state_dict()),
            **_prefixed("best", self.best),
            **_prefixed("random", random_states),
            "losses": torch.tensor(self.history.losses, dtype=torch.float64),
        }
        values = {
            **{name: getattr(self, name) for name in COUNTERS},
            "epochs": self.history.epochs,
            "seconds": self.history.seconds,
            "clock": time.perf_counter() - self.began,
            "order": self.order,
            "given": self.given,
            "settings": self.optimizer.settings(),
            "scheduled": [schedule.standing() for schedule in self.optimizer.schedules],
            "generators": [generators for _, generators in states],
        }
        store.save(self.step, tensors, values)

    def resume(self, store: Checkpoint | None) -> None:
        """Become what the newest snapshot holds; nothing happens where there is none.

        The optimiser's settings are taken from it as well, unless those given in the code are no
        longer the ones the run was begun with: then the new ones hold.
        """
        loaded = from_first(store and (store.folder, store.load()))
        if loaded is None or loaded[1] is None:
            return
        folder, (tensors, values) = loaded
        if values["order"] != self.order:
            raise ValueError(
                f"the checkpoint in {folder} belongs to batches of {values['order']}, got "
                f"{self.order}: give the run another folder, or the same batches"
            )
        if len(values["generators"]) != processes():
            raise ValueError(
                f"the checkpoint in {folder} belongs to a run of {len(values['generators'])} "
                f"processes, got {processes()}: start as many, or give the run another folder"
            )
        self.model.load_state_dict(_under("model", tensors))
        self.optimizer.load_state_dict(_under("optimizer", tensors))
        self._resume_settings(values)
        for name in COUNTERS:
            setattr(self, name, values[name])
        self.best = _under("best", tensors)
        losses = tensors["losses"].tolist()
        self.history = History(losses, values["epochs"], values["seconds"])
        self.began = time.perf_counter() - values["clock"]
        _set_random_states(_under(f"random.{rank()}", tensors))
        _set_generator_states(values["generators"][rank()])

    def _resume_settings(self, values: dict[str, Any]) -> None:
        """Take back the optimiser's settings, and where its schedules stand."""
        schedules = self.optimizer.schedules
        for schedule, step in zip(schedules, values["scheduled"]):
            schedule.stand(step)
        if values["given"] == self.given:
            for group, settings in zip(self.optimizer.param_groups, values["settings"]):
                group.update(settings)
        elif schedules:
            schedules[0].set_rates()


def _random_states() -> dict[str, torch.Tensor]:
    """The states of torch's global generators, which dropout draws from."""
    states = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        states.update({str(i): s for i, s in enumerate(torch.cuda.get_rng_state_all())})
    if torch.backends.mps.is_available():
        states["mps"] = torch.mps.get_rng_state()
    return states


def _set_random_states(states: dict[str, torch.Tensor]) -> None:
    """A generator that this machine lacks, or the snapshot lacks, is left alone."""
    for name, state in states.items():
        if name == "cpu":
            torch.set_rng_state(state)
        elif name == "mps":
            if torch.backends.mps.is_available():
                torch.mps.set_rng_state(state)
        elif int(name) < torch.cuda.device_count():
            torch.cuda.set_rng_state(state, int(name))


def _generator_states() -> dict[str, Any]:
    """The states of Python's and NumPy's global generators, as JSON has them."""
    state: Any = np.random.get_state()  # noqa: NPY002
    kind, keys, place, has_gauss, gauss = state
    numpy_state = [kind, keys.tolist(), place, has_gauss, gauss]
    return {"python": random.getstate(), "numpy": numpy_state}


def _set_generator_states(states: dict[str, Any]) -> None:
    version, internal, gauss = states["python"]
    random.setstate((version, tuple(internal), gauss))
    np.random.set_state(tuple(states["numpy"]))  # noqa: NPY002


def _prefixed(prefix: str, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


def _under(prefix: str, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    start = f"{prefix}."
    return {k.removeprefix(start): v for k, v in tensors.items() if k.startswith(start)}
