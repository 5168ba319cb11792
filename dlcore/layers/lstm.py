"""1997, Sepp Hochreiter and Jürgen Schmidhuber: a memory cell behind gates (chapter 7).

S. Hochreiter, J. Schmidhuber, Long Short-Term Memory, Neural Computation 9 (1997) 1735-1780,
https://doi.org/10.1162/neco.1997.9.8.1735, with input and output gates. The forget gate came later:
F. Gers, J. Schmidhuber, F. Cummins (2000), https://doi.org/10.1162/089976600300015015; and so did
peepholes: F. Gers, J. Schmidhuber (2000), https://doi.org/10.1109/IJCNN.2000.861302.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from dlcore.autodiff import Function, Tensor
from dlcore.autodiff.faster import fastest
from dlcore.autodiff.functional import stack
from dlcore.layers.recurrent import affine, order, replace_first, row_gradients
from dlcore.layers.stacked import Recurrent


class LSTMFunction(Function):
    """Gates see the input and the last output:  z = W_x xₜ + b_x + W_h hₜ₋₁ + b_h,  then

    i = σ(z_i) what enters    f = σ(z_f) what stays    o = σ(z_o) what shows    g = tanh(z_g) news
    cₜ = f cₜ₋₁ + i g         hₜ = o tanh(cₜ)
    Peepholes p (3, H), where given, show the cell to the gates: z_i += p_i cₜ₋₁, z_f += p_f cₜ₋₁,
    z_o += p_o cₜ.

    x (S, I)   W_x (4H, I)   W_h (4H, H)   b_x, b_h (4H,) or None, rows in the order i, f, g, o
    h, c (N, H) at the start   p or None   y (S, H), every hₜ, and h, c (N, H) at the end
    """

    @staticmethod
    def forward(ctx, x, w_x, w_h, b_x, b_h, h, c, p, sizes, reverse):
        inputs = affine(x, w_x, b_x, b_h).split(sizes)
        y, h_before, c_before, c_after, gates = (list(inputs) for _ in range(5))
        for t in order(sizes, reverse):
            h_before[t], c_before[t] = h[: sizes[t]], c[: sizes[t]]
            z = torch.addmm(inputs[t], h_before[t], w_h.T)
            y[t], c_after[t], gates[t] = step(z, c_before[t], p)
            h, c = replace_first(h, y[t]), replace_first(c, c_after[t])
        kept = (torch.cat(rows) for rows in (h_before, c_before, c_after, gates))
        ctx.save_for_backward(x, w_x, w_h, p, *kept)
        ctx.sizes, ctx.reverse = sizes, reverse
        return torch.cat(y), h, c

    @staticmethod
    def backward(ctx, grad_y, grad_h, grad_c):  # (S, H), (N, H), (N, H)
        x, w_x, w_h, p, h_before, c_before, c_after, gates = ctx.saved_tensors
        rows = [r.split(ctx.sizes) for r in (grad_y, c_before, c_after, gates)]
        delta = list(rows[0])
        for t in order(ctx.sizes, not ctx.reverse):  # the other way
            n, (g, before, after, kept) = ctx.sizes[t], (r[t] for r in rows)
            delta[t], to_c = step_back(g + grad_h[:n], grad_c[:n], before, after, kept, p)
            grad_h = replace_first(grad_h, delta[t] @ w_h)
            grad_c = replace_first(grad_c, to_c)
        delta = torch.cat(delta)
        to_p = None if p is None else peephole_gradient(delta, c_before, c_after)
        to_rows = row_gradients(ctx, delta, delta, x, h_before, w_x)
        return *to_rows, grad_h, grad_c, to_p, None, None


def step(
    z: torch.Tensor, c: torch.Tensor, p: torch.Tensor | None
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """(hₜ, cₜ, the gates (N, 4H)) from z (N, 4H) and cₜ₋₁."""
    i, f, g, o = z.chunk(4, 1)
    if p is not None:
        i, f = i + p[0] * c, f + p[1] * c
    i, f, g = i.sigmoid(), f.sigmoid(), g.tanh()
    c = f * c + i * g
    o = (o if p is None else o + p[2] * c).sigmoid()
    return o * c.tanh(), c, torch.cat([i, f, g, o], 1)


def step_back(
    to_h: torch.Tensor, to_c: torch.Tensor, before: torch.Tensor, after: torch.Tensor,
    gates: torch.Tensor, p: torch.Tensor | None,
) -> tuple[torch.Tensor, torch.Tensor]:  # fmt: skip
    """(dL/dz (N, 4H), dL/dcₜ₋₁) from dL/dhₜ, dL/dcₜ and what the step left: cₜ₋₁, cₜ, gates.

    The cell's gradient passes a step multiplied by f alone: the constant error carousel.
    """
    i, f, g, o = gates.chunk(4, 1)
    shown = after.tanh()
    to_o = to_h * shown * o * (1 - o)
    to_c = to_c + to_h * o * (1 - shown * shown)
    to_c = to_c if p is None else to_c + p[2] * to_o
    to_i, to_f = to_c * g * i * (1 - i), to_c * before * f * (1 - f)
    to_g = to_c * i * (1 - g * g)
    to_before = to_c * f
    if p is not None:
        to_before = to_before + p[0] * to_i + p[1] * to_f
    return torch.cat([to_i, to_f, to_g, to_o], 1), to_before


def peephole_gradient(
    delta: torch.Tensor, before: torch.Tensor, after: torch.Tensor
) -> torch.Tensor:
    """dL/dp (3, H): each gate's gradient times the cell it looked at, over all rows."""
    to_i, to_f, _, to_o = delta.chunk(4, 1)
    return torch.stack([(to_i * before).sum(0), (to_f * before).sum(0), (to_o * after).sum(0)])


class LSTM(Recurrent):
    """Long short-term memory, as torch.nn.LSTM: LSTM(I, H)(x, (h, c)) → (output, (h, c)).

    Parameters per layer: weight_ih (4H, I), weight_hh (4H, H), bias_ih and bias_hh (4H,), rows in
    the order input, forget, cell, output. peephole=True adds weight_ci, weight_cf and weight_co
    (H,) to each. torch's proj_size, a smaller h behind a projection, is left out.
    """

    gates = 4
    states = ("h", "c")

    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True,
        batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False,
        proj_size: int = 0, device: Any = None, dtype: Any = None, *, peephole: bool = False,
    ) -> None:  # fmt: skip
        self.peephole = peephole
        options = (bias, batch_first, dropout, bidirectional, proj_size, device, dtype)
        super().__init__(input_size, hidden_size, num_layers, *options)

    def shapes(self, width: int) -> dict[str, tuple[int, ...]]:
        names = ("weight_ci", "weight_cf", "weight_co") if self.peephole else ()
        return {**super().shapes(width), **dict.fromkeys(names, (self.hidden_size,))}

    def run(
        self, rows: Any, suffix: str, state: list[Any], sizes: Sequence[int], reverse: bool
    ) -> tuple[Tensor, ...]:
        """One layer in one direction: rows (T · N, I) to (T · N, H), the last state and cell."""
        p = None
        if self.peephole:
            p = stack([getattr(self, f"weight_c{gate}{suffix}") for gate in "ifo"])
        arguments = (rows, *self.weights(suffix), *state, p, sizes, reverse)
        return fastest(LSTMFunction, *arguments).apply(*arguments)

    def extra_repr(self) -> str:
        return super().extra_repr() + (", peephole=True" if self.peephole else "")
