"""1990-2014: one step at a time: RNNCell, LSTMCell and GRUCell (chapter 7).

A cell is its layer on a sequence of one step, for loops that decide on the way what comes next.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import squeeze, unsqueeze
from dlcore.layers.check import check_sizes, check_width
from dlcore.layers.gru import GRUFunction
from dlcore.layers.lstm import LSTMFunction
from dlcore.layers.module import Module
from dlcore.layers.recurrent import ElmanFunction, check_nonlinearity
from dlcore.layers.stacked import add_weights, check_state, weight_shapes


class Cell(Module):
    """input (N, I) or (I,), states (N, H) or (H,), zeros where none are given; states after.

    Raises ValueError or TypeError for inputs and states that do not fit.
    """

    gates = 1
    states = ("h",)
    run: Callable[..., tuple[Tensor, ...]]  # (y, states after the one step …)

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, device: Any = None,
        dtype: Any = None,
    ) -> None:  # fmt: skip
        check_sizes(type(self).__name__, input_size=input_size, hidden_size=hidden_size)
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        shapes = weight_shapes(self.gates, input_size, hidden_size, bias)
        add_weights(self, shapes, "", device, dtype)

    def forward(self, input: Any, hx: Any = None) -> Any:
        x, *states = self.batch(input, hx)
        weights = [getattr(self, name, None) for name in weight_shapes(1, 1, 1, True)]
        _, *ends = self.run(x, weights, states, (len(x),))
        ends = [squeeze(end, 0) for end in ends] if input.ndim == 1 else ends
        return tuple(ends) if len(ends) > 1 else ends[0]

    def batch(self, input: Any, hx: Any) -> list[Any]:
        """Input and states with an axis for the batch."""
        name = type(self).__name__
        check_width(self, input, self.input_size, "input_size", self.weight_ih)
        if input.ndim not in (1, 2):
            raise ValueError(
                f"{name} takes one step, (N, I) or (I,), got shape {tuple(input.shape)}; whole "
                f"sequences are for {name.removesuffix('Cell')}"
            )
        shape = (*input.shape[:-1], self.hidden_size)
        if hx is None:
            zeros = torch.zeros(shape, dtype=input.dtype, device=input.device)
            given = [zeros for _ in self.states]
        else:
            given = [hx] if len(self.states) == 1 else hx
            if not isinstance(given, (tuple, list)) or len(given) != len(self.states):
                raise TypeError(f"{name} takes its states as one tuple ({', '.join(self.states)})")
            for state, letter in zip(given, self.states, strict=True):
                check_state(name, letter, state, shape, input)
        single = input.ndim == 1
        return [unsqueeze(value, 0) if single else value for value in (input, *given)]

    def extra_repr(self) -> str:
        bias = "" if self.bias else ", bias=False"
        return f"{self.input_size}, {self.hidden_size}{bias}"


class RNNCell(Cell):
    """h' = tanh or ReLU of W_x x + b_x + W_h h + b_h, as torch.nn.RNNCell."""

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, nonlinearity: str = "tanh",
        device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        check_nonlinearity("RNNCell", nonlinearity)
        self.nonlinearity = nonlinearity
        super().__init__(input_size, hidden_size, bias, device, dtype)

    def run(self, x: Any, weights: list[Any], states: list[Any], sizes: Any) -> Any:
        """One step: x (N, I) and the state (N, H) to the new state."""
        relu = self.nonlinearity == "relu"
        return ElmanFunction.apply(x, *weights, *states, sizes, False, relu)

    def extra_repr(self) -> str:
        other = "" if self.nonlinearity == "tanh" else f", nonlinearity={self.nonlinearity}"
        return super().extra_repr() + other


class LSTMCell(Cell):
    """(h', c') from x and (h, c), as torch.nn.LSTMCell."""

    gates = 4
    states = ("h", "c")

    def run(self, x: Any, weights: list[Any], states: list[Any], sizes: Any) -> Any:
        """One step: x (N, I), the state and the cell (N, H) to the new ones."""
        return LSTMFunction.apply(x, *weights, *states, None, sizes, False)


class GRUCell(Cell):
    """h' from x and h, as torch.nn.GRUCell."""

    gates = 3

    def run(self, x: Any, weights: list[Any], states: list[Any], sizes: Any) -> Any:
        """One step: x (N, I) and the state (N, H) to the new state."""
        return GRUFunction.apply(x, *weights, *states, sizes, False)
