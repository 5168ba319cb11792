"""2022, Shivam Garg and others: a Transformer that learns a function from its input (chapter 20).

S. Garg, D. Tsipras, P. Liang, G. Valiant, What can Transformers learn in-context? A case study of
simple function classes (2022), https://arxiv.org/abs/2208.01066: examples x₁, y₁, x₂, y₂, … are
read in turn, and at each x the net says what its y will be. The weights stay as they are.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import cat, stack
from dlcore.layers.check import check_sizes
from dlcore.models.language.gpt import Block
from dlcore.models.language.seen import through


class InContextRegressor(nn.Module):
    """x (N, K, D), y (N, K) → (N, K): a guess at each y from the examples before it, and its x.

    It reads 2 K tokens, (x, 0, 0) and (0, y, 1) by turns, through causal Transformer blocks, and
    answers at the x, so one pass gives the guess after 0, 1, … K − 1 examples.
    Raises ValueError for more than `examples` pairs, or shapes that do not fit.
    """

    def __init__(
        self, inputs: int, examples: int, d_model: int = 32, nhead: int = 4, num_layers: int = 2
    ) -> None:
        check_sizes("InContextRegressor", inputs=inputs, examples=examples, num_layers=num_layers)
        self.inputs, self.examples = inputs, examples
        self.read = nn.Linear(inputs + 2, d_model)
        self.positions = nn.Embedding(2 * examples, d_model)
        nn.init.normal_(self.positions.weight, std=0.02)
        self.blocks = nn.ModuleList(Block(d_model, nhead) for _ in range(num_layers))
        self.norm, self.answer = nn.LayerNorm(d_model), nn.Linear(d_model, 1)

    def forward(self, x: Any, y: Any) -> Tensor:
        n, k, d = x.shape
        if d != self.inputs or k > self.examples or tuple(y.shape) != (n, k):
            raise ValueError(
                f"InContextRegressor takes x (N, K ≤ {self.examples}, {self.inputs}) and y (N, K), "
                f"got {tuple(x.shape)} and {tuple(y.shape)}"
            )
        nothing = torch.zeros(n, k, 1, dtype=x.dtype, device=x.device)
        question = cat([x, nothing, nothing], 2)
        told = cat([nothing.expand(n, k, d), y[..., None], nothing + 1], 2)
        tokens = stack([question, told], 2).reshape(n, 2 * k, d + 2)
        places = torch.arange(2 * k, device=x.device)
        seen = through(self.blocks, self.read(tokens) + self.positions(places), None)
        return self.answer(self.norm(seen))[:, 0::2, 0]
