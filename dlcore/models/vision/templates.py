"""1969, the rival: lay a pattern on every place of the picture and correlate (chapter 14).

Matching with normalised correlation is older than any net for pictures; R. O. Duda and P. E. Hart,
Pattern classification and scene analysis (1973), describe it, and J. P. Lewis, Fast normalized
cross-correlation (1995), how to do it fast.
"""

from __future__ import annotations

import torch

from dlcore.models.vision.boxes import clip_boxes_to_image, nms
from dlcore.models.vision.grid_detector import Found


class Templates:
    """Patterns, each with the box that it stands for and the label of its shape.

    patterns  list of (n, n) tensors of any scale and shade; n may differ
    boxes     (T, 4) left, top, right, bottom in the pattern's own pixels
    labels    (T,)
    """

    def __init__(
        self, patterns: list[torch.Tensor], boxes: torch.Tensor, labels: torch.Tensor
    ) -> None:
        if not len(patterns) == len(boxes) == len(labels):
            raise ValueError(
                "Templates needs a box and a label for each pattern, got "
                f"{len(patterns)} patterns, {len(boxes)} boxes, {len(labels)} labels"
            )
        sizes = torch.tensor([len(pattern) for pattern in patterns])
        self.groups = []  # of one size each, since all of a size are laid on in one go
        for n in sizes.unique().tolist():
            mine = (sizes == n).nonzero()[:, 0]
            stack = torch.stack([patterns[number] for number in mine.tolist()])
            self.groups.append((stack, boxes[mine].float(), labels[mine]))

    def detect(self, x: torch.Tensor, least: float = 0.35, overlap: float = 0.3) -> list[Found]:
        """As GridDetector.detect: x (N, 1, S, S); a score is the size of a correlation.

        least: the lowest correlation that is kept. overlap: above this IoU the weaker box goes,
        whatever its label.
        """
        places = [places_of(x, *group, least=least) for group in self.groups]
        found = []
        for picture in range(len(x)):
            mine = [[part[where == picture] for part in parts] for where, *parts in places]
            boxes, scores, labels = (torch.cat(part) for part in zip(*mine, strict=True))
            keep = nms(boxes, scores, overlap)
            found.append({"boxes": boxes[keep], "scores": scores[keep], "labels": labels[keep]})
        return found


def places_of(
    x: torch.Tensor, patterns: torch.Tensor, boxes: torch.Tensor, labels: torch.Tensor, least: float
) -> list[torch.Tensor]:
    """Picture, box, score and label wherever a pattern (T, n, n) fits better than all around."""
    fit = correlation(x, patterns).abs()
    top = fit == torch.max_pool2d(fit, 5, 1, 2)
    picture, number, row, column = (top & (fit > least)).nonzero(as_tuple=True)
    corner = torch.stack([column, row, column, row], 1) - patterns.shape[1] // 2
    placed = clip_boxes_to_image(corner + boxes[number], (x.shape[2], x.shape[3]))
    return [picture, placed, fit[picture, number, row, column], labels[number]]


def correlation(x: torch.Tensor, patterns: torch.Tensor) -> torch.Tensor:
    """Cosine between each pattern and what lies under it, both without their means.

    x (N, 1, S, S), patterns (T, n, n)  →  (N, T, S, S), from −1 to 1; a pattern's pixel n//2 lies
    on the pixel asked for, and the picture is mirrored at its edges.
    """
    n = patterns.shape[1]
    before, after = n // 2, (n - 1) // 2
    wide = _mirrored(_mirrored(x, before, after).transpose(2, 3), before, after).transpose(2, 3)
    mean = _means(wide, n)
    spread = (_means(wide * wide, n) - mean * mean).clamp(min=1e-6).sqrt() * n
    centred = patterns - patterns.mean((1, 2), keepdim=True)
    length = centred.flatten(1).norm(dim=1).clamp(min=1e-12)
    return torch.conv2d(wide, (centred / length[:, None, None])[:, None]) / spread


def _means(x: torch.Tensor, n: int) -> torch.Tensor:
    return torch.conv2d(x, x.new_full((1, 1, n, n), 1 / n**2))


def _mirrored(x: torch.Tensor, before: int, after: int) -> torch.Tensor:
    """Rows mirrored beyond the first and the last."""
    last = x.shape[2] - 1
    rows = torch.arange(-before, last + 1 + after).abs()
    return x[:, :, last - (last - rows).abs()]
