"""2020-2021, linear attention: a table of weights that is written to at every step (chapter 22).

J. Schmidhuber, Learning to control fast-weight memories (1992),
https://doi.org/10.1162/neco.1992.4.1.131; A. Katharopoulos, A. Vyas, N. Pappas, F. Fleuret,
Transformers are RNNs (2020), https://arxiv.org/abs/2006.16236; the delta rule: I. Schlag, K. Irie,
J. Schmidhuber, Linear Transformers are secretly fast weight programmers (2021),
https://arxiv.org/abs/2102.11174; with fading: S. Yang, J. Kautz, A. Hatamizadeh, Gated delta
networks (2024), https://arxiv.org/abs/2412.06464.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Function, Tensor
from dlcore.layers.check import check_floating, check_same_kind, check_sizes


class FastWeightFunction(Function):
    """S' = αₜ Sₜ₋₁    eₜ = vₜ − S' kₜ (delta), or vₜ    Sₜ = S' + βₜ eₜ kₜᵀ    yₜ = Sₜ qₜ

    q, k (N, T, D)   v, y (N, T, E)   α, β (N, T)   S (N, E, D) at the start and at the end
    Backward goes from the last step to the first with R = dL/dS.
    """

    @staticmethod
    def forward(ctx, q, k, v, alpha, beta, table, delta):
        tables, errors, y = [table], list(v.unbind(1)), list(v.unbind(1))
        for t in range(len(y)):
            table = alpha[:, t, None, None] * table
            if delta:
                errors[t] = v[:, t] - apply(table, k[:, t])
            table = table + outer(beta[:, t, None] * errors[t], k[:, t])
            y[t] = apply(table, q[:, t])
            tables.append(table)
        ctx.save_for_backward(q, k, alpha, beta, *tables, *errors)
        ctx.delta = delta
        return torch.stack(y, 1), table

    @staticmethod
    def backward(ctx, grad_y, r):  # (N, T, E), (N, E, D)
        q, k, alpha, beta, *rest = ctx.saved_tensors
        steps = q.shape[1]
        tables, errors = rest[: steps + 1], rest[steps + 1 :]
        to_q, to_k, to_v, to_alpha, to_beta = ([None] * steps for _ in range(5))
        for t in reversed(range(steps)):
            g, error = grad_y[:, t], errors[t]
            to_q[t] = apply(tables[t + 1].mT, g)
            r = r + outer(g, q[:, t])
            to_written = apply(r, k[:, t])
            to_k[t] = beta[:, t, None] * apply(r.mT, error)
            to_beta[t] = (to_written * error).sum(-1)
            to_v[t] = beta[:, t, None] * to_written
            if ctx.delta:
                to_k[t] = to_k[t] - alpha[:, t, None] * apply(tables[t].mT, to_v[t])
                r = r - outer(to_v[t], k[:, t])
            to_alpha[t] = (r * tables[t]).sum((1, 2))
            r = alpha[:, t, None, None] * r
        rows = (torch.stack(each, 1) for each in (to_q, to_k, to_v, to_alpha, to_beta))
        return *rows, r, None


def apply(table: Any, x: Any) -> Any:
    """(N, E, D) times (N, D): (N, E)."""
    return (table @ x[..., None])[..., 0]


def outer(a: Any, b: Any) -> Any:
    """(N, E) and (N, D): (N, E, D)."""
    return a[..., None] * b[:, None]


def fast_weights(
    q: Any, k: Any, v: Any, beta: Any = None, alpha: Any = None, table: Any = None,
    delta: bool = False,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Write v under k and read at q, step by step: y (N, T, E) and the table S (N, E, D).

    q and k (N, T, D), v (N, T, E); beta (N, T), how much is written, and alpha (N, T), how much is
    kept, are 1 unless given; delta writes what is missing, v − S k, in place of v. With delta False
    and alpha 1, y is causal attention without softmax: yₜ = Σ over s ≤ t of βₛ (qₜ · kₛ) vₛ.
    Raises TypeError or ValueError for what does not fit.
    """
    check_floating("fast_weights", q, k, v)
    fits = q.ndim == v.ndim == 3 and q.shape[1] > 0 and q.shape == k.shape
    if not fits or q.shape[:2] != v.shape[:2]:
        shapes = ", ".join(str(tuple(x.shape)) for x in (q, k, v))
        raise ValueError(f"fast_weights takes q, k (N, T ≥ 1, D) and v (N, T, E), got {shapes}")
    beta, alpha = (
        torch.ones(q.shape[:2], dtype=q.dtype, device=q.device) if x is None else x
        for x in (beta, alpha)
    )
    if table is None:
        shape = (q.shape[0], v.shape[2], q.shape[2])
        table = torch.zeros(shape, dtype=q.dtype, device=q.device)
    for x, name, axes in ((beta, "beta", 2), (alpha, "alpha", 2), (table, "table", 3)):
        want = q.shape[:2] if axes == 2 else (q.shape[0], v.shape[2], q.shape[2])
        if tuple(x.shape) != tuple(want):
            raise ValueError(f"fast_weights takes {name} {tuple(want)}, got {tuple(x.shape)}")
    for x in (k, v, beta, alpha, table):
        check_same_kind("fast_weights", x, q)
    return FastWeightFunction.apply(q, k, v, alpha, beta, table, delta)


class LinearAttention(nn.Module):
    """Attention whose memory is a table of fast weights: x, y (N, T, d_model).

    Keys and queries have `key_width` numbers and length 1; β and, with fading, α lie between 0 and
    1 and come from the input. delta writes by the delta rule.
    """

    def __init__(
        self, d_model: int, key_width: int = 16, delta: bool = False, fading: bool = False
    ) -> None:
        check_sizes("LinearAttention", d_model=d_model, key_width=key_width)
        self.delta, self.fading = delta, fading
        self.q_proj = nn.Linear(d_model, key_width, bias=False)
        self.k_proj = nn.Linear(d_model, key_width, bias=False)
        self.v_proj = nn.Linear(d_model, d_model, bias=False)
        self.gates = nn.Linear(d_model, 2 if fading else 1)
        self.o_proj = nn.Linear(d_model, d_model, bias=False)

    def forward(self, x: Any, table: Any = None) -> Tensor:
        return self.step(x, table)[0]

    def step(self, x: Any, table: Any = None) -> tuple[Tensor, Tensor]:
        """y, and the table with which a later call goes on."""
        q, k = (nn.normalize(make(x), dim=-1) for make in (self.q_proj, self.k_proj))
        gates = self.gates(x)
        beta = nn.sigmoid(gates[..., 0])
        alpha = nn.sigmoid(gates[..., 1]) if self.fading else None
        y, table = fast_weights(q, k, self.v_proj(x), beta, alpha, table, self.delta)
        return self.o_proj(y), table
