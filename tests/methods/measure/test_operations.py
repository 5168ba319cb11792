"""Counting multiply-adds: by hand, by loops over places, and the numbers that were published."""

import pytest
import torch

from dlcore import BatchNorm2d, Conv2d, ConvTranspose2d, Dropout, Flatten, Linear, Sequential
from dlcore.layers import Conv1d, Module, ReLU
from dlcore.methods.measure.operations import Cost, layer_costs, multiply_adds, parameters
from dlcore.models import Bottleneck2015, ConvNeXt, EfficientNet, MobileNetV2, MobileNetV3, ResNet
from dlcore.models.vision.densenet import densenet121
from dlcore.models.vision.resnet import resnet18, resnet50, resnet152, resnext50_32x4d


def test_a_net_by_hand():
    net = Sequential(
        Conv2d(3, 8, 3, padding=1), BatchNorm2d(8), ReLU(), Conv2d(8, 4, 3, stride=2, groups=2),
        Flatten(), Linear(4 * 3 * 4, 5),
    )  # fmt: skip
    rows = layer_costs(net, 2, 3, 8, 9)
    assert rows == [
        Cost("0", "Conv2d", 8 * 27 + 8, 2 * 8 * 72 * 27, (2, 8, 8, 9)),
        Cost("3", "Conv2d", 4 * 36 + 4, 2 * 4 * 12 * 36, (2, 4, 3, 4)),
        Cost("5", "Linear", 48 * 5 + 5, 2 * 5 * 48, (2, 5)),
    ]
    assert multiply_adds(net, 2, 3, 8, 9) == sum(row.multiply_adds for row in rows)
    assert parameters(net) == 224 + 148 + 245 + 16


@pytest.mark.parametrize(("stride", "padding", "groups"), [(1, 0, 1), (2, 1, 2), (3, 0, 4)])
def test_transposed_convolution_sends_each_input_to_its_window(stride, padding, groups):
    layer = ConvTranspose2d(4, 8, 3, stride, padding, groups=groups, bias=False)
    assert multiply_adds(layer, 1, 4, 5, 6) == 5 * 6 * layer.weight.numel()


def test_a_layer_used_twice_counts_twice():
    layer = Linear(3, 3)
    assert multiply_adds(Sequential(layer, layer), 4, 3) == 2 * 4 * 9
    assert parameters(Sequential(layer, layer)) == 12


def test_one_axis_and_sizes_1_and_0():
    assert multiply_adds(Conv1d(1, 1, 1), 1, 1, 1) == 1
    assert multiply_adds(Conv1d(2, 3, 2), 0, 2, 5) == 0
    assert multiply_adds(ReLU(), 2, 3) == parameters(ReLU()) == 0


def test_the_model_is_left_as_it_was():
    net = Sequential(Linear(3, 4), BatchNorm2d(4), Dropout())
    net[1].eval()
    before = {key: value.clone() for key, value in net.state_dict().items()}
    multiply_adds(net[0], 2, 3)
    with pytest.raises(ValueError, match="BatchNorm2d"):
        multiply_adds(net, 2, 3)
    assert [part.training for part in net.modules()] == [True, True, False, True]
    assert not net[0].__dict__.get("hooks_after")
    assert all(torch.equal(value, before[key]) for key, value in net.state_dict().items())


def test_other_dtypes():
    assert multiply_adds(Linear(2, 2).double(), 1, 2) == 4


PUBLISHED = [  # million multiply-adds, as printed, and the last digit's half
    (lambda: ResNet(Bottleneck2015, (3, 4, 6, 3)), 224, 3_800, 60),  # arXiv 1512.03385, table 1
    (lambda: ResNet(Bottleneck2015, (3, 8, 36, 3)), 224, 11_300, 50),
    (resnet18, 224, 1_814, 1), (resnet50, 224, 4_089, 1), (resnet152, 224, 11_514, 1),
    (resnext50_32x4d, 224, 4_230, 1), (densenet121, 224, 2_834, 1),  # torchvision's pages
    (MobileNetV2, 224, 300, 1),  # arXiv 1801.04381, table 4
    (MobileNetV3, 224, 219, 3), (lambda: MobileNetV3("small"), 224, 56, 1),  # arXiv 1905.02244
    (lambda: EfficientNet.variant("b0"), 224, 390, 5),  # arXiv 1905.11946, table 2
    (ConvNeXt, 224, 4_500, 50),  # arXiv 2201.03545, table 9
]  # fmt: skip


@pytest.mark.parametrize(("make", "side", "millions", "half"), PUBLISHED)
def test_published_numbers(make, side, millions, half):
    with torch.device("meta"):
        net: Module = make()
    assert multiply_adds(net, 1, 3, side, side) / 1e6 == pytest.approx(millions, abs=half)
