"""2017, Ashish Vaswani and others: the Transformer's layers (chapter 17).

Attention Is All You Need (2017), https://arxiv.org/abs/1706.03762. With norm_first the
normalisation stands inside the residual branch: R. Xiong and others (2020),
https://arxiv.org/abs/2002.04745. Names, arguments and state-dict keys are torch.nn's.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch

from dlcore.autodiff import Tensor
from dlcore.layers.activation import relu
from dlcore.layers.container import ModuleList
from dlcore.layers.dropout import Dropout
from dlcore.layers.init import xavier_uniform_
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
        device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        if isinstance(activation, str):
            if activation not in ACTIVATIONS:
                raise ValueError(f"activation is 'relu', 'gelu' or a function, got {activation!r}")
            activation = ACTIVATIONS[activation]
        like = {"device": device, "dtype": dtype}
        attention = {"dropout": dropout, "bias": bias, "batch_first": batch_first, **like}
        self.self_attn = MultiheadAttention(d_model, nhead, **attention)
        if self.crosses:
            self.multihead_attn = MultiheadAttention(d_model, nhead, **attention)
        self.linear1 = Linear(d_model, dim_feedforward, bias=bias, **like)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias=bias, **like)
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias, **like)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias, **like)
        if self.crosses:
            self.norm3 = LayerNorm(d_model, layer_norm_eps, bias=bias, **like)
        self.dropout1, self.dropout2 = Dropout(dropout), Dropout(dropout)
        if self.crosses:
            self.dropout3 = Dropout(dropout)
        self.norm_first, self.activation = norm_first, activation

    def residual(self, x: Any, norm: Module, branch: Callable[[Any], Tensor]) -> Tensor:
        """x + branch(norm(x)), or norm(x + branch(x))."""
        return x + branch(norm(x)) if self.norm_first else norm(x + branch(x))

    def feed_forward(self, x: Any, dropout: Module) -> Tensor:
        """The two linear maps at each position."""
        return dropout(self.linear2(self.dropout(self.activation(self.linear1(x)))))

    def self_attention(self, x: Any, mask: Any, padding: Any, is_causal: bool) -> Tensor:
        """What each position gathers from all."""
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

    def __init__(
        self, encoder_layer: Module, num_layers: int, norm: Module | None = None,
        enable_nested_tensor: bool = True, mask_check: bool = True,
    ) -> None:  # fmt: skip
        """The last two are torch's hints for speed, which nothing here depends on."""
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


class Transformer(Module):
    """Encoder and decoder of Attention Is All You Need, without embeddings: torch.nn.Transformer.

    src (S, N, D) and tgt (T, N, D), or (N, S, D) and (N, T, D) with batch_first -> tgt's shape.
    Masks are True where a key may NOT be seen, or numbers to add to the scores.
    """

    def __init__(
        self, d_model: int = 512, nhead: int = 8, num_encoder_layers: int = 6,
        num_decoder_layers: int = 6, dim_feedforward: int = 2048, dropout: float = 0.1,
        activation: str | Callable[[Any], Tensor] = relu, custom_encoder: Module | None = None,
        custom_decoder: Module | None = None, layer_norm_eps: float = 1e-5,
        batch_first: bool = False, norm_first: bool = False, bias: bool = True,
        device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        sizes = d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps
        order = batch_first, norm_first, bias, device, dtype
        like = {"device": device, "dtype": dtype}
        self.encoder = custom_encoder or TransformerEncoder(
            TransformerEncoderLayer(*sizes, *order), num_encoder_layers,
            LayerNorm(d_model, layer_norm_eps, bias=bias, **like),
        )  # fmt: skip
        self.decoder = custom_decoder or TransformerDecoder(
            TransformerDecoderLayer(*sizes, *order), num_decoder_layers,
            LayerNorm(d_model, layer_norm_eps, bias=bias, **like),
        )  # fmt: skip
        self.d_model, self.nhead, self.batch_first = d_model, nhead, batch_first
        for parameter in self.parameters():
            if parameter.ndim > 1:
                xavier_uniform_(parameter)

    def forward(
        self, src: Any, tgt: Any, src_mask: Any = None, tgt_mask: Any = None,
        memory_mask: Any = None, src_key_padding_mask: Any = None, tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None, src_is_causal: bool = False,
        tgt_is_causal: bool = False, memory_is_causal: bool = False,
    ) -> Tensor:  # fmt: skip
        memory = self.encoder(src, src_mask, src_key_padding_mask, src_is_causal)
        return self.decoder(
            tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask,
            tgt_is_causal, memory_is_causal,
        )  # fmt: skip

    @staticmethod
    def generate_square_subsequent_mask(
        sz: int, device: Any = None, dtype: torch.dtype | None = None
    ) -> torch.Tensor:
        """(sz, sz): −∞ above the diagonal, so that no place sees a later one, and 0 elsewhere."""
        return torch.full((sz, sz), -torch.inf, device=device, dtype=dtype).triu(1)


def copies(layer: Module, count: int) -> ModuleList:
    """The same layer `count` times: equal weights at first, which then go their own ways."""
    if count < 1:
        raise ValueError(f"a stack needs at least one layer, got num_layers={count}")
    return ModuleList(copy.deepcopy(layer) for _ in range(count))
