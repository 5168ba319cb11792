"""The U-Net against UNet2DModel of diffusers: the same weights, outputs and gradients."""

import pytest
import torch
from diffusers import UNet2DModel

from dlcore.models.generative.denoiser import time_waves
from dlcore.models.generative.denoising_unet import DenoisingUNet
from tests.models.witness import assert_same, witness
from tests.oracle import random

SHAPES = {  # ours; theirs
    "two sizes": (
        {"widths": (8, 16), "heads": 2, "attention": (1,)},
        {"block_out_channels": (8, 16), "layers_per_block": 1, "attention_head_dim": 8,
         "down_block_types": ("DownBlock2D", "AttnDownBlock2D"),
         "up_block_types": ("AttnUpBlock2D", "UpBlock2D")},
    ),
    "three sizes, two blocks": (
        {"widths": (4, 8, 8), "channels": 3, "blocks": 2, "groups": 2},
        {"block_out_channels": (4, 8, 8), "in_channels": 3, "out_channels": 3,
         "layers_per_block": 2, "attention_head_dim": 8, "norm_num_groups": 2,
         "down_block_types": ("DownBlock2D",) * 3, "up_block_types": ("UpBlock2D",) * 3},
    ),
}  # fmt: skip


@pytest.fixture(params=SHAPES)
def pair(request, monkeypatch):
    exact = lambda t, dim, **_: time_waves(t, dim)  # noqa: E731, theirs is float32
    monkeypatch.setattr("diffusers.models.embeddings.get_timestep_embedding", exact)
    ours, theirs = SHAPES[request.param]
    sizes = {"sample_size": 8, "in_channels": 1, "out_channels": 1, "norm_num_groups": 4,
             "num_class_embeds": 5, **theirs}  # fmt: skip
    other = witness(lambda c: UNet2DModel(**c), lambda **s: s, **sizes)
    net = DenoisingUNet(classes=4, **ours)
    net.load_state_dict(other.state_dict())
    return net.double(), other.double()


def test_outputs_and_every_gradient_are_those_of_diffusers(pair):
    net, other = pair
    x, labels = random(3, net.channels, 8, 8), torch.tensor([0, 4, 2])
    t, probe = torch.tensor([0, 40, 999]), random(*x.shape, seed=1)
    y, expected = net(x, t, labels), other(x, t, labels).sample
    assert_same(y, expected)
    y.backward(probe)
    expected.backward(probe)
    theirs = dict(other.named_parameters())
    assert len(theirs) == len(list(net.parameters()))
    for key, parameter in net.named_parameters():
        grad = theirs[key].grad
        torch.testing.assert_close(parameter.grad, grad, rtol=1e-8, atol=1e-8, msg=key)
        assert grad.abs().max() > 1e-3 or "to_k.bias" in key  # softmax does not see that one


def test_it_starts_at_zero_and_every_weight_learns():
    torch.manual_seed(0)
    net = DenoisingUNet((4, 8), classes=3)
    x = torch.randn(4, 1, 8, 8)
    assert torch.equal(net(x, 9).data, torch.zeros_like(x))
    for name, parameter in net.named_parameters():
        if "conv2" in name or "conv_out" in name:
            torch.nn.init.normal_(parameter.data, std=0.1)
    net(x, torch.arange(4), torch.arange(4)).backward(torch.randn(4, 1, 8, 8))
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())


def test_any_side_that_divides_is_taken():
    net = DenoisingUNet((4, 8, 8))
    assert net(torch.zeros(2, 1, 4, 12), 0).shape == (2, 1, 4, 12)
    assert net(torch.zeros(0, 1, 4, 4), 0).shape == (0, 1, 4, 4)


def test_what_it_refuses():
    with pytest.raises(ValueError, match=r"widths divide by groups=4 and heads=1, got \(8, 10\)"):
        DenoisingUNet((8, 10))
    with pytest.raises(ValueError, match=r"x \(N, 1, H, W\) with sides that divide by 2, got .* 7"):
        DenoisingUNet((4, 8))(torch.zeros(1, 1, 8, 7), 0)
