"""2017, Ashish Vaswani and others: several look-ups side by side (chapter 17).

Attention Is All You Need (2017), https://arxiv.org/abs/1706.03762, section 3.2.2.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore.autodiff import Tensor
from dlcore.layers.attention import additive, attend, attention_weights
from dlcore.layers.check import check_floating, check_same_kind, check_sizes, check_tensor
from dlcore.layers.dropout import check_probability
from dlcore.layers.init import xavier_uniform_
from dlcore.layers.linear import Linear, LinearMap
from dlcore.layers.module import Module, Parameter


class MultiheadAttention(Module):
    """Several attentions side by side on slices of the width, as torch.nn.MultiheadAttention.

    query (T, N, D), key and value (S, N, D), or (N, T, D) with batch_first, or without N.
    Masks are torch's here too: True, in key_padding_mask (N, S) or attn_mask (T, S) or
    (N·heads, T, S), means that a key may NOT be seen. Returns (result, weights); weights (N, T, S)
    are averaged over the heads, carry no gradient, and are None unless need_weights.
    """

    def __init__(
        self, embed_dim: int, num_heads: int, dropout: float = 0.0, bias: bool = True,
        add_bias_kv: bool = False, add_zero_attn: bool = False, kdim: int | None = None,
        vdim: int | None = None, batch_first: bool = False, device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        check_sizes("MultiheadAttention", embed_dim=embed_dim, num_heads=num_heads)
        if embed_dim % num_heads:
            raise ValueError(
                f"MultiheadAttention splits embed_dim evenly over its heads, got "
                f"embed_dim={embed_dim}, num_heads={num_heads}"
            )
        if add_bias_kv or add_zero_attn:
            raise ValueError("MultiheadAttention has no add_bias_kv and no add_zero_attn")
        check_probability("MultiheadAttention", dropout)
        self.embed_dim, self.num_heads, self.dropout = embed_dim, num_heads, dropout
        self.kdim, self.vdim = kdim or embed_dim, vdim or embed_dim
        self.batch_first, self.head_dim = batch_first, embed_dim // num_heads
        self.same_width = self.kdim == embed_dim and self.vdim == embed_dim
        like: dict[str, Any] = {"device": device, "dtype": dtype}
        if self.same_width:
            self.in_proj_weight = Parameter(torch.empty(3 * embed_dim, embed_dim, **like))
        else:
            self.q_proj_weight = Parameter(torch.empty(embed_dim, embed_dim, **like))
            self.k_proj_weight = Parameter(torch.empty(embed_dim, self.kdim, **like))
            self.v_proj_weight = Parameter(torch.empty(embed_dim, self.vdim, **like))
        self.in_proj_bias = Parameter(torch.zeros(3 * embed_dim, **like)) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias, device, dtype)
        for name, parameter in self.named_parameters():
            if name.endswith("proj_weight"):
                xavier_uniform_(parameter)
        if bias:
            self.out_proj.bias.data.zero_()

    def forward(
        self, query: Any, key: Any, value: Any, key_padding_mask: Any = None,
        need_weights: bool = True, attn_mask: Any = None, average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Any]:  # fmt: skip
        self.check(query, key, value)
        q, k, v = (self.split_heads(x) for x in self.project(query, key, value))
        rate = self.dropout if self.training else 0.0
        causal, scale = is_causal and attn_mask is None, 1 / math.sqrt(self.head_dim)
        mask = self.mask(q, k, attn_mask, key_padding_mask)
        y = self.join_heads(attend(q, k, v, mask, causal, scale, rate), query)
        if not need_weights:
            return y, None
        weights = attention_weights(q.data, k.data, mask, causal, scale)
        weights = weights.mean(1) if average_attn_weights else weights
        return y, Tensor(weights if query.ndim == 3 else weights[0])

    def project(self, query: Any, key: Any, value: Any) -> list[Tensor]:
        """The queries, keys and values, each with its own part of the weights."""
        width = self.embed_dim
        if self.same_width and query is key is value:  # self-attention: one product does all
            joint = LinearMap.apply(query, self.in_proj_weight, self.in_proj_bias)
            return list(joint.chunk(3, -1))
        parts = [slice(i * width, (i + 1) * width) for i in range(3)]
        if self.same_width:
            weights = [self.in_proj_weight[part] for part in parts]
        else:
            weights = [self.q_proj_weight, self.k_proj_weight, self.v_proj_weight]
        biases = [None if self.in_proj_bias is None else self.in_proj_bias[part] for part in parts]
        inputs = zip((query, key, value), weights, biases, strict=True)
        return [LinearMap.apply(x, weight, bias) for x, weight, bias in inputs]

    def split_heads(self, x: Tensor) -> Tensor:
        """(T, N, E), (N, T, E) with batch_first, or (T, E)  →  (N, heads, T, E / heads)."""
        x = x.reshape(*x.shape[:-1], self.num_heads, self.head_dim)
        if x.ndim == 3:
            return x.transpose(0, 1).unsqueeze(0)
        return x.permute(0, 2, 1, 3) if self.batch_first else x.permute(1, 2, 0, 3)

    def join_heads(self, y: Tensor, query: Any) -> Tensor:
        """Back to query's layout, then through the output projection."""
        if query.ndim == 2:
            y = y.squeeze(0).transpose(0, 1)
        else:
            y = y.permute(0, 2, 1, 3) if self.batch_first else y.permute(2, 0, 1, 3)
        return self.out_proj(y.reshape(*query.shape[:-1], self.embed_dim))

    def mask(self, q: Tensor, k: Tensor, attn_mask: Any, padding: Any) -> torch.Tensor | None:
        """Both of torch's masks, in which True means blocked, as numbers to add to the scores."""
        total: Any = None
        for mask, is_padding in ((attn_mask, False), (padding, True)):
            if mask is None:
                continue
            check_tensor("MultiheadAttention's mask", mask)
            if mask.dtype != torch.bool and not mask.dtype.is_floating_point:
                raise TypeError(
                    "MultiheadAttention takes masks of booleans, True where a key may NOT be seen, "
                    f"or numbers to add, got {mask.dtype}; where 1 means that a token is there, "
                    "write mask == 0"
                )
            mask = ~mask if mask.dtype == torch.bool else mask
            if is_padding:  # (N, S), or (S,) without a batch
                mask = mask[..., None, None, :] if mask.ndim else mask
            elif mask.ndim == 3:  # (N·heads, T, S)
                if len(mask) != len(q) * self.num_heads:
                    raise ValueError(
                        f"MultiheadAttention takes attn_mask (T, S) or (N·heads, T, S) with "
                        f"N·heads = {len(q) * self.num_heads}, got shape {tuple(mask.shape)}"
                    )
                mask = mask.reshape(-1, self.num_heads, *mask.shape[1:])
            added = additive(mask, q, k)
            total = added if total is None else total + added
        return total

    def check(self, query: Any, key: Any, value: Any) -> None:
        """Raise ValueError or TypeError unless query, key and value fit this layer."""
        check_floating("MultiheadAttention", query, key, value)
        for x in (query, key, value):
            check_same_kind("MultiheadAttention", x, self.out_proj.weight)
        ranks = {query.ndim, key.ndim, value.ndim}
        if len(ranks) > 1 or ranks.pop() not in (2, 3) or key.shape[:-1] != value.shape[:-1]:
            raise ValueError(
                f"MultiheadAttention takes query, key and value with 2 or 3 axes, as many values "
                f"as keys, got {tuple(query.shape)}, {tuple(key.shape)}, {tuple(value.shape)}"
            )
        widths = (query.shape[-1], key.shape[-1], value.shape[-1])
        if widths != (self.embed_dim, self.kdim, self.vdim):
            raise ValueError(
                f"MultiheadAttention takes widths embed_dim={self.embed_dim}, kdim={self.kdim}, "
                f"vdim={self.vdim}, got {widths}"
            )
        n = 0 if self.batch_first else 1
        if query.ndim == 3 and query.shape[n] != key.shape[n]:
            raise ValueError(
                f"MultiheadAttention got {query.shape[n]} queries' and {key.shape[n]} keys' "
                f"batches; with batch_first={self.batch_first} the batch is axis {n}"
            )
