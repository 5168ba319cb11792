"""2020, Zhanghao Wu and others: near words by a convolution, far ones by attention (chapter 17).

Z. Wu, Z. Liu, J. Lin, Y. Lin, S. Han, Lite Transformer with long-short range attention (2020),
https://arxiv.org/abs/2004.11886, figure 3. Its short branch is the convolution of F. Wu and others
(2019), https://arxiv.org/abs/1901.10430; a plain depthwise one stands in for it here.
"""

from __future__ import annotations

from typing import Any

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import cat


class LongShortAttention(nn.Module):
    """x (N, T, D) → (N, T, D): attention on half of the width, a convolution on the other.

    Causal: place t sees 0 … t, the convolution the last kernel_size of them. The short branch is a
    gated map, a depthwise convolution and a map. For a place that costs 7/4 D² multiply-adds of
    maps and T D of attention, against 4 D² and 2 T D at full width; the convolution adds K D / 2.
    """

    def __init__(self, d_model: int, nhead: int, kernel_size: int = 3) -> None:
        if d_model % 2 or (d_model // 2) % nhead or kernel_size < 1:
            raise ValueError(
                "LongShortAttention halves the width, nhead splits the half, kernel_size ≥ 1, got "
                f"{d_model=}, {nhead=}, {kernel_size=}"
            )
        half = d_model // 2
        self.half, self.kernel_size = half, kernel_size
        self.attention = nn.MultiheadAttention(half, nhead, batch_first=True)
        self.gated = nn.Linear(half, 2 * half)
        self.conv = nn.Conv1d(half, half, kernel_size, groups=half)
        self.out = nn.Linear(half, half)

    def forward(self, x: Any) -> Tensor:
        far, near = x[..., : self.half], x[..., self.half :]
        far, _ = self.attention(far, far, far, need_weights=False, is_causal=True)
        near = nn.glu(self.gated(near), -1).transpose(1, 2)
        near = self.conv(nn.pad(near, [self.kernel_size - 1, 0]))
        return cat([far, self.out(near.transpose(1, 2))], -1)
