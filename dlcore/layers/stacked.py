"""1997, Mike Schuster and Kuldip Paliwal: recurrent layers that read from both ends (chapter 7).

M. Schuster, K. Paliwal, Bidirectional recurrent neural networks, IEEE Transactions on Signal
Processing 45 (1997) 2673-2681, https://doi.org/10.1109/78.650093. What RNN, LSTM and GRU share:
parameters, layers one above the other, directions, and the layout of batches.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import torch

from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import cat, reshape, squeeze, stack, transpose, unsqueeze
from dlcore.layers.check import check_sizes, check_width
from dlcore.layers.dropout import check_probability, dropout
from dlcore.layers.module import Module, Parameter
from dlcore.layers.packed import PackedSequence


class Recurrent(Module):
    """Recurrent layers one above the other, in one or both directions.

    input (T, N, I), or (N, T, I) with batch_first, or (T, I), or a PackedSequence.
    output (T, N, D·H), D = 2 if bidirectional else 1, laid out as the input; states (L·D, N, H),
    or (L·D, H) without a batch; zeros where none are given. Dropout acts between layers.
    Raises ValueError or TypeError for inputs and states that do not fit.
    """

    gates = 1  # blocks of H rows in weight_ih and weight_hh
    states = ("h",)
    run: Callable[..., tuple[Tensor, ...]]  # one layer, one direction: (y, last states …)

    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True,
        batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False,
        proj_size: int = 0, device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        name = type(self).__name__
        check_sizes(name, input_size=input_size, hidden_size=hidden_size, num_layers=num_layers)
        check_probability(name, dropout)
        if proj_size:
            raise ValueError(f"{name} has no projection, got proj_size={proj_size}; add a Linear")
        if dropout and num_layers == 1:
            message = f"{name} has one layer, and dropout={dropout} acts between layers"
            warnings.warn(message, stacklevel=3)
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout = bias, batch_first, float(dropout)
        self.bidirectional = bidirectional
        self.directions = ("", "_reverse") if bidirectional else ("",)
        for layer in range(num_layers):
            width = hidden_size * len(self.directions) if layer else input_size
            for direction in self.directions:
                add_weights(self, self.shapes(width), f"_l{layer}{direction}", device, dtype)

    def shapes(self, width: int) -> dict[str, tuple[int, ...]]:
        """{name: shape} of what a layer that reads `width` numbers learns, in torch's order."""
        return weight_shapes(self.gates, width, self.hidden_size, self.bias)

    def weights(self, suffix: str) -> list[Any]:
        """W_x, W_h, b_x and b_h; None for a bias that is not there."""
        return [getattr(self, name + suffix, None) for name in weight_shapes(1, 1, 1, True)]

    def forward(self, input: Any, hx: Any = None) -> tuple[Any, Any]:
        rows, sizes = self.rows(input)
        states = self.start(input, hx, rows, sizes[0])
        ends: list[list[Tensor]] = [[] for _ in states]
        for layer in range(self.num_layers):
            if layer:
                rows = dropout(rows, self.dropout, self.training)
            outputs = []
            for direction in self.directions:
                suffix, first = f"_l{layer}{direction}", [s[len(ends[0])] for s in states]
                y, *last = self.run(rows, suffix, first, sizes, direction == "_reverse")
                outputs.append(y)
                for end, state in zip(ends, last, strict=True):
                    end.append(state)
            rows = cat(outputs, 1) if self.bidirectional else outputs[0]
        finals = tuple(self.finish(input, stack(end)) for end in ends)
        return self.layout(input, rows, sizes), finals if len(self.states) > 1 else finals[0]

    # -- from the caller's layout to rows and back ----------------------------------------------
    def rows(self, input: Any) -> tuple[Any, tuple[int, ...]]:
        """(all steps one below the other (S, I), how many rows each step has)."""
        name, packed = type(self).__name__, isinstance(input, PackedSequence)
        x = input.data if packed else input
        weight = getattr(self, "weight_ih_l0")  # noqa: B009, set under a computed name
        check_width(self, x, self.input_size, "input_size", weight)
        if packed:
            sizes = tuple(input.batch_sizes.tolist())
            if x.ndim != 2 or sum(sizes) != len(x):
                raise ValueError(
                    f"{name} takes as data of a PackedSequence one row per step, {sum(sizes)}, got "
                    f"shape {tuple(x.shape)}"
                )
            return x, sizes
        if x.ndim not in (2, 3):
            raise ValueError(
                f"{name} takes 3 axes (T, N, I), or 2 without a batch, got shape {tuple(x.shape)}"
            )
        x = unsqueeze(x, 1) if x.ndim == 2 else transpose(x, 0, 1) if self.batch_first else x
        steps, examples = x.shape[:2]
        if not steps:
            raise ValueError(f"{name} needs at least one step, got shape {tuple(input.shape)}")
        return reshape(x, (steps * examples, self.input_size)), (examples,) * steps

    def layout(self, input: Any, y: Tensor, sizes: tuple[int, ...]) -> Any:
        """Outputs as rows (T · N, H), brought into the input's form."""
        if isinstance(input, PackedSequence):
            return input._replace(data=y)
        y = reshape(y, (len(sizes), sizes[0], y.shape[1]))
        if input.ndim == 2:
            return squeeze(y, 1)
        return transpose(y, 0, 1) if self.batch_first else y

    def start(self, input: Any, hx: Any, rows: Any, examples: int) -> list[Any]:
        """The states before the first step, (L·D, N, H) each, in the order of the rows."""
        name, packed = type(self).__name__, isinstance(input, PackedSequence)
        shape = (self.num_layers * len(self.directions), examples, self.hidden_size)
        if hx is None:
            zeros = torch.zeros(shape, dtype=rows.dtype, device=rows.device)
            return [zeros for _ in self.states]
        given = [hx] if len(self.states) == 1 else hx
        if not isinstance(given, (tuple, list)) or len(given) != len(self.states):
            raise TypeError(f"{name} takes its states as one tuple ({', '.join(self.states)})")
        single = not packed and input.ndim == 2
        wanted = (shape[0], shape[2]) if single else shape
        for state, letter in zip(given, self.states, strict=True):
            check_state(name, letter, state, wanted, rows)
        if single:
            return [unsqueeze(state, 1) for state in given]
        order = input.sorted_indices if packed else None
        return [state if order is None else state[:, order] for state in given]

    def finish(self, input: Any, state: Tensor) -> Tensor:
        """The states after the last step, as the caller laid out the first."""
        if not isinstance(input, PackedSequence):
            return squeeze(state, 1) if input.ndim == 2 else state
        order = input.unsorted_indices
        return state if order is None else state[:, order]

    def flatten_parameters(self) -> None:
        """There for torch's sake, where it lays weights out for cuDNN."""

    def extra_repr(self) -> str:
        plain = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0}
        plain["bidirectional"] = False
        options = [f"{k}={getattr(self, k)}" for k, v in plain.items() if getattr(self, k) != v]
        return ", ".join([str(self.input_size), str(self.hidden_size), *options])


