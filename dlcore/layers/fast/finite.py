"""1985, William Kahan and the IEEE: 0 · ∞ and ∞ − ∞ are no numbers (chapter 30).

IEEE Standard for Binary Floating-Point Arithmetic (1985), https://doi.org/10.1109/IEEESTD.1985.82928.
A form that is faster because it multiplies by zeros, or adds and takes away again what a window
does not see, would let one NaN or ∞ spoil outputs that never see it. So such a form looks at its
numbers, and where one is not finite the exact form does the work.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore.autodiff import Context, Function, values_can_be_read


def all_finite(x: torch.Tensor | None) -> bool:
    """Whether no number of x is NaN or ±∞, which its sum tells; an overflow counts as such."""
    return x is None or math.isfinite(x.sum().item())


def may_be_seen(x: torch.Tensor) -> bool:
    """Whether a look at the numbers costs little: on a CPU, where no compiler records."""
    return x.device.type == "cpu" and values_can_be_read()


def by_plain_form(
    function: type[Function], needs: tuple[bool, ...], arguments: Any, grad: torch.Tensor
) -> Any:
    """The gradients of function(*arguments), by its own forward and backward."""
    ctx = Context(function, needs)
    function.forward(ctx, *arguments)
    return function.backward(ctx, grad)
