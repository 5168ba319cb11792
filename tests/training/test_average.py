"""The average of the weights: by hand, beside torch's, and what stays apart."""

import pytest
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from dlcore import BatchNorm1d, Linear, Sequential
from dlcore.training.average import EMA
from tests.oracle import random


def test_first_updates_by_hand():
    net = Linear(1, 1, bias=False)
    net.weight.data.fill_(0.0)
    average = EMA(net, decay=0.5)
    net.weight.data.fill_(10.0)
    average.update()  # keeps 1 / 10 of the old
    assert average.model.weight.item() == pytest.approx(9)
    net.weight.data.fill_(0.0)
    average.update()  # keeps 2 / 11
    assert average.model.weight.item() == pytest.approx(9 * 2 / 11)


def test_later_it_is_torchs():
    net = Linear(3, 2)
    theirs_net = torch.nn.Linear(3, 2)
    theirs = AveragedModel(theirs_net, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    ours = EMA(net, decay=0.9)
    ours.updates = 10_000
    for k in range(5):
        values = {"weight": random(2, 3, seed=k).float(), "bias": random(2, seed=k).float()}
        net.load_state_dict(values)
        theirs_net.load_state_dict(values)
        if k == 0:
            ours.model.load_state_dict(values)
        ours.update()
        theirs.update_parameters(theirs_net)
    for name, value in theirs.module.named_parameters():
        torch.testing.assert_close(ours.model.state_dict()[name], value.detach())


def test_the_net_itself_is_left_alone():
    net = Sequential(Linear(3, 3), BatchNorm1d(3))
    average, before = EMA(net), net[0].weight.data.clone()
    net(random(8, 3).float())  # moves the norm's buffers
    average.update()
    assert torch.equal(net[0].weight.data, before)
    assert net.training
    assert not average.model.training
    assert torch.equal(average.model[1].running_mean.data, net[1].running_mean.data)
    assert average.model[0].weight.data.data_ptr() != net[0].weight.data.data_ptr()


def test_a_share_below_one():
    with pytest.raises(ValueError, match="0 ≤ decay < 1 of the average, got 1"):
        EMA(Linear(1, 1), decay=1)
