import math

import pytest
import torch
import torch.nn.functional as F

import dlcore
from dlcore import Tensor
from dlcore.layers import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    gaussian_nll_loss,
    kl_div,
    likelihood,
    log_softmax,
    nll_loss,
)  # fmt: skip
from tests.oracle import assert_gradcheck, assert_like_torch, random

REDUCTIONS = ["mean", "sum", "none"]
LABELS = torch.tensor([0, 2, 1, -100])
PROBABILITIES = torch.sigmoid(random(4, 3))
TARGETS = torch.sigmoid(random(4, 3, seed=1))
WEIGHT = torch.tensor([0.5, 2.0, 1.0], dtype=torch.float64)


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_log_softmax(dim):
    x = random(4, 3)
    assert_like_torch(lambda x: log_softmax(x, dim), lambda x: F.log_softmax(x, dim), [x])
    assert_like_torch(dlcore.LogSoftmax(dim), torch.nn.LogSoftmax(dim), [x])
    assert_gradcheck(likelihood.LogSoftmaxFunction, x, dim)


def test_log_softmax_survives_what_rounds_softmax_to_zero():
    assert log_softmax(Tensor(torch.tensor([0.0, 1000.0])), 0).tolist() == [-1000, 0]


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weight", [None, WEIGHT])
def test_nll(weight, reduction):
    options = {"weight": weight, "reduction": reduction}
    ours, theirs = dlcore.NLLLoss(**options), torch.nn.NLLLoss(**options)
    x = random(4, 3).log_softmax(1)
    assert_like_torch(lambda x: ours(x, LABELS), lambda x: theirs(x, LABELS), [x])
    picture, target = random(2, 3, 2), torch.tensor([[0, 1], [2, -100]])
    assert_like_torch(lambda x: ours(x, target), lambda x: theirs(x, target), [picture])


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weight", [None, WEIGHT])
def test_bce(weight, reduction):
    options = {"weight": weight, "reduction": reduction}
    ours, theirs = dlcore.BCELoss(**options), torch.nn.BCELoss(**options)
    assert_like_torch(ours, theirs, [PROBABILITIES, TARGETS])
    assert_gradcheck(likelihood.BinaryCrossEntropy, PROBABILITIES, TARGETS)


def test_bce_at_certainty_is_torchs():
    p, t = torch.tensor([0.0, 1.0, 0.0]), torch.tensor([0.0, 1.0, 1.0])
    assert_like_torch(
        lambda p: binary_cross_entropy(p, t), lambda p: F.binary_cross_entropy(p, t), [p]
    )


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("positive", [None, WEIGHT])
def test_bce_with_logits(positive, reduction):
    options = {"pos_weight": positive, "reduction": reduction}
    ours, theirs = dlcore.BCEWithLogitsLoss(**options), torch.nn.BCEWithLogitsLoss(**options)
    z = 5 * random(4, 3, seed=2)
    assert_like_torch(lambda z: ours(z, TARGETS), lambda z: theirs(z, TARGETS), [z])
    z.requires_grad_()
    function = dlcore.autodiff.bridge.to_torch(likelihood.LogitBinaryCrossEntropy)
    assert torch.autograd.gradcheck(lambda z: function.apply(z, TARGETS, positive), [z])


def test_a_wrong_confident_score_keeps_its_slope():
    z = Tensor(torch.tensor([-1000.0]), True)
    loss = binary_cross_entropy_with_logits(z, torch.ones(1))
    loss.backward()
    assert loss.item() == 1000
    assert z.grad.item() == -1


@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides")
@pytest.mark.parametrize("reduction", [*REDUCTIONS, "batchmean"])
@pytest.mark.parametrize("log_target", [False, True])
def test_kl(log_target, reduction):
    x, t = random(4, 3).log_softmax(1), random(4, 3, seed=1).softmax(1)
    t = t.log() if log_target else t
    ours = dlcore.KLDivLoss(reduction, log_target)
    assert_like_torch(ours, torch.nn.KLDivLoss(reduction=reduction, log_target=log_target), [x, t])
    assert_gradcheck(likelihood.KLDivergence, x, t, log_target)


def test_kl_of_a_distribution_from_itself_is_zero_and_an_impossible_event_adds_nothing():
    t = torch.tensor([[0.5, 0.5, 0.0]])
    x = torch.tensor([[math.log(0.5), math.log(0.5), -5.0]])
    assert abs(kl_div(x, t, "sum").item()) < 1e-7


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_reduce_gradcheck(reduction):
    assert_gradcheck(likelihood.Reduce, random(3, 2), reduction)


BAD = [
    (lambda: binary_cross_entropy(random(3), random(4)), r"and target of shape \(4,\)"),
    (lambda: binary_cross_entropy(random(3) * 9, random(3)), r"cross_entropy_with_logits"),
    (lambda: binary_cross_entropy(random(0), random(0)), r"got an empty batch"),
    (lambda: kl_div(random(3), random(3), "avg"), r"kl_div knows reduction"),
    (lambda: nll_loss(random(4, 2), torch.tensor([0, 1, 2, 0])), r"nll_loss got label 2, but 2"),
    (lambda: log_softmax(random(3, 0), 1), r"log_softmax needs at least one number along dim=1"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("shape", [(4, 3), (4, 1), (4,)])
def test_a_predicted_variance_like_torch(reduction, full, shape):
    options = {"full": full, "eps": 0.5, "reduction": reduction}
    ours, theirs = (nn.GaussianNLLLoss(**options) for nn in (dlcore, torch.nn))
    inputs = [random(4, 3), random(4, 3, seed=1), random(*shape, seed=2, positive=True) - 0.4]
    assert_like_torch(ours, theirs, inputs)
    number = lambda f: lambda x, t: f(x, t, 0.7)  # noqa: E731
    assert_like_torch(number(gaussian_nll_loss), number(F.gaussian_nll_loss), inputs[:2])


def test_a_variance_that_cannot_be_is_refused():
    x = random(4, 3)
    with pytest.raises(ValueError, match="negative variance"):
        gaussian_nll_loss(x, x, -torch.ones(4, 3))
    with pytest.raises(ValueError, match=r"of shape \(4, 3\) and var of shape \(4, 2\)"):
        gaussian_nll_loss(x, x, torch.ones(4, 2))
