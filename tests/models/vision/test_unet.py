"""The U-Net: the same in torch with and without wires across, and counts of its weights."""

import pytest
import torch
from torch.nn import functional as F

from dlcore.methods.measure.operations import parameters
from dlcore.models import UNet
from tests.models.vision.test_fcn import torch_maps, torch_stage
from tests.oracle import random


@pytest.mark.parametrize("skips", [False, True])
def test_it_is_torchs(skips):
    net = UNet(3, width=2, channels=2, skips=skips).double()
    x = random(2, 2, 16, 24)
    *across, y = torch_maps(x, net.encoder)
    for stage, beside in zip(net.up, reversed(across), strict=True):
        y = F.interpolate(y, scale_factor=2)
        y = torch_stage(torch.cat([beside, y], 1) if skips else y, stage)
    y = F.conv2d(y, net.score.weight.data, net.score.bias.data)
    torch.testing.assert_close(net(x).data, y)
    assert y.shape == (2, 3, 16, 24)


def test_a_wider_decoder_has_as_many_weights():
    skips, none = UNet(2), UNet(2, skips=False)
    wider = [parameters(UNet(2, skips=False, wider=extra)) for extra in range(12)]
    assert parameters(none) == wider[0] < parameters(skips)
    assert min(abs(count - parameters(skips)) for count in wider) < 0.03 * parameters(skips)


def test_every_weight_learns():
    net = UNet(2, width=2)
    net(torch.randn(2, 1, 16, 16)).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())
