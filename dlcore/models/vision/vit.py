"""2020, Alexey Dosovitskiy and others: a picture is a sentence of patches (chapter 19).

A. Dosovitskiy, L. Beyer, A. Kolesnikov, D. Weissenborn, X. Zhai and others, An image is worth 16x16
words: Transformers for image recognition at scale (2020), https://arxiv.org/abs/2010.11929.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import cat
from dlcore.models.language.gpt import small_weights
from dlcore.models.renaming import Table, load_renamed

TRANSFORMERS: Table = {  # our name: its name in ViTForImageClassification
    "class_token": "vit.embeddings.cls_token",
    "positions": "vit.embeddings.position_embeddings",
    "patches.": "vit.embeddings.patch_embeddings.projection.",
    "layers.#.self_attn.in_proj_": (
        "vit.layers.#.attention.q_proj.",
        "vit.layers.#.attention.k_proj.",
        "vit.layers.#.attention.v_proj.",
    ),
    "layers.#.self_attn.out_proj.": "vit.layers.#.attention.o_proj.",
    "layers.#.norm1.": "vit.layers.#.layernorm_before.",
    "layers.#.linear1.": "vit.layers.#.mlp.fc1.",
    "layers.#.linear2.": "vit.layers.#.mlp.fc2.",
    "layers.#.norm2.": "vit.layers.#.layernorm_after.",
    "norm.": "vit.layernorm.",
    "head.": "classifier.",
}


class ViT(nn.Module):
    """images (N, C, H, W)  →  logits (N, num_classes), read off a token that is no patch.

    image_size H = W, patch_size the side of a patch, num_classes answers, d_model D the width,
    nhead heads in each of num_layers layers, whose inner width is dim_feedforward (4 D if not
    given). Raises ValueError for patches that do not cover the picture, or pictures of another
    size.
    """

    def __init__(
        self, image_size: int, patch_size: int, num_classes: int, d_model: int, nhead: int,
        num_layers: int, dim_feedforward: int | None = None, channels: int = 3,
        dropout: float = 0.0, layer_norm_eps: float = 1e-6,
    ) -> None:  # fmt: skip
        if patch_size < 1 or image_size % patch_size:
            raise ValueError(
                f"ViT cuts a picture into whole patches, got image_size={image_size}, "
                f"patch_size={patch_size}"
            )
        self.shape = (channels, image_size, image_size)
        self.patches = nn.Conv2d(channels, d_model, patch_size, stride=patch_size)
        self.class_token = nn.Parameter(torch.zeros(1, 1, d_model))
        count = (image_size // patch_size) ** 2
        self.positions = nn.Parameter(torch.zeros(1, count + 1, d_model))
        self.dropout = nn.Dropout(dropout)
        sizes = (d_model, nhead, dim_feedforward or 4 * d_model, dropout, nn.gelu, layer_norm_eps)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(*sizes, batch_first=True, norm_first=True)
            for _ in range(num_layers)
        )
        self.norm = nn.LayerNorm(d_model, layer_norm_eps)
        self.head = nn.Linear(d_model, num_classes)
        small_weights(self)

    def forward(self, images: Any) -> Tensor:
        return self.head(self.features(images)[:, 0])

    def features(self, images: Any) -> Tensor:
        """(N, 1 + patches, D): the class token's state, then each patch's, row by row."""
        if images.ndim != 4 or tuple(images.shape[1:]) != self.shape:
            raise ValueError(
                f"ViT takes images (N, {', '.join(map(str, self.shape))}), got shape "
                f"{tuple(images.shape)}"
            )
        words = self.patches(images).flatten(2).transpose(1, 2)  # (N, patches, D)
        first = self.class_token.expand(len(images), 1, words.shape[2])
        x = self.dropout(cat([first, words], 1) + self.positions)
        for layer in self.layers:
            x = layer(x)
        return self.norm(x)

    def load_transformers(self, state: dict[str, torch.Tensor]) -> None:
        """Take the weights of a ViTForImageClassification of the package transformers."""
        load_renamed(self, state, TRANSFORMERS)
