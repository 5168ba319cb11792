"""DenseNet: torch.nn's form of the same net as witness, torchvision's keys, the block's law."""

import pytest
import torch

from dlcore.methods.measure.operations import parameters
from dlcore.models import DenseBlock, DenseNet
from dlcore.models.vision.densenet import (
    DenseLayer,
    densenet121,
    densenet161,
    densenet169,
    densenet201,
)
from tests.models.vision.peers import assert_equal_nets, keys_and_shapes, listed, on_meta
from tests.oracle import random
from tests.torch_models.densenet import DenseNet as Peer


@pytest.mark.parametrize("blocks", [(2,), (1, 3), (2, 1, 2)])
def test_the_same_net_in_torch_agrees(blocks):
    ours = DenseNet(3, blocks, 6, bn_size=2, num_classes=5)
    assert_equal_nets(ours, Peer(3, blocks, 6, 5, 2), 2, 3, 32, 35)


@pytest.mark.parametrize(
    ("make", "count"),
    [
        (densenet121, 7_978_856), (densenet169, 14_149_480), (densenet201, 20_013_928),
        (densenet161, 28_681_000),
    ],
)  # fmt: skip
def test_parameters_are_torchvisions(make, count):
    assert parameters(on_meta(make)) == count


def test_keys_and_shapes_are_torchvisions():
    made, expected = on_meta(densenet121), listed("densenet121")
    assert list(keys_and_shapes(made).items()) == list(expected.items())


def test_a_block_keeps_what_it_got():
    block = DenseBlock(3, 5, 2, 4).double()
    x = random(2, 5, 6, 6)
    y = block(x)
    assert y.shape == (2, 5 + 3 * 4, 6, 6)
    assert torch.equal(y.data[:, :5], x)
    assert torch.equal(y.data[:, 5:9], next(block.children())(x).data)


def test_dropout_in_training_only():
    torch.manual_seed(0)
    layer = DenseLayer(4, 8, drop_rate=0.5).double()
    x = random(4, 4, 6, 6)
    share = (layer(x).data == 0).double().mean().item()
    assert 0.4 < share < 0.6
    layer.eval()
    assert layer(x).data.ne(0).all()


def test_no_picture():
    net = DenseNet(2, (1, 1), 4, num_classes=3).eval()
    assert net(torch.zeros(0, 3, 32, 32)).shape == (0, 3)


@pytest.mark.parametrize("blocks", [(), (2, 0)])
def test_empty_blocks_are_refused(blocks):
    with pytest.raises(ValueError, match="blocks of 1 layer or more, got"):
        DenseNet(block_config=blocks)
