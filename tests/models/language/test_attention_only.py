"""Attention and nothing else: loops in torch give the same numbers and gradients."""

import math

import pytest
import torch

from dlcore import layers
from dlcore.models import AttentionOnly, HeadsWithDistances
from tests.oracle import random


def model(layers_=2, heads=2):
    net = AttentionOnly(5, 6, heads, layers_, distances=3).double()
    for seed, parameter in enumerate(net.parameters()):
        parameter.data = random(*parameter.data.shape, seed=seed)
        parameter.data *= 0.5
    return net


def norm(x, weight, bias):
    x = x - x.mean(-1, keepdim=True)
    return x / (x.pow(2).mean(-1, keepdim=True) + 1e-5).sqrt() * weight + bias


def loops(w, tokens, heads, depth, without=()):
    """Sentence by sentence, head by head, query by query, in plain torch."""
    sentences = []
    for sentence in tokens:
        x = w["tokens.weight"][sentence]
        for i in range(depth):
            h = norm(x, w[f"norms.{i}.weight"], w[f"norms.{i}.bias"])
            q, k, v = (h @ w[f"heads.{i}.qkv.weight"].T).chunk(3, 1)
            width, rows = x.shape[1] // heads, []
            for t in range(len(x)):
                parts = []
                for head in range(heads):
                    s = slice(head * width, (head + 1) * width)
                    scores = torch.stack([
                        q[t, s] @ k[u, s] / math.sqrt(width)
                        + 8 * w[f"heads.{i}.distance"][head, min(t - u, 2)]
                        for u in range(t + 1)
                    ])  # fmt: skip
                    y = scores.softmax(0) @ v[: t + 1, s]
                    parts.append(0 * y if (i, head) in without else y)
                rows.append(torch.cat(parts))
            x = x + torch.stack(rows) @ w[f"heads.{i}.out.weight"].T
        x = norm(x, w["norm.weight"], w["norm.bias"])
        sentences.append(x @ w["head.weight"].T + w["head.bias"])
    return torch.stack(sentences)


@pytest.mark.parametrize("without", [(), [(0, 1)], [(0, 0), (1, 0), (1, 1)]])
def test_numbers_and_gradients_of_the_loops(without):
    net, tokens, probe = model(), torch.tensor([[0, 1, 2, 3, 4], [1, 1, 0, 4, 1]]), random(2, 5, 5)
    theirs = {name: v.clone().requires_grad_() for name, v in net.state_dict().items()}
    y, expected = net(tokens, without), loops(theirs, tokens, 2, 2, without)
    torch.testing.assert_close(y.data, expected.detach(), rtol=0, atol=1e-10)
    y.backward(probe)
    expected.backward(probe)
    for name, parameter in net.named_parameters():
        torch.testing.assert_close(parameter.grad, theirs[name].grad, rtol=0, atol=1e-9)


def test_maps_are_what_was_used():
    net, maps = model(1), []
    tokens = torch.tensor([[0, 1, 2, 3]])
    net(tokens, maps=maps)
    [weights] = maps
    assert weights.shape == (1, 2, 4, 4)
    torch.testing.assert_close(weights.sum(-1), torch.ones(1, 2, 4, dtype=torch.float64))
    assert weights.triu(1).abs().max() == 0
    net.heads[0].distance.data[1] = torch.tensor([0.0, 9.0, 0.0])
    maps.clear()
    net(tokens, maps=maps)
    assert maps[0][0, 1].diagonal(-1).min() > 0.99  # that head reads the token before


def test_later_tokens_change_nothing_before():
    net = model()
    tokens = torch.tensor([[0, 1, 2, 3]])
    other = torch.tensor([[0, 1, 4, 0]])
    assert torch.equal(net(tokens).data[:, :2], net(other).data[:, :2])
    assert net(tokens[:, :1]).shape == (1, 1, 5)
    assert net(tokens[:0]).shape == (0, 4, 5)


def test_refusals():
    with pytest.raises(ValueError, match="heads split the width evenly"):
        HeadsWithDistances(5, 2, 3)
    with pytest.raises(ValueError, match="num_layers"):
        AttentionOnly(5, 4, 2, 0)
    with pytest.raises(ValueError, match=r"takes tokens \(N, T\), got shape \(3,\)"):
        model()(torch.tensor([0, 1, 2]))
    assert isinstance(model().norms[0], layers.LayerNorm)
