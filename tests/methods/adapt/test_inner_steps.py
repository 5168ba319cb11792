"""Steps that are walked back through: second order against torch, first order against none."""

import pytest
import torch

from dlcore import Tensor, layers
from dlcore.autodiff import grad
from dlcore.methods.adapt.inner_steps import inner_steps
from tests.oracle import random


def test_by_hand():
    # f(w) = w², a step of 0.1: w' = 0.8 w. w'² has slope 2 · 0.64 w, in first order 2 · 0.8 w
    for second_order, slope in ((True, 1.28 * 3), (False, 1.6 * 3)):
        w = Tensor(torch.tensor(3.0, dtype=torch.float64), True)
        [moved] = inner_steps(lambda ws: ws[0] * ws[0], [w], 0.1, 1, second_order)
        assert moved.item() == pytest.approx(2.4)
        assert grad(moved * moved, [w])[0].item() == pytest.approx(slope)


def net(weights, x, relu):
    hidden = relu(x @ weights[0] + weights[1])
    return hidden @ weights[2] + weights[3]


@pytest.mark.parametrize("steps", [0, 1, 3])
@pytest.mark.parametrize("second_order", [True, False])
def test_gradients_are_torchs(steps, second_order):
    x, y = random(6, 2), random(6, 1, seed=1)
    start = [random(*shape, seed=k) for k, shape in enumerate([(2, 5), (5,), (5, 1), (1,)])]
    ours = [Tensor(w.clone(), True) for w in start]
    moved = inner_steps(
        lambda ws: layers.mse_loss(net(ws, x[:3], layers.tanh), y[:3]), ours, 0.1, steps,
        second_order,
    )  # fmt: skip
    mine = grad(layers.mse_loss(net(moved, x[3:], layers.tanh), y[3:]), ours)
    theirs = [w.clone().requires_grad_() for w in start]
    walked = theirs
    for _ in range(steps):
        loss = ((net(walked, x[:3], torch.tanh) - y[:3]) ** 2).mean()
        slopes = torch.autograd.grad(loss, walked, create_graph=second_order, retain_graph=True)
        walked = [w - 0.1 * s for w, s in zip(walked, slopes, strict=True)]
    loss = ((net(walked, x[3:], torch.tanh) - y[3:]) ** 2).mean()
    for a, b in zip(mine, torch.autograd.grad(loss, theirs), strict=True):
        torch.testing.assert_close(a.data, b, rtol=0, atol=1e-12)
    for a, b in zip(moved, walked, strict=True):
        torch.testing.assert_close(a.data, b.detach(), rtol=0, atol=1e-12)


def test_a_batch_of_tasks_has_a_step_each():
    w = Tensor(random(2, 1), True)
    x, y = random(2, 4, 1), random(2, 4, 1, seed=1)

    def loss(ws, rows=slice(None)):
        error = x[rows] * ws[0][rows, None] - y[rows]
        return (error * error).mean((1, 2)).sum()

    together = inner_steps(loss, [w], 0.1)[0].data
    alone = [inner_steps(lambda ws, i=i: loss(ws, [i]), [w], 0.1)[0].data[i] for i in range(2)]
    torch.testing.assert_close(together, torch.stack(alone), rtol=0, atol=1e-12)


def test_refusals():
    with pytest.raises(ValueError, match="lr ≥ 0 and steps ≥ 0, got lr=-1"):
        inner_steps(lambda ws: ws[0], [Tensor(torch.ones(()), True)], -1)
    with pytest.raises(ValueError, match="steps=-2"):
        inner_steps(lambda ws: ws[0], [Tensor(torch.ones(()), True)], 1, -2)
