"""1901, Paul Jaccard: what two things share, over all they cover; here, boxes (chapter 14).

P. Jaccard, Étude comparative de la distribution florale (1901),
https://doi.org/10.5169/seals-266450; G. K. Gilbert had the same ratio in 1884. The generalised
form: H. Rezatofighi and others, Generalized intersection over union (2019),
https://arxiv.org/abs/1902.09630. A box is left, top, right, bottom in pixels (x1, y1, x2, y2);
names, arguments and results are those of torchvision.ops, but two empty boxes have an IoU of 0,
not nan.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore.autodiff import Tensor, functional


def box_area(boxes: torch.Tensor) -> torch.Tensor:
    """Square pixels of each box.   boxes (N, 4)  →  (N,)"""
    check_boxes("box_area", boxes)
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def box_iou(boxes1: torch.Tensor, boxes2: torch.Tensor) -> torch.Tensor:
    """Shared area over joint area, for all pairs.   boxes1 (N, 4), boxes2 (M, 4)  →  (N, M)"""
    check_boxes("box_iou", boxes1)
    check_boxes("box_iou", boxes2)
    shared, joint = areas(boxes1[:, None], boxes2[None])
    return torch.where(joint > 0, shared / joint, 0.0)


def generalized_box_iou(boxes1: torch.Tensor, boxes2: torch.Tensor) -> torch.Tensor:
    """IoU minus the part of the box around both that neither covers; from −1 to 1, (N, M)."""
    overlap = box_iou(boxes1, boxes2)
    _, joint = areas(boxes1[:, None], boxes2[None])
    low = torch.minimum(boxes1[:, None, :2], boxes2[None, :, :2])
    high = torch.maximum(boxes1[:, None, 2:], boxes2[None, :, 2:])
    around = (high - low).prod(2)
    return torch.where(around > 0, overlap - (around - joint) / around, 0.0)


def areas(first: torch.Tensor, second: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Shared and joint area of boxes (…, 4) that broadcast against each other, each (…)."""
    low = torch.maximum(first[..., :2], second[..., :2])
    high = torch.minimum(first[..., 2:], second[..., 2:])
    shared = (high - low).clamp(min=0).prod(-1)
    alone = (box[..., 2:] - box[..., :2] for box in (first, second))
    return shared, sum(sides.prod(-1) for sides in alone) - shared


def generalized_box_iou_loss(
    boxes1: Any, boxes2: Any, reduction: str = "none", eps: float = 1e-7
) -> Tensor:
    """1 − GIoU of each pair of rows, with a slope even where the boxes do not meet.

    boxes1, boxes2 (N, 4)  →  (N,), or their "mean" or "sum". Raises ValueError for other shapes
    and other reductions.
    """
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"generalized_box_iou_loss knows 'none', 'mean', 'sum', got {reduction=}")
    if tuple(boxes1.shape) != tuple(boxes2.shape):
        raise ValueError(
            "generalized_box_iou_loss compares row with row, got shapes "
            f"{tuple(boxes1.shape)} and {tuple(boxes2.shape)}"
        )
    check_boxes("generalized_box_iou_loss", boxes1)
    a, b = (box if isinstance(box, Tensor) else Tensor(box) for box in (boxes1, boxes2))
    inner = functional.minimum(a[:, 2:], b[:, 2:]) - functional.maximum(a[:, :2], b[:, :2])
    outer = functional.maximum(a[:, 2:], b[:, 2:]) - functional.minimum(a[:, :2], b[:, :2])
    shared, around = _product(inner.clamp(min=0)), _product(outer)
    joint = _product(a[:, 2:] - a[:, :2]) + _product(b[:, 2:] - b[:, :2]) - shared
    loss = 1 - shared / (joint + eps) + (around - joint) / (around + eps)
    return loss if reduction == "none" else loss.sum() if reduction == "sum" else loss.mean()


def _product(sides: Tensor) -> Tensor:
    return sides[:, 0] * sides[:, 1]


def nms(boxes: torch.Tensor, scores: torch.Tensor, iou_threshold: float) -> torch.Tensor:
    """Numbers of the boxes that stay, the best first: each removes the later ones it overlaps.

    boxes (N, 4), scores (N,)  →  (K,) int64. A box goes when its IoU with a box that stays is above
    the threshold; of equal scores the first counts as the better. Non-maximum suppression of
    edges: A. Rosenfeld, M. Thurston (1971), https://doi.org/10.1109/T-C.1971.223290.
    Raises ValueError unless every box has one score.
    """
    check_boxes("nms", boxes)
    if scores.shape != boxes.shape[:1]:
        raise ValueError(
            f"nms needs one score per box, got {len(boxes)} boxes and scores of shape "
            f"{tuple(scores.shape)}"
        )
    overlap = box_iou(boxes, boxes)
    order, keep = scores.argsort(descending=True, stable=True), []
    while len(order):
        best, order = order[0], order[1:]
        keep.append(best)
        order = order[overlap[best, order] <= iou_threshold]
    return torch.stack(keep) if keep else torch.zeros(0, dtype=torch.long)


def batched_nms(
    boxes: torch.Tensor, scores: torch.Tensor, idxs: torch.Tensor, iou_threshold: float
) -> torch.Tensor:
    """nms within each class: a box removes only boxes with the same idxs (N,)."""
    if not len(boxes):
        return torch.zeros(0, dtype=torch.long)
    apart = (boxes.max() - boxes.min() + 1) * idxs[:, None]  # every class on a page of its own
    return nms(boxes + apart, scores, iou_threshold)


def clip_boxes_to_image(boxes: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Boxes (…, 4), cut at the edges of a picture of size (height, width)."""
    height, width = size
    x, y = boxes[..., 0::2].clamp(0, width), boxes[..., 1::2].clamp(0, height)
    return torch.stack([x, y], -1).flatten(-2)


def check_boxes(name: str, boxes: Any) -> None:
    """Raise ValueError for what is no list of boxes."""
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise ValueError(
            f"{name} takes boxes (N, 4): left, top, right, bottom; got shape {tuple(boxes.shape)}"
        )
