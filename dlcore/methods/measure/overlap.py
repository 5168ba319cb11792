"""1901, Jaccard, and 1945, Lee Dice: how much two sets of pixels share (chapter 14).

P. Jaccard (1901), https://doi.org/10.5169/seals-266450; L. R. Dice, Measures of the amount of
ecologic association between species (1945), https://doi.org/10.2307/1932409. Edges alone:
B. Cheng and others, Boundary IoU (2021), https://arxiv.org/abs/2103.16562.
"""

from __future__ import annotations

import torch


def mask_iou(masks1: torch.Tensor, masks2: torch.Tensor) -> torch.Tensor:
    """IoU of all pairs of masks (N, H, W), (M, H, W) bool  →  (N, M); 0 for two empty ones."""
    a, b = masks1.flatten(1).float(), masks2.flatten(1).float()
    shared = a @ b.T
    joint = a.sum(1)[:, None] + b.sum(1)[None] - shared
    return torch.where(joint > 0, shared / joint, 0.0)


def iou(first: torch.Tensor, second: torch.Tensor) -> float:
    """|A ∩ B| / |A ∪ B| of two bool tensors of one shape, all pixels together; 1 if empty."""
    _check("iou", first, second)
    joint = int((first | second).sum())
    return int((first & second).sum()) / joint if joint else 1.0


def dice(first: torch.Tensor, second: torch.Tensor) -> float:
    """2 |A ∩ B| / (|A| + |B|) of two bool tensors of one shape; it is 2 IoU / (1 + IoU)."""
    _check("dice", first, second)
    sizes = int(first.sum()) + int(second.sum())
    return 2 * int((first & second).sum()) / sizes if sizes else 1.0


def confusion(predicted: torch.Tensor, true: torch.Tensor, classes: int) -> torch.Tensor:
    """How many pixels of class i (row) were called j (column), (classes, classes) int64."""
    if predicted.shape != true.shape:
        raise ValueError(
            "confusion compares labels of one shape, got "
            f"{tuple(predicted.shape)} and {tuple(true.shape)}"
        )
    pairs = (true * classes + predicted).flatten()
    return torch.bincount(pairs, minlength=classes**2).view(classes, classes)


def class_iou(table: torch.Tensor) -> torch.Tensor:
    """IoU of each class from its confusion table, (classes,); nan where there is no such pixel."""
    shared = table.diag().double()
    return shared / (table.sum(0) + table.sum(1) - table.diag())


def mean_iou(predicted: torch.Tensor, true: torch.Tensor, classes: int) -> float:
    """Mean of class_iou over the classes that occur in either."""
    return float(class_iou(confusion(predicted, true, classes)).nanmean())


def rim(mask: torch.Tensor, width: int = 1) -> torch.Tensor:
    """Pixels of a mask (N, H, W) that are at most `width` steps, of kings, from one outside of it.

    The edge of the picture is no edge of the mask.
    """
    near = torch.max_pool2d((~mask).float()[:, None], 2 * width + 1, 1, width)[:, 0] > 0
    return mask & near


def boundary_iou(predicted: torch.Tensor, true: torch.Tensor, width: int = 1) -> float:
    """IoU of the rims of two stacks of masks (N, H, W) bool, all pictures counted together."""
    _check("boundary_iou", predicted, true)
    return iou(rim(predicted, width), rim(true, width))


def _check(name: str, first: torch.Tensor, second: torch.Tensor) -> None:
    if first.shape != second.shape or first.dtype != torch.bool or second.dtype != torch.bool:
        raise ValueError(
            f"{name} compares two bool tensors of one shape, got {first.dtype} "
            f"{tuple(first.shape)} and {second.dtype} {tuple(second.shape)}"
        )
