"""2007, the PASCAL VOC and, 2015, the COCO challenge: average precision of boxes (chapter 14).

M. Everingham and others, The PASCAL visual object classes challenge (2010),
https://doi.org/10.1007/s11263-009-0275-4; T.-Y. Lin and others, Microsoft COCO (2014),
https://arxiv.org/abs/1405.0312. COCO's score is a mean over ten thresholds of the IoU of *average
precisions*; no IoU is added up. Here the whole area under the curve counts, not 101 samples of it,
and boxes with one score enter together, so that their order cannot matter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from dlcore.methods.measure.overlap import mask_iou
from dlcore.models.vision.boxes import box_iou

Found = dict[str, torch.Tensor]  # boxes (K, 4), scores (K,), labels (K,), perhaps masks (K, S, S)
COCO = tuple(0.5 + 0.05 * step for step in range(10))


def precision_recall(
    scores: torch.Tensor, hits: torch.Tensor, total: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Thresholds, from high to low, and precision and recall of all that scores as much or more.

    scores (D,); hits (D,) bool; total: how many there were to find. All three results are (T,), one
    for each score that occurs. Raises ValueError for other shapes, or more hits than there were.
    """
    if scores.ndim != 1 or hits.shape != scores.shape:
        raise ValueError(
            "precision_recall needs scores (D,) and hits (D,), got shapes "
            f"{tuple(scores.shape)} and {tuple(hits.shape)}"
        )
    if int(hits.sum()) > total:
        raise ValueError(f"there were {total} to find, and {int(hits.sum())} hits?")
    order = scores.argsort(descending=True, stable=True)
    ranked, right = scores[order], hits[order].double().cumsum(0)
    last = torch.ones_like(ranked, dtype=torch.bool)
    last[:-1] = ranked[1:] != ranked[:-1]  # of those with one score
    count = torch.arange(1, len(ranked) + 1)[last]
    return ranked[last], right[last] / count, right[last] / max(total, 1)


def average_precision(scores: torch.Tensor, hits: torch.Tensor, total: int) -> float:
    """Area under the best precision that is to be had at each recall or beyond it.

    nan if there was nothing to find; arguments and errors as in precision_recall.
    """
    _, precision, recall = precision_recall(scores, hits, total)
    if total == 0:
        return float("nan")
    envelope = precision.flip(0).cummax(0).values.flip(0) if len(precision) else precision
    return float((envelope * recall.diff(prepend=recall.new_zeros(1))).sum())


def match(overlap: torch.Tensor, threshold: float) -> torch.Tensor:
    """Which boxes are hits, (D,) bool; no true box is hit twice.

    overlap (D, T): IoU of the boxes, best score first, with the true ones. Each takes the free true
    box that it overlaps most, if by `threshold` or more.
    """
    rows, free, hits = overlap.tolist(), set(range(overlap.shape[1])), []
    for row in rows:
        chosen = max(free, key=lambda column, row=row: (row[column], -column), default=None)
        if chosen is None or row[chosen] < threshold:
            hits.append(False)
            continue
        hits.append(True)
        free.remove(chosen)
    return torch.tensor(hits, dtype=torch.bool)


def overlaps(
    found: Sequence[Found], true: Sequence[Found], label: int, what: str = "boxes"
) -> tuple[list[tuple[torch.Tensor, torch.Tensor]], int]:
    """Of one class, per picture: scores (D,), best first, and IoU (D, T); and their number."""
    overlap: Callable[..., torch.Tensor] = {"boxes": box_iou, "masks": mask_iou}[what]
    pairs, total = [], 0
    for one, truth in zip(found, true, strict=True):
        mine, wanted = one["labels"] == label, truth["labels"] == label
        total += int(wanted.sum())
        if mine.any():
            scores, order = one["scores"][mine].sort(descending=True, stable=True)
            pairs.append((scores, overlap(one[what][mine][order], truth[what][wanted])))
    return pairs, total


def ranked(
    pairs: Sequence[tuple[torch.Tensor, torch.Tensor]], threshold: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """Scores and hits of all boxes in all pictures, from what `overlaps` gives."""
    scores = [torch.zeros(0), *(score for score, _ in pairs)]
    hits = [match(torch.zeros(0, 0), threshold), *(match(table, threshold) for _, table in pairs)]
    return torch.cat(scores), torch.cat(hits)


def mean_average_precision(
    found: Sequence[Found], true: Sequence[Found], classes: int,
    thresholds: Sequence[float] = COCO, what: str = "boxes",
) -> torch.Tensor:  # fmt: skip
    """Average precision per threshold of the IoU and class, (thresholds, classes).

    found, true: one dictionary per picture. what: "boxes", or "masks" to compare pixels. nan for a
    class that occurs in no picture: `.nanmean()` is the mAP, of the first row AP50. Raises
    ValueError for another number of pictures.
    """
    if len(found) != len(true):
        raise ValueError(
            f"mean_average_precision got {len(found)} pictures with boxes and {len(true)} true ones"
        )
    columns = []
    for label in range(classes):
        pairs, total = overlaps(found, true, label, what)
        columns.append([average_precision(*ranked(pairs, t), total) for t in thresholds])
    return torch.tensor(columns, dtype=torch.float64).reshape(classes, len(thresholds)).T
