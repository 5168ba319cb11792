"""2019-2023: what a block of a Transformer became, four changes later (chapter 17).

Norm without a mean: B. Zhang, R. Sennrich (2019), https://arxiv.org/abs/1910.07467. Gated network:
N. Shazeer, GLU variants improve Transformer (2020), https://arxiv.org/abs/2002.05202. Rotary
positions: J. Su and others (2021), https://arxiv.org/abs/2104.09864. Heads that share keys: J.
Ainslie and others (2023), https://arxiv.org/abs/2305.13245. The first three together: H. Touvron
and others, LLaMA (2023), https://arxiv.org/abs/2302.13971, section 2.2.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Function, Tensor
from dlcore.models.language.seen import Seen, likeliest, look_back, through
from dlcore.models.renaming import Table, load_renamed

TRANSFORMERS: Table = {  # our name: its name in LlamaForCausalLM
    "tokens.": "model.embed_tokens.",
    "blocks.#.norm1.": "model.layers.#.input_layernorm.",
    "blocks.#.attention.": "model.layers.#.self_attn.",
    "blocks.#.norm2.": "model.layers.#.post_attention_layernorm.",
    "blocks.#.mlp.": "model.layers.#.mlp.",
    "norm.": "model.norm.",
    "head.": "lm_head.",
}


class SwiGLUFunction(Function):
    """y = silu(a) · b with silu(a) = a σ(a), number by number: a, b, y of one shape.

    silu'(a) = σ(a) (1 + a (1 − σ(a))).
    """

    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * torch.sigmoid(a) * b

    @staticmethod
    def backward(ctx, grad):
        a, b = ctx.saved_tensors
        s = torch.sigmoid(a)
        return grad * b * s * (1 + a * (1 - s)), grad * a * s


class SwiGLU(nn.Module):
    """y = W_down (silu(W_gate x) · W_up x): x (…, D), `wide` numbers between, y (…, D)."""

    def __init__(self, d_model: int, wide: int, bias: bool = False) -> None:
        self.gate_proj = nn.Linear(d_model, wide, bias)
        self.up_proj = nn.Linear(d_model, wide, bias)
        self.down_proj = nn.Linear(wide, d_model, bias)

    def forward(self, x: Any) -> Tensor:
        return self.down_proj(SwiGLUFunction.apply(self.gate_proj(x), self.up_proj(x)))


class GroupedQueryAttention(nn.Module):
    """Causal attention in which several heads of queries share keys and values: x, y (N, T, D).

    num_kv_heads divides nhead; equal to it, this is multi-head attention, 1 is multi-query.
    rotary_base turns queries and keys by their places; None leaves them.
    """

    def __init__(
        self, d_model: int, nhead: int, num_kv_heads: int | None = None,
        rotary_base: float | None = 10_000.0, bias: bool = False,
    ) -> None:  # fmt: skip
        few = nhead if num_kv_heads is None else num_kv_heads
        if nhead < 1 or d_model % nhead or few < 1 or nhead % few:
            raise ValueError(
                "heads split the width evenly, and groups the heads, got "
                f"{d_model=}, {nhead=}, num_kv_heads={few}"
            )
        self.nhead, self.few, self.width = nhead, few, d_model // nhead
        self.q_proj = nn.Linear(d_model, d_model, bias)
        self.k_proj = nn.Linear(d_model, few * self.width, bias)
        self.v_proj = nn.Linear(d_model, few * self.width, bias)
        self.o_proj = nn.Linear(d_model, d_model, bias)
        self.rotary = None
        if rotary_base is not None:
            self.rotary = nn.RotaryPositions(self.width, rotary_base)

    def forward(self, x: Any, seen: Seen | None = None) -> Tensor:
        """With `seen` the tokens continue those of earlier calls."""
        n, t, d = x.shape
        q = self.q_proj(x).reshape(n, t, self.nhead, self.width).transpose(1, 2)
        k, v = (
            make(x).reshape(n, t, self.few, self.width).transpose(1, 2)
            for make in (self.k_proj, self.v_proj)
        )
        if self.rotary is not None:
            q, k = (self.rotary(part, len(seen) if seen is not None else 0) for part in (q, k))
        if seen is not None:
            k, v = seen.extend(k, v)
        if self.few < self.nhead:
            k, v = (part.repeat_interleave(self.nhead // self.few, 1) for part in (k, v))
        return self.o_proj(look_back(q, k, v).transpose(1, 2).reshape(n, t, d))


class LlamaBlock(nn.Module):
    """x + attention(norm(x)), then x + mlp(norm(x)), with RMS norms and no biases."""

    def __init__(
        self, d_model: int, nhead: int, num_kv_heads: int | None = None, wide: int | None = None,
        eps: float = 1e-6, rotary_base: float = 10_000.0,
    ) -> None:  # fmt: skip
        self.norm1 = nn.RMSNorm(d_model, eps)
        self.attention = GroupedQueryAttention(d_model, nhead, num_kv_heads, rotary_base)
        self.norm2 = nn.RMSNorm(d_model, eps)
        self.mlp = SwiGLU(d_model, 8 * d_model // 3 if wide is None else wide)

    def forward(self, x: Any, seen: Seen | None = None) -> Tensor:
        x = x + self.attention(self.norm1(x), seen)
        return x + self.mlp(self.norm2(x))


class Llama(nn.Module):
    """tokens (N, T), whole numbers below V  →  logits (N, T, V): what comes after each token.

    wide is the width between the two maps of a block, 8/3 of d_model unless given, which costs as
    much as 4 without a gate. No dropout; the output layer has a table of its own.
    """

    def __init__(
        self, vocab_size: int, d_model: int, nhead: int, num_layers: int,
        num_kv_heads: int | None = None, wide: int | None = None, eps: float = 1e-6,
        rotary_base: float = 10_000.0,
    ) -> None:  # fmt: skip
        if num_layers < 1:
            raise ValueError(f"Llama needs at least one block, got {num_layers=}")
        self.tokens = nn.Embedding(vocab_size, d_model)
        self.blocks = nn.ModuleList(
            LlamaBlock(d_model, nhead, num_kv_heads, wide, eps, rotary_base)
            for _ in range(num_layers)
        )
        self.norm = nn.RMSNorm(d_model, eps)
        self.head = nn.Linear(d_model, vocab_size, bias=False)
        for parameter in self.parameters():
            if parameter.ndim > 1:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, tokens: Any, seen: list[Seen] | None = None) -> Tensor:
        """With `seen`, from start(), the tokens continue those of earlier calls."""
        if tokens.ndim != 2 or tokens.shape[1] < 1:
            raise ValueError(f"Llama takes tokens (N, T ≥ 1), got shape {tuple(tokens.shape)}")
        return self.head(self.norm(through(self.blocks, self.tokens(tokens), seen)))

    def start(self) -> list[Seen]:
        """An empty memory of keys and values, one for each block."""
        return [Seen() for _ in self.blocks]

    def generate(self, tokens: torch.Tensor, length: int) -> torch.Tensor:
        """tokens (N, T) and `length` more, each the likeliest: (N, T + length)."""
        return likeliest(self, tokens, length)

    def load_transformers(self, state: dict[str, torch.Tensor]) -> None:
        """Take the weights of a LlamaForCausalLM of the package transformers, from state_dict()."""
        load_renamed(self, state, TRANSFORMERS)
