"""Prepare a notebook: seeds, deterministic algorithms, the device and the scale of its runs."""

from __future__ import annotations

import os
import random

import numpy as np
import torch

SCALES = ("page", "full")


def setup(seed: int = 0) -> torch.device:
    """Seed Python, NumPy and PyTorch and return the `torch.device` a chapter runs on.

    Prints nothing, so that a notebook reads the same on every machine. Algorithms without a
    deterministic form only warn on a GPU and raise on a CPU. Raises TypeError if `seed` is not
    an integer and ValueError if it is outside 0 … 2**32 - 1, the range NumPy accepts.
    """
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise TypeError(f"setup(seed) expects an integer, got {type(seed).__name__} {seed!r}")
    if not 0 <= seed < 2**32:
        raise ValueError(f"setup(seed) expects a seed from 0 to 2**32 - 1, got {seed}")
    device = best_device()
    if device.type == "cuda":
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    # as torch.use_deterministic_algorithms, which would load the compiler first: seconds
    torch.set_deterministic_debug_mode("error" if device.type == "cpu" else "warn")
    torch.set_default_dtype(torch.float32)
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002, libraries still draw from the old generator
    torch.manual_seed(seed)
    return device


def best_device() -> torch.device:
    """Return the CUDA or MPS device if there is one, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def scale() -> str:
    """Return "page" (small, bundled data) or "full", as the variable DLCORE_SCALE says."""
    value = os.environ.get("DLCORE_SCALE", "page")
    if value not in SCALES:
        raise ValueError(f'DLCORE_SCALE is "page" or "full", got "{value}": set one of the two')
    return value


def budget(count: int) -> int:
    """Return a number of steps or epochs, times DLCORE_BUDGET: 1, or 2 where a run has double.

    count: a positive integer. Claims that hold at twice the budget are about what is learned,
    the others about how fast. Raises ValueError for another count or an unfit DLCORE_BUDGET.
    """
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ValueError(f"budget() expects a number of steps, 1 or more, got {count!r}")
    times = os.environ.get("DLCORE_BUDGET", "1")
    if not times.isdecimal() or int(times) < 1:
        raise ValueError(f'DLCORE_BUDGET is a whole number, 1 or more, got "{times}"')
    return count * int(times)
