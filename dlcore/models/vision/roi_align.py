"""2017, Kaiming He and others: cut a box out of a map of features without rounding (chapter 14).

K. He, G. Gkioxari, P. Dollár, R. Girshick, Mask R-CNN (2017), https://arxiv.org/abs/1703.06870,
after the rounded RoI pooling of Fast R-CNN (2015), https://arxiv.org/abs/1504.08083. Arguments,
defaults and results are those of torchvision.ops.

A bilinear sample is a weighted mean of cells, along one axis after the other, so a box is cut out
by two tables: Y = V X Uᵀ, V (rows, H), U (columns, W).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Function, Tensor


class CutOut(Function):
    """y[k] = V[k] x[n[k]] U[k]ᵀ.

    x (N, C, H, W)   n (K,)   V (K, R, H)   U (K, S, W)   y (K, C, R, S)
    """

    @staticmethod
    def forward(ctx, x, numbers, down, across):
        ctx.save_for_backward(numbers, down, across)
        ctx.pictures = x.shape[0]
        return torch.einsum("krh,kchw,ksw->kcrs", down, x[numbers], across)

    @staticmethod
    def backward(ctx, grad):  # (K, C, R, S)
        numbers, down, across = ctx.saved_tensors
        maps = torch.einsum("krh,kcrs,ksw->kchw", down, grad, across)
        to_x = maps.new_zeros((ctx.pictures, *maps.shape[1:])).index_add_(0, numbers, maps)
        return to_x, None, None, None


def roi_align(
    input: Any, boxes: Any, output_size: int | tuple[int, int], spatial_scale: float = 1.0,
    sampling_ratio: int = -1, aligned: bool = False,
) -> Tensor:  # fmt: skip
    """Every box as a small map of one size: the mean of bilinear samples in each of its bins.

    input           (N, C, H, W)
    boxes           a list of N tensors (L, 4), or (K, 5) with the picture's number in front; pixels
    output_size     rows and columns, or one number for both
    spatial_scale   cells of the map per pixel, 1/4 for a map of stride 4
    sampling_ratio  samples per bin and axis; below 1: one for each cell that the bin spans
    aligned         True: the centre of cell 0 is at half a cell, as it should be
    Returns (K, C, rows, columns). Raises ValueError for boxes of another form.
    """
    x = input if isinstance(input, Tensor) else Tensor(input)
    numbers, corners = numbered(boxes, x.shape[0])
    rows, columns = (output_size,) * 2 if isinstance(output_size, int) else output_size
    corners = corners.to(x.dtype) * spatial_scale - (0.5 if aligned else 0.0)
    sides = corners[:, 2:] - corners[:, :2]
    if not aligned:
        sides = sides.clamp(min=1)  # the old rule: a box has one cell at least
    across = samples(corners[:, 0], sides[:, 0], columns, sampling_ratio, x.shape[3])
    down = samples(corners[:, 1], sides[:, 1], rows, sampling_ratio, x.shape[2])
    return CutOut.apply(x, numbers, down, across)


def samples(
    low: torch.Tensor, length: torch.Tensor, bins: int, ratio: int, cells: int
) -> torch.Tensor:
    """What each cell counts in each bin, along one axis.   low, length (K,)  →  (K, bins, cells)

    The sample at place p takes max(0, 1 − |p − cell|) of a cell; a place over a cell outside of
    the map gives 0, and what is less far out is moved onto its border.
    """
    each = (length / bins).ceil().clamp(min=1) if ratio < 1 else torch.full_like(length, ratio)
    number = torch.arange(int(each.max()) if len(each) else 1, device=low.device)
    within = (number + 0.5) / each[:, None]  # (K, samples), in bins
    bin_starts = torch.arange(bins, device=low.device)[:, None]
    places = low[:, None, None] + (bin_starts + within[:, None]) * (length / bins)[:, None, None]
    counts = (number < each[:, None])[:, None] & (places >= -1) & (places <= cells)
    places = places.clamp(0, cells - 1)[..., None]
    near = (1 - (places - torch.arange(cells, device=low.device)).abs()).clamp(min=0)
    return (near * counts[..., None]).sum(2) / each[:, None, None]


def numbered(boxes: Any, pictures: int) -> tuple[torch.Tensor, torch.Tensor]:
    """(K,) int64 pictures and (K, 4) corners of boxes in either form."""
    if isinstance(boxes, Sequence):
        if len(boxes) != pictures:
            raise ValueError(
                f"roi_align needs a tensor of boxes for each of {pictures} pictures, "
                f"got {len(boxes)}"
            )
        counts = torch.tensor([len(part) for part in boxes])
        return torch.arange(pictures).repeat_interleave(counts), torch.cat(list(boxes))
    if boxes.ndim != 2 or boxes.shape[1] != 5:
        raise ValueError(
            "roi_align takes a list of boxes (L, 4), or (K, 5) with the picture's number in "
            f"front; got shape {tuple(boxes.shape)}"
        )
    return boxes[:, 0].long(), boxes[:, 1:]


class RoIAlign(nn.Module):
    """roi_align with everything but the map and the boxes fixed, as in torchvision.ops."""

    def __init__(
        self, output_size: int | tuple[int, int], spatial_scale: float, sampling_ratio: int,
        aligned: bool = False,
    ) -> None:  # fmt: skip
        self.output_size, self.spatial_scale = output_size, spatial_scale
        self.sampling_ratio, self.aligned = sampling_ratio, aligned

    def forward(self, input: Any, rois: Any) -> Tensor:
        return roi_align(
            input, rois, self.output_size, self.spatial_scale, self.sampling_ratio, self.aligned
        )
