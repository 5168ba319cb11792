"""2022-2023: one training step as one program: torch.compile and CUDA graphs (chapter 30).

J. Ansel and others, PyTorch 2 (ASPLOS 2024), https://doi.org/10.1145/3620665.3640366.

Both are steps for `fit(..., step=CompiledStep())`: called like `train_step`, with the same result.
Learning rates are handed over as tensors, so that a schedule does not compile anything anew.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from types import FunctionType
from typing import Any

import torch

from dlcore.training.loop import train_step
from dlcore.training.optim import Optimizer


class CompiledStep:
    """train_step as one graph (fullgraph=True). The first call compiles, which takes a while.

    options go to torch.compile, for instance backend="eager" or mode="max-autotune".
    """

    def __init__(self, **options: Any) -> None:
        options = {"dynamic": False, **options}  # sizes are constants of the program
        # the compiler counts recompilations per code object, so each CompiledStep has its own
        own = FunctionType(train_step.__code__.replace(), train_step.__globals__)
        self.compiled = torch.compile(own, fullgraph=True, **options)
        self.rates: list[torch.Tensor] = []

    def __call__(
        self, model: Any, loss: Any, optimizer: Optimizer, inputs: Any, *targets: Any
    ) -> torch.Tensor:
        with rates_as_tensors(optimizer, self.rates):
            return self.compiled(model, loss, optimizer, inputs, *targets)


class CapturedStep:
    """The whole step as one CUDA graph: recorded once, then replayed without Python.

    The first `warmup` batches are ordinary steps; then batches of that shape are copied into fixed
    buffers and the recording runs. A batch of another shape, such as a last smaller one, is an
    ordinary step. Needs a CUDA device, a model without randomness that changes shapes, and
    optimiser state on the device.
    """

    def __init__(self, warmup: int = 3) -> None:
        if not torch.cuda.is_available():
            raise RuntimeError("CapturedStep records a CUDA graph and found no CUDA device")
        self.warmup, self.taken = warmup, 0
        self.graph: torch.cuda.CUDAGraph | None = None
        self.buffers: list[torch.Tensor] = []
        self.rates: list[torch.Tensor] = []
        self.value = torch.zeros(())

    def __call__(
        self, model: Any, loss: Any, optimizer: Optimizer, inputs: Any, *targets: Any
    ) -> torch.Tensor:
        batch = [inputs, *targets]
        with rates_as_tensors(optimizer, self.rates):
            if self.graph is None and self.taken >= self.warmup:
                self.record(model, loss, optimizer, batch)
            if self.graph is None or [x.shape for x in batch] != [x.shape for x in self.buffers]:
                self.taken += 1
                return self.aside(model, loss, optimizer, batch)
        for buffer, x in zip(self.buffers, batch, strict=True):
            buffer.copy_(x)
        self.graph.replay()
        return self.value.clone()

    def aside(self, model: Any, loss: Any, optimizer: Optimizer, batch: list[Any]) -> torch.Tensor:
        """An ordinary step on a side stream, where recording will take place as well."""
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            value = train_step(model, loss, optimizer, *batch)
        torch.cuda.current_stream().wait_stream(stream)
        return value

    def record(self, model: Any, loss: Any, optimizer: Optimizer, batch: list[Any]) -> None:
        """Record without executing: weights and state stay as they are."""
        self.buffers = [x.clone() for x in batch]
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.value = train_step(model, loss, optimizer, *self.buffers)


@contextlib.contextmanager
def rates_as_tensors(optimizer: Optimizer, rates: list[torch.Tensor]) -> Iterator[None]:
    """Inside, each group's learning rate is a tensor of shape () at a fixed address."""
    numbers = [group["lr"] for group in optimizer.param_groups]
    if not rates:
        for group in optimizer.param_groups:
            weight = group["params"][0].data
            dtype = torch.float32 if weight.device.type == "mps" else torch.float64
            rates.append(torch.zeros((), dtype=dtype, device=weight.device))
    for group, rate, number in zip(optimizer.param_groups, rates, numbers, strict=True):
        rate.fill_(number)
        group["lr"] = rate
    try:
        yield
    finally:
        for group, number in zip(optimizer.param_groups, numbers, strict=True):
            group["lr"] = number
