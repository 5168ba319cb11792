"""RoI align against one sample after the other; gradients against torch; refusals."""

import math
import random as dice

import pytest
import torch

from dlcore.models.vision.roi_align import RoIAlign, roi_align, samples
from tests.oracle import assert_like_torch, random


def sample(plane, y, x):
    """Bilinear value at a place, by the four cells around it."""
    height, width = plane.shape
    if not (-1 <= y <= height and -1 <= x <= width):
        return 0.0
    y, x = min(max(y, 0.0), height - 1), min(max(x, 0.0), width - 1)
    top, left = math.floor(y), math.floor(x)
    value = 0.0
    for row, down in ((top, 1 - (y - top)), (top + 1, y - top)):
        for column, right in ((left, 1 - (x - left)), (left + 1, x - left)):
            if down * right > 0:
                value += down * right * plane[row, column].item()
    return value


def slow(x, rois, size, scale, ratio, aligned):
    """The operator in numbers, bin by bin."""
    rows, columns = size
    out = torch.zeros(len(rois), x.shape[1], rows, columns, dtype=x.dtype)
    for k, (picture, *corners) in enumerate(rois.tolist()):
        left, top, right, bottom = (c * scale - (0.5 if aligned else 0) for c in corners)
        wide, high = right - left, bottom - top
        if not aligned:
            wide, high = max(wide, 1), max(high, 1)
        across = ratio if ratio > 0 else max(math.ceil(wide / columns), 1)
        down = ratio if ratio > 0 else max(math.ceil(high / rows), 1)
        for channel in range(x.shape[1]):
            for r in range(rows):
                for c in range(columns):
                    total = 0.0
                    for i in range(down):
                        for j in range(across):
                            y = top + (r + (i + 0.5) / down) * high / rows
                            place = left + (c + (j + 0.5) / across) * wide / columns
                            total += sample(x[int(picture), channel], y, place)
                    out[k, channel, r, c] = total / (down * across)
    return out


def test_by_hand():
    x = torch.arange(16.0).reshape(1, 1, 4, 4)
    whole = roi_align(x, [torch.tensor([[0.0, 0, 4, 4]])], 2, 1.0, 2, aligned=True)
    assert whole.data[0, 0].tolist() == [[2.5, 4.5], [10.5, 12.5]]  # means of 2 × 2 cells
    one = roi_align(x, [torch.tensor([[1.0, 1, 2, 2]])], 1, 1.0, 1, aligned=True)
    assert one.item() == 5.0  # the cell itself


def test_200_random_boxes():
    source = dice.Random(0)
    x = random(2, 2, 5, 6)
    for _ in range(50):
        rois = []
        for _ in range(4):
            a, b, c, d = (source.uniform(-4, 14) for _ in range(4))
            rois.append([source.randint(0, 1), min(a, b), min(c, d), max(a, b), max(c, d)])
        rois[0][3] = rois[0][1]  # an empty one
        boxes = torch.tensor(rois, dtype=torch.float64)
        size = source.choice([(1, 1), (2, 3), (3, 2)])
        options = 0.5, source.choice([-1, 1, 2]), source.choice([True, False])
        found = roi_align(x, boxes, size, *options).data
        torch.testing.assert_close(found, slow(x, boxes, size, *options))


def test_gradient():
    rois = torch.tensor([[0.0, 1, 1, 5, 4], [1, 0, 2, 6, 6], [0, 2, 2, 4, 4]]).double()
    assert_like_torch(
        lambda x: roi_align(x, rois, 2, 1.0, 2, aligned=True),
        lambda x: torch.einsum("krh,kchw,ksw->kcrs", *tables_and(x, rois)),
        [random(2, 2, 6, 6)],
    )  # fmt: skip


def tables_and(x, rois):
    low, side = rois[:, 1:3] - 0.5, rois[:, 3:] - rois[:, 1:3]
    down, across = (samples(low[:, a], side[:, a], 2, 2, 6) for a in (1, 0))
    return down, x[rois[:, 0].long()], across


def test_a_list_is_numbered_boxes():
    x = random(3, 2, 8, 8)
    parts = [torch.tensor([[0.0, 0, 4, 4], [1, 2, 6, 7]]), torch.zeros(0, 4), torch.ones(1, 4)]
    numbers = torch.tensor([0.0, 0, 2])[:, None]
    rois = torch.cat([numbers, torch.cat(parts)], 1)
    layer = RoIAlign(3, 0.5, 2, aligned=True)
    assert torch.equal(layer(x, parts).data, layer(x, rois).data)
    assert layer(x, [torch.zeros(0, 4)] * 3).shape == (0, 2, 3, 3)


def test_refusals():
    with pytest.raises(ValueError, match="boxes for each of 2 pictures, got 1"):
        roi_align(torch.zeros(2, 1, 4, 4), [torch.zeros(1, 4)], 2)
    with pytest.raises(ValueError, match=r"\(K, 5\).*got shape \(3, 4\)"):
        roi_align(torch.zeros(2, 1, 4, 4), torch.zeros(3, 4), 2)
