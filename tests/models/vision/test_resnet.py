"""ResNet: torch.nn's form of the same net as witness, torchvision's keys, the laws of a skip."""

import pytest
import torch

from dlcore.methods.measure.operations import parameters
from dlcore.models import BasicBlock, Bottleneck, Bottleneck2015, ResNet
from dlcore.models.vision.resnet import (
    resnet18,
    resnet34,
    resnet50,
    resnet101,
    resnet152,
    resnext50_32x4d,
)
from tests.models.vision.peers import assert_equal_nets, keys_and_shapes, listed, on_meta
from tests.oracle import random
from tests.torch_models import resnet as peer


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (
            lambda: ResNet(BasicBlock, (1, 2, 1, 1), num_classes=5),
            lambda: peer.ResNet((1, 2, 1, 1), False, num_classes=5),
        ),
        (
            lambda: ResNet(Bottleneck, (1, 1, 2, 1), num_classes=5),
            lambda: peer.ResNet((1, 1, 2, 1), num_classes=5),
        ),
        (
            lambda: ResNet(Bottleneck2015, (1, 1, 1, 1), num_classes=5),
            lambda: peer.ResNet((1, 1, 1, 1), num_classes=5, early_stride=True),
        ),
        (
            lambda: ResNet(Bottleneck, (1, 1, 1, 1), num_classes=5, groups=8, width_per_group=4),
            lambda: peer.ResNet((1, 1, 1, 1), groups=8, per_group=4, num_classes=5),
        ),
    ],
)
def test_the_same_net_in_torch_agrees(ours, theirs):
    assert_equal_nets(ours(), theirs(), 2, 3, 33, 30)


@pytest.mark.parametrize(
    ("make", "count"),
    [
        (resnet18, 11_689_512), (resnet34, 21_797_672), (resnet50, 25_557_032),
        (resnet101, 44_549_160), (resnet152, 60_192_808), (resnext50_32x4d, 25_028_904),
    ],
)  # fmt: skip
def test_parameters_are_torchvisions(make, count):
    assert parameters(on_meta(make)) == count


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "resnext50_32x4d"])
def test_keys_and_shapes_are_torchvisions(name):
    made = on_meta({"resnet18": resnet18, "resnet50": resnet50}.get(name, resnext50_32x4d))
    expected = listed(name)
    assert list(keys_and_shapes(made).items()) == list(expected.items())


@pytest.mark.parametrize(("make", "block"), [(resnet18, BasicBlock), (resnet50, Bottleneck)])
def test_silent_branches_leave_the_skip_alone(make, block):
    net = make(zero_init_residual=True, num_classes=3)
    blocks = [part for part in net.modules() if isinstance(part, block)]
    assert len(blocks) == (8 if block is BasicBlock else 16)
    last = blocks[-1]
    x = random(2, last.conv1.in_channels, 3, 3).float()
    torch.testing.assert_close(last(x).data, x.relu())
    assert net.layer1[0].bn1.weight.data.eq(1).all()


def test_he_starts_by_what_leaves():
    torch.manual_seed(0)
    conv = resnet18().layer4[0].conv2
    assert conv.weight.data.std().item() == pytest.approx((2 / (512 * 9)) ** 0.5, rel=0.01)


def test_one_picture_and_none():
    net = ResNet(BasicBlock, (1, 1, 1, 1), num_classes=4).eval()
    assert net(torch.zeros(1, 3, 1, 1)).shape == (1, 4)
    assert net(torch.zeros(0, 3, 32, 32)).shape == (0, 4)


def test_refusals():
    with pytest.raises(ValueError, match=r"four stages of 1 block or more, got layers=\(1, 2\)"):
        ResNet(BasicBlock, (1, 2))
    with pytest.raises(ValueError, match=r"got layers=\(1, 0, 1, 1\)"):
        ResNet(BasicBlock, (1, 0, 1, 1))
    with pytest.raises(ValueError, match=r"BasicBlock has no groups, got groups=2.*Bottleneck"):
        BasicBlock(8, 8, groups=2)
    with pytest.raises(ValueError, match="base_width=32"):
        BasicBlock(8, 8, base_width=32)
