"""2022, Tri Dao and others: attention without the table of scores (chapter 30).

T. Dao, D. Fu, S. Ermon, A. Rudra, C. Ré, FlashAttention (2022), https://arxiv.org/abs/2205.14135;
the online softmax: M. Milakov, N. Gimelshein (2018), https://arxiv.org/abs/1805.02867.

Scores are made tile by tile and forgotten. Softmax needs the largest score and the sum of all
exponentials: both are kept up to date from tile to tile. Backward makes the tiles again. Powers of
2 are cheaper than those of e, so the scale absorbs log₂ e.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any

import torch

from dlcore.autodiff import Function
from dlcore.layers.attention import AttentionFunction

LOG2E = math.log2(math.e)
HEADS = 16  # slices of (batch · heads) done together, so that their tiles stay in the cache
LONG = 1024


def tile_sizes(length: int) -> tuple[int, int]:
    """(queries, keys) to a tile."""
    return (64, 128) if length < LONG else (128, 512)


class TiledAttentionFunction(Function):
    """softmax(s Q Kᵀ) V, causal or not.   q (…, T, D)   k (…, S, D)   v (…, S, E)   y (…, T, E)

    Keeps one number per query, log₂ Σ 2^score, in place of the T × S table.
    """

    plain = AttentionFunction

    @staticmethod
    def suits(query, key, value, mask, causal, scale, kept) -> bool:
        """Where tiles are at least as good as the plain form: equal leading axes, several tiles."""
        same = query.shape[:-2] == key.shape[:-2] == value.shape[:-2]
        long = query.shape[-2] * key.shape[-2] >= 128 * 128
        square = not causal or query.shape[-2] == key.shape[-2]
        whole = mask is None and kept is None and query.numel() > 0
        return whole and same and long and square and not torch.compiler.is_compiling()

    @staticmethod
    def forward(ctx, q, k, v, mask, causal, scale, kept):
        queries, keys, values = flat(q), flat(k), flat(v)
        y = q.new_empty(len(queries), q.shape[-2], v.shape[-1])
        logsum = q.new_empty(len(queries), q.shape[-2], 1)
        for some in chunks(len(queries)):
            args = (queries[some], keys[some], values[some])
            tiled_forward(*args, y[some], logsum[some], causal, scale)
        y = y.view(*q.shape[:-1], v.shape[-1])
        ctx.save_for_backward(q, k, v, y, logsum)
        ctx.causal, ctx.scale = causal, scale
        return y

    @staticmethod
    def backward(ctx, grad):
        q, k, v, y, logsum = ctx.saved_tensors
        tensors = [flat(x) for x in (grad, q, k, v, y)]
        to_q, to_k, to_v = (torch.zeros_like(x) for x in tensors[1:4])
        for some in chunks(len(to_q)):
            parts = [x[some] for x in (*tensors, logsum, to_q, to_k, to_v)]
            tiled_backward(*parts, causal=ctx.causal, scale=ctx.scale)
        return to_q.view(q.shape), to_k.view(k.shape), to_v.view(v.shape), *[None] * 4


def tiled_forward(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, y: torch.Tensor, logsum: torch.Tensor,
    causal: bool, scale: float,
) -> None:  # fmt: skip
    """Fill y and logsum for a few heads: (B, T, D), (B, S, D), (B, S, E)."""
    rows, columns = tile_sizes(q.shape[1])
    for i in range(0, q.shape[1], rows):
        end = min(i + rows, q.shape[1])
        scaled = q[:, i:end] * (scale * LOG2E)
        largest: Any = None
        total, out = scaled, scaled  # set by the first tile
        for j, stop in key_tiles(k.shape[1], columns, end if causal else None):
            s = torch.bmm(scaled, k[:, j:stop].mT)
            hide_future(s, end, stop, causal)
            top = s.amax(-1, keepdim=True)
            new = top if largest is None else torch.maximum(largest, top)
            s.sub_(new).exp2_()
            if largest is None:
                total, out = s.sum(-1, keepdim=True), torch.bmm(s, v[:, j:stop])
            else:  # what was summed so far was measured from a smaller maximum
                shrink = torch.exp2(largest - new)
                total = total.mul_(shrink).add_(s.sum(-1, keepdim=True))
                out = out.mul_(shrink).baddbmm_(s, v[:, j:stop])
            largest = new
        y[:, i:end] = out.div_(total)
        logsum[:, i:end] = largest + total.log2()


def tiled_backward(
    grad: torch.Tensor, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, y: torch.Tensor,
    logsum: torch.Tensor, to_q: torch.Tensor, to_k: torch.Tensor, to_v: torch.Tensor,
    causal: bool, scale: float,
) -> None:  # fmt: skip
    """Add the gradients of a few heads into to_q, to_k and to_v, making each tile again."""
    rows, columns = tile_sizes(q.shape[1])
    weight = (grad * y).sum(-1, keepdim=True)  # Σ G P of the plain form
    for i in range(0, q.shape[1], rows):
        end = min(i + rows, q.shape[1])
        g, scaled = grad[:, i:end], q[:, i:end] * (scale * LOG2E)
        for j, stop in key_tiles(k.shape[1], columns, end if causal else None):
            p = torch.baddbmm(logsum[:, i:end], scaled, k[:, j:stop].mT, beta=-1)
            hide_future(p, end, stop, causal)
            p.exp2_()
            to_v[:, j:stop].baddbmm_(p.mT, g)
            to_s = torch.baddbmm(weight[:, i:end], g, v[:, j:stop].mT, beta=-1).mul_(p)
            to_q[:, i:end].baddbmm_(to_s, k[:, j:stop], alpha=scale)
            to_k[:, j:stop].baddbmm_(to_s.mT, q[:, i:end], alpha=scale)


def key_tiles(keys: int, columns: int, last: int | None) -> Iterator[tuple[int, int]]:
    """(start, stop) of the tiles of keys; those after `last`, the future, are skipped."""
    stop = keys if last is None else min(last, keys)
    return ((j, min(j + columns, stop)) for j in range(0, stop, columns))


def hide_future(scores: torch.Tensor, end: int, stop: int, causal: bool) -> None:
    """Where the tile meets the diagonal, query t must not see key s > t."""
    rows = scores.shape[1]
    if causal and stop > end - rows:
        width = stop - max(stop - scores.shape[2], end - rows)
        offset = 1 + (end - rows) - (stop - width)
        scores[:, :, -width:].masked_fill_(triangle(rows, width, offset, scores.device), -math.inf)


@functools.lru_cache(maxsize=16)
def triangle(rows: int, width: int, offset: int, device: torch.device) -> torch.Tensor:
    """True above the diagonal: few shapes of tiles come again and again."""
    return torch.ones(rows, width, dtype=torch.bool, device=device).triu_(offset)


def flat(x: torch.Tensor) -> torch.Tensor:
    """All leading axes as one."""
    return x.reshape(-1, *x.shape[-2:])


def chunks(count: int) -> Iterator[slice]:
    """Slices of at most HEADS heads."""
    return (slice(i, i + HEADS) for i in range(0, count, HEADS))
