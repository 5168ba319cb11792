"""Average precision against its definition in plain Python and against pycocotools, and edges."""

import contextlib
import io
import math
import random as dice

import numpy as np
import pytest
import torch
from pycocotools import mask as run_lengths
from pycocotools.coco import COCO as Annotations
from pycocotools.cocoeval import COCOeval

from dlcore.methods.measure.detection import (
    COCO,
    average_precision,
    match,
    mean_average_precision,
    overlaps,
    precision_recall,
    ranked,
)


def slow_average_precision(scores, hits, total):
    """For each k of the true boxes: the best precision of any threshold with k hits or more."""
    if total == 0:
        return math.nan
    area = 0.0
    for k in range(1, total + 1):
        best = 0.0
        for threshold in set(scores):
            taken = [hit for score, hit in zip(scores, hits, strict=True) if score >= threshold]
            if sum(taken) >= k:
                best = max(best, sum(taken) / len(taken))
        area += best / total
    return area


def overlap_of(a, b):
    across = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    down = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    joint = sum((q[2] - q[0]) * (q[3] - q[1]) for q in (a, b)) - across * down
    return across * down / joint if joint else 0.0


def slow_hits(boxes, scores, true, threshold):
    """Each box in its turn takes the free true box that it fits best, if well enough."""
    hits, free = {}, list(range(len(true)))
    for i in sorted(range(len(boxes)), key=lambda i: (-scores[i], i)):
        fits = sorted(free, key=lambda j: (-overlap_of(boxes[i], true[j]), j))
        hits[i] = bool(fits) and overlap_of(boxes[i], true[fits[0]]) >= threshold
        if hits[i]:
            free.remove(fits[0])
    return hits


def boxes_of(source, count):
    corners = [(source.randint(0, 5), source.randint(0, 5)) for _ in range(count)]
    sides = [(source.randint(1, 4), source.randint(1, 4)) for _ in range(count)]
    return [[x, y, x + w, y + h] for (x, y), (w, h) in zip(corners, sides, strict=True)]


def picture(source, scored):
    count = source.choice([0, 1, 2, 3, 6])
    boxes = boxes_of(source, count)
    labels = [source.randint(0, 1) for _ in boxes]
    scores = [source.randint(0, 5) / 5 for _ in boxes]  # ties occur
    one = {
        "boxes": torch.tensor(boxes, dtype=torch.float64).reshape(-1, 4),
        "labels": torch.tensor(labels, dtype=torch.long),
    }
    return one | ({"scores": torch.tensor(scores, dtype=torch.float64)} if scored else {})


def test_by_hand():
    scores, hits = torch.tensor([0.9, 0.8, 0.7, 0.6]), torch.tensor([True, False, True, False])
    thresholds, precision, recall = precision_recall(scores, hits, 4)
    assert thresholds.tolist() == scores.tolist()
    assert precision.tolist() == pytest.approx([1, 1 / 2, 2 / 3, 1 / 2])
    assert recall.tolist() == [0.25, 0.25, 0.5, 0.5]
    assert average_precision(scores, hits, 4) == pytest.approx((1 + 2 / 3) / 4)


def test_boxes_with_one_score_enter_together():
    scores = torch.tensor([0.9, 0.5, 0.5])
    for hits in ([True, True, False], [True, False, True]):
        _, precision, recall = precision_recall(scores, torch.tensor(hits), 2)
        assert precision.tolist() == pytest.approx([1, 2 / 3])
        assert recall.tolist() == [0.5, 1]


def test_200_random_lists():
    source = dice.Random(0)
    for case in range(200):
        count = case % 12
        scores = [source.randint(0, 8) / 8 for _ in range(count)]
        hits = [source.random() < 0.5 for _ in range(count)]
        total = sum(hits) + source.choice([0, 1, 5])
        found = average_precision(torch.tensor(scores), torch.tensor(hits, dtype=bool), total)
        assert found == pytest.approx(slow_average_precision(scores, hits, total), nan_ok=True)


def test_200_random_sets_of_pictures():
    source = dice.Random(1)
    for case in range(200):
        found = [picture(source, True) for _ in range(case % 4)]
        true = [picture(source, False) for _ in range(case % 4)]
        table = mean_average_precision(found, true, 2, (0.3, 0.5, 1.0))
        for row, threshold in enumerate((0.3, 0.5, 1.0)):
            for label in (0, 1):
                scores, hits, total = [], [], 0
                for one, truth in zip(found, true, strict=True):
                    mine, wanted = one["labels"] == label, truth["labels"] == label
                    boxes, marks = one["boxes"][mine].tolist(), one["scores"][mine].tolist()
                    right = slow_hits(boxes, marks, truth["boxes"][wanted].tolist(), threshold)
                    scores += marks
                    hits += [right[i] for i in range(len(boxes))]
                    total += int(wanted.sum())
                expected = slow_average_precision(scores, hits, total)
                assert table[row, label].item() == pytest.approx(expected, nan_ok=True)


def annotations(pictures):
    """What `picture` gives, as pycocotools holds it."""
    kept, rows = Annotations(), []
    for number, one in enumerate(pictures, start=1):
        for i, box in enumerate(one["boxes"].tolist()):
            x, y, right, low = box
            row = {"id": len(rows) + 1, "image_id": number, "iscrowd": 0, "area": 1}
            row |= {"category_id": int(one["labels"][i]), "bbox": [x, y, right - x, low - y]}
            if "masks" in one:
                row["segmentation"] = run_lengths.encode(np.asfortranarray(one["masks"][i].byte()))
            rows.append(row | ({"score": float(one["scores"][i])} if "scores" in one else {}))
    kept.dataset = {
        "images": [{"id": i + 1, "height": 5, "width": 7} for i in range(len(pictures))],
        "categories": [{"id": 0}, {"id": 1}],
        "annotations": rows,
    }
    with contextlib.redirect_stdout(io.StringIO()):
        kept.createIndex()
    return kept


