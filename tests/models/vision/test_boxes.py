"""Boxes: overlaps and suppression against loops written for this test, laws, edges, refusals."""

import math
import random as dice

import pytest
import torch

from dlcore import Tensor
from dlcore.models.vision.boxes import (
    batched_nms,
    box_area,
    box_iou,
    clip_boxes_to_image,
    generalized_box_iou,
    generalized_box_iou_loss,
    nms,
)
from tests.oracle import assert_like_torch

HAND = torch.tensor([[0.0, 0, 4, 2], [2, 0, 6, 2], [4, 0, 6, 2], [1, 1, 1, 1]])


def one_iou(a, b, around=False):
    """IoU, or GIoU, of two boxes as numbers."""
    across = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    down = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    sizes = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    joint = sizes - across * down
    found = across * down / joint if joint > 0 else 0.0
    if not around:
        return found
    outer = (max(a[2], b[2]) - min(a[0], b[0])) * (max(a[3], b[3]) - min(a[1], b[1]))
    return found - (outer - joint) / outer if outer > 0 else 0.0


def slow_nms(boxes, scores, threshold):
    """A box stays if none that stays, and scores more or stands before it, overlaps it too much."""
    left = sorted(range(len(boxes)), key=lambda i: (-scores[i], i))
    keep = []
    for candidate in left:
        if all(one_iou(boxes[candidate], boxes[k]) <= threshold for k in keep):
            keep.append(candidate)
    return keep


def drawn(source, count):
    """Boxes on a coarse grid: touching, equal, empty and nested ones all occur."""
    corners = [[source.randint(0, 6) for _ in range(4)] for _ in range(count)]
    return [[min(a, c), min(b, d), max(a, c), max(b, d)] for a, b, c, d in corners]


def test_by_hand():
    assert box_area(HAND).tolist() == [8, 8, 4, 0]
    assert box_iou(HAND[:1], HAND)[0].tolist() == pytest.approx([1, 4 / 12, 0, 0])
    assert generalized_box_iou(HAND[:1], HAND)[0].tolist() == pytest.approx([1, 1 / 3, 0, 0])
    far = torch.tensor([[8.0, 0, 12, 2]])
    assert generalized_box_iou(HAND[:1], far).item() == pytest.approx(-8 / 24)


def test_200_random_cases():
    source = dice.Random(0)
    for case in range(200):
        a, b = drawn(source, case % 5), drawn(source, case % 7)
        x, y = (torch.tensor(part, dtype=torch.float64).reshape(-1, 4) for part in (a, b))
        for function, around in ((box_iou, False), (generalized_box_iou, True)):
            expected = [[one_iou(p, q, around) for q in b] for p in a]
            wanted = torch.tensor(expected, dtype=torch.float64).reshape(len(a), len(b))
            torch.testing.assert_close(function(x, y), wanted)
        scores = [source.randint(0, 4) / 4 for _ in b]  # ties, too
        threshold = source.choice([0.0, 0.2, 0.5, 0.5, 1.0])
        kept = nms(y, torch.tensor(scores), threshold)
        assert kept.tolist() == slow_nms(b, scores, threshold)
        labels = [source.randint(0, 2) for _ in b]
        kept = batched_nms(y, torch.tensor(scores), torch.tensor(labels, dtype=int), threshold)
        apart = [[side + 100 * label for side in box] for box, label in zip(b, labels)]
        assert kept.tolist() == slow_nms(apart, scores, threshold)


def test_laws():
    boxes = torch.tensor(drawn(dice.Random(1), 30), dtype=torch.float64)
    boxes[:, 2:] += 1
    iou, giou = box_iou(boxes, boxes), generalized_box_iou(boxes, boxes)
    torch.testing.assert_close(iou, iou.T)
    assert iou.diag().eq(1).all()
    assert (giou <= iou + 1e-12).all()
    assert (giou > -1).all()
    torch.testing.assert_close(box_iou(3 * boxes + 7, 3 * boxes + 7), iou)


def torch_giou_loss(a, b):
    shared = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0)
    outer = torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])
    joint = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - shared.prod(1)
    outer = outer.prod(1)
    return 1 - shared.prod(1) / (joint + 1e-7) + (outer - joint) / (outer + 1e-7)


def test_loss_and_its_gradient_are_torchs():
    source = torch.Generator().manual_seed(0)
    corner = 5 * torch.rand(2, 20, 2, generator=source).double()
    side = 0.5 + 3 * torch.rand(2, 20, 2, generator=source).double()
    a, b = torch.cat([corner, corner + side], 2)
    assert_like_torch(generalized_box_iou_loss, torch_giou_loss, [a, b])
    value = generalized_box_iou_loss(a, b).data
    torch.testing.assert_close(value, 1 - generalized_box_iou(a, b).diag(), rtol=0, atol=1e-6)
    assert generalized_box_iou_loss(a, b, "sum").item() == pytest.approx(value.sum().item())
    assert generalized_box_iou_loss(a, b, "mean").item() == pytest.approx(value.mean().item())


def test_boxes_that_do_not_meet_still_have_a_slope():
    guess = Tensor(torch.tensor([[0.0, 0, 2, 2]]), requires_grad=True)
    generalized_box_iou_loss(guess, torch.tensor([[6.0, 0, 8, 2]]), "sum").backward()
    assert guess.grad[0, 2] < 0  # the right edge should move to the right


def test_clip():
    boxes = torch.tensor([[-1.0, 2, 9, 7], [1, -3, 2, 30]])
    assert clip_boxes_to_image(boxes, (6, 8)).tolist() == [[0, 2, 8, 6], [1, 0, 2, 6]]
    assert clip_boxes_to_image(boxes[None], (6, 8)).shape == (1, 2, 4)


def test_nothing():
    none = torch.zeros(0, 4)
    assert nms(none, torch.zeros(0), 0.5).tolist() == []
    assert batched_nms(none, torch.zeros(0), torch.zeros(0), 0.5).tolist() == []
    assert box_iou(none, HAND).shape == (0, 4)
    assert math.isfinite(box_iou(HAND[3:], HAND[3:]).item())


def test_refusals():
    with pytest.raises(ValueError, match=r"box_area takes boxes \(N, 4\).*got shape \(3,\)"):
        box_area(torch.zeros(3))
    with pytest.raises(ValueError, match="box_iou takes boxes"):
        box_iou(HAND, torch.zeros(2, 5))
    with pytest.raises(ValueError, match="one score per box, got 4 boxes and scores of shape"):
        nms(HAND, torch.zeros(3), 0.5)
    with pytest.raises(ValueError, match="got reduction='max'"):
        generalized_box_iou_loss(HAND, HAND, "max")
    with pytest.raises(ValueError, match=r"row with row, got shapes \(4, 4\) and \(1, 4\)"):
        generalized_box_iou_loss(HAND, HAND[:1])
