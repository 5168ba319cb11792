"""A regressor that reads examples: it looks back only, and is what torch's own parts compute."""

import math

import pytest
import torch
import torch.nn.functional as F

from dlcore.models import InContextRegressor
from tests.oracle import random


def model(num_layers=2):
    net = InContextRegressor(3, 5, d_model=8, nhead=2, num_layers=num_layers).double()
    for seed, parameter in enumerate(net.parameters()):
        parameter.data = 0.3 * random(*parameter.data.shape, seed=seed)
    return net


def by_torch(w, x, y, depth, heads):
    n, k, d = x.shape
    tokens = x.new_zeros(n, 2 * k, d + 2)
    for i in range(k):
        tokens[:, 2 * i, :d] = x[:, i]
        tokens[:, 2 * i + 1, d], tokens[:, 2 * i + 1, d + 1] = y[:, i], 1
    h = F.linear(tokens, w["read.weight"], w["read.bias"]) + w["positions.weight"][: 2 * k]
    for i in range(depth):

        def part(name, i=i):
            return w[f"blocks.{i}.{name}.weight"], w[f"blocks.{i}.{name}.bias"]

        z = F.layer_norm(h, h.shape[2:], *part("norm1"))
        qkv = F.linear(z, *part("attention.qkv")).view(n, 2 * k, 3, heads, -1)
        q, key, v = qkv.permute(2, 0, 3, 1, 4)
        z = F.scaled_dot_product_attention(q, key, v, is_causal=True)
        h = h + F.linear(z.transpose(1, 2).reshape(n, 2 * k, -1), *part("attention.out"))
        z = F.layer_norm(h, h.shape[2:], *part("norm2"))
        z = F.gelu(F.linear(z, *part("mlp.0")), approximate="tanh")
        h = h + F.linear(z, *part("mlp.2"))
    h = F.layer_norm(h, h.shape[2:], w["norm.weight"], w["norm.bias"])
    return F.linear(h, w["answer.weight"], w["answer.bias"])[:, ::2, 0]


@pytest.mark.parametrize("examples", [1, 4, 5])
def test_numbers_and_gradients_of_torch(examples):
    net, x, y = model(), random(2, examples, 3), random(2, examples, seed=1)
    theirs = {name: v.clone().requires_grad_() for name, v in net.state_dict().items()}
    mine, expected = net(x, y), by_torch(theirs, x, y, 2, 2)
    torch.testing.assert_close(mine.data, expected.detach(), rtol=0, atol=1e-10)
    probe = random(2, examples, seed=2)
    mine.backward(probe)
    expected.backward(probe)
    for name, parameter in net.named_parameters():
        torch.testing.assert_close(parameter.grad, theirs[name].grad, rtol=0, atol=1e-9)


def test_no_answer_is_seen_before_it_is_asked():
    net, x, y = model(), random(2, 4, 3), random(2, 4, seed=1)
    before = net(x, y).data
    y[:, 2] += 1
    after = net(x, y).data
    assert torch.equal(before[:, :3], after[:, :3])
    assert not math.isclose(before[0, 3].item(), after[0, 3].item())


def test_refusals():
    net = model(1)
    with pytest.raises(ValueError, match=r"takes x \(N, K ≤ 5, 3\)"):
        net(random(1, 6, 3), random(1, 6))
    with pytest.raises(ValueError, match=r"got \(1, 2, 2\)"):
        net(random(1, 2, 2), random(1, 2))
    with pytest.raises(ValueError, match=r"and \(1, 3\)"):
        net(random(1, 2, 3), random(1, 3))
    with pytest.raises(ValueError, match="inputs"):
        InContextRegressor(0, 5)
