"""ConvNeXt: torch.nn's form of the same net as witness, published count, the silent start."""

import pytest
import torch

from dlcore.methods.measure.operations import parameters
from dlcore.models import ConvNeXt, ConvNeXtBlock
from dlcore.models.vision.convnext import ChannelNorm
from tests.models.vision.peers import assert_equal_nets, on_meta
from tests.oracle import random
from tests.torch_models.convnext import ConvNeXt as Peer


def test_the_same_net_in_torch_agrees():
    sizes = (1, 2, 1), (4, 6, 8)
    assert_equal_nets(ConvNeXt(*sizes, 5), Peer(*sizes, 5), 2, 3, 32, 37)


@pytest.mark.parametrize(
    ("depths", "dims", "count"),
    [
        ((3, 3, 9, 3), (96, 192, 384, 768), 28_589_128),
        ((3, 3, 27, 3), (96, 192, 384, 768), 50_223_688),
        ((3, 3, 27, 3), (128, 256, 512, 1024), 88_591_464),
    ],
)
def test_parameters_are_torchvisions(depths, dims, count):
    assert parameters(on_meta(lambda: ConvNeXt(depths, dims))) == count


def test_norm_over_the_channels_of_each_place():
    x = random(2, 7, 3, 4)
    y = ChannelNorm(7).double()(x).data
    torch.testing.assert_close(y.mean(1), torch.zeros(2, 3, 4).double())
    torch.testing.assert_close(y.var(1, unbiased=False), torch.ones(2, 3, 4).double(), rtol=1e-3,
                               atol=0)  # fmt: skip


def test_a_block_starts_nearly_as_its_skip():
    x = random(2, 4, 5, 5)
    assert (ConvNeXtBlock(4).double()(x).data - x).abs().max() < 1e-5
    assert (ConvNeXtBlock(4, 1.0).double()(x).data - x).abs().max() > 0.1


@pytest.mark.parametrize("kernel", [1, 3])
def test_the_kernel_can_be_smaller(kernel):
    block = ConvNeXtBlock(4, 1.0, kernel).double()
    x = random(1, 4, 9, 9)
    moved = x.clone()
    moved[0, 0, 4, 4] += 1
    seen = (block(moved).data - block(x).data).abs().amax((0, 1)) > 0
    assert seen.sum() == kernel**2


def test_no_picture():
    assert ConvNeXt((1,), (4,), 3)(torch.zeros(0, 3, 8, 8)).shape == (0, 3)


@pytest.mark.parametrize(("depths", "dims"), [((1, 2), (4,)), ((), ())])
def test_a_width_for_each_stage(depths, dims):
    with pytest.raises(ValueError, match="ConvNeXt needs a width per stage"):
        ConvNeXt(depths, dims)
