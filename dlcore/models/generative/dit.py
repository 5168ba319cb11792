"""2022, William Peebles and Saining Xie: a Transformer for noise (chapter 26).

Scalable diffusion models with Transformers, https://arxiv.org/abs/2212.09748. Chapter 19's patches;
time and class do not add to the words but steer every norm (adaptive layer norm), and what a branch
says is let in through a gate that starts at zero: adaLN-Zero.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.layers.position import position_angles
from dlcore.models.generative.denoiser import Denoiser, zero_
from dlcore.models.renaming import Table, load_renamed

FIRST = "transformer_blocks.0.norm1.emb."
DIFFUSERS: Table = {  # our name: its name in DiTTransformer2DModel
    "time_embedding.": FIRST + "timestep_embedder.",
    "class_embedding.weight": FIRST + "class_embedder.embedding_table.weight",
    "patches.": "pos_embed.proj.",
    "blocks.#.steer.": "transformer_blocks.#.norm1.linear.",
    "blocks.#.attention.in_proj_": (
        "transformer_blocks.#.attn1.to_q.",
        "transformer_blocks.#.attn1.to_k.",
        "transformer_blocks.#.attn1.to_v.",
    ),
    "blocks.#.attention.out_proj.": "transformer_blocks.#.attn1.to_out.0.",
    "blocks.#.up.": "transformer_blocks.#.ff.net.0.proj.",
    "blocks.#.down.": "transformer_blocks.#.ff.net.2.",
    "steer.": "proj_out_1.",
    "last.": "proj_out_2.",
}


class DiTBlock(nn.Module):
    """words (N, P, D), told (N, D) → (N, P, D).

    Six vectors are computed of the time and class: shift, scale and gate, for each branch.
    """

    def __init__(self, width: int, heads: int, inner: int) -> None:
        plain: dict[str, Any] = {"eps": 1e-6, "elementwise_affine": False}
        self.norm1, self.norm2 = nn.LayerNorm(width, **plain), nn.LayerNorm(width, **plain)
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.steer = nn.Linear(width, 6 * width)
        zero_(self.steer)

    def forward(self, words: Tensor, told: Tensor) -> Tensor:
        parts = self.steer(told).unsqueeze(1).chunk(6, 2)
        shift1, scale1, gate1, shift2, scale2, gate2 = parts
        x = self.norm1(words) * (1 + scale1) + shift1
        words = words + gate1 * self.attention(x, x, x, need_weights=False)[0]
        x = self.norm2(words) * (1 + scale2) + shift2
        return words + gate2 * self.down(nn.gelu(self.up(x), approximate="tanh"))


class DiT(Denoiser):
    """x (N, channels, S, S), t (N,), labels (N,) → (N, channels, S, S).

    image_size S, patch_size the side of a patch, width D of a word (a multiple of 4: half tells the
    column, half the row), heads and layers; classes as in Denoiser.
    """

    def __init__(
        self, image_size: int = 8, patch_size: int = 2, width: int = 48, layers: int = 3,
        heads: int = 3, channels: int = 1, classes: int = 0, waves: int = 256,
    ) -> None:  # fmt: skip
        if patch_size < 1 or image_size % patch_size or width % 4:
            raise ValueError(
                "DiT needs a side of whole patches and a width that divides by 4, got "
                f"image_size={image_size}, patch_size={patch_size}, width={width}"
            )
        super().__init__(waves, width, classes)
        self.shape, self.patch_size = (channels, image_size, image_size), patch_size
        self.patches = nn.Conv2d(channels, width, patch_size, stride=patch_size)
        self.register_buffer("places", grid_waves(image_size // patch_size, width), False)
        self.blocks = nn.ModuleList(DiTBlock(width, heads, 4 * width) for _ in range(layers))
        self.norm = nn.LayerNorm(width, eps=1e-6, elementwise_affine=False)
        self.steer = nn.Linear(width, 2 * width)
        self.last = nn.Linear(width, patch_size * patch_size * channels)
        zero_(self.steer, self.last)

    def forward(self, x: Any, t: Any, labels: torch.Tensor | None = None) -> Tensor:
        if tuple(x.shape[1:]) != self.shape:
            raise ValueError(
                f"DiT takes x (N, {', '.join(map(str, self.shape))}), got shape {tuple(x.shape)}"
            )
        told = nn.silu(self.condition(x, t, labels))
        words = self.patches(x).flatten(2).transpose(1, 2)  # (N, patches, D)
        words = words + Tensor(self.places.data.to(words.dtype))
        for block in self.blocks:
            words = block(words, told)
        shift, scale = self.steer(told).unsqueeze(1).chunk(2, 2)
        return self.joined(self.last(self.norm(words) * (1 + scale) + shift))

    def joined(self, words: Tensor) -> Tensor:
        """(N, patches, patch · patch · C) → (N, C, S, S): the patches put side by side."""
        channels, side, _ = self.shape
        p, g = self.patch_size, side // self.patch_size
        cells = words.reshape(len(words), g, g, p, p, channels)
        return cells.permute(0, 5, 1, 3, 2, 4).reshape(len(words), *self.shape)

    def load_diffusers(self, state: dict[str, torch.Tensor]) -> None:
        """Take the weights of a DiTTransformer2DModel of the package diffusers.

        It keeps the embeddings of time and class once for every block; those of the first count,
        and all have to be alike.
        """
        first = {name[len(FIRST) :]: value for name, value in state.items() if FIRST in name}
        again = [name for name in state if ".norm1.emb." in name and FIRST not in name]
        for name in again:
            if not torch.equal(state[name], first[name.partition(".norm1.emb.")[2]]):
                raise ValueError(f"DiT has one embedding of time and class, but {name} differs")
        load_renamed(self, state, DIFFUSERS, again)


def grid_waves(side: int, width: int) -> torch.Tensor:
    """(side², width): sines and cosines of each place's column, then of its row."""
    row, column = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    halves = [position_angles(axis.flatten(), width // 2, 10_000.0) for axis in (column, row)]
    return torch.cat([part for a in halves for part in (a.sin(), a.cos())], 1).float()
