"""LeNet, LeNet5, LeNet1989: the papers' numbers, torch.nn as oracle, gradients, refusals."""

from itertools import pairwise
from typing import Any

import pytest
import torch
from torch.nn import functional as F

from dlcore.autodiff import Tensor, gradcheck
from dlcore.layers import AvgPool2d, Conv2d, CrossEntropyLoss, MaxPool2d, ReLU, Tanh
from dlcore.methods.export.web import parts
from dlcore.models import LeNet, LeNet5, LeNet1989
from dlcore.models.backprop.lenet import (
    C3_TABLE,
    ScaledTanh,
    Subsampling,
    TableConv2d,
    Wires,
    bitmaps,
)
from dlcore.training import SGD
from tests.oracle import assert_gradcheck, assert_like_torch, random


def count(model):
    return sum(p.numel() for p in model.parameters())


def peer(size, channels, hidden, kernel, margins, activation, pool):
    """The same LeNet in torch.nn."""
    layers, before, side = [], 1, size
    for maps, margin in zip(channels, margins, strict=True):
        layers += [torch.nn.Conv2d(before, maps, kernel, padding=margin), activation(), pool(2)]
        before, side = maps, (side + 2 * margin - kernel + 1) // 2
    layers.append(torch.nn.Flatten())
    units = [before * side**2, *hidden, 10]
    for one, other in pairwise(units):
        layers += [torch.nn.Linear(one, other), activation()]
    return torch.nn.Sequential(*layers[:-1])


# -- LeNet ----------------------------------------------------------------------------------------
def test_textbook_lenet_has_61706_parameters():
    by_hand = 6 * 26 + 16 * (6 * 25 + 1) + 120 * 401 + 84 * 121 + 10 * 85
    assert count(LeNet()) == by_hand == 61_706


@pytest.mark.parametrize(
    ("size", "channels", "hidden", "kernel", "margins", "activation", "pool"),
    [
        (28, (6, 16), (120, 84), 5, (2, 0), "Tanh", "AvgPool2d"),
        (8, (4, 6), (), 3, (1, 1), "ReLU", "MaxPool2d"),
        (9, (3,), (7,), 2, (0,), "Tanh", "MaxPool2d"),
    ],
)
def test_values_and_gradients_are_those_of_torch(
    size, channels, hidden, kernel, margins, activation, pool
):
    ours = LeNet(
        size, channels, hidden, kernel=kernel, padding=margins,
        activation={"Tanh": Tanh, "ReLU": ReLU}[activation],
        pool={"AvgPool2d": AvgPool2d, "MaxPool2d": MaxPool2d}[pool],
    ).double()  # fmt: skip
    nn: Any = torch.nn
    theirs = peer(
        size, channels, hidden, kernel, margins, getattr(nn, activation), getattr(nn, pool)
    )
    theirs.double().load_state_dict(ours.state_dict())
    assert_like_torch(ours, theirs, [random(3, 1, size, size)])
    x, probe = random(2, 1, size, size), random(2, 10, seed=1)
    ours(x).backward(probe)
    theirs(x).backward(probe)
    for (name, mine), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, other.grad, rtol=0, atol=1e-12, msg=name)


def test_one_padding_serves_all_convolutions():
    net = LeNet(8, (4, 6), (), kernel=3, padding=1)
    margins = [part.padding for part in net if isinstance(part, Conv2d)]
    assert margins == [(1, 1), (1, 1)]


def test_lenet_can_leave_python():
    kinds = [part.type for part in parts(LeNet(8, (4, 6), (), kernel=3, padding=1).eval())]
    assert kinds == ["Conv2d", "Tanh", "AvgPool2d"] * 2 + ["Flatten", "Linear"]


def test_edge_sizes():
    assert tuple(LeNet()(torch.zeros(0, 1, 28, 28)).shape) == (0, 10)
    assert tuple(LeNet(2, (1,), (), 1, kernel=1, padding=0)(torch.zeros(1, 1, 2, 2)).shape) == (
        1,
        1,
    )
    assert [type(part).__name__ for part in LeNet(4, (), (), padding=())] == ["Flatten", "Linear"]


# -- the parts of the networks as published -------------------------------------------------------
def test_scaled_tanh_is_near_one_at_one():
    y = ScaledTanh()(torch.tensor([-1.0, 0.0, 1.0, 50.0])).data
    torch.testing.assert_close(y, torch.tensor([-1.0, 0.0, 1.0, 1.7159]), rtol=0, atol=2e-5)


def test_subsampling_by_hand():
    layer = Subsampling(2)
    layer.weight.data[:] = torch.tensor([0.5, -1.0]).view(2, 1, 1)
    layer.bias.data[:] = torch.tensor([1.0, 0.0]).view(2, 1, 1)
    x = torch.arange(4.0).view(1, 1, 2, 2).expand(1, 2, 2, 2)
    assert layer(x).data.flatten().tolist() == [0.5 * 6 + 1, -6.0]


