"""2015, Shaoqing Ren, Kaiming He, Ross Girshick, Jian Sun: propose, then look again (chapter 14).

R. Girshick and others, R-CNN (2013), https://arxiv.org/abs/1311.2524, cut each proposed box out of
the picture; Fast R-CNN (2015), https://arxiv.org/abs/1504.08083, out of one map of features; Faster
R-CNN (2015), https://arxiv.org/abs/1506.01497, lets that map propose. The mask head: K. He and
others, Mask R-CNN (2017), https://arxiv.org/abs/1703.06870. The step from the coarse map down to
the fine one: T.-Y. Lin and others, Feature pyramid networks (2016),
https://arxiv.org/abs/1612.03144.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor, no_grad
from dlcore.autodiff.functional import cat
from dlcore.models.vision.boxes import areas, clip_boxes_to_image, generalized_box_iou_loss
from dlcore.models.vision.grid_detector import Body, Found, assign, best, decode
from dlcore.models.vision.roi_align import roi_align

SMALLEST = 3.0  # pixels: the least side of a proposal
CROP = 6  # rows and columns of a box cut out of the map
SHAKE = 0.1  # of a side: how far copies of the true boxes are moved in training


class TwoStageDetector(nn.Module):
    """x (N, 1, S, S)  →  the map to cut from (N, W, S/2, S/2), and (N, A, 5): "here" and a box.

    proposals  boxes per picture that get the second look
    masks      whether there is a mask head as well
    """

    def __init__(
        self, classes: int, width: int = 16, proposals: int = 6, hidden: int = 96,
        masks: bool = False,
    ) -> None:  # fmt: skip
        self.classes, self.proposals = classes, proposals
        self.body = Body(width)
        self.propose_head = nn.Conv2d(4 * width, 5, 1)
        self.propose_head.bias.data.zero_()
        self.propose_head.bias.data[0] = -3.0
        self.lateral = nn.Conv2d(4 * width, width, 1)
        self.hidden = nn.Sequential(nn.Flatten(), nn.Linear(width * CROP * CROP, hidden), nn.ReLU())
        self.scores, self.shift = nn.Linear(hidden, classes + 1), nn.Linear(hidden, 4)
        self.mask = mask_head(width) if masks else None

    def forward(self, x: Any) -> tuple[Tensor, Tensor]:
        fine, coarse = self.body(x)
        down = nn.interpolate(self.lateral(coarse), scale_factor=2)
        return fine + down, self.propose_head(coarse).flatten(2).transpose(1, 2)

    def propose(self, raw: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
        """The surest boxes of the first look that hardly overlap, (N, proposals, 4)."""
        boxes = clip_boxes_to_image(decode(Tensor(raw)).data, size)
        low = torch.minimum(boxes[..., :2], torch.tensor(size).flip(0) - SMALLEST)
        boxes = torch.cat([low, torch.maximum(boxes[..., 2:], low + SMALLEST)], -1)
        return surest(boxes, raw[..., 0], self.proposals)

    def look(self, fine: Tensor, rois: torch.Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """A look at rois (K, 5): what was cut out, scores (K, classes + 1), boxes (K, 4)."""
        cut = roi_align(fine, rois, CROP, 0.5, 1, aligned=True)
        hidden = self.hidden(cut)
        return cut, self.scores(hidden), moved(rois[:, 1:], self.shift(hidden))

    def loss(
        self, seen: tuple[Tensor, Tensor], box: torch.Tensor, y: torch.Tensor,
        mask: torch.Tensor | None = None,
    ) -> Tensor:  # fmt: skip
        """Both looks in one loss.   box (N, M, 4), y (N, M), −1 for none, mask (N, M, S, S)"""
        fine, raw = seen
        total = self.first_loss(raw, box, y)
        rois, shape = self.training_rois(raw, box, y, 2 * fine.shape[2])
        cut, scores, boxes = self.look(fine, rois)
        wanted = torch.where(shape >= 0, y[rois[:, 0].long(), shape], self.classes)
        total = total + 2 * nn.cross_entropy(scores, wanted)
        hit = (shape >= 0).nonzero()[:, 0]
        if not len(hit):
            return total
        where = rois[hit, 0].long(), shape[hit]
        total = total + 2 * generalized_box_iou_loss(boxes[hit], box[where], "mean")
        if self.mask is None or mask is None:
            return total
        mine = torch.cat([torch.arange(len(hit))[:, None], rois[hit, 1:]], 1)
        target = roi_align(mask[where][:, None].float(), mine, 2 * CROP, 1.0, 1, aligned=True)
        return total + 2 * nn.binary_cross_entropy_with_logits(self.mask(cut[hit]), target.data)

    def first_loss(self, raw: Tensor, box: torch.Tensor, y: torch.Tensor) -> Tensor:
        """Is there anything, and where; which shape it is waits for the second look."""
        whose = assign(box, y, raw.shape[1], 1.0)
        picture, cell = (whose >= 0).nonzero(as_tuple=True)
        here = nn.binary_cross_entropy_with_logits(
            raw[:, :, 0], (whose >= 0).to(raw.dtype), reduction="sum"
        )
        found = decode(raw)[picture, cell]
        where = generalized_box_iou_loss(found, box[picture, whose[picture, cell]], "sum")
        cells = max(1, len(cell)) / max(1, int((y >= 0).sum()))
        return (here + 2 * where) / cells / len(y)

    def training_rois(
        self, raw: Tensor, box: torch.Tensor, y: torch.Tensor, size: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Proposals and shaken true boxes (K, 5), and the shape each half covers, −1 for none."""
        sides = (box[..., 2:] - box[..., :2]).repeat(1, 1, 2)
        shaken = box + SHAKE * sides * torch.randn(box.shape)
        both = torch.cat([self.propose(raw.data, (size, size)), shaken], 1)
        real = torch.cat([both.new_ones(both.shape[0], self.proposals).bool(), y >= 0], 1)
        picture, number = real.nonzero(as_tuple=True)
        boxes = both[picture, number]
        shared, joint = areas(boxes[:, None], box[picture])
        covered, shape = (shared / joint).max(1)
        return (
            torch.cat([picture[:, None], boxes], 1),
            torch.where(covered > 0.5, shape, -1),
        )

    def detect(self, x: Any, least: float = 0.02, overlap: float | None = 0.5) -> list[Found]:
        """As GridDetector.detect; with a mask head also masks (K, S, S) bool."""
        with no_grad():
            fine, raw = self(x)
            proposals = self.propose(raw.data, x.shape[2:])
            count = torch.arange(len(proposals)).repeat_interleave(self.proposals)
            rois = torch.cat([count[:, None], proposals.flatten(0, 1)], 1)
            _, scores, boxes = self.look(fine, rois)
            sure, label = scores.data.softmax(1)[:, : self.classes].max(1)
            boxes = clip_boxes_to_image(boxes.data, x.shape[2:])
            parts = (part.split(self.proposals) for part in (boxes, sure, label))
            found = [best(*part, least=least, overlap=overlap) for part in zip(*parts, strict=True)]
            if self.mask is not None:
                for number, one in enumerate(found):
                    one["masks"] = self.outline(fine[number : number + 1], one["boxes"])
        return found

    def outline(self, fine: Tensor, boxes: torch.Tensor) -> torch.Tensor:
        """The mask of each box (K, 4) of one picture, put back to its place: (K, S, S) bool."""
        size = 2 * fine.shape[2]
        if self.mask is None or not len(boxes):
            return torch.zeros(0, size, size, dtype=torch.bool)
        wide = torch.cat([boxes[:, :2], torch.maximum(boxes[:, 2:], boxes[:, :2] + 1)], 1)
        cut = roi_align(fine, [wide], CROP, 0.5, 1, aligned=True)
        return paste(self.mask(cut).data.sigmoid()[:, 0], wide, size)


