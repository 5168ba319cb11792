"""2017, Adam Paszke and others: one table from torch's names to functions on Tensors (chapter 3).

methods.py and the layers fill it. Who asks: torch.<name>(Tensor) and Tensor's methods.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

TORCH_NAMES: dict[str, Callable[..., Any]] = {}
