"""Inception and GoogLeNet: torch's form of the same net, torchvision's keys, the paper's widths."""

import pytest
import torch

from dlcore.models import GoogLeNet, Inception
from dlcore.models.vision.inception import MODULES, BasicConv2d
from tests.oracle import random
from tests.torch_models import googlenet as peer

WIDTHS = (5, 2, 3, 4, 2, 3, 1)


def on_meta(make):
    """The net without memory or numbers: shapes alone."""
    with torch.device("meta"):
        return make()


def shapes(net):
    return {key: tuple(value.shape) for key, value in net.state_dict().items()}


def assert_equal(mine, other, *shape):
    """The same scores and gradients after loading the state dict."""
    mine.double().load_state_dict(other.double().state_dict())
    x = random(*shape)
    y, expected = mine(x), other(x)
    torch.testing.assert_close(y.data, expected.detach(), rtol=1e-8, atol=1e-8)
    probe = random(*expected.shape, seed=1)
    y.backward(probe), expected.backward(probe)
    others = dict(other.named_parameters())
    for name, parameter in mine.named_parameters():
        scale = max(1.0, others[name].grad.abs().max().item())
        torch.testing.assert_close(parameter.grad, others[name].grad, rtol=0, atol=1e-7 * scale)


@pytest.mark.parametrize("norm", [True, False])
@pytest.mark.parametrize("kernel", [3, 5])
def test_a_module_equals_torchs(norm, kernel):
    torch.manual_seed(0)
    mine = Inception(*WIDTHS, kernel=kernel, norm=norm)
    assert_equal(mine, peer.Inception(*WIDTHS, kernel, norm), 2, 5, 7, 6)


def test_channels_follow_one_another():
    torch.manual_seed(0)
    mine = Inception(*WIDTHS)
    mine.eval()
    x = random(1, 5, 4, 4).float()
    y = mine(x).data
    assert y.shape == (1, 2 + 4 + 3 + 1, 4, 4)
    torch.testing.assert_close(y[:, :2], mine.branch1(x).data)
    torch.testing.assert_close(y[:, -1:], mine.branch4(x).data)


def test_the_whole_net_equals_torchs():
    torch.manual_seed(0)
    mine, other = GoogLeNet(3, norm=False), peer.GoogLeNet(3, 5, False)
    mine.dropout.eval(), other.dropout.eval()
    assert_equal(mine, other, 1, 3, 33, 32)


def test_keys_and_shapes_are_torchvisions():
    found = shapes(on_meta(lambda: GoogLeNet(kernel=3)))
    assert list(found)[:6] == [
        "conv1.conv.weight", "conv1.bn.weight", "conv1.bn.bias", "conv1.bn.running_mean",
        "conv1.bn.running_var", "conv1.bn.num_batches_tracked",
    ]  # fmt: skip
    some = {
        "conv2.conv.weight": (64, 64, 1, 1),
        "conv3.conv.weight": (192, 64, 3, 3),
        "inception3a.branch1.conv.weight": (64, 192, 1, 1),
        "inception3a.branch2.0.conv.weight": (96, 192, 1, 1),
        "inception3a.branch2.1.conv.weight": (128, 96, 3, 3),
        "inception3a.branch3.0.conv.weight": (16, 192, 1, 1),
        "inception3a.branch3.1.conv.weight": (32, 16, 3, 3),
        "inception3a.branch4.1.conv.weight": (32, 192, 1, 1),
        "inception5b.branch4.1.bn.running_var": (128,),
        "fc.weight": (1000, 1024),
        "fc.bias": (1000,),
    }
    assert {key: found.get(key) for key in some} == some
    assert len(found) == 57 * 6 + 2


def test_parameters():
    for settings, expected in (
        ({"kernel": 3}, 6_624_904),  # torchvision's
        ({"norm": False}, 6_998_552),  # the paper's table, with biases
    ):
        net = on_meta(lambda chosen=settings: GoogLeNet(**chosen))
        assert sum(parameter.data.numel() for parameter in net.parameters()) == expected


def test_each_module_takes_what_the_one_before_gives():
    before = 192
    for width, *branches in MODULES.values():
        assert width == before
        before = branches[0] + branches[2] + branches[4] + branches[5]
    assert before == 1024


def test_paper_form_has_a_bias_and_no_norm():
    part = BasicConv2d(2, 3, norm=False, kernel_size=1)
    assert list(part.state_dict()) == ["conv.weight", "conv.bias"]


@pytest.mark.parametrize("kernel", [0, 4])
def test_an_even_kernel(kernel):
    with pytest.raises(ValueError, match=f"kernel must be odd, got {kernel}"):
        Inception(*WIDTHS, kernel=kernel)
