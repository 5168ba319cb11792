"""What gradients of gradients are for, each beside the same lines in torch."""

from itertools import pairwise

import torch

from dlcore import Linear, Sequential, Tanh, Tensor, grad
from dlcore.layers import cross_entropy, tanh
from dlcore.training import SGD
from tests.oracle import random


def networks(*sizes):
    """The same tanh network in dlcore and in torch, float64."""
    torch.manual_seed(0)
    layers, theirs = [], []
    for fan_in, fan_out in pairwise(sizes):
        layers += [Linear(fan_in, fan_out), Tanh()]
        theirs += [torch.nn.Linear(fan_in, fan_out), torch.nn.Tanh()]
    ours, oracle = Sequential(*layers[:-1]).double(), torch.nn.Sequential(*theirs[:-1]).double()
    oracle.load_state_dict(ours.state_dict())
    return ours, oracle


def assert_same_gradients(ours, theirs):
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        expected = torch.zeros_like(other) if other.grad is None else other.grad
        got = torch.zeros_like(mine.data) if mine.grad is None else mine.grad
        torch.testing.assert_close(got, expected, rtol=1e-9, atol=1e-11)


def test_hessian_vector_product_of_a_classifier():
    ours, theirs = networks(4, 5, 3)
    x, target = random(6, 4), torch.tensor([0, 2, 1, 1, 0, 2])
    vectors = [random(*p.shape, seed=i) for i, p in enumerate(ours.parameters())]

    def product(net, x, loss, differentiate):
        p = list(net.parameters())
        gradients = differentiate(loss(net(x), target), p, create_graph=True)
        return differentiate(sum((g * v).sum() for g, v in zip(gradients, vectors, strict=True)), p)

    got = product(ours, Tensor(x), cross_entropy, grad)
    expected = product(theirs, x, torch.nn.functional.cross_entropy, torch.autograd.grad)
    for mine, other in zip(got, expected, strict=True):
        torch.testing.assert_close(mine.data, other, rtol=1e-9, atol=1e-11)


def test_gradient_penalty_at_an_intermediate_result():
    ours, theirs = networks(3, 8, 1)
    generator, other_generator = networks(2, 3)

    def penalty(critic, maker, z, real, share, differentiate):
        mixed = maker(z) * share + real * (1 - share)
        (g,) = differentiate(critic(mixed).sum(), mixed, create_graph=True)
        return (((g * g).sum(1).sqrt() - 1) ** 2).mean()

    z, real, share = random(5, 2), random(5, 3, seed=1), random(5, 1, seed=2).sigmoid()
    tensors = (Tensor(z), Tensor(real), Tensor(share))
    penalty(ours, generator, *tensors, grad).backward()
    penalty(theirs, other_generator, z, real, share, torch.autograd.grad).backward()
    assert_same_gradients(ours, theirs)
    assert_same_gradients(generator, other_generator)


def test_learning_to_learn_through_several_steps():
    x, y = random(6, 3), random(6, 2, seed=1)

    def after_steps(weights, x, y, differentiate, tanh):
        for _ in range(4):
            loss = ((tanh(x @ weights[0]) @ weights[1] - y) ** 2).mean()
            steps = differentiate(loss, weights, create_graph=True)
            weights = [w - 0.2 * g for w, g in zip(weights, steps, strict=True)]
        return ((tanh(x @ weights[0]) @ weights[1] - y) ** 2).mean()

    start = [random(3, 4, seed=2), random(4, 2, seed=3)]
    ours = [Tensor(w.clone(), True) for w in start]
    theirs = [w.clone().requires_grad_() for w in start]
    after_steps(ours, Tensor(x), Tensor(y), grad, tanh).backward()
    after_steps(theirs, x, y, torch.autograd.grad, torch.tanh).backward()
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine.grad, other.grad, rtol=1e-9, atol=1e-12)


def test_second_derivative_by_the_input_in_a_loss():
    ours, theirs = networks(1, 8, 1)

    def residual(net, x, differentiate):
        u = net(x)
        (u_x,) = differentiate(u.sum(), x, create_graph=True)
        (u_xx,) = differentiate(u_x.sum(), x, create_graph=True)
        return ((u_xx + u) ** 2).mean()

    x = torch.linspace(-1, 1, 7).double()[:, None]
    residual(ours, Tensor(x, True), grad).backward()
    residual(theirs, x.clone().requires_grad_(), torch.autograd.grad).backward()
    assert_same_gradients(ours, theirs)


def test_products_large_enough_for_another_library():
    layer = Linear(128, 128)
    x = Tensor(random(128, 128).float(), True)
    (g,) = grad((layer(x) ** 2).sum(), x, create_graph=True)  # 2 (x Wᵀ + b) W
    (h,) = grad((g * Tensor(x.data)).sum(), x)  # 2 (x Wᵀ) W + g
    w = layer.weight.data
    expected = 2 * x.data @ w.T @ w
    torch.testing.assert_close(h.data, expected, rtol=1e-4, atol=1e-4)


def test_an_optimiser_takes_gradients_that_were_recorded():
    ours, _ = networks(2, 1)
    before = ours[0].weight.data.clone()
    ours(Tensor(random(3, 2))).sum().backward(create_graph=True)
    SGD(ours.parameters(), lr=0.1).step()
    expected = before - 0.1 * random(3, 2).sum(0)
    torch.testing.assert_close(ours[0].weight.data, expected)
