"""The losses of two nets against torch: values, gradients, and gradients of a price on slopes."""

import math

import pytest
import torch
from torch.nn import functional as F

from dlcore import Tensor, layers
from dlcore.models import MLP, MinibatchDeviation
from dlcore.models.generative.gan import (
    OBJECTIVES,
    discriminator_loss,
    gradient_penalty,
    real_penalty,
)
from tests.oracle import assert_like_torch, random


def cross_entropy(scores, label):
    return F.binary_cross_entropy_with_logits(scores, torch.full_like(scores, label))


THEIRS = {
    "saturating": (
        lambda a, b: cross_entropy(a, 1.0) + cross_entropy(b, 0.0),
        lambda b: -cross_entropy(b, 0.0),
    ),
    "non-saturating": (
        lambda a, b: cross_entropy(a, 1.0) + cross_entropy(b, 0.0),
        lambda b: cross_entropy(b, 1.0),
    ),
    "least squares": (
        lambda a, b: (F.mse_loss(a, torch.ones_like(a)) + F.mse_loss(b, torch.zeros_like(b))) / 2,
        lambda b: F.mse_loss(b, torch.ones_like(b)) / 2,
    ),
    "Wasserstein": (lambda a, b: b.mean() - a.mean(), lambda b: -b.mean()),
}


def test_losses_by_hand():
    # a discriminator that says ½ to all pays ln 2 twice; scores of ln 3 are the probability ¾
    zero, sure = torch.zeros(4), torch.full((4,), math.log(3))
    d, g = OBJECTIVES["non-saturating"]
    assert d(zero, zero).item() == pytest.approx(2 * math.log(2))
    assert d(sure, -sure).item() == pytest.approx(-2 * math.log(0.75))
    assert g(-sure).item() == pytest.approx(-math.log(0.25))
    assert OBJECTIVES["saturating"][1](-sure).item() == pytest.approx(math.log(0.75))
    d, g = OBJECTIVES["least squares"]
    assert d(zero + 3, zero + 2).item() == pytest.approx(2 + 2)
    assert g(zero + 3).item() == pytest.approx(2)
    d, g = OBJECTIVES["Wasserstein"]
    assert d(zero + 3, zero + 1).item() == pytest.approx(-2)
    assert g(zero + 1).item() == pytest.approx(-1)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_losses_and_gradients_are_those_of_torch(name):
    (d, g), (their_d, their_g) = OBJECTIVES[name], THEIRS[name]
    real, fake = 3 * random(5, 2), 3 * random(7, 2, seed=1)
    assert_like_torch(d, their_d, [real, fake])
    assert_like_torch(g, their_g, [fake])


def test_labels_smoothed_on_one_side():
    real, fake = random(6), random(6, seed=1)
    assert_like_torch(
        lambda a, b: discriminator_loss(a, b, 0.1),
        lambda a, b: cross_entropy(a, 0.9) + cross_entropy(b, 0.0),
        [real, fake],
    )
    for smooth in (-0.1, 1.0):
        with pytest.raises(ValueError, match=rf"smooths by 0 ≤ smooth < 1, got smooth={smooth}"):
            discriminator_loss(real, fake, smooth)


def test_both_wishes_of_the_generator_pull_the_same_way_but_not_alike():
    """d/ds: −D for the saturating loss, −(1 − D) for the other."""
    scores = torch.tensor([-6.0, 0.0, 6.0], dtype=torch.float64)
    for name, slope in (
        ("saturating", -scores.sigmoid()),
        ("non-saturating", scores.sigmoid() - 1),
    ):
        x = Tensor(scores.clone(), True)
        OBJECTIVES[name][1](x).backward()
        torch.testing.assert_close(x.grad, slope / 3)


def critics():
    """A critic in dlcore and the same in torch."""
    torch.manual_seed(0)
    ours = MLP(3, 8, 8, 1, activation=layers.Tanh).double()
    t = torch.nn
    theirs = t.Sequential(t.Linear(3, 8), t.Tanh(), t.Linear(8, 8), t.Tanh(), t.Linear(8, 1))
    theirs.double().load_state_dict(ours.state_dict())
    return ours, theirs


def same_gradients(ours, theirs):
    for (name, mine), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        got = torch.zeros_like(mine.data) if mine.grad is None else mine.grad
        expected = torch.zeros_like(other) if other.grad is None else other.grad
        torch.testing.assert_close(got, expected, rtol=0, atol=1e-9, msg=name)


