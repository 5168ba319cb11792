"""2023, Albert Gu and Tri Dao: a language model whose memory does not grow (chapter 22).

Mamba: linear-time sequence modeling with selective state spaces (2023),
https://arxiv.org/abs/2312.00752, figure 3. A look at the last few inputs, then the selective scan,
then a gate: one kind of block takes the place of attention and of the network behind it.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import cat, exp
from dlcore.layers.check import check_sizes
from dlcore.layers.statespace import fading, selective_scan, starting_steps
from dlcore.models.language.seen import likeliest, through
from dlcore.models.renaming import Table, load_renamed

TRANSFORMERS: Table = {  # our name: its name in MambaForCausalLM
    "tokens.": "backbone.embeddings.",
    "blocks.#.norm.": "backbone.layers.#.norm.",
    "blocks.#.mixer.": "backbone.layers.#.mixer.",
    "norm.": "backbone.norm_f.",
}


class Remembered:
    """What a block keeps of all it has read: the last inputs (N, D, W − 1), the state (N, D, S)."""

    inputs: Any = None
    state: Any = None


class MambaMixer(nn.Module):
    """A selective state space behind a short causal convolution, and a gate: x, y (N, T, d_model).

    x and z are two maps of the input, `expand` times as wide; x meets `width` places of its past
    and SiLU. From it come the step Δ = softplus(W x), of rank `rank`, and B and C; A is the same
    for all. Then y = W (scan(x) + D x) · silu(z). With selective=False Δ, B and C are weights,
    as in DiagonalSSM, and the scan is a convolution.
    """

    def __init__(
        self, d_model: int, states: int = 16, width: int = 4, expand: int = 2,
        rank: int | None = None, selective: bool = True,
    ) -> None:  # fmt: skip
        check_sizes("MambaMixer", d_model=d_model, states=states, width=width)
        inner, rank = expand * d_model, -(-d_model // 16) if rank is None else rank
        self.states, self.rank, self.selective = states, rank, selective
        self.in_proj = nn.Linear(d_model, 2 * inner, bias=False)
        self.conv1d = nn.Conv1d(inner, inner, width, groups=inner)
        if selective:
            self.x_proj = nn.Linear(inner, rank + 2 * states, bias=False)
            self.dt_proj = nn.Linear(rank, inner)
            steps = starting_steps(inner)
            self.dt_proj.bias.data = steps + torch.log(-torch.expm1(-steps))  # softplus undone
            self.A_log = nn.Parameter(fading(inner, states))
            self.D = nn.Parameter(torch.ones(inner))
        else:
            self.ssm = nn.DiagonalSSM(inner, states)
        self.out_proj = nn.Linear(inner, d_model, bias=False)

    def forward(self, x: Any, seen: Remembered | None = None) -> Tensor:
        """With `seen` the tokens continue those of earlier calls."""
        x, z = self.in_proj(x).chunk(2, -1)
        x = nn.silu(self.conv1d(self.with_past(x.transpose(1, 2), seen))).transpose(1, 2)
        y = self.scan(x, seen)
        return self.out_proj(y * nn.silu(z))

    def with_past(self, x: Tensor, seen: Remembered | None) -> Tensor:
        """(N, D, T) with the W − 1 inputs before it, zeros at the start."""
        count = self.conv1d.weight.shape[2] - 1
        before = None if seen is None else seen.inputs
        if before is None:
            before = torch.zeros(*x.shape[:2], count, dtype=x.dtype, device=x.device)
        x = cat([Tensor(before) if isinstance(before, torch.Tensor) else before, x], 2)
        if seen is not None:
            seen.inputs = x[:, :, x.shape[2] - count :]
        return x

    def scan(self, x: Tensor, seen: Remembered | None) -> Tensor:
        """The state space alone: x, y (N, T, D)."""
        if not self.selective:
            if seen is None:
                return self.ssm(x)
            y, seen.state = self.ssm.recurrence(x, seen.state)
            return y
        step, b, c = self.x_proj(x).split([self.rank, self.states, self.states], -1)
        delta = nn.softplus(self.dt_proj(step))
        h = None if seen is None else seen.state
        y, h = selective_scan(x, delta, -exp(self.A_log), b, c, h)
        if seen is not None:
            seen.state = h
        return y + self.D * x


class MambaBlock(nn.Module):
    """x + mixer(norm(x)): x (N, T, d_model)."""

    def __init__(self, d_model: int, eps: float = 1e-5, **options: Any) -> None:
        self.norm = nn.RMSNorm(d_model, eps)
        self.mixer = MambaMixer(d_model, **options)

    def forward(self, x: Any, seen: Remembered | None = None) -> Tensor:
        return x + self.mixer(self.norm(x), seen)


class Mamba(nn.Module):
    """tokens (N, T), whole numbers below V  →  logits (N, T, V): what comes after each token.

    The output layer has the numbers of the table of tokens, as in the paper's models.
    """

    def __init__(
        self, vocab_size: int, d_model: int, num_layers: int, eps: float = 1e-5, **options: Any
    ) -> None:
        if num_layers < 1:
            raise ValueError(f"Mamba needs at least one block, got {num_layers=}")
        self.tokens = nn.Embedding(vocab_size, d_model)
        self.blocks = nn.ModuleList(MambaBlock(d_model, eps, **options) for _ in range(num_layers))
        self.norm = nn.RMSNorm(d_model, eps)
        nn.init.normal_(self.tokens.weight, std=0.02)

    def forward(self, tokens: Any, seen: list[Remembered] | None = None) -> Tensor:
        """With `seen`, from start(), the tokens continue those of earlier calls."""
        if tokens.ndim != 2 or tokens.shape[1] < 1:
            raise ValueError(f"Mamba takes tokens (N, T ≥ 1), got shape {tuple(tokens.shape)}")
        x = through(self.blocks, self.tokens(tokens), seen)
        return nn.linear(self.norm(x), self.tokens.weight)

    def start(self) -> list[Remembered]:
        """An empty memory for each block."""
        return [Remembered() for _ in self.blocks]

    def generate(self, tokens: torch.Tensor, length: int) -> torch.Tensor:
        """tokens (N, T) and `length` more, each the likeliest: (N, T + length)."""
        return likeliest(self, tokens, length)

    def load_transformers(self, state: dict[str, torch.Tensor]) -> None:
        """Take the weights of a MambaForCausalLM of the package transformers, from state_dict()."""
        load_renamed(self, state, TRANSFORMERS, unused=["lm_head.weight"])
