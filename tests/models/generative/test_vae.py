"""The variational autoencoder against torch.distributions: bounds, gradients, both estimators."""

import math

import pytest
import torch
from torch import distributions as dist
from torch.nn import functional as F

from dlcore import Tensor
from dlcore.layers import Sigmoid
from dlcore.models import VAE
from dlcore.models.generative.vae import (
    NormalKL,
    Reparameterise,
    log_normal,
    score_surrogate,
)
from tests.oracle import assert_gradcheck, assert_like_torch, random


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def small(noise=None, seed=0):
    torch.manual_seed(seed)
    return VAE(6, 5, 2, noise=noise).double()


def pictures(count=4):
    return (random(count, 6) > 0).double()


def posterior(net, x):
    mean, log_var = net.encode(x)
    return dist.Normal(mean.data, (log_var.data / 2).exp())


def witness(net, x, z):
    """ln p(x | z) by torch.distributions."""
    scores = net.decoder(z).data
    if net.noise is None:
        return dist.Bernoulli(logits=scores).log_prob(x).sum(1)
    return dist.Normal(scores.sigmoid(), net.noise).log_prob(x).sum(1)


def test_kl_by_hand():
    # ½ (1 + 1 − 1 − 0) and ½ (0 + 4 − 1 − ln 4)
    mean, log_var = torch.tensor([1.0, 0.0]), torch.tensor([0.0, math.log(4)])
    expected = [0.5, (3 - math.log(4)) / 2]
    assert NormalKL.apply(mean, log_var).data.tolist() == pytest.approx(expected)


def test_kl_is_that_of_torch():
    def theirs(mean, log_var):
        return dist.kl_divergence(
            dist.Normal(mean, (log_var / 2).exp()), dist.Normal(torch.zeros(()), torch.ones(()))
        )

    inputs = [random(3, 4), random(3, 4, seed=1)]
    assert_like_torch(NormalKL.apply, theirs, inputs)
    assert_gradcheck(NormalKL, *inputs)


def test_reparameterised_draws_have_the_gradients_of_torch():
    noise = random(3, 4, seed=2)
    inputs = [random(3, 4), random(3, 4, seed=1)]
    assert_like_torch(
        lambda m, v: Reparameterise.apply(m, v, noise),
        lambda m, v: m + (v / 2).exp() * noise,
        inputs,
    )


def test_log_normal_is_that_of_torch():
    inputs = [random(3, 4), random(3, 4, seed=1), random(3, 4, seed=2)]
    assert_like_torch(
        log_normal,
        lambda z, m, v: dist.Normal(m, (v / 2).exp()).log_prob(z).sum(1),
        inputs,
    )
    z = random(5, 3)
    expected = dist.Normal(0, 1).log_prob(z).sum(1)
    torch.testing.assert_close(log_normal(Tensor(z)).data, expected)


@pytest.mark.parametrize("noise", [None, 0.3])
def test_terms_are_those_of_torch(noise):
    net, x = small(noise), pictures()
    mean, log_var = net.encode(x)
    z = Reparameterise.apply(mean, log_var, torch.randn(4, 2, generator=dice()).double())
    torch.testing.assert_close(net.reconstruction(x, z).data, -witness(net, x, z))
    kl = dist.kl_divergence(posterior(net, x), dist.Normal(0.0, 1.0))
    torch.testing.assert_close(net.terms(x)[1].data, kl)


def test_loss_weighs_the_kl():
    net, x = small(), pictures()
    reconstruction, kl = net.terms(x, dice(3))
    for beta in (0.0, 1.0, 4.0):
        expected = reconstruction.mean().item() + beta * kl.sum(1).mean().item()
        assert net.loss(x, beta, dice(3)).item() == pytest.approx(expected)


def test_gradients_of_all_weights_are_those_of_torch():
    net, x = small(), pictures()
    net.loss(x, 2.0, dice(5)).backward()
    weights = {k: v.clone().requires_grad_() for k, v in net.state_dict().items()}

    def through(part, h):
        h = F.linear(h, weights[f"{part}.0.weight"], weights[f"{part}.0.bias"]).relu()
        return F.linear(h, weights[f"{part}.2.weight"], weights[f"{part}.2.bias"])

    mean, log_var = through("encoder", x).chunk(2, 1)
    q = dist.Normal(mean, (log_var / 2).exp())
    z = mean + q.scale * torch.randn(4, 2, dtype=torch.float64, generator=dice(5))
    kl = dist.kl_divergence(q, dist.Normal(0.0, 1.0)).sum(1)
    logits = through("decoder", z)
    (2 * kl - dist.Bernoulli(logits=logits).log_prob(x).sum(1)).mean().backward()
    for name, parameter in net.named_parameters():
        torch.testing.assert_close(parameter.grad, weights[name].grad)


