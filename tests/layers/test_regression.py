import math

import pytest
import torch
import torch.nn.functional as F

import dlcore
from dlcore import Tensor
from dlcore.layers import (
    cosine_embedding_loss,
    hinge_embedding_loss,
    huber_loss,
    info_nce,
    l1_loss,
    margin_ranking_loss,
    multi_margin_loss,
    nt_xent,
    regression,
    smooth_l1_loss,
    triplet_margin_loss,
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
        lambda x: dlcore.MultiMarginLoss(1, 0.8, None, reduction)(x, LABELS),
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


SIGNS = torch.tensor([1, -1, 1, -1, 1])


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_rankings_like_torch(reduction):
    a, b, c = (random(5, 4, seed=s) for s in range(3))
    for settings in ((0.1,), (0.3,)):
        for name, inputs in (
            ("MarginRankingLoss", [a[:, 0], b[:, 0], SIGNS]),
            ("CosineEmbeddingLoss", [a, b, SIGNS]),
            ("CosineEmbeddingLoss", [a[0], b[0], SIGNS[1]]),
            ("TripletMarginLoss", [a, b, c]),
            ("TripletMarginLoss", [a[0], b[0], c[0]]),
        ):
            options = {"reduction": reduction}
            ours = getattr(dlcore, name)(*settings, **options)
            assert_like_torch(ours, getattr(torch.nn, name)(*settings, **options), inputs)


@pytest.mark.parametrize(("p", "swap"), [(1.0, True), (2.0, True), (3.0, False)])
def test_triplets_measure_as_in_torch(p, swap):
    inputs = [random(5, 4, seed=s) for s in range(3)]
    options = {"p": p, "swap": swap, "margin": 0.5}
    theirs = lambda *x: F.triplet_margin_loss(*x, **options)  # noqa: E731
    assert_like_torch(lambda *x: triplet_margin_loss(*x, **options), theirs, inputs)
    assert_like_torch(theirs, theirs, inputs)


@pytest.mark.parametrize("p", [1, 2])
def test_the_hinge_of_many_classes_has_powers_and_weights(p):
    weight, x = torch.tensor([1.0, 2.0, 0.5]).double(), random(4, 3)
    target = torch.tensor([0, 2, 1, 2])
    ours, theirs = (nn.MultiMarginLoss(p, 0.7, weight) for nn in (dlcore, torch.nn))
    assert_like_torch(ours, theirs, [x, target])


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: cosine_embedding_loss(random(2, 3), random(2, 3), SIGNS), r"targets \(N,\), got"),
        (
            lambda: triplet_margin_loss(random(2), random(2), random(3)),
            "three tensors of one",
        ),
        (lambda: margin_ranking_loss(random(2), random(2), SIGNS[:2], 0.0, "max"), "got 'max'"),
        (lambda: multi_margin_loss(random(2, 3), torch.tensor([0, 1]), 3), "p=1 and p=2, got 3"),
    ],
)
def test_rankings_refuse(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