def their_slope(critic, x):
    x = x.clone().requires_grad_()
    return torch.autograd.grad(critic(x).sum(), x, create_graph=True)[0]


@pytest.mark.parametrize("goal", [1.0, 0.0])
def test_gradient_of_the_penalty_is_that_of_torch(goal):
    ours, theirs = critics()
    real, fake = random(5, 3), random(5, 3, seed=1)
    share = random(5, 1, seed=2).sigmoid()
    penalty = gradient_penalty(ours, real, Tensor(fake, True), share, goal)
    slope = their_slope(theirs, share * real + (1 - share) * fake)
    expected = ((slope.norm(dim=1) - goal) ** 2).mean()
    assert penalty.item() == pytest.approx(expected.item(), abs=1e-9)
    penalty.backward()
    expected.backward()
    same_gradients(ours, theirs)


def test_gradient_of_the_penalty_on_pictures():
    """Convolutions, and a slope whose length is taken over all pixels."""
    torch.manual_seed(0)
    ours = layers.Sequential(
        layers.Conv2d(1, 3, 3, 2), layers.Softplus(), layers.Flatten(), layers.Linear(12, 1)
    ).double()
    t = torch.nn
    theirs = t.Sequential(t.Conv2d(1, 3, 3, 2), t.Softplus(), t.Flatten(), t.Linear(12, 1)).double()
    theirs.load_state_dict(ours.state_dict())
    real, fake, share = (
        random(4, 1, 5, 5),
        random(4, 1, 5, 5, seed=1),
        torch.full((4, 1, 1, 1), 0.3).double(),
    )
    gradient_penalty(ours, real, fake, share).backward()
    slope = their_slope(theirs, share * real + (1 - share) * fake)
    ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean().backward()
    same_gradients(ours, theirs)


def test_price_at_real_points():
    ours, theirs = critics()
    real = random(5, 3)
    penalty = real_penalty(ours, real)
    expected = their_slope(theirs, real).square().sum(1).mean() / 2
    assert penalty.item() == pytest.approx(expected.item(), abs=1e-12)
    penalty.backward()
    expected.backward()
    same_gradients(ours, theirs)


def test_a_flat_critic_has_a_penalty_with_a_gradient():
    flat = layers.Linear(2, 1)
    flat.weight.data.zero_()
    penalty = gradient_penalty(flat, torch.ones(3, 2), torch.zeros(3, 2), torch.full((3, 1), 0.5))
    assert penalty.item() == pytest.approx(1, abs=1e-5)
    penalty.backward()
    assert torch.isfinite(flat.weight.grad).all()


def test_penalty_says_which_shapes_it_takes():
    critic, x = layers.Linear(2, 1), torch.zeros(3, 2)
    for fake, share in ((torch.zeros(4, 2), torch.zeros(3, 1)), (x, torch.zeros(3))):
        with pytest.raises(ValueError, match=r"share \(N, 1, …\), got \(3, 2\)"):
            gradient_penalty(critic, x, fake, share)


def test_a_batch_of_copies_shows():
    layer = MinibatchDeviation()
    # deviations 1 and 3 over the batch, 2 on average
    y = layer(torch.tensor([[0.0, 0.0], [2.0, 6.0]]))
    torch.testing.assert_close(y.data, torch.tensor([[0.0, 0.0, 2.0], [2.0, 6.0, 2.0]]))
    copies = layer(torch.ones(4, 3, 2, 2))
    assert copies.shape == (4, 4, 2, 2)
    assert copies.data[:, 3].unique().tolist() == pytest.approx([1e-4])
    assert layer(torch.zeros(1, 2)).shape == (1, 3)


def test_deviation_has_the_gradient_of_torch():
    def theirs(x):
        spread = (x.var(0, correction=0) + 1e-8).sqrt().mean()
        return torch.cat([x, spread.expand(len(x), 1, *x.shape[2:])], 1)

    for shape in ((5, 3), (4, 2, 3, 3)):
        assert_like_torch(MinibatchDeviation(), theirs, [random(*shape)])
    alike = Tensor(torch.ones(4, 2), True)
    MinibatchDeviation()(alike).backward(torch.ones(4, 3))
    assert torch.isfinite(alike.grad).all()
