import json

import pytest
import torch

from dlcore import Linear, MSELoss, Parameter
from dlcore.data import Batches
from dlcore.training import SGD, ReduceLROnPlateau, fit

LOSSES = [5.0, 4, 4, 4, 3.9999, 4, 4, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1]
OPTIONS = [
    {"patience": 1}, {"patience": 0, "factor": 0.5, "cooldown": 2}, {"patience": 2, "mode": "max"},
    {"patience": 1, "threshold": 0.5, "threshold_mode": "abs"}, {"patience": 0, "min_lr": 0.02},
    {"patience": 0, "factor": 0.9, "eps": 0.05}, {"patience": 1, "threshold": 0.3},
    {"patience": 0, "mode": "max", "threshold_mode": "abs", "threshold": 0.1},
]  # fmt: skip


def both(options):
    ours = SGD([Parameter(torch.ones(1))], lr=0.5)
    theirs = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=0.5)
    peer = torch.optim.lr_scheduler.ReduceLROnPlateau(theirs, **options)
    return ReduceLROnPlateau(ours, **options), peer


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("sign", [1, -1])
def test_like_torch(options, sign):
    schedule, peer = both(options)
    for loss in LOSSES:
        schedule.step(torch.tensor(sign * loss))
        peer.step(sign * loss)
        mine, other = (s.optimizer.param_groups[0]["lr"] for s in (schedule, peer))
        assert mine == pytest.approx(other, rel=1e-12)


def test_state_travels():
    (first, _), (second, _) = both(OPTIONS[1]), both(OPTIONS[1])
    for loss in LOSSES[:9]:
        first.step(loss)
    second.load_state_dict(json.loads(json.dumps(first.state_dict())))
    for loss in LOSSES[9:]:
        first.step(loss)
        second.step(loss)
        assert first.get_last_lr() == second.get_last_lr()


def test_a_run_that_goes_on_has_the_rates_of_one_that_was_not_cut(tmp_path):
    def rates(epochs, folder):
        torch.manual_seed(0)
        model = Linear(2, 1)
        optimizer = SGD(model.parameters(), lr=0.5)
        schedule = ReduceLROnPlateau(optimizer, patience=0, factor=0.5)
        for count in epochs:
            batches = Batches(torch.ones(4, 2), torch.ones(4, 1), batch_size=2)
            fit(model, MSELoss(), batches, optimizer, epochs=count, checkpoint=folder,
                on_epoch=lambda run, s=schedule: s.step(1.0))  # fmt: skip
            if count != epochs[-1]:
                optimizer = SGD(model.parameters(), lr=0.5)
                schedule = ReduceLROnPlateau(optimizer, patience=0, factor=0.5)
        return schedule.get_last_lr()

    assert rates([5], tmp_path / "whole") == rates([2, 5], tmp_path / "cut") == [0.5**5]


def test_bad_input():
    optimizer = SGD([Parameter(torch.ones(1))], lr=0.5)
    with pytest.raises(ValueError, match="factor < 1, mode 'min' or 'max' .*got 1.0"):
        ReduceLROnPlateau(optimizer, factor=1.0)
    with pytest.raises(ValueError, match="got 0.1, 'low'"):
        ReduceLROnPlateau(optimizer, mode="low")
    with pytest.raises(TypeError, match=r"step\(loss\); in fit call it in on_epoch"):
        ReduceLROnPlateau(optimizer).step()
