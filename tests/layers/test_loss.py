import math

import pytest
import torch
import torch.nn.functional as F

from dlcore import CrossEntropyLoss, MSELoss, Tensor
from dlcore.layers import cross_entropy, mse_loss
from dlcore.layers.loss import SoftmaxCrossEntropy, SoftTargetCrossEntropy, SquaredError
from tests.oracle import assert_gradcheck, assert_like_torch, random

LABELS = torch.tensor([0, 2, 1, 2])
REDUCTIONS = ["mean", "sum", "none"]


def test_hand_computed():
    assert mse_loss(Tensor([1.0, 2.0]), Tensor([0.0, 4.0])).item() == 2.5
    z = Tensor(torch.zeros(1, 4), True)
    loss = cross_entropy(z, torch.tensor([2]))
    assert math.isclose(loss.item(), math.log(4), rel_tol=1e-6)
    loss.backward()
    assert z.grad.tolist() == [[0.25, 0.25, -0.75, 0.25]]


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_mse(reduction):
    y, t = random(3, 4), random(3, 4, seed=1)
    theirs = torch.nn.MSELoss(reduction=reduction)
    assert_like_torch(MSELoss(reduction), theirs, [y, t])
    assert_like_torch(lambda y: mse_loss(y, t, reduction), lambda y: theirs(y, t), [y])
    assert_gradcheck(SquaredError, y, t, reduction)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_cross_entropy(reduction):
    z = random(4, 3)
    assert_like_torch(
        lambda z: CrossEntropyLoss(reduction=reduction)(z, LABELS),
        lambda z: F.cross_entropy(z, LABELS, reduction=reduction),
        [z],
    )
    assert_gradcheck(SoftmaxCrossEntropy, z, LABELS, reduction, -100)


WEIGHT = torch.tensor([0.5, 2.0, 1.0], dtype=torch.float64)
SOME_IGNORED = torch.tensor([0, -100, 1, 2])
OPTIONS = [
    {"weight": WEIGHT}, {"label_smoothing": 0.1}, {"weight": WEIGHT, "label_smoothing": 0.3},
    {"ignore_index": 2}, {"ignore_index": 2, "weight": WEIGHT, "label_smoothing": 0.1}, {},
]  # fmt: skip


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: " ".join(options) or "plain")
@pytest.mark.parametrize("target", [LABELS, SOME_IGNORED], ids=["all", "some ignored"])
def test_cross_entropy_options(target, options, reduction):
    if (target == -100).any() and options.get("ignore_index") == 2:
        target = target.clamp_min(0)
    ours = CrossEntropyLoss(reduction=reduction, **options)
    theirs = torch.nn.CrossEntropyLoss(reduction=reduction, **options)
    assert_like_torch(lambda z: ours(z, target), lambda z: theirs(z, target), [random(4, 3)])


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("options", [{}, {"weight": WEIGHT, "label_smoothing": 0.2}])
def test_cross_entropy_against_probabilities(options, reduction):
    q = torch.softmax(random(4, 3, seed=1), 1)
    assert_like_torch(
        lambda z: cross_entropy(z, q, reduction=reduction, **options),
        lambda z: F.cross_entropy(z, q, reduction=reduction, **options),
        [random(4, 3)],
    )
    assert_gradcheck(SoftTargetCrossEntropy, random(4, 3), q)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_cross_entropy_over_pictures(reduction):
    target = torch.tensor([[[0, 1], [2, -100]], [[1, 1], [0, 2]]])
    q = torch.softmax(random(2, 3, 2, 2, seed=1), 1)
    for t in (target, q):
        assert_like_torch(
            lambda z, t=t: cross_entropy(z, t, reduction=reduction),
            lambda z, t=t: F.cross_entropy(z, t, reduction=reduction),
            [random(2, 3, 2, 2)],
        )


def test_the_gradient_scales_with_what_follows():
    z = random(4, 3)
    assert_like_torch(
        lambda z: cross_entropy(z, LABELS) * 3, lambda z: F.cross_entropy(z, LABELS) * 3, [z]
    )


def test_backward_twice_gives_the_same_gradient():
    z = Tensor(random(4, 3), True)
    loss = cross_entropy(z, LABELS)
    loss.backward(retain_graph=True)
    first = z.grad.clone()
    z.grad = None
    loss.backward()
    assert torch.equal(z.grad, first)


def test_scores_far_apart_stay_finite():
    z = Tensor(torch.tensor([[1e4, -1e4]]), True)
    loss = cross_entropy(z, torch.tensor([1]))
    loss.backward()
    assert loss.item() == 2e4
    assert z.grad.tolist() == [[1, -1]]


def test_a_shift_of_all_scores_changes_nothing():
    z = random(4, 3)
    assert math.isclose(
        cross_entropy(Tensor(z), LABELS).item(), cross_entropy(Tensor(z + 50), LABELS).item()
    )


def test_one_class_and_one_row():
    z = Tensor(random(1, 1), True)
    loss = cross_entropy(z, torch.tensor([0]))
    loss.backward()
    assert loss.item() == 0
    assert z.grad.item() == 0


BAD = [
    (lambda: cross_entropy(random(4, 3), random(4, 2)), ValueError, r"probabilities of shape"),
    (lambda: CrossEntropyLoss(label_smoothing=2), ValueError, r"between 0 and 1, got 2"),
    (lambda: mse_loss(random(3), random(3, 1)), ValueError, r"broadcasting would hide a mistake"),
    (lambda: mse_loss(random(0), random(0)), ValueError, r"mse_loss got an empty batch"),
    (lambda: mse_loss(random(1), random(1), "avg"), ValueError, r"'sum' and 'none', got 'avg'"),
    (lambda: MSELoss("avg"), ValueError, r"MSELoss knows reduction"),
    (lambda: CrossEntropyLoss(reduction="avg"), ValueError, r"CrossEntropyLoss knows reduction"),
    (lambda: cross_entropy(random(4, 3), LABELS + 1), ValueError, r"label 3, but 3 scores per row"),
    (lambda: cross_entropy(random(4, 3), LABELS - 1), ValueError, r"label -1, but 3 .*0..2"),
    (lambda: cross_entropy(random(4, 3), LABELS.float()), TypeError, r"use target.long\(\)"),
    (lambda: cross_entropy(random(4, 3), LABELS[:2]), ValueError, r"shapes \(4, 3\) and \(2,\)"),
    (lambda: cross_entropy(random(4), LABELS), ValueError, r"takes scores \(N, C\)"),
    (lambda: cross_entropy(random(0, 3), LABELS[:0]), ValueError, r"got an empty batch"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()
