"""The page's layers learn as dlcore's: gradients, losses, a hundred steps of each rule."""

import itertools

import pytest
import torch

from dlcore.autodiff import Tensor
from dlcore.layers import (
    Linear,
    ReLU,
    Sequential,
    Sigmoid,
    Tanh,
    binary_cross_entropy_with_logits,
    mse_loss,
)
from dlcore.training import SGD, Adam
from tests.live.nodes import in_node

PARTS = {"DL": "dl-layers.js", "Learn": "dl-learn.js"}
CURVES = {"Tanh": Tanh, "Sigmoid": Sigmoid, "ReLU": ReLU}
LOSSES = {"crossEntropy": binary_cross_entropy_with_logits, "squared": mse_loss}
NET = """const table = ({ shape, data }) => DL.tensor(shape, Float32Array.from(data));
    const { curve, weights, x, wanted, loss, steps, rule } = question;
    const net = Learn.layered(question.widths, curve, () => 0);
    net.parameters().forEach((weight, k) => weight.data.set(weights[k]));
    const input = table(x);
    const slope = () => {
      const answers = net.trace(input), found = Learn.losses[loss](answers.at(-1), wanted);
      return { value: found.value, to: net.backward(input, answers, found.grad) };
    };
    const state = (key) => net.parameters().map((weight) => [...weight[key]]);"""
GRADIENTS = f"""{NET} const {{ value, to }} = slope();
    const grads = net.parameters().map((weight) => weight.grad.data);
    return {{ value, to: to.data, grads }};"""
STEPS = f"""{NET} const mover = new Learn[rule.name](net.parameters(), rule.settings);
    for (let k = 0; k < steps; k += 1) {{ slope(); mover.step(); }}
    return state("data");"""


def case(curve="Tanh", loss="crossEntropy", widths=(2, 8, 8, 1), size=0.5):
    """A net of dlcore, its input and targets, and the same as a question to node."""
    torch.manual_seed(3)
    layers = []
    for k, pair in enumerate(itertools.pairwise(widths)):
        layers += [CURVES[curve]()] * (k > 0) + [Linear(*pair)]
    net = Sequential(*layers)
    for p in net.parameters():
        p.data.normal_().mul_(size)
    x, wanted = 1.5 * torch.randn(40, widths[0]), (torch.rand(40, 1) < 0.5).float()
    question = {
        "curve": curve, "loss": loss, "widths": widths,
        "weights": [p.data.flatten().tolist() for p in net.parameters()],
        "x": {"shape": list(x.shape), "data": x.flatten().tolist()},
        "wanted": wanted[:, 0].tolist(),
    }  # fmt: skip
    return net, x, wanted, question


def same(found, tensors, tolerance):
    for mine, theirs in zip(found, tensors, strict=True):
        expected = theirs.flatten()
        torch.testing.assert_close(torch.tensor(mine), expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("widths", [(2, 8, 8, 1), (5, 1), (3, 2, 4, 3, 1)], ids=str)
@pytest.mark.parametrize("curve", CURVES)
def test_gradients_are_dlcores(curve, widths, loss):
    net, x, wanted, question = case(curve, loss, widths)
    given = Tensor(x, requires_grad=True)
    value = LOSSES[loss](net(given), wanted)
    value.backward()
    found = in_node(GRADIENTS, question, **PARTS)
    assert found["value"] == pytest.approx(value.item(), rel=1e-5)
    same(found["grads"], [p.grad for p in net.parameters()], 1e-5)
    same([found["to"]], [given.grad], 1e-5)


@pytest.mark.parametrize(
    ("make", "page"),
    [
        (lambda p: SGD(p, lr=0.1), {"name": "SGD", "settings": {"lr": 0.1}}),
        (
            lambda p: SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01),
            {"name": "SGD", "settings": {"lr": 0.05, "momentum": 0.9, "decay": 0.01}},
        ),
        (lambda p: Adam(p, lr=0.01), {"name": "Adam", "settings": {"lr": 0.01}}),
        (
            lambda p: Adam(p, lr=0.003, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1),
            {
                "name": "Adam",
                "settings": {"lr": 0.003, "betas": [0.8, 0.95], "eps": 1e-6, "decay": 0.1},
            },
        ),
    ],
    ids=["SGD", "momentum and decay", "Adam", "Adam with all settings"],
)
def test_a_hundred_steps_end_where_dlcore_ends(make, page):
    net, x, wanted, question = case()
    rule = make(net.parameters())
    for _ in range(100):
        rule.zero_grad()
        binary_cross_entropy_with_logits(net(x), wanted).backward()
        rule.step()
    found = in_node(STEPS, {**question, "rule": page, "steps": 100}, **PARTS)
    same(found, [p.data for p in net.parameters()], 1e-3)
    moved = torch.cat([p.data.flatten() for p in net.parameters()]) - torch.tensor(
        [w for table in question["weights"] for w in table]
    )
    assert moved.abs().max() > 0.05


def test_a_score_of_a_thousand_does_not_overflow():
    body = """const z = DL.tensor([4], Float32Array.of(1000, 1000, -1000, -1000));
    const { value, grad } = Learn.losses.crossEntropy(z, [1, 0, 0, 1]);
    return { value, grad: grad.data };"""
    assert in_node(body, None, **PARTS) == {"value": 500, "grad": [0, 0.25, 0, -0.25]}


def test_the_slope_of_relu_at_its_bend_is_dlcores():
    body = """const row = (...values) => DL.tensor([3], Float32Array.from(values));
    const net = DL.sequence([{ type: "ReLU" }]), x = row(-1, 0, 2);
    return net.backward(x, net.trace(x), row(5, 5, 5)).data;"""
    assert in_node(body, None, **PARTS) == [0, 0, 5]


def test_numbers_are_even_and_bells_are_normal():
    body = """const next = Learn.numbers(question), many = { length: 4000 };
    return [Array.from(many, next), Array.from(many, () => Learn.normal(next))];"""
    for seed in (1, 2, 999_999):
        even, bell = map(torch.tensor, in_node(body, seed, **PARTS))
        assert even.min() > 0
        assert even.max() < 1
        assert even.mean() == pytest.approx(0.5, abs=0.02)
        assert (bell.mean().item(), bell.std().item()) == pytest.approx((0, 1), abs=0.05)
