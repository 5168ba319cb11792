"""Guidance: the formula, its two ends, and labels that are left out."""

import pytest
import torch

from dlcore.models.generative.denoiser import DenoisingMLP
from dlcore.models.generative.guidance import guided, without_labels
from tests.oracle import random


@pytest.fixture
def net():
    torch.manual_seed(0)
    net = DenoisingMLP(4, 8, 1, classes=3).double()
    torch.nn.init.normal_(net.last.weight.data)
    return net


def test_the_formula(net):
    x, t, labels = random(3, 4), torch.tensor([5, 5, 5]), torch.tensor([0, 1, 2])
    told, free = net(x, t, labels).data, net(x, t, torch.tensor([3, 3, 3])).data
    torch.testing.assert_close(guided(net, labels, 2.0)(x, t).data, told + 2 * (told - free))
    torch.testing.assert_close(guided(net, labels)(x, t).data, told)
    torch.testing.assert_close(guided(net, labels, -1.0)(x, t).data, free)


def test_labels_are_left_out_by_chance():
    labels, dice = torch.arange(10_000) % 10, torch.Generator().manual_seed(0)
    left = without_labels(labels, 10, 0.15, dice)
    gone = left == 10
    assert gone.float().mean().item() == pytest.approx(0.15, abs=0.01)
    assert torch.equal(left[~gone], labels[~gone])
    assert torch.equal(without_labels(labels, 10, 0.0, dice), labels)
    assert (without_labels(labels, 10, 1.0, dice) == 10).all()


def test_a_share_is_a_share():
    with pytest.raises(ValueError, match="lies between 0 and 1, got 1.5"):
        without_labels(torch.arange(3), 3, 1.5, torch.Generator())
