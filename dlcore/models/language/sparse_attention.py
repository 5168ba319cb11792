"""2019, Rewon Child, Scott Gray, Alec Radford and Ilya Sutskever: look at few places (chapter 17).

Generating long sequences with sparse Transformers (2019), https://arxiv.org/abs/1904.10509, section
4: some heads see the last few places, others every so many-th one; two looks reach any place.
Blocks that look at themselves alone: P. Liu and others (2018), https://arxiv.org/abs/1801.10198.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import cat


def local_mask(length: int, window: int, device: Any = None) -> torch.Tensor:
    """(T, T) booleans: True where place t may see place s, 0 ≤ t − s < window."""
    apart = distances(length, window, device)
    return (apart >= 0) & (apart < window)


def strided_mask(length: int, stride: int, device: Any = None) -> torch.Tensor:
    """(T, T) booleans: True where s ≤ t and t − s is a multiple of the stride."""
    apart = distances(length, stride, device)
    return (apart >= 0) & (apart % stride == 0)


def distances(length: int, step: int, device: Any) -> torch.Tensor:
    """(T, T): how far place s lies before place t. ValueError for a bad length or step."""
    if length < 0 or step < 1:
        raise ValueError(f"a sparse mask needs length ≥ 0 and window or stride ≥ 1, got "
                         f"{length} and {step}")  # fmt: skip
    places = torch.arange(length, device=device)
    return places[:, None] - places


def local_attention(q: Any, k: Any, v: Any, window: int) -> Tensor:
    """Attention under local_mask, at the cost of 2 · window scores a query: q, k, v (…, T, D).

    The places are cut into blocks of `window`; each looks at its own block and the one before.
    """
    length = q.shape[-2]
    blocks = max(-(-length // window), 1)
    q, k, v = (cut(x, blocks, window) for x in (q, k, v))
    before_k, before_v = (shifted(x) for x in (k, v))
    row, column = torch.arange(window)[:, None] + window, torch.arange(2 * window)
    near = (row - column >= 0) & (row - column < window)
    first = near & (column >= window)  # before the first block there is nothing
    mask = torch.stack([first, *[near] * (blocks - 1)]).to(q.device)
    mask = mask.expand(*q.shape[:-3], *mask.shape)
    y = nn.scaled_dot_product_attention(q, cat([before_k, k], -2), cat([before_v, v], -2), mask)
    return y.reshape(*y.shape[:-3], blocks * window, y.shape[-1])[..., :length, :]


def strided_attention(q: Any, k: Any, v: Any, stride: int) -> Tensor:
    """Attention under strided_mask, at the cost of T / stride scores a query: q, k, v (…, T, D).

    The places with one remainder form a short sequence of their own.
    """
    length = q.shape[-2]
    rows = max(-(-length // stride), 1)
    q, k, v = (cut(x, rows, stride).transpose(-3, -2) for x in (q, k, v))
    y = nn.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(-3, -2)
    return y.reshape(*y.shape[:-3], rows * stride, y.shape[-1])[..., :length, :]


def cut(x: Any, blocks: int, size: int) -> Tensor:
    """(…, T, D)  →  (…, blocks, size, D), zeros behind the end."""
    x = nn.pad(x, [0, 0, 0, blocks * size - x.shape[-2]])
    return x.reshape(*x.shape[:-2], blocks, size, x.shape[-1])


def shifted(x: Tensor) -> Tensor:
    """Each block replaced by the one before it, the first by zeros."""
    return nn.pad(x, [0, 0, 0, 0, 1, 0])[..., :-1, :, :]


class SparseSelfAttention(nn.Module):
    """x (N, T, D) → (N, T, D): half of the heads see `window` places, half every window-th one."""

    def __init__(self, d_model: int, nhead: int, window: int) -> None:
        if nhead < 2 or nhead % 2 or d_model % nhead or window < 1:
            raise ValueError(
                "SparseSelfAttention needs an even number of heads that splits the width, and "
                f"window ≥ 1, got {d_model=}, {nhead=}, {window=}"
            )
        self.nhead, self.window = nhead, window
        self.qkv = nn.Linear(d_model, 3 * d_model)
        self.out = nn.Linear(d_model, d_model)

    def forward(self, x: Any) -> Tensor:
        n, t, d = x.shape
        shape, half = (n, t, self.nhead, d // self.nhead), self.nhead // 2
        q, k, v = (part.reshape(shape).transpose(1, 2) for part in self.qkv(x).split(d, 2))
        near = local_attention(q[:, :half], k[:, :half], v[:, :half], self.window)
        far = strided_attention(q[:, half:], k[:, half:], v[:, half:], self.window)
        return self.out(cat([near, far], 1).transpose(1, 2).reshape(n, t, d))
