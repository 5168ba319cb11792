"""Capsules: squash and routing against torch, the paper's laws, gradients, refusals."""

import pytest
import torch

from dlcore import Tensor
from dlcore.models import CapsNet, Capsules
from dlcore.models.vision.capsule import Squash, length, margin_loss, route, squash
from tests.oracle import assert_gradcheck, assert_like_torch, random


def torch_squash(s):
    square = (s * s).sum(-1, keepdim=True)
    return square / (1 + square) * s / (square + 1e-8).sqrt() * (1 + 1e-8 / square)


def torch_route(votes, rounds):
    """The paper's procedure 1, one picture and one pair of capsules after the other."""
    _, i, o, _ = votes.shape
    rows = []
    for picture in votes:
        b = torch.zeros(i, o, dtype=votes.dtype)
        for step in range(rounds):
            c = torch.stack([b[k].softmax(0) for k in range(i)])
            s = torch.stack([sum(c[k, j] * picture[k, j] for k in range(i)) for j in range(o)])
            v = torch_squash(s)
            if step + 1 < rounds:
                with torch.no_grad():
                    for k in range(i):
                        for j in range(o):
                            b[k, j] += picture[k, j] @ v[j]
        rows.append(v)
    return torch.stack(rows)


def test_squash_by_hand():
    v = squash(torch.tensor([[3.0, 4.0], [0.03, 0.04]]).double()).data
    expected = torch.tensor([[0.6 * 25 / 26, 0.8 * 25 / 26], [0.6 / 401, 0.8 / 401]]).double()
    torch.testing.assert_close(v, expected, rtol=1e-5, atol=0)


def test_squash_is_torchs():
    assert_like_torch(squash, torch_squash, [random(3, 4, 5)])
    assert_gradcheck(Squash, random(2, 3, 4))


def test_squash_shortens_and_keeps_the_direction():
    s = 10 * random(50, 6)
    v = squash(s).data
    assert v.norm(dim=-1).max() < 1
    torch.testing.assert_close(torch.cosine_similarity(s, v), torch.ones(50).double())
    assert squash(torch.zeros(2, 3)).data.eq(0).all()
    assert squash(torch.zeros(0, 3)).shape == (0, 3)


@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_routing_is_the_papers(rounds):
    assert_like_torch(
        lambda votes: route(votes, rounds), lambda votes: torch_route(votes, rounds),
        [random(2, 4, 3, 5)],
    )  # fmt: skip


def test_one_round_is_a_plain_mean():
    votes = random(2, 4, 3, 5)
    torch.testing.assert_close(route(votes, 1).data, squash(votes.sum(1) / 3).data)


def test_agreeing_votes_win():
    votes = torch.zeros(1, 3, 2, 2).double()
    votes[0, :, 0] = torch.tensor([1.0, 0.0])  # all agree about capsule 0
    votes[0, :, 1] = torch.tensor([[1.0, 0.0], [-0.5, 0.8], [-0.5, -0.8]])  # nobody about 1
    lengths = [length(route(votes, rounds)).data[0] for rounds in (1, 3, 6)]
    assert lengths[0][0] < lengths[1][0] < lengths[2][0]
    assert all(found[1] < 0.1 for found in lengths)


def test_capsules_predict_then_route():
    layer = Capsules(4, 3, 2, 5).double()
    u = random(2, 4, 3)
    votes = torch.einsum("iodk,nik->niod", layer.weight.data, u)
    torch.testing.assert_close(layer(u).data, route(votes, 3).data)
    assert layer.weight.data.std() == pytest.approx(0.1, rel=0.5)


def torch_net(x, labels, weights, types, dim):
    """CapsNet and its loss in torch, from the weights in their order."""
    first, first_bias, second, second_bias, pairs = weights
    y = torch.nn.functional.conv2d(x, first, first_bias).relu()
    y = torch.nn.functional.conv2d(y, second, second_bias, 2)
    u = y.view(len(x), types, dim, -1).permute(0, 3, 1, 2).reshape(len(x), -1, dim)
    votes = torch.einsum("iodk,nik->niod", pairs, torch_squash(u))
    v = (torch_route(votes, 3) ** 2).sum(-1).add(1e-8).sqrt()
    there = torch.nn.functional.one_hot(labels, v.shape[1])
    missing, false = (0.9 - v).relu() ** 2, (v - 0.1).relu() ** 2
    return (there * missing + 0.5 * (1 - there) * false).sum() / len(x)


def test_net_and_its_gradient_are_torchs():
    torch.manual_seed(0)
    net = CapsNet(side=9, maps=2, types=2, dim=3, out=4, classes=3, kernel=3).double()
    x, labels = random(2, 1, 9, 9), torch.tensor([0, 2])
    assert net(x).shape == (2, 3)
    assert net.poses(x).shape == (2, 3, 4)
    loss = margin_loss(net(x), labels)
    loss.backward()
    weights = [p.data.clone().requires_grad_() for p in net.parameters()]
    expected = torch_net(x, labels, weights, 2, 3)
    expected.backward()
    assert loss.item() == pytest.approx(expected.item(), abs=1e-9)
    for mine, other in zip(net.parameters(), weights, strict=True):
        torch.testing.assert_close(mine.grad, other.grad, rtol=0, atol=1e-8)


def test_margin_loss_by_hand():
    lengths = torch.tensor([[0.8, 0.3], [0.95, 0.5]]).double()
    value = margin_loss(Tensor(lengths), torch.tensor([0, 1])).item()
    first = (0.9 - 0.8) ** 2 + 0.5 * (0.3 - 0.1) ** 2
    second = (0.9 - 0.5) ** 2 + 0.5 * (0.95 - 0.1) ** 2
    assert value == pytest.approx((first + second) / 2)
    assert margin_loss(torch.tensor([[0.95, 0.05]]), torch.tensor([0])).item() == 0


def test_no_picture():
    net = CapsNet(side=9, maps=2, types=1, dim=2, out=2, classes=3, kernel=3)
    assert net(torch.zeros(0, 1, 9, 9)).shape == (0, 3)


def test_refusals():
    with pytest.raises(ValueError, match="route needs 1 round or more, got rounds=0"):
        route(torch.zeros(1, 2, 3, 4), 0)
    with pytest.raises(ValueError, match=r"CapsNet\(side=7\) has no place left for kernel=5"):
        CapsNet(side=7)
