"""2020, Jonathan Ho, Ajay Jain and Pieter Abbeel: a U-Net for noise (chapter 26).

Denoising diffusion probabilistic models, https://arxiv.org/abs/2006.11239, appendix B: chapter 14's
way down, up and across, with residual blocks, group norm and, where the map is small, attention
over all its places. Parts and keys are those of UNet2DModel of the package `diffusers` (P. von
Platen and others, 2022, https://github.com/huggingface/diffusers), so its weights load as they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import cat
from dlcore.models.generative.denoiser import Denoiser, zero_


class ResidualBlock(nn.Module):
    """x (N, C, H, W), told (N, E) → (N, O, H, W): norm, SiLU, conv, + told, norm, SiLU, conv."""

    def __init__(self, before: int, after: int, told: int, groups: int) -> None:
        self.norm1 = nn.GroupNorm(groups, before)
        self.conv1 = nn.Conv2d(before, after, 3, padding=1)
        self.time_emb_proj = nn.Linear(told, after)
        self.norm2 = nn.GroupNorm(groups, after)
        self.conv2 = nn.Conv2d(after, after, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(before, after, 1) if before != after else None
        zero_(self.conv2)

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        h = self.conv1(nn.silu(self.norm1(x)))
        h = h + self.time_emb_proj(told).unsqueeze(2).unsqueeze(3)
        h = self.conv2(nn.silu(self.norm2(h)))
        return h + (x if self.conv_shortcut is None else self.conv_shortcut(x))


class PlaceAttention(nn.Module):
    """x (N, C, H, W) → x + what each place looked up at all H · W places."""

    def __init__(self, channels: int, heads: int, groups: int) -> None:
        self.heads = heads
        self.group_norm = nn.GroupNorm(groups, channels)
        self.to_q, self.to_k, self.to_v = (nn.Linear(channels, channels) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(channels, channels)])

    def forward(self, x: Tensor) -> Tensor:
        n, c, height, width = x.shape
        places = self.group_norm(x).flatten(2).transpose(1, 2)  # (N, H·W, C)
        q, k, v = (
            to(places).reshape(n, height * width, self.heads, c // self.heads).transpose(1, 2)
            for to in (self.to_q, self.to_k, self.to_v)
        )
        y = nn.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(places.shape)
        return x + self.to_out[0](y).transpose(1, 2).reshape(x.shape)


class Level(nn.Module):
    """Residual blocks at one size of the map, attention behind each where `heads` is not 0.

    befores, afters: channels into and out of each block. resize: a Conv2d towards the next size.
    """

    def __init__(
        self, befores: Sequence[int], afters: Sequence[int], told: int, groups: int, heads: int
    ) -> None:
        self.resnets = nn.ModuleList(
            ResidualBlock(before, after, told, groups)
            for before, after in zip(befores, afters, strict=True)
        )
        if heads:
            self.attentions = nn.ModuleList(PlaceAttention(c, heads, groups) for c in afters)
        self.attends = heads > 0

    def block(self, i: int, x: Tensor, told: Tensor) -> Tensor:
        """x (N, C, H, W) through residual block i, and the attention behind it if there is one."""
        x = self.resnets[i](x, told)
        return self.attentions[i](x) if self.attends else x


class Resize(nn.Module):
    """Half the side by a convolution of stride 2, or twice by repeating and a convolution."""

    def __init__(self, channels: int, down: bool) -> None:
        self.conv = nn.Conv2d(channels, channels, 3, stride=2 if down else 1, padding=1)
        self.down = down

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x if self.down else nn.interpolate(x, scale_factor=2))


class DenoisingUNet(Denoiser):
    """x (N, channels, S, S), t (N,), labels (N,) → (N, channels, S, S).

    widths     channels at each size, the largest map first; S divides by 2 for each further size
    blocks     residual blocks at each size on the way down; one more on the way up
    attention  the sizes (places in widths) with attention; in the middle there always is
    heads      of every attention
    groups     of every GroupNorm; each width divides by it
    """

    def __init__(
        self, widths: Sequence[int] = (16, 32), channels: int = 1, classes: int = 0,
        blocks: int = 1, attention: Sequence[int] = (), heads: int = 1, groups: int = 4,
    ) -> None:  # fmt: skip
        if any(width % groups or width % heads for width in widths):
            raise ValueError(
                f"DenoisingUNet's widths divide by groups={groups} and heads={heads}, "
                f"got {tuple(widths)}"
            )
        told = 4 * widths[0]
        super().__init__(widths[0], told, classes)
        self.halvings, self.channels = len(widths) - 1, channels
        self.conv_in = nn.Conv2d(channels, widths[0], 3, padding=1)
        rest = {"told": told, "groups": groups}
        seen, now = [widths[0]], widths[0]  # widths of what the way up will meet
        self.down_blocks = nn.ModuleList()
        for i, width in enumerate(widths):
            level = Level([now, *[width] * (blocks - 1)], [width] * blocks, **rest,
                          heads=heads * (i in attention))  # fmt: skip
            seen, now = [*seen, *[width] * blocks], width
            if i < self.halvings:
                level.downsamplers, seen = nn.ModuleList([Resize(width, True)]), [*seen, width]
            self.down_blocks.append(level)
        self.mid_block = Level([now, now], [now, now], **rest, heads=0)
        self.mid_block.attentions = nn.ModuleList([PlaceAttention(now, heads, groups)])
        self.up_blocks = nn.ModuleList()
        for i, width in reversed(list(enumerate(widths))):
            befores = [now + seen.pop(), *[width + seen.pop() for _ in range(blocks)]]
            level = Level(befores, [width] * (blocks + 1), **rest, heads=heads * (i in attention))
            now = width
            if i:
                level.upsamplers = nn.ModuleList([Resize(width, False)])
            self.up_blocks.append(level)
        self.conv_norm_out = nn.GroupNorm(groups, now)
        self.conv_out = nn.Conv2d(now, channels, 3, padding=1)
        zero_(self.conv_out)

    def forward(self, x: Any, t: Any, labels: torch.Tensor | None = None) -> Tensor:
        self.check(x)
        told = nn.silu(self.condition(x, t, labels))
        h = self.conv_in(x)
        across = [h]
        for i, level in enumerate(self.down_blocks):
            for b in range(len(level.resnets)):
                across.append(h := level.block(b, h, told))
            if i < self.halvings:
                across.append(h := level.downsamplers[0](h))
        h = self.mid_block.resnets[0](h, told)
        h = self.mid_block.resnets[1](self.mid_block.attentions[0](h), told)
        for i, level in enumerate(self.up_blocks):
            for b in range(len(level.resnets)):
                h = level.block(b, cat([h, across.pop()], 1), told)
            if i < self.halvings:
                h = level.upsamplers[0](h)
        return self.conv_out(nn.silu(self.conv_norm_out(h)))

    def check(self, x: Any) -> None:
        """Refuse pictures that cannot be halved as often as needed, or of other channels."""
        side = math.prod([2] * self.halvings)
        if x.ndim != 4 or x.shape[1] != self.channels or x.shape[2] % side or x.shape[3] % side:
            raise ValueError(
                f"DenoisingUNet takes x (N, {self.channels}, H, W) with sides that divide by "
                f"{side}, got shape {tuple(x.shape)}"
            )