def weight_shapes(
    gates: int, input_size: int, hidden_size: int, bias: bool
) -> dict[str, tuple[int, ...]]:
    """{name: shape} of W_x, W_h and, with bias, b_x and b_h."""
    rows = gates * hidden_size
    weights: dict[str, tuple[int, ...]] = {"weight_ih": (rows, input_size)}
    weights["weight_hh"] = (rows, hidden_size)
    return {**weights, "bias_ih": (rows,), "bias_hh": (rows,)} if bias else weights


def add_weights(
    layer: Module, shapes: dict[str, tuple[int, ...]], suffix: str = "", device: Any = None,
    dtype: Any = None,
) -> None:  # fmt: skip
    """Parameters of these names and shapes, uniform in ±1/√H, torch's choice."""
    bound = 1 / math.sqrt(layer.hidden_size)
    for name, shape in shapes.items():
        weight = torch.empty(shape, device=device, dtype=dtype).uniform_(-bound, bound)
        setattr(layer, name + suffix, Parameter(weight))


def check_state(name: str, letter: str, state: Any, shape: tuple[int, ...], x: Any) -> None:
    """Raise TypeError or ValueError unless the state has that shape."""
    if not isinstance(state, (Tensor, torch.Tensor)):
        raise TypeError(f"{name} takes a Tensor as state {letter}, got {type(state).__name__}")
    if tuple(state.shape) != shape:
        raise ValueError(
            f"{name} needs a state {letter} of shape {shape} for this input, got "
            f"{tuple(state.shape)}"
        )
    if state.dtype != x.dtype or state.device != x.device:
        raise TypeError(
            f"{name} got a {state.dtype} state {letter} on {state.device} and {x.dtype} input on "
            f"{x.device}; use {letter}.to(x)"
        )
