"""Ratios, not seconds: variants take turns in one process, and the middle ratio counts."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F

import dlcore
import dlcore.layers
from dlcore import Tensor
from dlcore.training import Adam, CompiledStep, train_step

Step = Callable[[], Any]


def paired(workload: Any) -> tuple[Any, Any, torch.Tensor, torch.Tensor]:
    """Our model and torch's with the same weights, and one batch."""
    torch.manual_seed(0)
    theirs, x, y = workload(torch.nn, F)
    ours, _, _ = workload(dlcore, dlcore.layers)
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs, x, y


def our_step(model: Any, x: torch.Tensor, y: torch.Tensor, step: Any = train_step) -> Step:
    optimizer = Adam(model.parameters())
    loss = dlcore.MSELoss() if y.is_floating_point() else dlcore.CrossEntropyLoss()
    return lambda: step(model, loss, optimizer, x, y)


def torch_step(model: Any, x: torch.Tensor, y: torch.Tensor, **adam: Any) -> Step:
    optimizer = torch.optim.Adam(model.parameters(), **adam)
    loss = F.mse_loss if y.is_floating_point() else F.cross_entropy

    def step() -> None:
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()

    return step


def step_variants(workload: Any, compiled: bool) -> dict[str, Step]:
    """All ways to take a step: the first is the peer that ratios refer to."""
    variants: dict[str, Step] = {}
    ours, theirs, x, y = paired(workload)
    variants["torch"] = torch_step(theirs, x, y)
    variants["dlcore"] = our_step(ours, x, y)
    variants["torch, fused Adam"] = torch_step(paired(workload)[1], x, y, fused=True)
    if x.ndim == 4:
        model = paired(workload)[1].to(memory_format=torch.channels_last)
        last = x.to(memory_format=torch.channels_last)
        variants["torch, channels_last, fused"] = torch_step(model, last, y, fused=True)
    if compiled:
        variants["dlcore, compiled"] = our_step(paired(workload)[0], x, y, CompiledStep())
        model = torch.compile(paired(workload)[1])
        variants["torch, compiled"] = torch_step(model, x, y, fused=True)
    return variants


def layer_variants(workload: Any) -> dict[str, Step]:
    """Forward and backward of one layer, gradients of input and weights."""
    ours, theirs, x, _ = paired(workload)
    theirs_x, ours_x = x.clone().requires_grad_(), Tensor(x.clone(), True)
    probe = torch.randn(theirs(x).shape)

    def torch_layer() -> None:
        theirs(theirs_x).backward(probe)
        theirs_x.grad = None
        theirs.zero_grad()

    def our_layer() -> None:
        ours(ours_x).backward(probe)
        ours_x.grad = None
        ours.zero_grad()

    return {"torch": torch_layer, "dlcore": our_layer}


def ratios(variants: dict[str, Step], seconds: float) -> dict[str, float]:
    """Time of each variant over the first one's: the median over rounds in which all take turns."""
    for step in variants.values():
        for _ in range(3):
            step()
    peer = next(iter(variants.values()))
    once = min(clock(peer, 1) for _ in range(5))
    repeats = max(1, int(0.02 / once))
    rounds = max(7, int(seconds / (once * repeats * len(variants))))
    times = [{name: clock(step, repeats) for name, step in variants.items()} for _ in range(rounds)]
    first = next(iter(variants))
    return {name: statistics.median(t[name] / t[first] for t in times) for name in variants}


def clock(step: Step, repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        step()
    return (time.perf_counter() - start) / repeats


def peak_memory(step: Step) -> float:
    """MB that this process grew by at its highest while it took three steps (Linux only)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the highest so far
    before = status("VmRSS")
    for _ in range(3):
        step()
    return (status("VmHWM") - before) / 1024


def status(name: str) -> int:
    """A line of the kernel's account of this process, in kB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))