def by_coco(found, true, what):
    """(thresholds, classes), by COCO's own program; nan for a class that is not there."""
    kind = {"boxes": "bbox", "masks": "segm"}[what]
    with contextlib.redirect_stdout(io.StringIO()):
        judge = COCOeval(annotations(true), annotations(found), kind)
        judge.params.areaRng, judge.params.areaRngLbl = [[0, 1e10]], ["all"]
        judge.params.maxDets = [100]
        judge.evaluate()
        judge.accumulate()
    table = torch.tensor(judge.eval["precision"][:, :, :, 0, 0]).mean(1)
    return torch.where(table < 0, torch.nan, table)


def read_at_101(scores, hits, total):
    """AP as COCO reads it: the best precision from each recall on, at 0, 0.01, …, 1."""
    if total == 0:
        return math.nan
    _, precision, recall = precision_recall(scores, hits, total)
    best = [*precision.flip(0).cummax(0).values.flip(0).tolist(), 0.0]
    first = np.searchsorted(recall.numpy(), np.linspace(0, 1, 101))
    return sum(best[i] for i in first) / 101


def shaken(source, one, masks):
    """Boxes near the true ones, others, and doubles, no two with the same score."""
    near = [[side + source.gauss(0, 0.3) for side in box] for box in one["boxes"].tolist()]
    more = boxes_of(source, source.choice([0, 1, 3]))
    boxes = [[side + source.random() / 9 for side in box] for box in near + more]
    order = torch.tensor(boxes, dtype=torch.float64).reshape(-1, 2, 2).sort(1).values
    labels = [source.randint(0, 1) for _ in more]
    found = {
        "boxes": order.reshape(-1, 4),
        "labels": torch.cat([one["labels"], torch.tensor(labels, dtype=torch.long)]),
        "scores": torch.tensor([source.random() for _ in boxes], dtype=torch.float64),
    }
    return found | ({"masks": pixels(source, len(boxes))} if masks else {})


def pixels(source, count):
    """Masks of a seventh of the pixels or more."""
    rows = [[source.random() < 0.6 for _ in range(35)] for _ in range(count)]
    return torch.tensor(rows, dtype=torch.bool).reshape(count, 5, 7)


@pytest.mark.parametrize(("what", "cases"), [("boxes", 200), ("masks", 50)])
def test_cocos_own_program_agrees(what, cases):
    source = dice.Random(2)
    for case in range(cases):
        true = [picture(source, False) for _ in range(1 + case % 4)]
        found = [shaken(source, one, what == "masks") for one in true]
        if what == "masks":
            true = [one | {"masks": pixels(source, len(one["boxes"]))} for one in true]
        expected = by_coco(found, true, what)
        for label in (0, 1):
            pairs, total = overlaps(found, true, label, what)
            hits = [ranked(pairs, threshold) for threshold in COCO]
            mine = [read_at_101(*one, total) for one in hits]
            assert mine == pytest.approx(expected[:, label].tolist(), abs=1e-9, nan_ok=True)
            # 101 samples of a falling curve are its area, but for a hundredth of the fall
            area = [average_precision(*one, total) for one in hits]
            assert area == pytest.approx(mine, abs=0.01 + 1e-9, nan_ok=True)


def test_no_true_box_is_hit_twice():
    overlap = torch.tensor([[0.9, 0.6], [0.8, 0.55], [0.7, 0.2]])
    assert match(overlap, 0.5).tolist() == [True, True, False]
    assert match(overlap, 0.6).tolist() == [True, False, False]
    assert match(torch.zeros(2, 0), 0.5).tolist() == [False, False]
    assert match(torch.zeros(0, 2), 0.5).tolist() == []


def test_masks_are_compared_by_pixels():
    mask = torch.zeros(1, 4, 4).bool()
    mask[0, :2, :2] = True
    other = mask.clone()
    other[0, 0, 0] = False
    box = torch.tensor([[0.0, 0, 2, 2]])
    one = {"boxes": box, "labels": torch.tensor([0]), "masks": mask}
    found = one | {"masks": other, "scores": torch.tensor([0.9])}
    assert mean_average_precision([found], [one], 1).tolist() == [[1.0]] * 10
    by_pixels = mean_average_precision([found], [one], 1, what="masks")[:, 0].tolist()
    assert by_pixels == [float(t <= 0.75 + 1e-9) for t in COCO]
    pairs, total = overlaps([found], [one], 0, "masks")
    scores, hits = ranked(pairs, 0.5)
    assert hits.tolist() == [True]
    assert total == 1
    assert len(scores) == 1


def test_nothing_to_find_and_nothing_found():
    none = {"boxes": torch.zeros(0, 4), "scores": torch.zeros(0), "labels": torch.zeros(0)}
    one = {"boxes": torch.ones(1, 4), "labels": torch.tensor([0])}
    table = mean_average_precision([none], [one], 2, (0.5,))
    assert table[0, 0] == 0
    assert table[0, 1].isnan()
    assert mean_average_precision([], [], 2).isnan().all()


def test_refusals():
    with pytest.raises(ValueError, match="got 1 pictures with boxes and 0 true ones"):
        mean_average_precision([{}], [], 2)
    with pytest.raises(ValueError, match="there were 0 to find, and 1 hits"):
        precision_recall(torch.ones(1), torch.ones(1).bool(), 0)
    with pytest.raises(ValueError, match=r"scores \(D,\) and hits \(D,\)"):
        average_precision(torch.ones(2), torch.ones(1).bool(), 3)
