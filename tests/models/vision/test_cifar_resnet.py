"""CifarResNet: torch.nn's form of the same net, its count of layers, its skips."""

import pytest
import torch

from dlcore.layers import Conv2d, Linear
from dlcore.methods.measure.operations import parameters
from dlcore.models import CifarResNet
from tests.models.vision.peers import assert_equal_nets, on_meta
from tests.oracle import random
from tests.torch_models.cifar_resnet import CifarResNet as Peer


@pytest.mark.parametrize("residual", [True, False])
@pytest.mark.parametrize(("depth", "side", "stride"), [(8, 12, 1), (14, 16, 2), (8, 13, 2)])
def test_the_same_net_in_torch_agrees(residual, depth, side, stride):
    ours = CifarResNet(depth, 3, 5, 2, residual=residual, stride=stride)
    assert_equal_nets(ours, Peer(depth, 3, 5, 2, residual, stride), 2, 2, side, side)


@pytest.mark.parametrize("depth", [8, 20, 56])
def test_depth_counts_layers_with_weights(depth):
    net = on_meta(lambda: CifarResNet(depth))
    assert sum(isinstance(part, Conv2d | Linear) for part in net.modules()) == depth


def test_a_skip_has_no_weights():
    with_skips, plain = (CifarResNet(20, residual=r) for r in (True, False))
    assert list(with_skips.state_dict()) == list(plain.state_dict())
    assert parameters(with_skips) == parameters(plain)


def test_the_papers_counts():
    """Table 6 of the paper, in millions: 0.27, 0.46, 0.66, 0.85, 1.7."""
    printed = {20: 0.27, 32: 0.46, 44: 0.66, 56: 0.85, 110: 1.7}
    for depth, millions in printed.items():
        count = parameters(on_meta(lambda depth=depth: CifarResNet(depth)))
        assert count / 1e6 == pytest.approx(millions, abs=0.05 if depth == 110 else 0.006)


def test_where_the_branch_is_silent_the_block_is_its_skip():
    block = CifarResNet(8, 3).double().blocks[1]
    block.bn2.weight.data.zero_()
    x = random(2, 3, 4, 4)
    expected = torch.nn.functional.avg_pool2d(x, 2).relu()
    torch.testing.assert_close(block(x).data[:, :3], expected)
    assert block(x).data[:, 3:].eq(0).all()


def test_one_picture_and_none():
    net = CifarResNet(8, 2, 3, 1).eval()
    assert net(torch.zeros(1, 1, 1, 1)).shape == (1, 3)
    assert net(torch.zeros(0, 1, 8, 8)).shape == (0, 3)


@pytest.mark.parametrize("depth", [2, 7, 21, -4])
def test_other_depths_are_refused(depth):
    with pytest.raises(ValueError, match=rf"depth 6n \+ 2, such as 8, 20 or 56, got {depth}"):
        CifarResNet(depth)
