"""2016, Jeremy Appleyard and others: large products and few passes make an LSTM fast (chapter 30).

J. Appleyard, T. Kočiský, P. Blunsom, Optimizing Performance of Recurrent Neural Networks on GPUs
(2016), https://arxiv.org/abs/1604.01946: one product for the inputs of all steps, one pass over
all gates; here for a CPU. tanh(x) = 2σ(2x) − 1, so that one sigmoid serves all four gates: the rows
of g are doubled in the weights. Derivatives are taken while a step's numbers are in the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from dlcore.autodiff import Function
from dlcore.layers.fast.product import LEAST_WORK, ONEDNN, has_onednn
from dlcore.layers.lstm import LSTMFunction
from dlcore.layers.product import product


class FastLSTMFunction(Function):
    """LSTMFunction (lstm.py) for full batches without peepholes: T·N rows, the same results.

    The forward pass leaves local derivatives, and backward only multiplies and adds:
    slopes (T, N, 4, H): dcₜ/dz_i, dcₜ/dz_f, ¼ dcₜ/dz_g, dhₜ/dz_o;   dhₜ/dcₜ, dcₜ/dcₜ₋₁ (T, N, H).
    """

    plain = LSTMFunction

    @staticmethod
    def suits(x, w_x, w_h, b_x, b_h, h, c, p, sizes, reverse) -> bool:
        """For several steps, all of one size, without peepholes, and digits enough for 2σ − 1."""
        full = p is None and len(sizes) > 1 and sizes[0] == sizes[-1]
        digits = x.dtype in (torch.float32, torch.float64)
        return full and digits and not torch.compiler.is_compiling()

    @staticmethod
    def forward(ctx, x, w_x, w_h, b_x, b_h, h, c, p, sizes, reverse):
        steps, (n, width) = len(sizes), h.shape
        double = rows_of_g(2, h)
        bias = None if b_x is None else (b_x + b_h) * double[:, 0]
        z = product(x, (w_x * double).T, bias).view(steps, n, 4, width)  # slopes take its place
        hs, by_c = h.new_empty(steps + 1, n, width), h.new_empty(2, steps, n, width)
        first, last = (steps, 0) if reverse else (0, steps)
        before, after = (slice(steps), slice(1, None))[:: -1 if reverse else 1]
        hs[first] = h
        step = Step(c, repeated((w_h * double).T, n), any(ctx.needs_input_grad))
        rows = (z.flatten(2), z[:, :, :3], z[:, :, 3], hs[before], hs[after], *by_c)
        for tensors in in_order(rows, reverse):
            step.forward(*tensors)
        ctx.save_for_backward(x, w_x, w_h, hs[before], z, by_c)
        ctx.reverse = reverse
        return hs[after].view(-1, width), hs[last].clone(), step.c.clone()

    @staticmethod
    def backward(ctx, grad_y, grad_h, grad_c):
        x, w_x, w_h, before, slopes, by_c = ctx.saved_tensors
        four, n = rows_of_g(4, grad_h), len(grad_h)
        delta, to_c, times_w_h = torch.empty_like(slopes), grad_c.clone(), repeated(w_h * four, n)
        for_ifg = to_c.unsqueeze(1)
        rows = [grad_y.reshape(before.shape), *by_c, delta.flatten(2)]
        rows += [part for d in (slopes, delta) for part in (d[:, :, :3], d[:, :, 3])]
        for g, h_by_c, c_by_c, to_z, ifg, o, to_ifg, to_o in in_order(rows, not ctx.reverse):
            to_h = grad_h + g
            to_c.addcmul_(to_h, h_by_c)
            torch.mul(ifg, for_ifg, out=to_ifg)
            torch.mul(o, to_h, out=to_o)
            to_c.mul_(c_by_c)
            grad_h = times_w_h(to_z)
        delta, before = delta.flatten(2).flatten(0, 1), before.flatten(0, 1)
        to_x, to_w_x, to_w_h, *to_b = ctx.needs_input_grad[:5]
        sums = delta.sum(0) * four[:, 0] if any(to_b) else None
        return (
            product(delta, w_x * four) if to_x else None,
            product(x.T, delta).T * four if to_w_x else None,
            product(before.T, delta).T * four if to_w_h else None,
            *(sums if needed else None for needed in to_b),
            grad_h, to_c, None, None, None,
        )  # fmt: skip


def rows_of_g(factor: float, like: torch.Tensor) -> torch.Tensor:
    """(4H, 1): `factor` for the rows of g in a weight, 1 for those of i, f and o."""
    return like.new_tensor([1, 1, factor, 1]).repeat_interleave(like.shape[1])[:, None]


def repeated(b: torch.Tensor, rows: int) -> Callable[[torch.Tensor], torch.Tensor]:
    """a ↦ a @ b for many a with that many rows: oneDNN's own layout of b is made only once."""
    lay_out = getattr(torch.ops.mkldnn, "_reorder_linear_weight", None)
    small = rows * b.numel() < LEAST_WORK
    if small or b.dtype != torch.float32 or not has_onednn(b) or lay_out is None:
        return lambda a: torch.mm(a, b)
    laid_out = lay_out(b.T.contiguous(), rows)
    return lambda a: ONEDNN(a, laid_out, None, "none", [], "")


def in_order(tensors: Sequence[torch.Tensor], reverse: bool) -> list[tuple[torch.Tensor, ...]]:
    """The tensors step by step, from the first step or from the last."""
    steps = list(zip(*(x.unbind(0) for x in tensors), strict=True))
    return steps[::-1] if reverse else steps


class Step:
    """A place to work for one step after the other; c (N, H) moves on from step to step.

    Six planes: g, c, i, f, s_g, o. Sigmoids are the last four; what the first three of them are
    multiplied by in cₜ = f cₜ₋₁ + i g are the first three, in the order i, f, s_g.
    """

    def __init__(
        self, c: torch.Tensor, times_w_h: Callable[[torch.Tensor], torch.Tensor], slopes: bool
    ) -> None:
        self.times_w_h, self.slopes, (n, width) = times_w_h, slopes, c.shape
        planes = c.new_empty(n, 6, width)
        self.sigmoids, self.partners = planes[:, 2:].flatten(1), planes[:, :3]
        self.g, self.c, self.i, self.f, self.s_g, self.o = planes.unbind(1)
        self.c.copy_(c)
        self.shown, self.minus = torch.empty_like(c), c.new_tensor(-1)

    def forward(
        self, z: torch.Tensor, z_ifg: torch.Tensor, z_o: torch.Tensor, h: torch.Tensor,
        new_h: torch.Tensor, h_by_c: torch.Tensor, c_by_c: torch.Tensor,
    ) -> None:  # fmt: skip
        """Fill new_h; where slopes are asked for, also h_by_c, c_by_c and, over z, the slopes."""
        s, shown = self.sigmoids, self.shown
        torch.add(z, self.times_w_h(h), out=s).sigmoid_()
        torch.add(self.minus, self.s_g, alpha=2, out=self.g)  # tanh; its slope is 4 s (1 − s)
        if self.slopes:
            torch.addcmul(s, s, s, value=-1, out=z)
            z_ifg.mul_(self.partners)
        self.c.mul_(self.f).addcmul_(self.i, self.g)
        torch.add(self.c, self.c, out=shown).sigmoid_()
        torch.add(self.minus, shown, alpha=2, out=shown)  # tanh c
        torch.mul(self.o, shown, out=new_h)
        if self.slopes:
            z_o.mul_(shown)
            torch.addcmul(self.o, new_h, shown, value=-1, out=h_by_c)  # o (1 − tanh² c)
            c_by_c.copy_(self.f)