def mask_head(width: int) -> nn.Sequential:
    """What was cut out (K, W, 6, 6) as a mask twice as fine, (K, 1, 12, 12) scores."""
    return nn.Sequential(
        nn.Conv2d(width, 24, 3, padding=1), nn.ReLU(),
        nn.ConvTranspose2d(24, 24, 2, stride=2), nn.ReLU(), nn.Conv2d(24, 1, 1),
    )  # fmt: skip


def surest(boxes: torch.Tensor, scores: torch.Tensor, count: int) -> torch.Tensor:
    """`count` rounds of nms at 0.7 in all pictures at once: boxes (N, A, 4)  →  (N, count, 4)."""
    shared, joint = areas(boxes[:, :, None], boxes[:, None])
    overlap = shared / joint
    left, rows, chosen = scores.clone(), torch.arange(len(boxes)), []
    for _ in range(count):
        best_left = left.argmax(1)
        chosen.append(boxes[rows, best_left])
        left = left.masked_fill(overlap[rows, best_left] > 0.7, -torch.inf)
    return torch.stack(chosen, 1)


def moved(boxes: torch.Tensor, shift: Tensor) -> Tensor:
    """Boxes (K, 4), moved by fifths of their sides and stretched by the exponential of fifths."""
    side, middle = boxes[:, 2:] - boxes[:, :2], (boxes[:, :2] + boxes[:, 2:]) / 2
    middle = middle + side * shift[:, :2] * 0.2
    half = side / 2 * (shift[:, 2:] * 0.2).clamp(-1, 1).exp()
    return cat([middle - half, middle + half], 1)


def paste(masks: torch.Tensor, boxes: torch.Tensor, size: int) -> torch.Tensor:
    """masks (K, m, m) from 0 to 1, stretched to their boxes (K, 4): (K, size, size) bool."""
    cells, at = masks.shape[-1], torch.arange(size) + 0.5
    tables = []
    for axis in (0, 1):
        low, high = boxes[:, axis, None], boxes[:, axis + 2, None]
        place = (at - low) / (high - low) * cells - 0.5  # (K, size)
        inside = (at > low) & (at < high)
        near = 1 - (place.clamp(0, cells - 1)[..., None] - torch.arange(cells)).abs()
        tables.append(near.clamp(min=0) * inside[..., None])
    return tables[1] @ masks @ tables[0].transpose(1, 2) > 0.5
