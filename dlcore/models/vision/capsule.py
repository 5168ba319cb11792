"""2011, Geoffrey Hinton, Alex Krizhevsky and Sida Wang: groups of units whose vector says what is
there and in which pose (chapter 13).

Transforming auto-encoders, ICANN 2011, https://doi.org/10.1007/978-3-642-21735-7_6. Routing by
agreement: S. Sabour, N. Frosst, G. Hinton, Dynamic routing between capsules (2017),
https://arxiv.org/abs/1710.09829.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Function, Tensor
from dlcore.autodiff.functional import einsum
from dlcore.layers import one_hot, relu

TINY = 1e-8


class Squash(Function):
    """v = |s|² / (1 + |s|²) · s / |s|: the direction stays, the length becomes less than 1.

    s, v (…, D), along the last axis. With g = |s| / (1 + |s|²) it is v = g s.
    """

    @staticmethod
    def forward(ctx, s):
        ctx.save_for_backward(s)
        square = (s * s).sum(-1, keepdim=True)
        return s * ((square + TINY).sqrt() / (1 + square))

    @staticmethod
    def backward(ctx, grad):
        (s,) = ctx.saved_tensors
        square = (s * s).sum(-1, keepdim=True)
        length = (square + TINY).sqrt()
        factor = length / (1 + square)
        slope = 1 / (length * (1 + square)) - 2 * length / (1 + square) ** 2  # (dg/d|s|) / |s|
        return factor * grad + slope * s * (s * grad).sum(-1, keepdim=True)


squash = Squash.call


def route(votes: Any, rounds: int = 3) -> Tensor:
    """Each capsule below sends its vote where it agrees with the other votes.

    votes (N, I, O, D): what each of I capsules predicts for each of O capsules above.
    Returns those capsules' outputs (N, O, D). With rounds = 1 every vote counts alike. Which way
    the votes go is decided by their values; no gradient flows through that decision.
    Raises ValueError for fewer than 1 round.
    """
    if rounds < 1:
        raise ValueError(f"route needs 1 round or more, got rounds={rounds}")
    values = votes.data if isinstance(votes, Tensor) else votes
    logits = torch.zeros(values.shape[:3], dtype=values.dtype, device=values.device)
    for _ in range(rounds - 1):
        share = logits.softmax(2)
        agreed = squash(torch.einsum("nio,niod->nod", share, values)).data
        logits = logits + torch.einsum("niod,nod->nio", values, agreed)
    return squash(einsum("nio,niod->nod", logits.softmax(2), votes))


class Capsules(nn.Module):
    """Fully connected capsules: u (N, in_capsules, in_dim)  →  v (N, out_capsules, out_dim).

    Capsule i predicts capsule j by W_ij u_i; then `route` decides. W starts with numbers of spread
    0.1.
    """

    def __init__(
        self, in_capsules: int, in_dim: int, out_capsules: int, out_dim: int, rounds: int = 3
    ) -> None:
        self.rounds = rounds
        self.weight = nn.Parameter(0.1 * torch.randn(in_capsules, out_capsules, out_dim, in_dim))

    def forward(self, u: Any) -> Tensor:
        return route(einsum("iodk,nik->niod", self.weight, u), self.rounds)


class CapsNet(nn.Module):
    """x (N, 1, side, side)  →  lengths (N, classes): how sure the net is that each is there.

    A convolution of `maps` maps with ReLU; a second one with stride 2, whose maps are cut into
    `types` capsules of `dim` numbers at each place; then one capsule of `out` numbers per class.
    The paper has 256 maps, kernels of 9 × 9, 32 types of 8, and 16 numbers.
    """

    def __init__(
        self, side: int = 14, maps: int = 24, types: int = 8, dim: int = 6, out: int = 8,
        classes: int = 10, rounds: int = 3, kernel: int = 5,
    ) -> None:  # fmt: skip
        self.types, self.dim = types, dim
        self.conv = nn.Conv2d(1, maps, kernel)
        self.primary = nn.Conv2d(maps, types * dim, kernel, stride=2)
        places = (side - 2 * kernel + 1) // 2 + 1
        if places < 1:
            raise ValueError(f"CapsNet(side={side}) has no place left for kernel={kernel}")
        self.capsules = Capsules(places * places * types, dim, classes, out, rounds)

    def forward(self, x: Any) -> Tensor:
        return length(self.poses(x))

    def poses(self, x: Any) -> Tensor:
        """(N, classes, out): each class's capsule."""
        y = self.primary(relu(self.conv(x)))
        y = y.unflatten(1, (self.types, self.dim)).flatten(3).permute(0, 3, 1, 2)
        return self.capsules(squash(y.flatten(1, 2)))


def length(v: Any) -> Tensor:
    """|v| along the last axis, with a slope also at 0."""
    return ((v * v).sum(-1) + TINY).sqrt()


def margin_loss(lengths: Any, labels: torch.Tensor) -> Tensor:
    """Mean over N of Σ_c T_c max(0, 0.9 − |v_c|)² + 0.5 (1 − T_c) max(0, |v_c| − 0.1)².

    lengths (N, C), labels (N,). The loss of the paper's equation 4.
    """
    there = one_hot(labels, lengths.shape[1]).to(lengths.dtype)
    missing, false = relu(0.9 - lengths), relu(lengths - 0.1)
    return (there * missing * missing + 0.5 * (1 - there) * false * false).sum(1).mean()
