"""What is ruled out, a class, a row or a key, has no part in the result, whatever its number."""

import math

import pytest
import torch
import torch.nn.functional as F

from dlcore import Tensor, layers

INF = math.inf
SCORES = [[-INF, 1.0, 2.0], [1.0, 2.0, 3.0]]


def both(function, ours, scores, *args, **options):
    """dlcore's and torch's losses and gradients of the scores."""
    mine = Tensor(torch.tensor(scores, dtype=torch.float64), requires_grad=True)
    peer = mine.data.clone().requires_grad_()
    loss, right = ours(mine, *args, **options), function(peer, *args, **options)
    loss.backward()
    right.backward()
    torch.testing.assert_close(loss.data, right.detach())
    torch.testing.assert_close(mine.grad, peer.grad)
    return loss.item()


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize(
    "options",
    [{}, {"weight": torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)}],
    ids=["plain", "weighted"],
)
def test_cross_entropy_where_a_class_is_ruled_out(reduction, options):
    labels = torch.tensor([2, 0])
    both(F.cross_entropy, layers.cross_entropy, SCORES, labels, reduction=reduction, **options)


def test_cross_entropy_of_an_ignored_row_with_an_infinite_score():
    loss = both(F.cross_entropy, layers.cross_entropy, SCORES, torch.tensor([-100, 2]))
    assert loss == pytest.approx(0.4076, abs=1e-4)


def test_nll_of_an_ignored_row_with_an_infinite_score():
    rows = [[-INF, -0.1, -2.3], [-1.0, -2.0, -0.5]]
    assert both(F.nll_loss, layers.nll_loss, rows, torch.tensor([-100, 2])) == 0.5


def test_all_rows_ignored_give_no_gradient():
    x = Tensor(torch.randn(2, 3), requires_grad=True)
    layers.cross_entropy(x, torch.tensor([-1, -1]), ignore_index=-1).backward()
    assert torch.equal(x.grad, torch.zeros(2, 3))


def test_hinge_embedding_of_an_infinite_distance():
    target = torch.tensor([1.0, -1.0], dtype=torch.float64)
    loss = both(F.hinge_embedding_loss, layers.hinge_embedding_loss, [0.5, INF], target)
    assert loss == 0.25


def test_multi_margin_with_a_class_ruled_out():
    both(F.multi_margin_loss, layers.multi_margin_loss, SCORES, torch.tensor([2, 0]))


@pytest.mark.parametrize(
    ("ours", "peer"),
    [
        (layers.cross_entropy, F.cross_entropy),
        (layers.binary_cross_entropy_with_logits, F.binary_cross_entropy_with_logits),
    ],
)
@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 5)])
def test_a_learned_target_gets_its_gradient(ours, peer, shape):
    torch.manual_seed(0)
    scores = torch.randn(shape, dtype=torch.float64)
    target = torch.softmax(torch.randn(shape, dtype=torch.float64), 1)
    mine, theirs = Tensor(target.clone(), requires_grad=True), target.clone().requires_grad_()
    ours(Tensor(scores), mine).backward()
    peer(scores, theirs).backward()
    torch.testing.assert_close(mine.grad, theirs.grad)


@pytest.mark.parametrize("length", [4, 300])
@pytest.mark.parametrize("causal", [True, False], ids=["causal", "mask"])
def test_attention_does_not_see_a_hidden_key_with_an_infinite_score(length, causal):
    torch.manual_seed(0)
    shape = (1, 2, length, 3)
    query, key = torch.full(shape, 1e200, dtype=torch.float64), torch.zeros(shape).double()
    key[..., -1, :] = 1e200
    value = torch.randn(shape, dtype=torch.float64)
    mask = None if causal else torch.ones(length, length, dtype=torch.bool).tril()
    y = layers.scaled_dot_product_attention(
        Tensor(query), Tensor(key), Tensor(value), attn_mask=mask, is_causal=causal
    )
    means = value.cumsum(-2) / torch.arange(1, length + 1)[:, None]
    torch.testing.assert_close(y.data[..., :-1, :], means[..., :-1, :])
