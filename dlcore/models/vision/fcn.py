"""2014, Jonathan Long, Evan Shelhamer and Trevor Darrell: a class for every pixel (chapter 14).

J. Long, E. Shelhamer, T. Darrell, Fully convolutional networks for semantic segmentation (2014),
https://arxiv.org/abs/1411.4038: the last layers are 1 × 1 convolutions, so that a picture of any
size gives a small map of scores; it is enlarged, and the scores of finer maps are added.
"""

from __future__ import annotations

from typing import Any

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.models.vision.grid_detector import unit


class Encoder(nn.Module):
    """x (N, C, S, S)  →  four maps: S, S/2, S/4, S/8 wide, of W, 2W, 4W, 4W channels."""

    def __init__(self, channels: int, width: int) -> None:
        w = width
        last = nn.Sequential(unit(4 * w, 4 * w), unit(4 * w, 4 * w))
        self.stages = nn.ModuleList([unit(channels, w), unit(w, 2 * w), unit(2 * w, 4 * w), last])

    def forward(self, x: Any) -> list[Tensor]:
        maps: list[Tensor] = []
        for stage in self.stages:
            maps.append(stage(nn.max_pool2d(maps[-1], 2) if maps else x))
        return maps


class FCN(nn.Module):
    """x (N, channels, S, S)  →  scores (N, classes, S, S); S divides by 8.

    skips  False: the scores of the coarsest map, enlarged eightfold at once. True: doubled three
           times, and each time the scores of the map of that size are added (the paper's skips).
    """

    def __init__(self, classes: int, width: int = 8, channels: int = 1, skips: bool = True) -> None:
        self.encoder, w = Encoder(channels, width), width
        self.score = nn.Conv2d(4 * w, classes, 1)
        finer = [nn.Conv2d(4 * w, classes, 1), nn.Conv2d(2 * w, classes, 1)]
        self.finer = nn.ModuleList(finer) if skips else None

    def forward(self, x: Any) -> Tensor:
        maps = self.encoder(x)
        y = self.score(maps[3])
        if self.finer is None:
            return enlarge(y, 8)
        y = enlarge(y, 2) + self.finer[0](maps[2])
        y = enlarge(y, 2) + self.finer[1](maps[1])
        return enlarge(y, 2)


def enlarge(x: Any, times: int) -> Tensor:
    """Bilinear, `times` as many rows and columns."""
    return nn.interpolate(x, scale_factor=times, mode="bilinear")
