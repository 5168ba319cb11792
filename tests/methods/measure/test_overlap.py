"""Overlap of pixels: sets of places in plain Python on random cases, laws, edges, refusals."""

import math

import pytest
import torch

from dlcore.methods.measure.overlap import (
    boundary_iou,
    class_iou,
    confusion,
    iou,
    mask_iou,
    mean_iou,
    rim,
)
from dlcore.methods.measure.overlap import dice as dice_score


def places(mask):
    return {tuple(place) for place in mask.nonzero().tolist()}


def slow_iou(a, b):
    a, b = places(a), places(b)
    return len(a & b) / len(a | b) if a | b else 1.0


def slow_rim(mask, width):
    """Pixels with a pixel outside of the mask in a square around them."""
    _n, h, w = mask.shape
    out = torch.zeros_like(mask)
    for i, y, x in places(mask):
        around = [
            mask[i, r, c]
            for r in range(max(0, y - width), min(h, y + width + 1))
            for c in range(max(0, x - width), min(w, x + width + 1))
        ]
        out[i, y, x] = not all(around)
    return out


def test_by_hand():
    a = torch.tensor([[True, True, False, False]])
    b = torch.tensor([[False, True, True, True]])
    assert iou(a, b) == 1 / 4
    assert dice_score(a, b) == 2 / 5
    assert mask_iou(a[None], torch.stack([a, b, a & b])).tolist() == [[1.0, 0.25, 0.5]]
    labels, guess = torch.tensor([0, 0, 1, 1, 2]), torch.tensor([0, 1, 1, 1, 1])
    assert confusion(guess, labels, 3).tolist() == [[1, 1, 0], [0, 2, 0], [0, 1, 0]]
    assert class_iou(confusion(guess, labels, 3)).tolist() == [1 / 2, 2 / 4, 0]
    assert mean_iou(guess, labels, 3) == pytest.approx(1 / 3)


def test_200_random_cases():
    source = torch.Generator().manual_seed(0)
    for case in range(200):
        share = (0.0, 0.2, 0.5, 0.9, 1.0)[case % 5]
        a, b = torch.rand(2, 2, 5, 6, generator=source) < share
        assert iou(a, b) == slow_iou(a, b)
        assert dice_score(a, b) == pytest.approx(2 * iou(a, b) / (1 + iou(a, b)))
        pairs = [[slow_iou(p, q) if (p | q).any() else 0.0 for q in b] for p in a]
        torch.testing.assert_close(mask_iou(a, b), torch.tensor(pairs))
        width = 1 + case % 2
        assert torch.equal(rim(a, width), slow_rim(a, width))
        assert boundary_iou(a, b, width) == slow_iou(slow_rim(a, width), slow_rim(b, width))
        labels, guess = torch.randint(3, (2, 4, 5), generator=source)
        found = class_iou(confusion(guess, labels, 3))
        for label, value in enumerate(found.tolist()):
            assert value == slow_iou(guess == label, labels == label)


def test_a_class_that_is_nowhere_counts_for_nothing():
    labels = torch.tensor([0, 1])
    assert math.isnan(class_iou(confusion(labels, labels, 3))[2])
    assert mean_iou(labels, labels, 3) == 1


def test_a_whole_picture_has_no_edge():
    assert not rim(torch.ones(1, 4, 4).bool()).any()
    assert boundary_iou(torch.ones(1, 4, 4).bool(), torch.ones(1, 4, 4).bool()) == 1


def test_refusals():
    mask = torch.zeros(1, 2, 2).bool()
    with pytest.raises(ValueError, match="iou compares two bool tensors of one shape"):
        iou(mask, mask[:, :1])
    with pytest.raises(ValueError, match="dice compares two bool"):
        dice_score(mask, mask.float())
    with pytest.raises(ValueError, match="boundary_iou compares two bool"):
        boundary_iou(mask.long(), mask.long())
    with pytest.raises(ValueError, match=r"one shape, got \(2,\) and \(3,\)"):
        confusion(torch.zeros(2).long(), torch.zeros(3).long(), 2)
