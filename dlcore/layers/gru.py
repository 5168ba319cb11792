"""2014, Kyunghyun Cho and others: gates without a separate cell (chapter 7).

K. Cho, B. van Merriënboer, C. Gulcehre, D. Bahdanau, F. Bougares, H. Schwenk, Y. Bengio, Learning
Phrase Representations using RNN Encoder-Decoder for Statistical Machine Translation (2014),
https://arxiv.org/abs/1406.1078. The paper resets h before the product with W_h; torch and cuDNN
reset the product, and so does this file: then one product serves all three gates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from dlcore.autodiff import Function, Tensor
from dlcore.layers.recurrent import affine, order, replace_first, row_gradients
from dlcore.layers.stacked import Recurrent


class GRUFunction(Function):
    """With u = W_x xₜ + b_x and v = W_h hₜ₋₁ + b_h:

    r = σ(u_r + v_r) reset    z = σ(u_z + v_z) keep    n = tanh(u_n + r v_n) news
    hₜ = (1 − z) n + z hₜ₋₁
    x (S, I)   W_x (3H, I)   W_h (3H, H)   b_x, b_h (3H,) or None, rows in the order r, z, n
    h (N, H) at the start   y (S, H), every hₜ, and h (N, H) at the end
    """

    @staticmethod
    def forward(ctx, x, w_x, w_h, b_x, b_h, h, sizes, reverse):
        inputs = affine(x, w_x, b_x).split(sizes)
        y, before, gates = list(inputs), list(inputs), list(inputs)
        for t in order(sizes, reverse):
            before[t] = h[: sizes[t]]
            u_r, u_z, u_n = inputs[t].chunk(3, 1)
            v_r, v_z, v_n = affine(before[t], w_h, b_h).chunk(3, 1)
            r, z = (u_r + v_r).sigmoid(), (u_z + v_z).sigmoid()
            n = (u_n + r * v_n).tanh()
            y[t] = n + z * (before[t] - n)
            gates[t] = torch.cat([r, z, n, v_n], 1)
            h = replace_first(h, y[t])
        ctx.save_for_backward(x, w_x, w_h, torch.cat(before), torch.cat(gates))
        ctx.sizes, ctx.reverse = sizes, reverse
        return torch.cat(y), h

    @staticmethod
    def backward(ctx, grad_y, grad_h):  # (S, H), (N, H)
        x, w_x, w_h, h_before, all_gates = ctx.saved_tensors
        rows = [r.split(ctx.sizes) for r in (grad_y, h_before, all_gates)]
        delta_x, delta_h = list(rows[0]), list(rows[0])
        for t in order(ctx.sizes, not ctx.reverse):  # the other way
            g, before, gates = (r[t] for r in rows)
            r, z, n, v_n = gates.chunk(4, 1)
            to_h = g + grad_h[: ctx.sizes[t]]
            to_n = to_h * (1 - z) * (1 - n * n)
            to_r = to_n * v_n * r * (1 - r)
            to_z = to_h * (before - n) * z * (1 - z)
            delta_x[t] = torch.cat([to_r, to_z, to_n], 1)
            delta_h[t] = torch.cat([to_r, to_z, to_n * r], 1)
            grad_h = replace_first(grad_h, torch.addmm(to_h * z, delta_h[t], w_h))
        delta_x, delta_h = torch.cat(delta_x), torch.cat(delta_h)
        return *row_gradients(ctx, delta_x, delta_h, x, h_before, w_x), grad_h, None, None


class GRU(Recurrent):
    """Gated recurrent units, as torch.nn.GRU: GRU(I, H)(x, h) → (output, h at the end).

    Parameters per layer: weight_ih (3H, I), weight_hh (3H, H), bias_ih and bias_hh (3H,), rows in
    the order reset, update, new.
    """

    gates = 3

    def run(
        self, rows: Any, suffix: str, state: list[Any], sizes: Sequence[int], reverse: bool
    ) -> tuple[Tensor, ...]:
        """One layer in one direction: rows (T · N, I) to (T · N, H), and the last state."""
        return GRUFunction.apply(rows, *self.weights(suffix), *state, sizes, reverse)
