"""The one training loop: forward, loss, backward, step, and what must not go wrong around it."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

import torch

from dlcore.autodiff import Tensor, no_grad
from dlcore.layers import Module
from dlcore.training.checkpoint import Checkpoint
from dlcore.training.distributed import (
    any_of,
    begin_alike,
    check_shares,
    processes,
    rank,
    shared_step,
)
from dlcore.training.history import History
from dlcore.training.optim import Optimizer
from dlcore.training.progress import progress
from dlcore.training.run import Run
from dlcore.training.schedule import Schedule

Loss = Callable[..., Tensor]
Metrics = Mapping[str, Callable[..., Any]]
Callback = Callable[[Run], Any]


class BatchSource(Protocol):
    """What the loop asks of its data; dlcore.data.Batches is one."""

    def __len__(self) -> int: ...

    def epoch(self, k: int, start: int = 0) -> Iterator[tuple[torch.Tensor, ...]]:
        """The batches of epoch k, from number `start` on."""
        ...

    def settings(self) -> dict[str, Any]:
        """What fixes the order, to be compared when a run is resumed."""
        ...


def train_step(
    model: Module, loss: Loss, optimizer: Optimizer, inputs: Any, *targets: Any
) -> torch.Tensor:
    """One update; the loss before it, a torch tensor of shape ()."""
    optimizer.zero_grad()
    value = loss(model(inputs), *targets)
    value.backward()
    optimizer.step()
    return value.data


def fit(
    model: Module, loss: Loss, batches: BatchSource, optimizer: Optimizer, *, epochs: int,
    validation: BatchSource | None = None, metrics: Metrics | None = None,
    patience: int | None = None, checkpoint: str | os.PathLike[str] | None = None,
    every: int = 100, on_step: Callback | None = None, on_epoch: Callback | None = None,
    progress: bool = True, step: Callable[..., torch.Tensor] = train_step,
    schedule: Schedule | None = None,
) -> History:  # fmt: skip
    """Train for `epochs` passes over the batches and return what was measured.

    Of each batch the first tensor goes into the model, the others into loss(output, *others).

    validation  batches on which loss and metrics are measured after every epoch ("val_…")
    metrics     {name: function(output, *others) -> number}, given plain torch tensors
    patience    stop after this many epochs without a lower validation loss; the weights with the
                lowest one are put back at the end
    checkpoint  folder for snapshots, one every `every` steps and one at the end. If it holds one
                the run continues from there, to the very weights it would have had
    on_step, on_epoch  called with the Run; returning True ends the training
    step        what is done with one batch, called like `train_step`
    schedule    moved on after every step; for one that counts epochs call it in on_epoch

    Under torchrun, inside `distributed.group()`, each process trains on its share of every batch.
    A part that is in eval mode while the model is in training mode (a frozen BatchNorm) stays so.

    Raises FloatingPointError when the loss or a weight is no longer a finite number, ValueError
    for arguments that do not fit together and for an empty batch.
    """
    _check_arguments(epochs, batches, validation, metrics, patience, every)
    step = _step_for(model, loss, step)
    store = None if checkpoint is None or rank() else Checkpoint(checkpoint)
    plan = _Plan(
        loss, batches, epochs, validation, metrics, patience, checkpoint is not None, store, every,
        on_step, on_epoch, step, schedule,
    )  # fmt: skip
    run = Run(model, optimizer, batches.settings())
    plan.carry_out(run, progress and not rank())
    if patience is not None and run.best:
        model.load_state_dict(run.best)
    return run.history


def _step_for(
    model: Module, loss: Loss, step: Callable[..., torch.Tensor]
) -> Callable[..., torch.Tensor]:
    """The step itself, or with several processes the one that shares the batch."""
    if processes() == 1:
        return step
    check_shares(model, loss, step is train_step)
    begin_alike(model)
    return shared_step


def evaluate(
    model: Module,
    loss: Loss,
    batches: BatchSource,
    metrics: Metrics | None = None,
) -> dict[str, float]:
    """Means over all examples of {"loss": …, metric: …}, in eval mode and without gradients.

    Every part of the model is in its own mode again afterwards, also after an error. A loss that
    sums (reduction="sum") is divided as well. Raises ValueError where there are no examples.
    """
    functions = {"loss": loss, **(metrics or {})}
    sums, seen = dict.fromkeys(functions, 0.0), 0
    with evaluating(model), no_grad():
        for inputs, *targets in batches.epoch(0):
            output = model(inputs)
            plain = output.data if isinstance(output, Tensor) else output
            for name, function in functions.items():
                value = function(output if name == "loss" else plain, *targets)
                summed = getattr(function, "reduction", "mean") == "sum"
                sums[name] += float(value) * (1 if summed else len(inputs))
            seen += len(inputs)
    if not seen:
        raise ValueError("evaluate got no examples, and no examples have no mean")
    return {name: value / seen for name, value in sums.items()}


@contextlib.contextmanager
def evaluating(model: Module) -> Iterator[None]:
    """Eval mode inside `with evaluating(model):`, then each part in its own mode again."""
    before = [(part, part.training) for part in model.modules()]
    try:
        model.eval()
        yield
    finally:
        for part, training in before:
            part.training = training


def training_modes(model: Module) -> list[tuple[Module, bool]]:
    """The mode in which each part is trained: its own, so that what is frozen stays frozen; all
    of a model that is in eval mode as a whole are trained."""
    return [(part, part.training or not model.training) for part in model.modules()]


@dataclass
class _Plan:
    """All that stays the same during a run: the arguments of `fit`."""

    loss: Loss
    batches: BatchSource
    epochs: int
    validation: BatchSource | None
    metrics: Metrics | None
    patience: int | None
    kept: bool
    store: Checkpoint | None  # of several processes one has it
    every: int
    on_step: Callback | None
    on_epoch: Callback | None
    step: Callable[..., torch.Tensor]
    schedule: Schedule | None

    def carry_out(self, run: Run, shown: bool) -> None:
        """Train from where the run stands to its end, with a progress bar if wanted."""
        if self.kept:
            run.resume(self.store)
        total = self.epochs * len(self.batches)
        modes = training_modes(run.model)
        with progress(total=total, initial=run.step, leave=False, disable=not shown) as bar:
            while not self.is_over(run):
                for part, training in modes:
                    part.training = training
                for batch in self.batches.epoch(run.epoch, run.batch):
                    value = self.one_step(run, batch)
                    bar.set_postfix(loss=f"{value:.4g}", refresh=False)
                    bar.update()
                    if run.stopped:
                        return
                if run.batch:
                    raise ValueError(
                        f"epoch {run.epoch + 1} ended after {run.batch} batches, but "
                        f"len(batches) is {len(self.batches)}: the two must agree"
                    )

    def one_step(self, run: Run, batch: tuple[torch.Tensor, ...]) -> float:
        if len(batch[0]) == 0:
            raise ValueError(
                f"batch {run.batch + 1} of epoch {run.epoch + 1} is empty, its first tensor has "
                f"shape {tuple(batch[0].shape)}: leave batches without examples out"
            )
        value = self.step(run.model, self.loss, run.optimizer, *batch).item()
        run.record(value, len(batch[0]))
        if not math.isfinite(value):
            self.give_up(run, f"the loss became {value}", batch)
        if self.schedule:
            self.schedule.step()
        if self.on_step and self.on_step(run):
            run.stopped = True
        if run.batch == len(self.batches):
            self.end_epoch(run)
        if self.on_step or self.on_epoch:
            run.stopped = any_of(run.stopped)
        if self.kept and (run.step % self.every == 0 or self.is_over(run)):
            self.check_weights(run)
            run.save(self.store)
        return value

    def end_epoch(self, run: Run) -> None:
        self.check_weights(run)
        measured = {}
        if self.validation is not None:
            values = evaluate(run.model, self.loss, self.validation, self.metrics)
            measured = {f"val_{name}": value for name, value in values.items()}
        if self.patience is not None:
            run.compare(measured["val_loss"], self.patience)
        run.close_epoch(measured)
        if self.on_epoch and self.on_epoch(run):
            run.stopped = True

    def is_over(self, run: Run) -> bool:
        return run.stopped or run.epoch >= self.epochs

    def check_weights(self, run: Run) -> None:
        for name, parameter in run.model.named_parameters():
            if not parameter.data.isfinite().all():
                self.give_up(run, f"{name} is no longer finite")

    def give_up(self, run: Run, what: str, batch: tuple[torch.Tensor, ...] = ()) -> NoReturn:
        """Say what happened and what to do, and leave only good snapshots behind."""
        rates = ", ".join(f"lr={group['lr']:g}" for group in run.optimizer.param_groups)
        cause = f"lower the learning rate ({rates} is too high?)"
        if not all(tensor.isfinite().all() for tensor in batch):
            cause = "the batch itself holds NaN or inf, clean the data"
        elif self.store and batch:
            self.store.discard(run.step - 1)  # the weights that gave this loss
        kept = ""
        if self.store and self.store.steps:
            kept = f"; the last good checkpoint is of step {self.store.steps[-1]}"
        raise FloatingPointError(
            f"{what} at step {run.step} (epoch {run.epoch + 1}, batch {run.batch}): {cause}{kept}"
        )


def _check_arguments(
    epochs: int,
    batches: BatchSource,
    validation: BatchSource | None,
    metrics: Metrics | None,
    patience: int | None,
    every: int,
) -> None:
    if not hasattr(batches, "epoch"):
        raise TypeError(
            f"fit needs batches, got {type(batches).__name__}: wrap the tensors, Batches(x, y)"
        )
    for name, value, least in (
        ("epochs", epochs, 0),
        ("patience", patience, 1),
        ("every", every, 1),
    ):
        if value is not None and value < least:
            raise ValueError(f"fit({name}={value}) must be at least {least}")
    if len(batches) == 0:
        raise ValueError("fit got no batches: an epoch must have at least one")
    if validation is None and (metrics or patience is not None):
        given = "metrics" if metrics else "patience"
        raise ValueError(f"fit({given}=…) needs validation=Batches(…): it is measured on that")
    if metrics and "loss" in metrics:
        raise ValueError('fit measures "loss" itself: give the metric another name')
