"""2015, Olaf Ronneberger, Philipp Fischer and Thomas Brox: down, up, and across (chapter 14).

O. Ronneberger, P. Fischer, T. Brox, U-Net (2015), https://arxiv.org/abs/1505.04597. On its way up
each map is put beside the map of its size from the way down. With padding, so that the answer is as
large as the picture; batch norm is of later years. UNet++ fills the U with more such wires:
Z. Zhou and others (2018), https://arxiv.org/abs/1807.10165.
"""

from __future__ import annotations

from typing import Any

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.autodiff.functional import cat
from dlcore.models.vision.fcn import Encoder
from dlcore.models.vision.grid_detector import unit


class UNet(nn.Module):
    """x (N, channels, S, S)  →  scores (N, classes, S, S); S divides by 8.

    skips  False leaves out the wires across. The decoder then has fewer channels to read;
           `wider` more of its own make up for it (a control with as many weights).
    """

    def __init__(
        self, classes: int, width: int = 8, channels: int = 1, skips: bool = True, wider: int = 0
    ) -> None:
        self.encoder, self.skips, w = Encoder(channels, width), skips, width
        read = [4 * w, 2 * w, w] if skips else [0, 0, 0]
        made = [4 * w + wider, 2 * w + wider, w + wider]
        below = [4 * w, *made[:2]]
        self.up = nn.ModuleList([unit(b + r, m) for b, r, m in zip(below, read, made, strict=True)])
        self.score = nn.Conv2d(made[-1], classes, 1)

    def forward(self, x: Any) -> Tensor:
        *across, y = self.encoder(x)
        for stage, beside in zip(self.up, reversed(across), strict=True):
            y = nn.interpolate(y, scale_factor=2)
            y = stage(cat([beside, y], 1) if self.skips else y)
        return self.score(y)
