"""2018, Alec Radford and others: predict the next token, and the one after it (chapter 18).

A. Radford, K. Narasimhan, T. Salimans, I. Sutskever, Improving language understanding by generative
pre-training (2018); the form here is GPT-2's: A. Radford, J. Wu, R. Child, D. Luan, D. Amodei,
I. Sutskever, Language models are unsupervised multitask learners (2019), section 2.3. Sharing the
table of tokens with the output layer: O. Press, L. Wolf (2016), https://arxiv.org/abs/1608.05859.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor, no_grad
from dlcore.models.language.seen import Seen, look_back, through
from dlcore.models.renaming import Table, load_renamed

TRANSFORMERS: Table = {  # our name: its name in GPT2LMHeadModel
    "tokens.": "transformer.wte.",
    "positions.": "transformer.wpe.",
    "blocks.#.norm1.": "transformer.h.#.ln_1.",
    "blocks.#.attention.qkv.": "transformer.h.#.attn.c_attn.",
    "blocks.#.attention.out.": "transformer.h.#.attn.c_proj.",
    "blocks.#.norm2.": "transformer.h.#.ln_2.",
    "blocks.#.mlp.0.": "transformer.h.#.mlp.c_fc.",
    "blocks.#.mlp.2.": "transformer.h.#.mlp.c_proj.",
    "norm.": "transformer.ln_f.",
    "head.": "lm_head.",
}


class CausalSelfAttention(nn.Module):
    """Each token looks at itself and at those before it: x (N, T, D), y (N, T, D)."""

    def __init__(self, d_model: int, nhead: int, dropout: float = 0.0) -> None:
        if nhead < 1 or d_model % nhead:
            raise ValueError(f"heads split the width evenly, got {d_model=}, {nhead=}")
        self.nhead, self.dropout = nhead, dropout
        self.qkv = nn.Linear(d_model, 3 * d_model)
        self.out = nn.Linear(d_model, d_model)

    def forward(self, x: Any, seen: Seen | None = None) -> Tensor:
        n, t, d = x.shape
        shape = (n, t, self.nhead, d // self.nhead)
        q, k, v = (part.view(shape).transpose(1, 2) for part in self.qkv(x).split(d, 2))
        if seen is not None:
            k, v = seen.extend(k, v)
        y = look_back(q, k, v, self.dropout if self.training else 0.0)
        return self.out(y.transpose(1, 2).reshape(n, t, d))


class Block(nn.Module):
    """x + attention(norm(x)), then x + mlp(norm(x)): what each adds, later blocks can read."""

    def __init__(self, d_model: int, nhead: int, dropout: float = 0.0) -> None:
        self.norm1 = nn.LayerNorm(d_model)
        self.attention = CausalSelfAttention(d_model, nhead, dropout)
        self.norm2 = nn.LayerNorm(d_model)
        wide = 4 * d_model
        self.mlp = nn.Sequential(
            nn.Linear(d_model, wide), nn.GELU("tanh"), nn.Linear(wide, d_model)
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Any, seen: Seen | None = None) -> Tensor:
        x = x + self.dropout(self.attention(self.norm1(x), seen))
        return x + self.dropout(self.mlp(self.norm2(x)))


class GPT(nn.Module):
    """tokens (N, T), whole numbers below V  →  logits (N, T, V): what comes after each token.

    vocab_size V, context the largest T, d_model D the width, nhead heads in each of num_layers
    blocks. With tied=True, as in GPT-2, the output layer uses the table of tokens.
    Raises ValueError for more tokens than the context holds, a width that the heads do not divide.
    """

    def __init__(
        self, vocab_size: int, context: int, d_model: int, nhead: int, num_layers: int,
        dropout: float = 0.0, tied: bool = True,
    ) -> None:  # fmt: skip
        if num_layers < 1:
            raise ValueError(f"GPT needs at least one block, got {num_layers=}")
        self.context, self.tied = context, tied
        self.tokens = nn.Embedding(vocab_size, d_model)
        self.positions = nn.Embedding(context, d_model)
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(Block(d_model, nhead, dropout) for _ in range(num_layers))
        self.norm = nn.LayerNorm(d_model)
        self.head = nn.Linear(d_model, vocab_size, bias=False)
        small_weights(self)
        for name, weight in self.named_parameters():  # 2 · num_layers branches are summed
            if name.endswith(("attention.out.weight", "mlp.2.weight")):
                nn.init.normal_(weight, std=0.02 / math.sqrt(2 * num_layers))
        if tied:
            self.head.weight = self.tokens.weight

    def forward(self, tokens: Any, seen: list[Seen] | None = None) -> Tensor:
        """With `seen`, from start(), the tokens continue those of earlier calls."""
        before = len(seen[0]) if seen else 0
        if tokens.ndim != 2 or not 0 < before + tokens.shape[1] <= self.context:
            raise ValueError(
                f"GPT takes tokens (N, T) with 1 ≤ T ≤ context={self.context}, got shape "
                f"{tuple(tokens.shape)} after {before} earlier ones"
            )
        places = torch.arange(before, before + tokens.shape[1], device=tokens.device)
        x = self.dropout(self.tokens(tokens) + self.positions(places))
        return self.head(self.norm(through(self.blocks, x, seen)))

    def start(self) -> list[Seen]:
        """An empty memory of keys and values, one for each block."""
        return [Seen() for _ in self.blocks]

    @no_grad()
    def generate(
        self, tokens: torch.Tensor, length: int, temperature: float = 1.0,
        top_k: int | None = None, generator: torch.Generator | None = None,
    ) -> torch.Tensor:  # fmt: skip
        """tokens (N, T) and `length` more that the model makes up: (N, T + length).

        temperature divides the logits, 0 takes the likeliest token; top_k draws among the k
        likeliest. Each step computes one new token; once the context is full it slides along, and
        since all positions shift, each step then computes all of it. Call eval() first.
        Raises ValueError for no token to begin with or a setting out of range.
        """
        if tokens.ndim != 2 or tokens.shape[1] == 0:
            raise ValueError(f"generate continues tokens (N, T ≥ 1), got {tuple(tokens.shape)}")
        seen, new = self.start(), tokens
        for _ in range(length):
            if len(seen[0]) + new.shape[1] > self.context:
                seen, new = self.start(), tokens[:, -self.context :]
            new = choose(self(new, seen).data[:, -1], temperature, top_k, generator)
            tokens = torch.cat([tokens, new], 1)
        return tokens

    def load_transformers(self, state: dict[str, torch.Tensor]) -> None:
        """Take the weights of a GPT2LMHeadModel of the package transformers, from state_dict().

        Its c_attn, c_proj and c_fc keep their weights as (I, O), the transpose of a Linear's.
        """
        state = {k: v.T if ".h." in k and v.ndim == 2 else v for k, v in state.items()}
        first = state.get("transformer.wte.weight")
        if self.tied and first is not None:
            last = state.setdefault("lm_head.weight", first)  # a file holds what is shared once
            if not torch.equal(first, last):
                wrong = "GPT(tied=True) has one table for input and output, these weights have two"
                raise ValueError(f"{wrong}: use GPT(…, tied=False)")
        load_renamed(self, state, TRANSFORMERS)


def small_weights(model: nn.Module, std: float = 0.02) -> None:
    """Weights normal with deviation `std`, biases 0; the norms keep their weights of 1."""
    for name, parameter in model.named_parameters():
        if parameter.ndim > 1:
            nn.init.normal_(parameter, std=std)
        elif name.endswith("bias"):
            nn.init.zeros_(parameter)


def choose(logits: torch.Tensor, temperature: float, top_k: Any, generator: Any) -> torch.Tensor:
    """One token for each row of logits (N, V): (N, 1)."""
    if not temperature >= 0 or (top_k is not None and top_k < 1):
        raise ValueError(f"generate needs temperature ≥ 0, top_k ≥ 1, got {temperature=}, {top_k=}")
    if temperature == 0:
        return logits.argmax(-1, keepdim=True)
    if top_k is not None:
        least = logits.topk(min(top_k, logits.shape[1])).values[:, -1:]
        logits = logits.masked_fill(logits < least, -math.inf)
    return torch.multinomial(nn.softmax(logits / temperature, -1).data, 1, generator=generator)
