"""2021, Ze Liu and others: look inside windows, and shift the windows (chapter 19).

Z. Liu, Y. Lin, Y. Cao, H. Hu, Y. Wei and others, Swin Transformer: Hierarchical vision transformer
using shifted windows (2021), https://arxiv.org/abs/2103.14030. Maps have their channels last.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import cat
from dlcore.models.renaming import Table, load_renamed

BLOCK: Table = {  # our name: its name in SwinLayer
    "attention.bias": "attention.relative_position_bias.relative_position_bias_table",
    "attention.qkv.": ("attention.q_proj.", "attention.k_proj.", "attention.v_proj."),
    "attention.out.": "attention.o_proj.",
    "norm1.": "layernorm_before.",
    "norm2.": "layernorm_after.",
    "linear1.": "mlp.fc1.",
    "linear2.": "mlp.fc2.",
}


def windows(x: Any, size: int) -> Any:
    """(N, H, W, D) → (N · H/size · W/size, size², D), one row of windows after the other."""
    n, height, width, d = x.shape
    x = x.reshape(n, height // size, size, width // size, size, d)
    return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, size * size, d)


def joined(x: Any, size: int, height: int, width: int) -> Any:
    """The way back: windows (…, size², D) → (N, height, width, D)."""
    x = x.reshape(-1, height // size, width // size, size, size, x.shape[-1])
    return x.permute(0, 1, 3, 2, 4, 5).reshape(-1, height, width, x.shape[-1])


def neighbours_only(height: int, width: int, size: int, shift: int) -> torch.Tensor:
    """(windows, 1, size², size²): 0 where two places were neighbours before the roll, else −∞."""

    def part(length: int) -> torch.Tensor:
        place = torch.arange(length)
        return (place >= length - size).long() + (place >= length - shift).long()

    parts = 3 * part(height)[:, None] + part(width)
    label = windows(parts[None, :, :, None], size)[:, :, 0]
    apart = label[:, :, None] != label[:, None, :]
    return torch.zeros(apart.shape).masked_fill(apart, -math.inf).unsqueeze(1)


class WindowAttention(nn.Module):
    """Self-attention inside each window: x (B, size², D), y the same.

    Each head adds to a score a learned number for how many rows and columns lie between.
    """

    def __init__(self, d_model: int, nhead: int, size: int) -> None:
        self.nhead = nhead
        self.qkv = nn.Linear(d_model, 3 * d_model)
        self.out = nn.Linear(d_model, d_model)
        self.bias = nn.Parameter(torch.zeros((2 * size - 1) ** 2, nhead))
        rows, columns = torch.arange(size * size) // size, torch.arange(size * size) % size
        down = rows[:, None] - rows + size - 1
        self.pair = down * (2 * size - 1) + columns[:, None] - columns + size - 1

    def forward(self, x: Any, hidden: torch.Tensor | None = None) -> Tensor:
        """hidden (windows, 1, size², size²) is added to the scores of each window."""
        b, t, d = x.shape
        shape = (b, t, self.nhead, d // self.nhead)
        q, k, v = (part.reshape(shape).transpose(1, 2) for part in self.qkv(x).split(d, 2))
        scores = q @ k.transpose(2, 3) / math.sqrt(d // self.nhead)
        scores = scores + self.bias[self.pair].permute(2, 0, 1)
        if hidden is not None:
            scores = scores + hidden.repeat(b // len(hidden), 1, 1, 1).to(x.data)
        y = nn.softmax(scores, -1) @ v
        return self.out(y.transpose(1, 2).reshape(b, t, d))


class SwinBlock(nn.Module):
    """x + attention in windows, then x + mlp, norms first: x (N, H, W, D), y the same.

    size: the side of a window; shift: how far the windows are moved up and left, 0 ≤ shift < size.
    Raises ValueError for a map that the windows do not cover.
    """

    def __init__(
        self, d_model: int, nhead: int, size: int, shift: int = 0,
        dim_feedforward: int | None = None, layer_norm_eps: float = 1e-5,
    ) -> None:  # fmt: skip
        if nhead < 1 or d_model % nhead or not 0 <= shift < size:
            raise ValueError(
                f"SwinBlock needs heads that divide the width and 0 ≤ shift < size, got "
                f"{d_model=}, {nhead=}, {size=}, {shift=}"
            )
        self.size, self.shift = size, shift
        self.norm1 = nn.LayerNorm(d_model, layer_norm_eps)
        self.attention = WindowAttention(d_model, nhead, size)
        self.norm2 = nn.LayerNorm(d_model, layer_norm_eps)
        inside = dim_feedforward or 4 * d_model
        self.linear1, self.linear2 = nn.Linear(d_model, inside), nn.Linear(inside, d_model)

    def forward(self, x: Any) -> Tensor:
        x = x + self.look(self.norm1(x))
        return x + self.linear2(nn.gelu(self.linear1(self.norm2(x))))

    def look(self, x: Any) -> Tensor:
        """Roll, cut into windows, attend in each, and undo both."""
        _, height, width, _ = x.shape
        if height % self.size or width % self.size:
            raise ValueError(
                f"SwinBlock(size={self.size}) needs a map of whole windows, got {height} × {width}"
            )
        shift = self.shift if min(height, width) > self.size else 0
        hidden = neighbours_only(height, width, self.size, shift) if shift else None
        x = x.roll((-shift, -shift), (1, 2)) if shift else x
        y = joined(self.attention(windows(x, self.size), hidden), self.size, height, width)
        return y.roll((shift, shift), (1, 2)) if shift else y


class PatchMerging(nn.Module):
    """Four neighbours become one place twice as wide: (N, H, W, D) → (N, H/2, W/2, 2 D)."""

    def __init__(self, d_model: int) -> None:
        self.norm = nn.LayerNorm(4 * d_model)
        self.reduction = nn.Linear(4 * d_model, 2 * d_model, bias=False)

    def forward(self, x: Any) -> Tensor:
        if x.shape[1] % 2 or x.shape[2] % 2:
            raise ValueError(f"PatchMerging halves both sides of a map, got {tuple(x.shape)}")
        four = [x[:, row::2, column::2] for column in range(2) for row in range(2)]
        return self.reduction(self.norm(cat(four, 3)))


class Swin(nn.Module):
    """images (N, C, H, W)  →  map (N, H/p/2^(stages−1), …, D · 2^(stages−1)).

    patch_size p; depths, heads: blocks and heads of each stage, every second block shifted by half
    a window of `size` places; between stages the map is halved and its width doubled.
    """

    def __init__(
        self, patch_size: int, d_model: int, depths: Sequence[int], heads: Sequence[int], size: int,
        channels: int = 3, mlp_ratio: int = 4,
    ) -> None:  # fmt: skip
        self.patches = nn.Conv2d(channels, d_model, patch_size, stride=patch_size)
        self.norm_in = nn.LayerNorm(d_model)
        wide, stages, merges = d_model, [], []
        for stage, (depth, nhead) in enumerate(zip(depths, heads, strict=True)):
            if stage:
                merges.append(PatchMerging(wide))
                wide *= 2
            blocks = (
                SwinBlock(wide, nhead, size, size // 2 * (i % 2), mlp_ratio * wide)
                for i in range(depth)
            )
            stages.append(nn.ModuleList(blocks))
        self.stages: Any = nn.ModuleList(stages)
        self.merges: Any = nn.ModuleList(merges)
        self.norm = nn.LayerNorm(wide)

    def forward(self, images: Any) -> Tensor:
        x = self.norm_in(self.patches(images).permute(0, 2, 3, 1))
        for stage, blocks in enumerate(self.stages):
            if stage:
                x = self.merges[stage - 1](x)
            for block in blocks:
                x = block(x)
        return self.norm(x)

    def load_transformers(self, state: dict[str, torch.Tensor]) -> None:
        """Take the weights of a SwinModel (add_pooling_layer=False) of the package transformers."""

        def under(prefix: str) -> dict[str, torch.Tensor]:
            return {k[len(prefix) :]: v for k, v in state.items() if k.startswith(prefix)}

        load_renamed(self.patches, under("embeddings.patch_embeddings.projection."), PLAIN)
        load_renamed(self.norm_in, under("embeddings.norm."), PLAIN)
        load_renamed(self.norm, under("layernorm."), PLAIN)
        for i, blocks in enumerate(self.stages):
            for j, block in enumerate(blocks):
                load_renamed(block, under(f"encoder.layers.{i}.blocks.{j}."), BLOCK)
        for i, merge in enumerate(self.merges):
            load_renamed(merge, under(f"encoder.layers.{i}.downsample."), PLAIN)


PLAIN: Table = {name: name for name in ("weight", "bias", "norm.", "reduction.")}
