"""1990, Jeffrey Elman: a layer that reads its own last answer (chapter 7).

J. Elman, Finding Structure in Time, Cognitive Science 14 (1990) 179-211,
https://doi.org/10.1207/s15516709cog1402_1. Backpropagation through time: P. Werbos, Proceedings of
the IEEE 78 (1990) 1550-1560, https://doi.org/10.1109/5.58337.

A Function here sees a batch as S rows, step after step, sizes[t] of them for step t. Sizes never
rise: at step t the first sizes[t] sequences are running. In a full batch all sizes are N.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from dlcore.autodiff import Function, Tensor
from dlcore.layers.stacked import Recurrent


class ElmanFunction(Function):
    """hₜ = φ(W_x xₜ + b_x + W_h hₜ₋₁ + b_h),   φ = tanh or ReLU, over whole sequences.

    x (S, I)   W_x (H, I)   W_h (H, H)   b_x, b_h (H,) or None   h (N, H), the state at the start
    y (S, H), every hₜ, and (N, H), the state after each sequence's last step.
    Backward: hₜ is felt in the output at t and, through W_h, at t + 1; both gradients add up.
    """

    @staticmethod
    def forward(ctx, x, w_x, w_h, b_x, b_h, h, sizes, reverse, relu):
        inputs = affine(x, w_x, b_x, b_h).split(sizes)
        before, y = list(inputs), list(inputs)
        for t in order(sizes, reverse):
            before[t] = h[: sizes[t]]
            z = torch.addmm(inputs[t], before[t], w_h.T)
            y[t] = z.clamp_min(0) if relu else z.tanh()
            h = replace_first(h, y[t])
        before, y = torch.cat(before), torch.cat(y)
        ctx.save_for_backward(x, before, y, w_x, w_h)
        ctx.sizes, ctx.reverse, ctx.relu = sizes, reverse, relu
        return y, h

    @staticmethod
    def backward(ctx, grad_y, grad_h):  # (S, H), (N, H)
        x, before, y, w_x, w_h = ctx.saved_tensors
        slopes = ((y > 0).to(y.dtype) if ctx.relu else 1 - y * y).split(ctx.sizes)
        grads, delta = grad_y.split(ctx.sizes), list(slopes)
        for t in order(ctx.sizes, not ctx.reverse):  # the other way
            delta[t] = (grads[t] + grad_h[: ctx.sizes[t]]) * slopes[t]
            grad_h = replace_first(grad_h, delta[t] @ w_h)
        delta = torch.cat(delta)
        return *row_gradients(ctx, delta, delta, x, before, w_x), grad_h, None, None, None


def affine(x: torch.Tensor, w: torch.Tensor, *biases: torch.Tensor | None) -> torch.Tensor:
    """x Wᵀ + the biases given: one product for all steps."""
    given = [b for b in biases if b is not None]
    return torch.addmm(sum(given[1:], given[0]), x, w.T) if given else x @ w.T


def order(sizes: Sequence[int], reverse: bool) -> range:
    """The steps 0 .. T−1, or T−1 .. 0."""
    return range(len(sizes) - 1, -1, -1) if reverse else range(len(sizes))


def replace_first(state: torch.Tensor, new: torch.Tensor) -> torch.Tensor:
    """`new` in the first rows; sequences that have ended, or not begun, keep their state."""
    return new if len(new) == len(state) else torch.cat([new, state[len(new) :]])


def row_gradients(
    ctx: Any, delta_x: torch.Tensor, delta_h: torch.Tensor, x: torch.Tensor, before: torch.Tensor,
    w_x: torch.Tensor,
) -> tuple[torch.Tensor | None, ...]:  # fmt: skip
    """dL/d(x, W_x, W_h, b_x, b_h): one product each for the rows of all steps.

    delta_x, delta_h (S, G): gradients at W_x x + b_x and at W_h h + b_h; before (S, H): those h.
    """
    to_x, to_w_x, to_w_h, to_b_x, to_b_h = ctx.needs_input_grad[:5]
    return (
        delta_x @ w_x if to_x else None,
        delta_x.T @ x if to_w_x else None,
        delta_h.T @ before if to_w_h else None,
        delta_x.sum(0) if to_b_x else None,
        delta_h.sum(0) if to_b_h else None,
    )


class RNN(Recurrent):
    """Elman's recurrent layer, as torch.nn.RNN: RNN(I, H)(x, h) → (output, h at the end).

    Parameters per layer: weight_ih (H, I), weight_hh (H, H), bias_ih and bias_hh (H,).
    """

    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, nonlinearity: str = "tanh",
        bias: bool = True, batch_first: bool = False, dropout: float = 0.0,
        bidirectional: bool = False, proj_size: int = 0, device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        check_nonlinearity("RNN", nonlinearity)
        self.nonlinearity = nonlinearity
        options = (bias, batch_first, dropout, bidirectional, proj_size, device, dtype)
        super().__init__(input_size, hidden_size, num_layers, *options)

    def run(
        self, rows: Any, suffix: str, state: list[Any], sizes: Sequence[int], reverse: bool
    ) -> tuple[Tensor, ...]:
        """One layer in one direction: rows (T · N, I) to (T · N, H), and the last state."""
        relu = self.nonlinearity == "relu"
        return ElmanFunction.apply(rows, *self.weights(suffix), *state, sizes, reverse, relu)


def check_nonlinearity(name: str, nonlinearity: str) -> None:
    """Raise ValueError unless it is 'tanh' or 'relu'."""
    if nonlinearity not in ("tanh", "relu"):
        raise ValueError(f"{name} knows nonlinearity 'tanh' and 'relu', got {nonlinearity!r}")
