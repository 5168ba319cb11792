"""1990, Guy Blelloch: a recurrence in pieces, all pieces at once (chapter 30).

G. E. Blelloch, Prefix sums and their applications (1990), CMU-CS-90-190; for the selective scan:
A. Gu, T. Dao (2023), https://arxiv.org/abs/2312.00752, section 3.3. T steps become K pieces of L:
L steps for all pieces side by side, each from an empty state, then K steps that hand the state on
from piece to piece. What a state keeps over several steps is exp(A ΣΔ), so no product is needed.
A long kernel's convolution is a product of spectra, as in fft_conv.py.
"""

from __future__ import annotations

import math

import torch

from dlcore.autodiff import Function, values_can_be_read
from dlcore.layers.fast.finite import all_finite
from dlcore.layers.statespace import LongConvolution, SelectiveScanFunction

LEAST_STEPS, LEAST_LAGS = 16, 32
LARGEST_STATE, MOST_NUMBERS = 2**12, 2**22  # beyond, a step's arithmetic costs more than its call


class ChunkedScanFunction(Function):
    """SelectiveScanFunction (statespace.py) with L + K in place of T = K L steps in a row."""

    plain = SelectiveScanFunction

    @staticmethod
    def suits(x, delta, a, b, c, h) -> bool:
        """For many steps of small states, where calls and not arithmetic take the time."""
        whole = x.dtype in (torch.float32, torch.float64) and not torch.compiler.is_compiling()
        small = 0 < h.numel() <= LARGEST_STATE and h.numel() * x.shape[1] <= MOST_NUMBERS
        return whole and small and x.shape[1] >= LEAST_STEPS

    @staticmethod
    def forward(ctx, x, delta, a, b, c, h):
        steps = x.shape[1]
        parts = [pieces(v, math.isqrt(steps)) for v in (x, delta, b, c)]
        x, delta, b, c = parts
        states = all_states(x, delta, b, a, h)
        y = torch.einsum("nklds,nkls->nkld", states[:, :, 1:], c).flatten(1, 2)[:, :steps]
        last = states[:, -1, -1].clone()  # in the steps that fill the last piece up, nothing fades
        ctx.save_for_backward(*parts, a, states)
        ctx.steps = steps
        return y, last

    @staticmethod
    def backward(ctx, grad_y, grad_h):
        x, delta, b, c, a, states = ctx.saved_tensors
        g = pieces(grad_y, x.shape[2])
        r, first = all_gradients(g, delta, c, a, grad_h)
        to_written = torch.einsum("nklds,nkls->nkld", r, b)
        to_b = torch.einsum("nklds,nkld->nkls", r, delta * x)
        to_c = torch.einsum("nklds,nkld->nkls", states[:, :, 1:], g)
        to_exponent = r.mul_((delta[..., None] * a).exp_()).mul_(states[:, :, :-1])
        to_delta = to_written * x + torch.einsum("nklds,ds->nkld", to_exponent, a)
        to_a = torch.einsum("nklds,nkld->ds", to_exponent, delta)
        rows = (to_written * delta, to_delta, to_b, to_c)
        to_x, to_delta, to_b, to_c = (v.flatten(1, 2)[:, : ctx.steps] for v in rows)
        return to_x, to_delta, to_a, to_b, to_c, first


def pieces(v: torch.Tensor, length: int) -> torch.Tensor:
    """(N, T, …) -> (N, K, L, …), the last piece filled up with zeros: steps that do nothing."""
    missing = -v.shape[1] % length
    if missing:
        v = torch.cat([v, v.new_zeros(v.shape[0], missing, v.shape[2])], 1)
    return v.unflatten(1, (-1, length))


def all_states(
    x: torch.Tensor, delta: torch.Tensor, b: torch.Tensor, a: torch.Tensor, h: torch.Tensor
) -> torch.Tensor:
    """(N, K, L + 1, D, S): in each piece the state before its first step and after every step."""
    n, k, length, d = x.shape
    decay = (delta[..., None] * a).exp_()
    written = (delta * x)[..., None] * b[..., None, :]
    states = x.new_zeros(n, k, length + 1, d, a.shape[1])
    states[:, 0, 0] = h
    state = states[:, :, 0]
    for t in range(length):
        state = torch.addcmul(written[:, :, t], decay[:, :, t], state, out=states[:, :, t + 1])
    kept = (delta[:, 1:].cumsum(2)[..., None] * a).exp_()  # of a state at a piece's start
    for i in range(1, k):
        states[:, i, 0] = states[:, i - 1, -1]
        states[:, i, -1].addcmul_(kept[:, i - 1, -1], states[:, i, 0])
    states[:, 1:, 1:-1].addcmul_(kept[:, :, :-1], states[:, 1:, :1])
    return states


def all_gradients(
    g: torch.Tensor, delta: torch.Tensor, c: torch.Tensor, a: torch.Tensor, end: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """dL/dhₜ for every step (N, K, L, D, S), and dL/dh at the start (N, D, S)."""
    decay = (delta[..., None] * a).exp_()
    r = g[..., None] * c[..., None, :]
    r[:, -1, -1] += end
    for t in reversed(range(g.shape[2] - 1)):
        r[:, :, t].addcmul_(decay[:, :, t + 1], r[:, :, t + 1])
    still = delta[:, :-1].flip(2).cumsum(2).flip(2) - delta[:, :-1]  # after step t
    kept = (still[..., None] * a).exp_()
    ends = torch.empty_like(r[:, 1:, 0])  # what comes to a piece from the one behind it
    for i in reversed(range(g.shape[1] - 1)):
        ends[:, i] = decay[:, i + 1, 0] * r[:, i + 1, 0]
        r[:, i, 0].addcmul_(kept[:, i, 0], ends[:, i])
    r[:, :-1, 1:].addcmul_(kept[:, :, 1:], ends[:, :, None])
    return r, decay[:, 0, 0] * r[:, 0, 0]


class FFTLongConvolution(Function):
    """LongConvolution's arguments and result: y = x · K, frequency by frequency.

    dL/dx = g · conj(K), dL/dK = g · conj(x). Twice as many places as steps keep the end from
    running into the start.
    """

    plain = LongConvolution

    @staticmethod
    def suits(x, kernel) -> bool:
        """For long kernels of finite numbers: each frequency holds a part of every step."""
        exact = x.dtype in (torch.float32, torch.float64) and values_can_be_read()
        long = x.shape[1] >= LEAST_LAGS and x.numel() > 0
        return exact and long and all_finite(x) and all_finite(kernel)

    @staticmethod
    def forward(ctx, x, kernel):
        size = 2 * x.shape[1]
        spectra = torch.fft.rfft(x, size, 1), torch.fft.rfft(kernel.T, size, 0)
        ctx.save_for_backward(*spectra)
        return torch.fft.irfft(spectra[0] * spectra[1], size, 1)[:, : x.shape[1]].contiguous()

    @staticmethod
    def backward(ctx, grad):
        x, kernel = ctx.saved_tensors
        steps, size = grad.shape[1], 2 * grad.shape[1]
        g = torch.fft.rfft(grad, size, 1)
        to_x = torch.fft.irfft(g * kernel.conj(), size, 1)[:, :steps].contiguous()
        to_kernel = torch.fft.irfft((g * x.conj()).sum(0), size, 0)[:steps]
        return to_x, to_kernel.T.contiguous()
