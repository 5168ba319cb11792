import math

import pytest
import torch
import torch.nn.functional as F

import dlcore
from dlcore import Tensor
from dlcore.layers import (
    hinge_embedding_loss,
    huber_loss,
    info_nce,
    l1_loss,
    multi_margin_loss,
    nt_xent,
    regression,
    smooth_l1_loss,
)  # fmt: skip
from tests.oracle import assert_gradcheck, assert_like_torch, random

REDUCTIONS = ["mean", "sum", "none"]
LABELS = torch.tensor([0, 2, 1, 2])
PAIRS = [
    (dlcore.L1Loss, torch.nn.L1Loss, {}), (dlcore.HuberLoss, torch.nn.HuberLoss, {"delta": 0.4}),
    (dlcore.HuberLoss, torch.nn.HuberLoss, {}), (dlcore.SmoothL1Loss, torch.nn.SmoothL1Loss, {}),
    (dlcore.SmoothL1Loss, torch.nn.SmoothL1Loss, {"beta": 0.3}),
    (dlcore.SmoothL1Loss, torch.nn.SmoothL1Loss, {"beta": 0.0}),
]  # fmt: skip


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(("ours", "theirs", "options"), PAIRS)
def test_distances(ours, theirs, options, reduction):
    y, t = random(4, 3), random(4, 3, seed=1)
    options = {**options, "reduction": reduction}
    assert_like_torch(ours(**options), theirs(**options), [y, t])


def test_gradcheck():
    assert_gradcheck(regression.AbsoluteError, random(4, 3), random(4, 3, seed=1))
    assert_gradcheck(regression.HuberError, random(4, 3), random(4, 3, seed=1), 0.7)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_hinges(reduction):
    sign = torch.tensor([1, -1, -1, 1])
    assert_like_torch(
        lambda x: dlcore.HingeEmbeddingLoss(0.8, reduction)(x, sign),
        lambda x: F.hinge_embedding_loss(x, sign, 0.8, reduction=reduction),
        [random(4)],
    )
    assert_like_torch(
        lambda x: dlcore.MultiMarginLoss(0.8, reduction)(x, LABELS),
        lambda x: F.multi_margin_loss(x, LABELS, margin=0.8, reduction=reduction),
        [random(4, 3)],
    )


def torch_info_nce(q, k, temperature):
    scores = F.normalize(q, dim=1) @ F.normalize(k, dim=1).T / temperature
    return F.cross_entropy(scores, torch.arange(len(q)))


def torch_nt_xent(a, b, temperature):
    """Written pair by pair, as in the paper."""
    views, n = F.normalize(torch.cat([a, b]), dim=1), len(a)
    losses = []
    for i in range(2 * n):
        scores = views @ views[i] / temperature
        others = torch.cat([scores[:i], scores[i + 1 :]])
        losses.append(torch.logsumexp(others, 0) - scores[(i + n) % (2 * n)])
    return torch.stack(losses).mean()


@pytest.mark.parametrize("temperature", [0.1, 1.0])
def test_contrastive(temperature):
    views = [random(5, 4), random(5, 4, seed=1)]
    assert_like_torch(
        lambda a, b: info_nce(a, b, temperature),
        lambda a, b: torch_info_nce(a, b, temperature),
        views,
    )
    assert_like_torch(
        lambda a, b: nt_xent(a, b, temperature),
        lambda a, b: torch_nt_xent(a, b, temperature),
        views,
    )


def test_contrastive_loss_of_indistinguishable_views_is_the_log_of_the_choices():
    same = Tensor(torch.ones(4, 3))
    assert math.isclose(info_nce(same, same).item(), math.log(4), rel_tol=1e-5)
    assert math.isclose(nt_xent(same, same).item(), math.log(7), rel_tol=1e-5)


def test_the_length_of_a_vector_does_not_matter():
    a, b = Tensor(random(5, 4)), Tensor(random(5, 4, seed=1))
    assert math.isclose(nt_xent(a, b).item(), nt_xent(a * 7, b * 0.1).item(), rel_tol=1e-9)


BAD = [
    (lambda: l1_loss(random(3), random(1)), r"l1_loss got input of shape \(3,\)"),
    (lambda: huber_loss(random(3), random(3), delta=0), r"huber_loss needs delta > 0, got 0"),
    (lambda: smooth_l1_loss(random(3), random(3), beta=-1), r"smooth_l1_loss needs beta ≥ 0"),
    (lambda: info_nce(random(3, 2), random(4, 2)), r"got shapes \(3, 2\) and \(4, 2\)"),
    (lambda: nt_xent(random(1, 2), random(1, 2)), r"nt_xent compares two sets of N ≥ 2 vectors"),
    (lambda: nt_xent(random(3, 2), random(3, 2), 0), r"nt_xent needs temperature > 0, got 0"),
    (lambda: multi_margin_loss(random(4, 2), LABELS), r"multi_margin_loss got label 2"),
    (lambda: hinge_embedding_loss(random(3), LABELS), r"they must be equal"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()
