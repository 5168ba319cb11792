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
    """y = P V with P = softmax(s Q Kᵀ + M) row by row.

    q (…, T, D)   k (…, S, D)   v (…, S, E)   M, added to the scores, (…, T, S) or None
    y (…, T, E)   and P (…, T, S).   `kept` is dropout's mask on P, or None.
    dL/dS = P (G − Σ G P) with G = dL/dP = g Vᵀ: softmax's own backward.
    """

    @staticmethod
    def forward(ctx, q, k, v, mask, scale, kept):
        scores = (q @ k.mT).mul_(scale)
        if mask is not None:  # selected, since +∞ − ∞ is no number
            scores = (scores + mask).masked_fill_(mask == -math.inf, -math.inf)
        largest = scores.amax(-1, keepdim=True) if k.shape[-2] else scores.new_zeros(1)
        scores.sub_(torch.where(largest == -math.inf, 0.0, largest)).exp_()
        p = scores.div_(scores.sum(-1, keepdim=True).clamp_min(torch.finfo(q.dtype).tiny))
        dropped = p if kept is None else p * kept
        ctx.save_for_backward(q, k, v, p, kept)
        ctx.scale = scale
        ctx.mark_non_differentiable(p)
        return dropped @ v, p

    @staticmethod
    def backward(ctx, grad, _):
        q, k, v, p, kept = ctx.saved_tensors
        to_v = (p if kept is None else p * kept).mT @ grad
        to_p = grad @ v.mT
        to_p = to_p if kept is None else to_p.mul_(kept)
        to_scores = to_p.sub_((to_p * p).sum(-1, keepdim=True)).mul_(p).mul_(ctx.scale)
        to_q, to_k = to_scores @ k, to_scores.mT @ q
        shapes = zip((to_q, to_k, to_v), (q, k, v), strict=True)
        return *(g.sum_to_size(x.shape) for g, x in shapes), None, None, None


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
    if attn_mask is None and not dropout_p:
        form: Any = fastest(AttentionFunction, query, key, value, is_causal)
        if form is not AttentionFunction:
            return form.apply(query, key, value, is_causal, scale)
    if is_causal:
        attn_mask = causal_mask(query.shape[-2], key.shape[-2], query.device)
    return attend(query, key, value, additive(attn_mask, query, key), dropout_p, scale)[0]


def attend(
    query: Any, key: Any, value: Any, mask: torch.Tensor | None, dropout_p: float, scale: float
) -> tuple[Tensor, Tensor]:
    """The plain form: the result and the attention weights P (which carry no gradient)."""
    kept = None
    if dropout_p:
        shape = (*query.shape[:-1], key.shape[-2])
        draw = torch.rand(shape, dtype=query.dtype, device=query.device)
        kept = (draw >= dropout_p).to(query.dtype) / max(1 - dropout_p, 1e-12)
    return AttentionFunction.apply(query, key, value, mask, scale, kept)


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
