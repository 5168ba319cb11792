"""Two stages: proposals against nms, the second look and its loss in torch, masks put back."""

import pytest
import torch
from torch.nn import functional as F

from dlcore import Tensor
from dlcore.models import TwoStageDetector
from dlcore.models.vision.boxes import box_iou, nms
from dlcore.models.vision.two_stage import moved, paste, surest
from tests.oracle import random


def boxes_at(*shape, seed=0):
    source = torch.Generator().manual_seed(seed)
    corner = 12 * torch.rand(*shape, 2, generator=source)
    return torch.cat([corner, corner + 2 + 6 * torch.rand(*shape, 2, generator=source)], -1)


def test_the_surest_are_the_first_of_nms():
    boxes, scores = boxes_at(4, 40), torch.randn(4, 40, generator=torch.Generator().manual_seed(1))
    chosen = surest(boxes, scores, 8)
    for picture in range(4):
        keep = nms(boxes[picture], scores[picture], 0.7)[:8]
        torch.testing.assert_close(chosen[picture], boxes[picture][keep])


def test_moved_by_hand():
    boxes = torch.tensor([[0.0, 0, 10, 20], [0, 0, 4, 4]])
    shift = torch.tensor([[0.5, -1.0, 0, 0], [0, 0, 5.0, 50.0]])
    wide, high = 2 * torch.e, 2 * torch.e
    expected = [[1, -4, 11, 16], [2 - wide, 2 - high, 2 + wide, 2 + high]]
    torch.testing.assert_close(moved(boxes, Tensor(shift)).data, torch.tensor(expected))


def test_shapes():
    net = TwoStageDetector(3, 4, proposals=5, hidden=8, masks=True)
    fine, raw = net(torch.zeros(2, 1, 32, 32))
    assert fine.shape == (2, 4, 16, 16)
    assert raw.shape == (2, 64, 5)
    proposals = net.propose(raw.data, (32, 32))
    assert proposals.shape == (2, 5, 4)
    assert (proposals[..., 2:] - proposals[..., :2]).min() >= 3 - 1e-5
    assert proposals.min() >= 0
    assert proposals.max() <= 32
    rois = torch.cat([torch.zeros(5, 1), proposals[0]], 1)
    cut, scores, boxes = net.look(fine, rois)
    assert cut.shape == (5, 4, 6, 6)
    assert scores.shape == (5, 4)
    assert boxes.shape == (5, 4)
    for found in net.eval().detect(torch.randn(2, 1, 32, 32), least=0.0):
        count = len(found["scores"])
        assert found["boxes"].shape == (count, 4)
        assert found["masks"].shape == (count, 32, 32)
        assert found["masks"].dtype == torch.bool
        assert found["labels"].shape == (count,)


def test_training_sees_proposals_and_shaken_boxes():
    torch.manual_seed(0)
    net = TwoStageDetector(2, 2, proposals=3)
    box = torch.tensor([[[4.0, 4, 14, 14], [0, 0, 0, 0]], [[2, 2, 10, 10], [16, 16, 28, 28]]])
    y = torch.tensor([[1, -1], [0, 1]])
    rois, shape = net.training_rois(torch.randn(2, 64, 5), box, y, 32)
    assert len(rois) == 2 * 3 + 3
    assert rois[:, 0].tolist() == [0] * 4 + [1] * 5
    for (picture, *corners), number in zip(rois.tolist(), shape.tolist(), strict=True):
        overlap = box_iou(torch.tensor([corners]), box[int(picture)])[0]
        assert number == (overlap.argmax().item() if overlap.max() > 0.5 else -1)
        assert number < 0 or y[int(picture), number] >= 0


def test_the_loss_is_the_sum_of_its_parts_and_reaches_every_weight():
    torch.manual_seed(0)
    net = TwoStageDetector(2, 4, proposals=3, masks=True)
    box, y = torch.tensor([[[4.0, 4, 16, 16], [0, 0, 0, 0]]]), torch.tensor([[1, -1]])
    mask = torch.zeros(1, 2, 32, 32).bool()
    mask[0, 0, 4:16, 4:16] = True
    seen = net(torch.randn(1, 1, 32, 32))
    torch.manual_seed(1)
    loss = net.loss(seen, box, y, mask)
    torch.manual_seed(1)
    rois, shape = net.training_rois(seen[1].data, box, y, 32)
    cut, scores, boxes = net.look(seen[0], rois)
    hit = shape >= 0
    assert hit.any()
    assert not hit.all()
    wanted = torch.where(hit, 1, 2)
    expected = net.first_loss(seen[1], box, y).item()
    expected += 2 * F.cross_entropy(scores.data, wanted).item()
    a, b = boxes.data[hit], box[0, :1]
    inner = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0)
    outer = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).prod(1)
    joint = (a[:, 2:] - a[:, :2]).prod(1) + 144 - inner.prod(1)
    expected += 2 * (1 - inner.prod(1) / joint + (outer - joint) / outer).mean().item()
    at = (torch.arange(12) + 0.5) / 12
    masks = net.mask(cut[hit]).data[:, 0]
    target = torch.zeros_like(masks)
    for k, (left, top, right, bottom) in enumerate(rois[hit, 1:].tolist()):
        for axis, (low, high) in enumerate(((top, bottom), (left, right))):
            place = (low + at * (high - low) - 0.5).clamp(0, 31)
            row = mask[0, 0].any(1 - axis).float()
            share = place - place.floor()
            value = (1 - share) * row[place.long()] + share * row[(place.long() + 1).clamp(max=31)]
            target[k] = value[:, None].expand(12, 12) if axis == 0 else target[k] * value
    expected += 2 * F.binary_cross_entropy_with_logits(masks, target).item()
    assert loss.item() == pytest.approx(expected, rel=1e-4)
    loss.backward()
    silent = [n for n, p in net.named_parameters() if p.grad is None or not p.grad.abs().sum()]
    assert silent == []


def test_pictures_without_shapes_have_a_loss():
    net = TwoStageDetector(2, 2, proposals=2, masks=True)
    nothing = torch.zeros(2, 1, 4), -torch.ones(2, 1).long(), torch.zeros(2, 1, 16, 16).bool()
    loss = net.loss(net(torch.zeros(2, 1, 16, 16)), *nothing)
    loss.backward()
    assert loss.item() > 0


def test_paste_is_torchs_grid_sample():
    masks, boxes = random(3, 12, 12).sigmoid().float(), boxes_at(3, seed=2)
    at = torch.arange(20) + 0.5
    places = [
        (at - boxes[:, a, None]) / (boxes[:, a + 2, None] - boxes[:, a, None]) * 2 - 1
        for a in (0, 1)
    ]
    grid = torch.stack(
        [places[0][:, None].expand(-1, 20, -1), places[1][:, :, None].expand(-1, -1, 20)], -1
    )
    sampled = F.grid_sample(masks[:, None], grid, padding_mode="border", align_corners=False)
    inside = (grid.abs() < 1).all(-1)
    assert torch.equal(paste(masks, boxes, 20), (sampled[:, 0] > 0.5) & inside)
