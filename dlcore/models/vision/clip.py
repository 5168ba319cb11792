"""2021, Alec Radford and others: pictures and captions meet in one space (chapter 19).

A. Radford, J. W. Kim, C. Hallacy and others, Learning transferable visual models from natural
language supervision (2021), https://arxiv.org/abs/2103.00020. The loss for pairs of picture and
text is that of Y. Zhang and others, ConVIRT (2020), https://arxiv.org/abs/2010.00747.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import cat, exp, matmul
from dlcore.models.language.gpt import small_weights
from dlcore.models.renaming import Table, load_renamed


def tower_names(ours: str, theirs: str) -> Table:
    """Where the parts of a tower's layers are found in transformers."""
    layers = f"{theirs}.encoder.layers.#."
    parts = tuple(f"{layers}self_attn.{kind}_proj." for kind in "qkv")
    return {
        f"{ours}.layers.#.self_attn.in_proj_": parts,
        f"{ours}.layers.#.self_attn.out_proj.": f"{layers}self_attn.out_proj.",
        f"{ours}.layers.#.norm1.": f"{layers}layer_norm1.",
        f"{ours}.layers.#.linear1.": f"{layers}mlp.fc1.",
        f"{ours}.layers.#.linear2.": f"{layers}mlp.fc2.",
        f"{ours}.layers.#.norm2.": f"{layers}layer_norm2.",
    }


TRANSFORMERS: Table = {  # our name: its name in CLIPModel
    "logit_scale": "logit_scale",
    "image_map.": "visual_projection.",
    "text_map.": "text_projection.",
    "image.class_token": "vision_model.embeddings.class_embedding",
    "image.patches.": "vision_model.embeddings.patch_embedding.",
    "image.positions.": "vision_model.embeddings.position_embedding.",
    "image.norm_in.": "vision_model.pre_layrnorm.",
    "image.norm.": "vision_model.post_layernorm.",
    "text.tokens.": "text_model.embeddings.token_embedding.",
    "text.positions.": "text_model.embeddings.position_embedding.",
    "text.norm.": "text_model.final_layer_norm.",
    **tower_names("image", "vision_model"),
    **tower_names("text", "text_model"),
}


def quick_gelu(x: Any) -> Tensor:
    """x σ(1.702 x): close to GELU, and what CLIP was trained with."""
    return x * nn.sigmoid(1.702 * x)


def tower(d_model: int, nhead: int, num_layers: int, inside: int | None) -> nn.ModuleList:
    """The blocks that both towers are made of, norms first."""
    sizes = (d_model, nhead, inside or 4 * d_model, 0.0, quick_gelu)
    return nn.ModuleList(
        nn.TransformerEncoderLayer(*sizes, batch_first=True, norm_first=True)
        for _ in range(num_layers)
    )


