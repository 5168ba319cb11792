"""2021, Albert Gu and others: a state that fades and is written to at every step (chapter 22).

A. Gu, K. Goel, C. Ré, Efficiently modeling long sequences with structured state spaces (2021),
https://arxiv.org/abs/2111.00396; with a diagonal matrix: A. Gu, A. Gupta, K. Goel, C. Ré (2022),
https://arxiv.org/abs/2206.11893; step, writing and reading chosen by the input: A. Gu, T. Dao,
Mamba: linear-time sequence modeling with selective state spaces (2023),
https://arxiv.org/abs/2312.00752.

Each of D channels owns S numbers, its state. Where nothing depends on the input, the same layer is
a convolution with a long kernel; where the input chooses, only the recurrence is left.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore.autodiff import Function, Tensor
from dlcore.autodiff.faster import fastest
from dlcore.autodiff.functional import einsum, exp
from dlcore.layers.check import check_floating, check_same_kind, check_sizes
from dlcore.layers.module import Module, Parameter


class SelectiveScanFunction(Function):
    """hₜ = exp(Δₜ A) hₜ₋₁ + Δₜ xₜ Bₜ    yₜ = Σ over the states of Cₜ hₜ

    x, Δ (N, T, D)   A (D, S)   B, C (N, T, S)   h (N, D, S) at the start
    y (N, T, D), and h (N, D, S) at the end
    Backward is a recurrence from the last step to the first: with rₜ = dL/dhₜ,
    rₜ = gₜ Cₜ + exp(Δₜ₊₁ A) rₜ₊₁.
    """

    @staticmethod
    def forward(ctx, x, delta, a, b, c, h):
        states, y = [h], list(x.unbind(1))
        for t in range(len(y)):
            written = (delta[:, t] * x[:, t])[..., None] * b[:, t, None]
            h = (delta[:, t, :, None] * a).exp() * h + written
            y[t] = (h * c[:, t, None]).sum(-1)
            states.append(h)
        ctx.save_for_backward(x, delta, a, b, c, *states)
        return torch.stack(y, 1), h

    @staticmethod
    def backward(ctx, grad_y, r):  # (N, T, D), (N, D, S)
        x, delta, a, b, c, *states = ctx.saved_tensors
        to_x, to_delta, to_b, to_c = (list(v.unbind(1)) for v in (x, delta, b, c))
        to_a = torch.zeros_like(a)
        for t in reversed(range(len(to_x))):
            g = grad_y[:, t, :, None]
            r = r + g * c[:, t, None]
            to_c[t] = (g * states[t + 1]).sum(1)
            to_b[t] = (r * (delta[:, t] * x[:, t])[..., None]).sum(1)
            to_written = (r * b[:, t, None]).sum(-1)
            r = r * (delta[:, t, :, None] * a).exp()  # what reaches hₜ₋₁
            to_exponent = r * states[t]
            to_x[t] = to_written * delta[:, t]
            to_delta[t] = to_written * x[:, t] + (to_exponent * a).sum(-1)
            to_a = to_a + (to_exponent * delta[:, t, :, None]).sum(0)
        to_x, to_delta, to_b, to_c = (torch.stack(v, 1) for v in (to_x, to_delta, to_b, to_c))
        return to_x, to_delta, to_a, to_b, to_c, r


def selective_scan(
    x: Any, delta: Any, a: Any, b: Any, c: Any, h: Any = None
) -> tuple[Tensor, Tensor]:
    """All steps of hₜ = exp(Δₜ A) hₜ₋₁ + Δₜ xₜ Bₜ and yₜ = Cₜ hₜ, from state h or from zeros.

    x and delta (N, T, D), a (D, S), b and c (N, T, S), h (N, D, S). Returns y (N, T, D) and the
    last state (N, D, S). Where a is negative and delta positive, old states fade: the larger the
    step, the more is forgotten and the more is written. Gu and Dao (2023), algorithm 2. Raises
    TypeError or ValueError for what does not fit.
    """
    check_floating("selective_scan", x, delta, a, b, c)
    check_scan(x, delta, a, b, c)
    if h is None:
        h = torch.zeros(x.shape[0], *a.shape, dtype=x.dtype, device=x.device)
    elif tuple(h.shape) != (x.shape[0], *a.shape):
        raise ValueError(
            f"selective_scan starts from a state {(x.shape[0], *a.shape)}, got {tuple(h.shape)}"
        )
    arguments = (x, delta, a, b, c, h)
    return fastest(SelectiveScanFunction, *arguments).apply(*arguments)


def check_scan(x: Any, delta: Any, a: Any, b: Any, c: Any) -> None:
    """Raise ValueError unless x, delta (N, T ≥ 1, D), a (D, S), b, c (N, T, S) fit."""
    fits = x.ndim == 3 and x.shape[1] > 0 and delta.shape == x.shape
    fits = fits and a.ndim == 2 and a.shape[0] == x.shape[2]
    if not fits or any(tuple(v.shape) != (*x.shape[:2], a.shape[1]) for v in (b, c)):
        shapes = ", ".join(str(tuple(v.shape)) for v in (x, delta, a, b, c))
        raise ValueError(
            "selective_scan takes x and delta (N, T ≥ 1, D), a (D, S), b and c (N, T, S), got "
            f"{shapes}"
        )
    for v in (delta, a, b, c):
        check_same_kind("selective_scan", v, x)


class LongConvolution(Function):
    """yₜ = Σ over l of K_l xₜ₋ₗ, each channel with its kernel: the past alone.

    x (N, T, D)   K (D, T)   y (N, T, D)   As a table: y = toeplitz(K) x. Since K and x may change
    places, dL/dK is g times the table of x.
    """

    @staticmethod
    def forward(ctx, x, kernel):
        ctx.save_for_backward(x, kernel)
        return torch.einsum("dts,nsd->ntd", toeplitz(kernel), x)

    @staticmethod
    def backward(ctx, grad):
        x, kernel = ctx.saved_tensors
        to_x = torch.einsum("dts,ntd->nsd", toeplitz(kernel), grad)
        return to_x, torch.einsum("ndtl,ntd->dl", toeplitz(x.transpose(1, 2)), grad)


def toeplitz(k: Any) -> Any:
    """(…, T) -> (…, T, T): row t, column s holds k[t − s], and 0 where s lies in the future."""
    t = torch.arange(k.shape[-1], device=k.device)
    lag = t[:, None] - t
    return torch.where(lag >= 0, k[..., lag.clamp(min=0)], 0.0)


def long_convolution(x: Any, kernel: Any) -> Tensor:
    """Causal convolution of x (N, T, D) with a kernel (D, T) as long as x: (N, T, D)."""
    check_floating("long_convolution", x, kernel)
    if x.ndim != 3 or tuple(kernel.shape) != (x.shape[2], x.shape[1]):
        raise ValueError(
            "long_convolution takes x (N, T, D) and a kernel (D, T), got "
            f"{tuple(x.shape)} and {tuple(kernel.shape)}"
        )
    check_same_kind("long_convolution", x, kernel)
    return fastest(LongConvolution, x, kernel).apply(x, kernel)


class DiagonalSSM(Module):
    """A state space that is the same at every step: x, y (N, T, d_model), `states` a channel.

    hₜ = exp(Δ A) hₜ₋₁ + Δ B xₜ    yₜ = C hₜ + D xₜ    with A = −exp(A_log), Δ = exp(log_step)

    The kernel of its convolution form is K_l = Σ over the states of C Δ B exp(l Δ A). A starts at
    −1, −2, …, −S (Gu and others, 2022, "real"), steps between 0.001 and 0.1.
    """

    def __init__(self, d_model: int, states: int = 16) -> None:
        check_sizes("DiagonalSSM", d_model=d_model, states=states)
        self.A_log = Parameter(fading(d_model, states))
        self.log_step = Parameter(starting_steps(d_model).log())
        self.B = Parameter(torch.randn(d_model, states) / math.sqrt(states))
        self.C = Parameter(torch.randn(d_model, states) / math.sqrt(states))
        self.D = Parameter(torch.ones(d_model))

    def kernel(self, length: int) -> Tensor:
        """(D, T): what an input still does after 0, 1, … T − 1 steps."""
        step = exp(self.log_step)[:, None]
        rates = -exp(self.A_log) * step
        lags = torch.arange(length, dtype=rates.dtype, device=rates.device)
        return einsum("ds,dsl->dl", self.C * self.B * step, exp(rates[..., None] * lags))

    def forward(self, x: Any) -> Tensor:
        """As a convolution with the kernel."""
        self.check(x)
        return long_convolution(x, self.kernel(x.shape[1])) + self.D * x

    def recurrence(self, x: Any, h: Any = None) -> tuple[Tensor, Tensor]:
        """The same step by step: y, and the state (N, D, S) with which a later call goes on."""
        self.check(x)
        n, t, _ = x.shape
        step = exp(self.log_step)
        # B and C belong to a channel here, and to a step in selective_scan: state by state
        ones = torch.ones(n, t, 1, dtype=x.dtype, device=x.device)
        width = self.A_log.shape[1]
        rates = -exp(self.A_log) * step[:, None]
        gain = (self.B * step[:, None]).reshape(-1)
        inputs = (x[..., None] * gain.reshape(*self.B.shape)).reshape(n, t, -1)
        h = h if h is None else h.reshape(n, -1, 1)
        whole, last = selective_scan(
            inputs, torch.ones_like(inputs.data), rates.reshape(-1, 1), ones, ones, h
        )
        y = (whole.reshape(n, t, -1, width) * self.C).sum(-1)
        return y + self.D * x, last.reshape(n, -1, width)

    def check(self, x: Any) -> None:
        """Raise TypeError or ValueError unless x is (N, T ≥ 1, D) and of the weights' kind."""
        check_floating("DiagonalSSM", x)
        if x.ndim != 3 or x.shape[1] < 1 or x.shape[2] != self.D.shape[0]:
            raise ValueError(
                f"DiagonalSSM takes x (N, T ≥ 1, {self.D.shape[0]}), got {tuple(x.shape)}"
            )
        check_same_kind("DiagonalSSM", x, self.D)


def fading(d_model: int, states: int) -> torch.Tensor:
    """(D, S): log 1, log 2, … log S, so that state s of each channel fades at rate s."""
    return torch.arange(1, states + 1, dtype=torch.get_default_dtype()).log().repeat(d_model, 1)


def starting_steps(d_model: int, least: float = 1e-3, most: float = 0.1) -> torch.Tensor:
    """(D,) steps Δ, spread evenly over the decades between `least` and `most`."""
    return torch.exp(torch.empty(d_model).uniform_(math.log(least), math.log(most)))
