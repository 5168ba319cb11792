"""MobileNetV2 and its parts: torch.nn's form as witness, torchvision's keys, what is saved."""

import pytest
import torch

from dlcore.layers import Conv2d
from dlcore.methods.measure.operations import parameters
from dlcore.models import DepthwiseSeparable, InvertedResidual, MobileNetV2
from dlcore.models.vision.mobilenet import ConvNorm, divisible
from tests.models.vision.peers import assert_equal_nets, keys_and_shapes, listed, on_meta
from tests.oracle import random
from tests.torch_models import mobilenet as peer


def test_the_same_net_in_torch_agrees():
    assert_equal_nets(MobileNetV2(5, 0.25), peer.mobilenet_v2(5, 0.25), 2, 3, 40, 33)


def test_parameters_keys_and_shapes_are_torchvisions():
    made = on_meta(MobileNetV2)
    assert parameters(made) == 3_504_872
    expected = listed("mobilenet_v2")
    assert list(keys_and_shapes(made).items()) == list(expected.items())


def test_separable_is_depthwise_then_pointwise():
    block = DepthwiseSeparable(6, 10, stride=2).double()
    depthwise, pointwise = (part for part in block if isinstance(part, Conv2d))
    assert depthwise.weight.numel() + pointwise.weight.numel() == 9 * 6 + 6 * 10
    x = random(2, 6, 7, 7)
    alone = torch.nn.functional.conv2d
    filters = depthwise.weight.data
    maps = [alone(x[:, [c]], filters[[c]], None, stride=2, padding=1) for c in range(6)]
    torch.testing.assert_close(depthwise(x).data, torch.cat(maps, 1))
    assert block(x).shape == (2, 10, 4, 4)


@pytest.mark.parametrize(
    ("channels", "result"), [(32, 32), (4, 8), (33.6, 32), (12, 16), (11, 16), (91, 88), (90, 88)]
)
def test_divisible(channels, result):
    assert divisible(channels) == result == peer.eight(channels)


def test_a_skip_stands_where_sizes_fit():
    x = random(2, 8, 6, 6)
    same = InvertedResidual(8, 8, 1, 6).double().eval()
    torch.testing.assert_close(same(x).data, x + same.conv(x).data)
    assert not InvertedResidual(8, 8, 2, 6).use_res_connect
    assert not InvertedResidual(8, 16, 1, 6).use_res_connect


def test_no_response_where_none_is_asked():
    assert len(ConvNorm(3, 4, activation=None)) == 2


def test_no_picture():
    assert MobileNetV2(3, 0.25).eval()(torch.zeros(0, 3, 32, 32)).shape == (0, 3)


def test_other_strides_are_refused():
    with pytest.raises(ValueError, match="has stride 1 or 2, got 3"):
        InvertedResidual(8, 8, 3, 6)
