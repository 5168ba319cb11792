"""The fully convolutional net: the same in torch, any size of picture, its skips."""

import pytest
import torch
from torch.nn import functional as F

from dlcore import Conv2d
from dlcore.models import FCN
from tests.oracle import random


def torch_stage(x, part):
    """Convolution, batch norm with the batch's numbers, ReLU, of one unit or several."""
    convolutions = [m for m in part.modules() if isinstance(m, Conv2d)]
    for convolution in convolutions:
        x = F.conv2d(x, convolution.weight.data, padding=1)
        x = F.batch_norm(x, None, None, training=True).relu()
    return x


def torch_maps(x, encoder):
    maps = [torch_stage(x, encoder.stages[0])]
    for stage in list(encoder.stages)[1:]:
        maps.append(torch_stage(F.max_pool2d(maps[-1], 2), stage))
    return maps


def larger(x, times):
    return F.interpolate(x, scale_factor=times, mode="bilinear")


@pytest.mark.parametrize("skips", [False, True])
def test_it_is_torchs(skips):
    net = FCN(3, width=2, channels=2, skips=skips).double()
    x = random(2, 2, 16, 24)
    maps = torch_maps(x, net.encoder)
    assert [tuple(m.shape[1:]) for m in maps] == [(2, 16, 24), (4, 8, 12), (8, 4, 6), (8, 2, 3)]
    scores = F.conv2d(maps[3], net.score.weight.data, net.score.bias.data)
    if skips:
        for layer, beside in zip(net.finer, (maps[2], maps[1]), strict=True):
            scores = larger(scores, 2) + F.conv2d(beside, layer.weight.data, layer.bias.data)
        scores = larger(scores, 2)
    else:
        scores = larger(scores, 8)
    torch.testing.assert_close(net(x).data, scores)
    assert scores.shape == (2, 3, 16, 24)


def test_every_weight_learns():
    net = FCN(2, width=2)
    net(torch.randn(2, 1, 16, 16)).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())