@pytest.mark.parametrize("noise", [None, 0.5])
def test_one_draw_is_the_elbo_and_many_are_closer(noise):
    net, x = small(noise), pictures(20)
    q, prior = posterior(net, x), dist.Normal(0.0, 1.0)
    z = q.mean + q.scale * torch.randn(20, 2, dtype=torch.float64, generator=dice(1))
    expected = witness(net, x, z) + (prior.log_prob(z) - q.log_prob(z)).sum(1)
    torch.testing.assert_close(net.log_likelihood(x, 1, dice(1)), expected)
    one, ten = (net.log_likelihood(x.repeat(20, 1), k, dice()).mean() for k in (1, 10))
    assert ten > one


def test_many_draws_find_the_integral():
    """With a code of one number ln p(x) is a sum over a fine grid."""
    torch.manual_seed(1)
    net, x = VAE(6, 4, 1).double(), pictures(3)
    grid = torch.linspace(-6, 6, 4001).double()[:, None]
    scores = net.decoder(grid).data
    by_row = torch.stack([dist.Bernoulli(logits=scores).log_prob(row).sum(1) for row in x])
    weight = dist.Normal(0.0, 1.0).log_prob(grid[:, 0]) + math.log(12 / 4000)
    exact = torch.logsumexp(by_row + weight, 1)
    torch.testing.assert_close(net.log_likelihood(x, 2000, dice()), exact, atol=0.05, rtol=0)
    assert (net.log_likelihood(x.repeat(200, 1), 1, dice()).mean() < exact.mean()).item()


def test_both_estimators_point_to_one_slope():
    """f(z) = (z − 3)²: its mean over N(μ, 1) has the slope 2 (μ − 3)."""
    draws = torch.randn(200_000, 1, generator=dice()).double()
    slopes = {}
    for baseline in (False, True):
        mean = Tensor(torch.tensor([[0.5]]).double(), True)
        z = 0.5 + draws
        cost = ((z - 3) ** 2)[:, 0]
        score_surrogate(cost, log_normal(z, mean), baseline).backward()
        slopes[baseline] = mean.grad.item()
    assert slopes[False] == pytest.approx(-5, abs=0.15)
    assert slopes[True] == pytest.approx(-5, abs=0.1)


def test_score_surrogate_by_hand():
    log_q = Tensor(torch.tensor([1.0, 2.0, 4.0]), True)
    cost = torch.tensor([3.0, 0.0, 6.0])
    score_surrogate(cost, log_q).backward()
    # 3 − 3, 0 − 4.5 and 6 − 1.5, a third each
    assert log_q.grad.tolist() == pytest.approx([0, -1.5, 1.5])
    log_q.grad = None
    score_surrogate(cost, log_q, baseline=False).backward()
    assert log_q.grad.tolist() == pytest.approx([1, 0, 2])


def test_samples():
    net = small()
    means, drawn = net.sample(50, dice()), net.sample(50, dice(), pixels=True)
    assert means.shape == drawn.shape == (50, 6)
    assert set(drawn.flatten().tolist()) == {0.0, 1.0}
    assert torch.equal(means, net.sample(50, dice()))
    assert abs(drawn.mean() - means.mean()) < 0.08
    grey = small(0.2)
    z = torch.randn(5000, 2, generator=dice()).double()
    torch.testing.assert_close(grey.sample(5000, dice()), grey.decode(z).data)
    rough = grey.sample(5000, dice(), pixels=True) - grey.sample(5000, dice())
    assert rough.std().item() == pytest.approx(0.2, abs=0.01)


def test_shapes_and_edges():
    net = VAE(4, 3, 3, 1, activation=Sigmoid)
    assert net(torch.rand(2, 4)).shape == (2, 4)
    assert net.terms(torch.zeros(0, 4))[1].shape == (0, 1)
    assert next(iter(net.state_dict())) == "encoder.0.weight"
    assert net.encoder.sizes == (4, 3, 3, 2)


def test_what_does_not_fit():
    with pytest.raises(ValueError, match="noise above 0, or None, got noise=0"):
        VAE(4, 2, noise=0)
    with pytest.raises(ValueError, match=r"rows of 6 pixels, got shape \(3, 5\)"):
        small().encode(torch.zeros(3, 5).double())
    with pytest.raises(ValueError, match="at least one draw, got draws=0"):
        small().log_likelihood(pictures(), 0)
    with pytest.raises(ValueError, match=r"got shapes \(1,\) and \(1,\)"):
        score_surrogate(torch.zeros(1), Tensor(torch.zeros(1)))
    with pytest.raises(ValueError, match=r"got shapes \(2,\) and \(3,\)"):
        score_surrogate(torch.zeros(2), Tensor(torch.zeros(3)))
