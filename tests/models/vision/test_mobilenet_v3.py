"""MobileNetV3 and squeeze and excitation: torch.nn's form as witness, published counts."""

import pytest
import torch

from dlcore.methods.measure.operations import parameters
from dlcore.models import MobileNetV3, SqueezeExcitation
from dlcore.models.vision.mobilenet_v3 import InvertedResidualV3
from tests.models.vision.peers import assert_equal_nets, on_meta
from tests.oracle import random
from tests.torch_models import mobilenet as peer


@pytest.mark.parametrize("size", ["small", "large"])
def test_the_same_net_in_torch_agrees(size):
    assert_equal_nets(MobileNetV3(size, 4), peer.mobilenet_v3(size, 4), 2, 3, 34, 34)


@pytest.mark.parametrize(("size", "count"), [("large", 5_483_032), ("small", 2_542_856)])
def test_parameters_are_torchvisions(size, count):
    assert parameters(on_meta(lambda: MobileNetV3(size))) == count


def test_one_factor_for_each_channel():
    part = SqueezeExcitation(4, 2).double()
    x = random(3, 4, 5, 5)
    factor = part(x).data / x
    torch.testing.assert_close(factor, factor[:, :, :1, :1].expand_as(factor))
    assert factor.min() > 0
    assert factor.max() < 1
    moved = part(x.roll(2, 3)).data  # it sees the mean only: where things are does not matter
    torch.testing.assert_close(moved, part(x).data.roll(2, 3))


def test_a_skip_stands_where_sizes_fit():
    x = random(2, 8, 6, 6)
    same = InvertedResidualV3(8, 3, 16, 8).double().eval()
    torch.testing.assert_close(same(x).data, x + same.block(x).data)
    assert not InvertedResidualV3(8, 3, 16, 8, stride=2).use_res_connect


def test_no_picture():
    assert MobileNetV3("small", 3).eval()(torch.zeros(0, 3, 32, 32)).shape == (0, 3)


def test_other_sizes_are_refused():
    with pytest.raises(ValueError, match='"large" or "small", got \'huge\''):
        MobileNetV3("huge")
