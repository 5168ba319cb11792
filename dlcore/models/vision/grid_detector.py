"""2015, Joseph Redmon and others: one look, one grid, all boxes at once (chapter 14).

J. Redmon, S. Divvala, R. Girshick, A. Farhadi, You only look once (2015),
https://arxiv.org/abs/1506.02640. Here every cell of the grid says whether it answers for a shape,
where that shape's box is, and which shape it is. Several cells per shape: Z. Tian, C. Shen,
H. Chen, T. He, FCOS (2019), https://arxiv.org/abs/1904.01355.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor, no_grad
from dlcore.autodiff.functional import cat
from dlcore.models.vision.boxes import batched_nms, clip_boxes_to_image, generalized_box_iou_loss

STRIDE = 4  # pixels per cell of the grid
TYPICAL = 5.0  # pixels: half a side of a box for an output of 0
Found = dict[str, torch.Tensor]  # boxes (K, 4), scores (K,), labels (K,), as in torchvision


def unit(before: int, after: int, stride: int = 1) -> nn.Sequential:
    """3 × 3 convolution, batch norm, ReLU."""
    convolution = nn.Conv2d(before, after, 3, stride, padding=1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(after), nn.ReLU())


class Body(nn.Module):
    """A picture as two maps: x (N, 1, S, S)  →  (N, W, S/2, S/2) and (N, 4W, S/4, S/4)."""

    def __init__(self, width: int = 16) -> None:
        self.fine = unit(1, width, 2)
        self.coarse = nn.Sequential(
            unit(width, 2 * width, 2), unit(2 * width, 2 * width), unit(2 * width, 4 * width)
        )

    def forward(self, x: Any) -> tuple[Tensor, Tensor]:
        fine = self.fine(x)
        return fine, self.coarse(fine)


class GridDetector(nn.Module):
    """x (N, 1, S, S)  →  (N, A, 5 + classes): per cell "here", box (4), scores of the classes.

    reach  in cells: which cells answer for a shape. 0.5: only the one that holds the middle of its
           box, as in YOLO; 1.5: that one and its eight neighbours.
    """

    def __init__(self, classes: int, width: int = 16, reach: float = 0.5) -> None:
        self.body, self.reach = Body(width), reach
        self.head = nn.Conv2d(4 * width, 5 + classes, 1)
        self.head.bias.data.zero_()
        self.head.bias.data[0] = -3.0  # at the start, no cell sees anything

    def forward(self, x: Any) -> Tensor:
        return self.head(self.body(x)[1]).flatten(2).transpose(1, 2)

    def loss(self, raw: Tensor, box: torch.Tensor, y: torch.Tensor) -> Tensor:
        """Is there a shape, where, which: three in one.   box (N, M, 4), y (N, M), −1 for none"""
        whose = assign(box, y, raw.shape[1], self.reach)
        picture, cell = (whose >= 0).nonzero(as_tuple=True)
        shape = whose[picture, cell]
        here = nn.binary_cross_entropy_with_logits(
            raw[:, :, 0], (whose >= 0).to(raw.dtype), reduction="sum"
        )
        guess = decode(raw)[picture, cell]
        where = generalized_box_iou_loss(guess, box[picture, shape], "sum")
        which = nn.cross_entropy(raw[picture, cell][:, 5:], y[picture, shape], reduction="sum")
        cells = max(1, len(cell)) / max(1, int((y >= 0).sum()))  # that answer for one shape
        return (here + (2 * where + which) / cells) / len(y)

    def detect(self, x: Any, least: float = 0.02, overlap: float | None = 0.5) -> list[Found]:
        """Boxes, scores and labels in each picture, the surest first.

        least: the lowest score that is kept. overlap: the IoU above which one of two boxes of a
        class goes; None keeps all.
        """
        with no_grad():
            raw = self(x).data
        boxes = clip_boxes_to_image(decode(Tensor(raw)).data, x.shape[2:])
        sure = raw[..., :1].sigmoid() * raw[..., 5:].softmax(-1)
        return [
            best(*found, least=least, overlap=overlap)
            for found in zip(boxes, *sure.max(-1), strict=True)
        ]


def middles(cells: int) -> torch.Tensor:
    """(A, 2): x and y of the middle of each cell of a square grid, row after row, in pixels."""
    side = round(cells**0.5)
    at = (torch.arange(side) + 0.5) * STRIDE
    return torch.stack([at.repeat(side), at.repeat_interleave(side)], 1)


def assign(box: torch.Tensor, y: torch.Tensor, cells: int, reach: float) -> torch.Tensor:
    """The shape that each cell answers for, −1 for none.   box (N, M, 4), y (N, M)  →  (N, A)

    A cell answers for the shape whose middle is nearest, if it is less than `reach` cells away in
    either direction.
    """
    centres = (box[..., :2] + box[..., 2:]) / 2
    away = centres[:, None] - middles(cells)[None, :, None]  # (N, A, M, 2)
    close = ((away >= -reach * STRIDE) & (away < reach * STRIDE)).all(-1) & (y >= 0)[:, None]
    nearest = torch.where(close, away.abs().amax(-1), torch.inf).min(-1)
    return torch.where(nearest.values < torch.inf, nearest.indices, -1)


def decode(raw: Tensor) -> Tensor:
    """Boxes (N, A, 4) from columns 1 to 4: how far the middle is moved, and the log of the size."""
    half = TYPICAL * raw[..., 3:5].clamp(-3, 3).exp()
    middle = STRIDE * raw[..., 1:3] + middles(raw.shape[1])
    return cat([middle - half, middle + half], -1)


def best(
    boxes: torch.Tensor, scores: torch.Tensor, labels: torch.Tensor, least: float,
    overlap: float | None,
) -> Found:  # fmt: skip
    """What stays of one picture's boxes (A, 4): scores above `least`, then nms in each class."""
    keep = (scores > least).nonzero()[:, 0]
    if overlap is None:
        keep = keep[scores[keep].argsort(descending=True, stable=True)]
    else:
        keep = keep[batched_nms(boxes[keep], scores[keep], labels[keep], overlap)]
    return {"boxes": boxes[keep], "scores": scores[keep], "labels": labels[keep]}