class ImageTower(nn.Module):
    """images (N, C, H, W)  →  (N, D): a ViT with one more norm, read off its class token.

    image_size H = W, patch_size the side of a patch, d_model D, nhead heads in each of num_layers
    layers. Raises ValueError for patches that do not cover the picture, pictures of another size.
    """

    def __init__(
        self, image_size: int, patch_size: int, d_model: int, nhead: int, num_layers: int,
        dim_feedforward: int | None = None, channels: int = 3,
    ) -> None:  # fmt: skip
        if patch_size < 1 or image_size % patch_size:
            raise ValueError(
                f"ImageTower cuts a picture into whole patches, got {image_size=}, {patch_size=}"
            )
        self.shape = (channels, image_size, image_size)
        self.patches = nn.Conv2d(channels, d_model, patch_size, stride=patch_size, bias=False)
        self.class_token = nn.Parameter(0.02 * torch.randn(d_model))
        self.positions = nn.Embedding((image_size // patch_size) ** 2 + 1, d_model)
        self.norm_in, self.norm = nn.LayerNorm(d_model), nn.LayerNorm(d_model)
        self.layers = tower(d_model, nhead, num_layers, dim_feedforward)
        small_weights(self)

    def forward(self, images: Any) -> Tensor:
        if images.ndim != 4 or tuple(images.shape[1:]) != self.shape:
            raise ValueError(
                f"ImageTower takes images (N, {', '.join(map(str, self.shape))}), got shape "
                f"{tuple(images.shape)}"
            )
        words = self.patches(images).flatten(2).transpose(1, 2)
        first = self.class_token.expand(len(images), 1, words.shape[2])
        x = self.norm_in(cat([first, words], 1) + self.positions.weight)
        for layer in self.layers:
            x = layer(x)
        return self.norm(x[:, 0])


class TextTower(nn.Module):
    """tokens (N, T)  →  (N, D): read from left to right, taken at the first token `end`.

    vocab_size tokens, context the largest T. Raises ValueError for more tokens than the context
    holds, or a caption without an end.
    """

    def __init__(
        self, vocab_size: int, context: int, d_model: int, nhead: int, num_layers: int, end: int,
        dim_feedforward: int | None = None,
    ) -> None:  # fmt: skip
        self.context, self.end = context, end
        self.tokens = nn.Embedding(vocab_size, d_model)
        self.positions = nn.Embedding(context, d_model)
        self.layers = tower(d_model, nhead, num_layers, dim_feedforward)
        self.norm = nn.LayerNorm(d_model)
        small_weights(self)

    def forward(self, tokens: Any) -> Tensor:
        if tokens.ndim != 2 or not 0 < tokens.shape[1] <= self.context:
            raise ValueError(
                f"TextTower takes tokens (N, T) with 1 ≤ T ≤ context={self.context}, got shape "
                f"{tuple(tokens.shape)}"
            )
        ends = tokens == self.end
        if not bool(ends.any(1).all()):
            raise ValueError(f"TextTower reads at the token end={self.end}: a caption has none")
        places = torch.arange(tokens.shape[1], device=tokens.device)
        x = self.tokens(tokens) + self.positions(places)
        later = places[None, :] > places[:, None]
        for layer in self.layers:
            x = layer(x, later)
        last = ends.int().argmax(1)  # the first of them
        return self.norm(x)[torch.arange(len(tokens), device=tokens.device), last]


class CLIP(nn.Module):
    """images and captions  →  scores (N images, M captions): how well each goes with each.

        scores = exp(logit_scale) · cosine of the two, in a space of `width` numbers

    image, text: the towers, which return (N, image_width) and (M, text_width).
    """

    def __init__(
        self, image: nn.Module, text: nn.Module, image_width: int, text_width: int, width: int
    ) -> None:
        self.image, self.text = image, text
        self.image_map = nn.Linear(image_width, width, bias=False)
        self.text_map = nn.Linear(text_width, width, bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))

    def see(self, images: Any) -> Tensor:
        """(N, width), each of length 1."""
        return nn.normalize(self.image_map(self.image(images)))

    def read(self, captions: Any) -> Tensor:
        """(M, width), each of length 1."""
        return nn.normalize(self.text_map(self.text(captions)))

    def forward(self, images: Any, captions: Any) -> Tensor:
        return exp(self.logit_scale) * matmul(self.see(images), self.read(captions).T)

    def load_transformers(self, state: dict[str, torch.Tensor]) -> None:
        """Take the weights of a CLIPModel of the package transformers, from its state_dict()."""
        load_renamed(self, state, TRANSFORMERS)


def clip_loss(scores: Any) -> Tensor:
    """Picture n goes with caption n: cross-entropy along the rows and along the columns, halved.

    scores (N, N). Raises ValueError for another shape.
    """
    if scores.ndim != 2 or scores.shape[0] != scores.shape[1]:
        raise ValueError(f"clip_loss takes scores (N, N), got shape {tuple(scores.shape)}")
    match = torch.arange(len(scores), device=scores.device)
    return 0.5 * (nn.cross_entropy(scores, match) + nn.cross_entropy(scores.T, match))
