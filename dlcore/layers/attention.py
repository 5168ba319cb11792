"""2017, Ashish Vaswani and others: attention is a soft look-up (chapter 17).

A. Vaswani, N. Shazeer, N. Parmar, J. Uszkoreit, L. Jones, A. Gomez, Ł. Kaiser, I. Polosukhin,
Attention Is All You Need (2017), https://arxiv.org/abs/1706.03762.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore.autodiff import Function, Tensor
from dlcore.autodiff.faster import fastest
from dlcore.layers.check import check_floating, check_tensor
from dlcore.layers.dropout import check_probability


class AttentionFunction(Function):
    """y = P V with P = softmax(s Q Kᵀ + M), the attention weights.

    q (…, T, D)   k (…, S, D)   v (…, S, E)   y (…, T, E)   P (…, T, S)
    mask is M (…, T, S) or None; causal lets query t see keys 0..t; kept is dropout's mask or None.
    dL/dscores = P (G − Σ G P) with G = dL/dP = g Vᵀ: softmax's own backward.
    """

    @staticmethod
    def forward(ctx, q, k, v, mask, causal, scale, kept):
        p = attention_weights(q, k, mask, causal, scale)
        ctx.save_for_backward(q, k, v, p, kept)
        ctx.scale = scale
        return (p if kept is None else p * kept) @ v

    @staticmethod
    def backward(ctx, grad):
        q, k, v, p, kept = ctx.saved_tensors
        to_v = (p if kept is None else p * kept).mT @ grad
        to_p = grad @ v.mT if kept is None else (grad @ v.mT) * kept
        to_scores = p * (to_p - (to_p * p).sum(-1, keepdim=True))
        to_q, to_k = ctx.scale * (to_scores @ k), to_scores.mT @ (ctx.scale * q)
        shapes = zip((to_q, to_k, to_v), (q, k, v), strict=True)
        return *(g.sum_to_size(x.shape) for g, x in shapes), None, None, None, None


def attention_weights(q: Any, k: Any, mask: Any, causal: bool, scale: float) -> Any:
    """P = softmax(s Q Kᵀ + M) row by row; zeros where a query may look nowhere."""
    scores = (scale * q) @ k.mT
    if causal:
        scores = torch.where(causal_mask(q.shape[-2], k.shape[-2], q.device), scores, -math.inf)
    if mask is not None:  # selected, since +∞ − ∞ is no number
        scores = torch.where(mask == -math.inf, -math.inf, scores + mask)
    if 0 in scores.shape:
        return scores
    largest = scores.amax(-1, keepdim=True)  # −∞ where all is hidden
    e = torch.exp(scores - torch.where(largest == -math.inf, 0.0, largest))
    return e / e.sum(-1, keepdim=True).clamp(min=torch.finfo(q.dtype).tiny)


def scaled_dot_product_attention(
    query: Any, key: Any, value: Any, attn_mask: Any = None, dropout_p: float = 0.0,
    is_causal: bool = False, scale: float | None = None,
) -> Tensor:  # fmt: skip
    """softmax(Q Kᵀ / √D + mask) V, as torch.nn.functional.scaled_dot_product_attention.

    query (…, T, D), key (…, S, D), value (…, S, E); attn_mask (…, T, S) is True where a query may
    look, or is added to the scores; is_causal lets query t see keys 0..t only. A query that may
    look nowhere gets zeros. Raises ValueError or TypeError for shapes and masks that do not fit.
    """
    check_attention(query, key, value)
    check_probability("scaled_dot_product_attention", dropout_p)
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    if is_causal and attn_mask is not None:
        raise ValueError("is_causal already is a mask: give attn_mask or is_causal, not both")
    mask = additive(attn_mask, query, key)
    return attend(query, key, value, mask, is_causal, scale, dropout_p)


def attend(
    query: Any, key: Any, value: Any, mask: torch.Tensor | None, causal: bool, scale: float,
    dropout_p: float,
) -> Tensor:  # fmt: skip
    """Draw dropout's mask, then take the fastest form for these shapes."""
    kept = None
    if dropout_p:
        shape = (*query.shape[:-1], key.shape[-2])
        draw = torch.rand(shape, dtype=query.dtype, device=query.device)
        kept = (draw >= dropout_p).to(query.dtype) / max(1 - dropout_p, 1e-12)
    arguments = (query, key, value, mask, causal, scale, kept)
    return fastest(AttentionFunction, *arguments).apply(*arguments)


def causal_mask(queries: int, keys: int, device: Any = None) -> torch.Tensor:
    """(T, S) booleans: True where key s ≤ query t."""
    return torch.ones(queries, keys, dtype=torch.bool, device=device).tril()


def additive(mask: Any, query: Any, key: Any) -> torch.Tensor | None:
    """A mask as a number to add: 0 where True, −∞ where False; numbers stay as they are."""
    if mask is None:
        return None
    check_tensor("a mask for attention", mask)
    mask = mask.data if isinstance(mask, Tensor) else mask
    if mask.dtype != torch.bool and not mask.is_floating_point():
        raise TypeError(
            f"a mask holds booleans (True: may look) or numbers to add, got {mask.dtype}"
        )
    shape = (*query.shape[:-1], key.shape[-2])
    try:
        fits = torch.broadcast_shapes(mask.shape, shape) == torch.Size(shape)
    except RuntimeError:
        fits = False
    if not fits:
        raise ValueError(f"mask of shape {tuple(mask.shape)} does not fit scores of shape {shape}")
    if mask.dtype == torch.bool:
        zero = torch.zeros((), dtype=query.dtype, device=mask.device)
        return torch.where(mask, zero, -math.inf)
    return mask.to(query.dtype)


def check_attention(query: Any, key: Any, value: Any) -> None:
    """Raise ValueError unless query (…, T, D), key (…, S, D) and value (…, S, E) fit."""
    check_floating("attention", query, key, value)
    shapes = f"query {tuple(query.shape)}, key {tuple(key.shape)}, value {tuple(value.shape)}"
    if min(query.ndim, key.ndim, value.ndim) < 2:
        raise ValueError(f"attention takes at least two axes (T, D) each, got {shapes}")
    if query.shape[-1] != key.shape[-1] or key.shape[-2] != value.shape[-2]:
        raise ValueError(
            f"attention needs query and key of one width, and as many values as keys, got {shapes}"
        )
    if not query.dtype == key.dtype == value.dtype:
        raise TypeError(
            f"attention needs one dtype, got {query.dtype}, {key.dtype} and {value.dtype}"
        )
