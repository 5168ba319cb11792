"""2017, Ashish Vaswani and others: the Transformer's layers (chapter 17).

Attention Is All You Need (2017), https://arxiv.org/abs/1706.03762. With norm_first the
normalisation stands inside the residual branch: R. Xiong and others (2020),
https://arxiv.org/abs/2002.04745. Names, arguments and state-dict keys are torch.nn's.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from dlcore.autodiff import Tensor
from dlcore.layers.activation import relu
from dlcore.layers.container import ModuleList
from dlcore.layers.dropout import Dropout
from dlcore.layers.layer_norm import LayerNorm
from dlcore.layers.linear import Linear
from dlcore.layers.module import Module
from dlcore.layers.multihead import MultiheadAttention
from dlcore.layers.rectifier import gelu

ACTIVATIONS: dict[str, Callable[[Any], Tensor]] = {"relu": relu, "gelu": gelu}


class TransformerBlock(Module):
    """What encoder and decoder layers share: self-attention and a two-layer network, each with
    dropout, a residual connection and a layer norm (before it with norm_first, else after)."""

    crosses = False  # a decoder also looks at the encoder's result

    def __init__(
        self, d_model: int, nhead: int, dim_feedforward: int = 2048, dropout: float = 0.1,
        activation: str | Callable[[Any], Tensor] = "relu", layer_norm_eps: float = 1e-5,
        batch_first: bool = False, norm_first: bool = False, bias: bool = True,
    ) -> None:  # fmt: skip
        if isinstance(activation, str):
            if activation not in ACTIVATIONS:
                raise ValueError(f"activation is 'relu', 'gelu' or a function, got {activation!r}")
            activation = ACTIVATIONS[activation]
        attention = {"dropout": dropout, "bias": bias, "batch_first": batch_first}
        self.self_attn = MultiheadAttention(d_model, nhead, **attention)
        if self.crosses:
            self.multihead_attn = MultiheadAttention(d_model, nhead, **attention)
        self.linear1 = Linear(d_model, dim_feedforward, bias=bias)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias=bias)
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        if self.crosses:
            self.norm3 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.dropout1, self.dropout2 = Dropout(dropout), Dropout(dropout)
        if self.crosses:
            self.dropout3 = Dropout(dropout)
        self.norm_first, self.activation = norm_first, activation

    def residual(self, x: Any, norm: Module, branch: Callable[[Any], Tensor]) -> Tensor:
        """x + branch(norm(x)), or norm(x + branch(x))."""
        return x + branch(norm(x)) if self.norm_first else norm(x + branch(x))

    def feed_forward(self, x: Any, dropout: Module) -> Tensor:
        return dropout(self.linear2(self.dropout(self.activation(self.linear1(x)))))

    def self_attention(self, x: Any, mask: Any, padding: Any, is_causal: bool) -> Tensor:
        y, _ = self.self_attn(
            x, x, x, key_padding_mask=padding, need_weights=False, attn_mask=mask,
            is_causal=is_causal,
        )  # fmt: skip
        return self.dropout1(y)


class TransformerEncoderLayer(TransformerBlock):
    """Self-attention, then a two-layer network: src (S, N, D), or (N, S, D) with batch_first.

    src_mask (S, S) and src_key_padding_mask (N, S) are True where a key may NOT be seen.
    """

    def forward(
        self, src: Any, src_mask: Any = None, src_key_padding_mask: Any = None,
        is_causal: bool = False,
    ) -> Tensor:  # fmt: skip
        attend = lambda x: self.self_attention(x, src_mask, src_key_padding_mask, is_causal)  # noqa: E731
        x = self.residual(src, self.norm1, attend)
        return self.residual(x, self.norm2, lambda x: self.feed_forward(x, self.dropout2))


class TransformerDecoderLayer(TransformerBlock):
    """Self-attention, attention to the encoder's result `memory`, then a two-layer network."""

    crosses = True

    def forward(
        self, tgt: Any, memory: Any, tgt_mask: Any = None, memory_mask: Any = None,
        tgt_key_padding_mask: Any = None, memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False, memory_is_causal: bool = False,
    ) -> Tensor:  # fmt: skip
        def look_back(x: Any) -> Tensor:
            return self.self_attention(x, tgt_mask, tgt_key_padding_mask, tgt_is_causal)

        def look_across(x: Any) -> Tensor:
            y, _ = self.multihead_attn(
                x, memory, memory, key_padding_mask=memory_key_padding_mask, need_weights=False,
                attn_mask=memory_mask, is_causal=memory_is_causal,
            )  # fmt: skip
            return self.dropout2(y)

        x = self.residual(tgt, self.norm1, look_back)
        x = self.residual(x, self.norm2, look_across)
        return self.residual(x, self.norm3, lambda x: self.feed_forward(x, self.dropout3))


class TransformerEncoder(Module):
    """num_layers copies of a layer, one after the other, and a last norm if given."""

    def __init__(self, encoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        self.layers = copies(encoder_layer, num_layers)
        self.norm = norm

    def forward(
        self, src: Any, mask: Any = None, src_key_padding_mask: Any = None, is_causal: bool = False
    ) -> Tensor:
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask, is_causal)
        return src if self.norm is None else self.norm(src)


class TransformerDecoder(Module):
    """num_layers copies of a decoder layer, one after the other, and a last norm if given."""

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        self.layers = copies(decoder_layer, num_layers)
        self.norm = norm

    def forward(
        self, tgt: Any, memory: Any, tgt_mask: Any = None, memory_mask: Any = None,
        tgt_key_padding_mask: Any = None, memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False, memory_is_causal: bool = False,
    ) -> Tensor:  # fmt: skip
        for layer in self.layers:
            tgt = layer(
                tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask,
                tgt_is_causal, memory_is_causal,
            )  # fmt: skip
        return tgt if self.norm is None else self.norm(tgt)


def copies(layer: Module, count: int) -> ModuleList:
    """The same layer `count` times: equal weights at first, which then go their own ways."""
    if count < 1:
        raise ValueError(f"a stack needs at least one layer, got num_layers={count}")
    return ModuleList(copy.deepcopy(layer) for _ in range(count))
