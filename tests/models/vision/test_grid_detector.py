"""The grid detector: which cells answer, boxes by hand, its loss in torch, what it returns."""

import pytest
import torch
from torch.nn import functional as F

from dlcore import Tensor
from dlcore.models import GridDetector
from dlcore.models.vision.grid_detector import assign, best, decode, middles
from tests.oracle import random

BOX = torch.tensor([[[2.0, 2, 8, 6], [8, 8, 14, 16], [0, 0, 0, 0]]])  # middles (5, 4), (11, 12)
Y = torch.tensor([[1, 0, -1]])


def test_one_cell_answers_or_nine():
    own = assign(BOX, Y, 16, 0.5)[0]
    assert {i: own[i].item() for i in range(16) if own[i] >= 0} == {5: 0, 14: 1}
    nine = assign(BOX, Y, 16, 1.5)[0].view(4, 4).tolist()
    assert nine == [[0, 0, 0, -1], [0, 0, 0, -1], [0, 1, 1, 1], [-1, 1, 1, 1]]


def test_every_shape_has_exactly_one_cell_of_its_own():
    source = torch.Generator().manual_seed(0)
    corner = torch.randint(0, 12, (200, 1, 2), generator=source).float()
    box = torch.cat([corner, corner + torch.randint(1, 5, (200, 1, 2), generator=source)], 2)
    whose = assign(box, torch.zeros(200, 1).long(), 16, 0.5)
    assert (whose >= 0).sum(1).eq(1).all()
    assert assign(box, -torch.ones(200, 1).long(), 16, 1.5).eq(-1).all()


def test_boxes_by_hand():
    assert middles(4).tolist() == [[2, 2], [6, 2], [2, 6], [6, 6]]
    raw = torch.zeros(1, 4, 6)
    raw[0, 3, 1:5] = torch.tensor([0.5, -1.0, 0.0, 9.0])
    boxes = decode(Tensor(raw)).data[0]
    assert boxes[0].tolist() == [-3, -3, 7, 7]
    half = 5 * torch.tensor(3.0).exp().item()
    assert boxes[3].tolist() == pytest.approx([8 - 5, 2 - half, 8 + 5, 2 + half])


def torch_loss(raw, box, y, reach):
    """Cell after cell, shape after shape."""
    total, shapes, answers = raw.new_zeros(()), 0, 0
    parts = raw.new_zeros(())
    for n in range(len(raw)):
        shapes += int((y[n] >= 0).sum())
        whose = assign(box[n : n + 1], y[n : n + 1], raw.shape[1], reach)[0]
        for cell, shape in enumerate(whose.tolist()):
            here = torch.tensor(float(shape >= 0), dtype=raw.dtype)
            total = total + F.binary_cross_entropy_with_logits(raw[n, cell, 0], here)
            if shape < 0:
                continue
            answers += 1
            middle = middles(raw.shape[1])[cell] + 4 * raw[n, cell, 1:3]
            half = 5 * raw[n, cell, 3:5].clamp(-3, 3).exp()
            a, b = torch.cat([middle - half, middle + half]), box[n, shape]
            inner = (torch.minimum(a[2:], b[2:]) - torch.maximum(a[:2], b[:2])).clamp(min=0).prod()
            outer = (torch.maximum(a[2:], b[2:]) - torch.minimum(a[:2], b[:2])).prod()
            joint = (a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod() - inner
            parts = parts + 2 * (1 - inner / (joint + 1e-7) + (outer - joint) / (outer + 1e-7))
            parts = parts + F.cross_entropy(raw[n, cell, 5:], y[n, shape])
    return (total + parts * shapes / max(answers, 1)) / len(raw)


@pytest.mark.parametrize("reach", [0.5, 1.5])
def test_loss_and_its_gradient_are_torchs(reach):
    net = GridDetector(2, 2, reach).double()
    raw = random(2, 16, 7)
    box, y = torch.cat([BOX, BOX.flip(1)]).double(), torch.cat([Y, Y.flip(1)])
    ours, theirs = Tensor(raw.clone(), True), raw.clone().requires_grad_()
    loss, expected = net.loss(ours, box, y), torch_loss(theirs, box, y, reach)
    assert loss.item() == pytest.approx(expected.item())
    loss.backward()
    expected.backward()
    torch.testing.assert_close(ours.grad, theirs.grad)


def test_a_batch_without_shapes_has_a_loss():
    net = GridDetector(2, 2)
    loss = net.loss(net(torch.zeros(2, 1, 16, 16)), torch.zeros(2, 1, 4), -torch.ones(2, 1).long())
    loss.backward()
    assert loss.item() > 0


def test_shapes_and_start():
    torch.manual_seed(0)
    net = GridDetector(3, 4)
    raw = net(torch.zeros(2, 1, 32, 32))
    assert raw.shape == (2, 64, 8)
    fine, coarse = net.body(torch.zeros(2, 1, 32, 32))
    assert fine.shape == (2, 4, 16, 16)
    assert coarse.shape == (2, 16, 8, 8)


def test_it_learns_one_picture_by_heart():
    torch.manual_seed(0)
    from dlcore.training import Adam, train_step

    net = GridDetector(2, 4)
    x = torch.zeros(1, 1, 16, 16)
    x[0, 0, 2:6, 2:8] = 1
    x[0, 0, 8:16, 8:14] = 2
    walker = Adam(net.parameters(), lr=0.02)
    for _ in range(60):
        train_step(net, net.loss, walker, x, BOX, Y)
    net.eval()
    (found,) = net.detect(x, least=0.3)
    assert found["labels"].tolist() in ([1, 0], [0, 1])
    order = found["labels"].argsort(descending=True)
    assert (found["boxes"][order] - BOX[0, :2]).abs().max() < 1.5


def test_detect_keeps_the_best():
    boxes = torch.tensor([[0.0, 0, 4, 4], [0, 0, 4, 5], [0, 0, 4, 4], [6, 6, 9, 9]])
    scores, labels = torch.tensor([0.6, 0.9, 0.5, 0.01]), torch.tensor([0, 0, 1, 1])
    found = best(boxes, scores, labels, 0.02, 0.5)
    assert found["scores"].tolist() == pytest.approx([0.9, 0.5])
    assert found["labels"].tolist() == [0, 1]
    whole = best(boxes, scores, labels, 0.0, None)
    assert whole["scores"].tolist() == pytest.approx([0.9, 0.6, 0.5, 0.01])
    none = best(boxes, scores, labels, 1.0, 0.5)
    assert none["boxes"].shape == (0, 4)