def test_table_convolution_is_a_convolution_with_zeros():
    layer = TableConv2d([(0, 2), (1,), (0, 1, 2)], 2).double()
    layer.weight.data[:] = random(6, 2, 2)
    layer.bias.data[:] = random(3)
    full = torch.zeros(3, 3, 2, 2, dtype=torch.float64)
    for kernel, place in zip(
        layer.weight.data, [(0, 0), (0, 2), (1, 1), (2, 0), (2, 1), (2, 2)], strict=True
    ):
        full[place] = kernel
    assert_like_torch(layer, lambda x: F.conv2d(x, full, layer.bias.data), [random(2, 3, 4, 5)])


def test_wires_have_torchs_gradient():
    targets, sources = torch.tensor([0, 0, 1]), torch.tensor([0, 2, 1])
    assert_gradcheck(Wires, random(3, 2, 2), targets, sources, (2, 3))


def test_bitmaps_are_ten_different_pictures():
    pictures = bitmaps()
    assert pictures.shape == (10, 84)
    assert set(pictures.flatten().tolist()) == {-1.0, 1.0}
    differ = (84 - pictures @ pictures.T) / 2
    assert (differ + 84 * torch.eye(10)).min() >= 8
    one = pictures[1].view(12, 7)
    assert (one > 0).nonzero()[:4].tolist() == [[0, 3], [1, 2], [1, 3], [2, 1]]


def test_output_is_minus_the_squared_distance():
    net = LeNet5()
    x = random(3, 84).float()
    expected = -(torch.cdist(x, bitmaps()) ** 2)
    torch.testing.assert_close(net.output(x).data, expected, rtol=1e-5, atol=1e-4)


# -- the networks as published --------------------------------------------------------------------
def test_lenet5_has_the_papers_parameters_layer_by_layer():
    net = LeNet5()
    layers = {name: count(part) for name, part in net.named_children() if count(part)}
    expected = {"c1": 156, "s2": 12, "c3": 1_516, "s4": 32, "c5": 48_120, "f6": 10_164}
    assert layers == expected
    assert count(net) == 60_000


def test_table_of_c3_is_the_papers():
    assert [len(seen) for seen in C3_TABLE] == [3] * 6 + [4] * 9 + [6]
    assert len(set(C3_TABLE)) == 16
    assert [sum(m in seen for seen in C3_TABLE) for m in range(6)] == [10] * 6


def test_zip_code_reader_has_the_papers_parameters():
    net = LeNet1989()
    assert count(net.h1) + net.h1_bias.numel() == 1_068
    assert count(net.h2) + net.h2_bias.numel() == 2_592
    assert (count(net.h3), count(net.output), count(net)) == (5_790, 310, 9_760)


def test_lenet5_takes_both_sizes_alike():
    net, x = LeNet5(), torch.rand(2, 1, 28, 28)
    torch.testing.assert_close(net(x).data, net(F.pad(x, (2, 2, 2, 2))).data)


def test_the_frame_of_the_zip_code_reader_is_paper():
    net, x = LeNet1989(), torch.full((1, 1, 16, 16), -1.0)
    maps = net.h1(F.pad(x, (2, 2, 2, 2), value=-1.0)).data
    torch.testing.assert_close(maps, maps[:, :, 4:5, 4:5].expand_as(maps))
    assert tuple(net(x).shape) == (1, 10)


@pytest.mark.parametrize(("make", "size"), [(LeNet5, 32), (LeNet1989, 16)])
def test_gradients_against_finite_differences(make, size):
    torch.manual_seed(0)
    net = make().double()
    x = Tensor(random(1, 1, size, size))
    few = [p for name, p in net.named_parameters() if name in ("s2.weight", "c3.bias", "h1_bias")]
    assert gradcheck(lambda *_: net(x), few[-1:])


@pytest.mark.parametrize("make", [LeNet5, LeNet1989])
def test_first_weights_are_within_the_papers_bounds(make):
    net = make()
    for name, part in net.named_children():
        if hasattr(part, "weight"):
            inputs = part.weight[0].numel()
            bound = 2.4 / (4 if isinstance(part, Subsampling) else inputs)
            assert 0 < part.weight.abs().max().item() <= bound, name


@pytest.mark.parametrize(("make", "size"), [(LeNet5, 32), (LeNet1989, 16)])
def test_a_few_steps_learn_ten_pictures(make, size):
    torch.manual_seed(0)
    net, target = make(), torch.arange(10)
    x = torch.rand(10, 1, size, size)
    loss, optimizer = CrossEntropyLoss(), SGD(net.parameters(), lr=0.003, momentum=0.9)
    losses = []
    for _ in range(30):
        value = loss(net(x), target)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.item())
    assert losses[-1] < losses[0]


def build(**settings: Any):
    return LeNet(**settings)


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: build(size=8), ValueError, "no pixel left after 2 convolutions with kernel=5"),
        (lambda: build(padding=(1,)), ValueError, "one padding for each of its 2 convolutions"),
        (lambda: build(pool=AvgPool2d(2)), TypeError, "pool= takes a class such as MaxPool2d"),
        (lambda: build(activation=Tanh()), TypeError, "activation= takes a class .* Tanh"),
        (lambda: LeNet5()(torch.zeros(1, 1, 30, 30)), ValueError, r"reads .* \(N, 1, 32, 32\)"),
        (lambda: LeNet1989()(torch.zeros(1, 16, 16)), ValueError, r"reads .* \(N, 1, 16, 16\)"),
    ],
)
def test_refusals(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()
