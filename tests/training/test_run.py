import random

import pytest
import torch

from dlcore.layers import Linear
from dlcore.training import SGD, Checkpoint, History, Run


def made(seed=0, **options):
    torch.manual_seed(seed)
    model = Linear(3, 2)
    optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9, **options)
    return Run(model, optimizer, order={"seed": 0})


def train(run, steps):
    for _ in range(steps):
        for p in run.model.parameters():
            p.grad = torch.rand(p.shape)
        run.optimizer.step()
        run.record(random.random(), examples=5)


def test_the_epochs_loss_is_the_mean_over_examples():
    run = made()
    run.record(2.0, examples=30)
    run.record(5.0, examples=10)
    assert (run.step, run.batch, run.epoch) == (2, 2, 0)
    run.close_epoch({"val_loss": 9.0})
    assert (run.step, run.batch, run.epoch) == (2, 0, 1)
    assert run.history.epochs == {"loss": [2.75], "val_loss": [9.0]}
    assert run.history.losses == [2.0, 5.0]
    assert run.history.seconds[0] > 0


def test_patience_counts_epochs_since_the_lowest_loss():
    run = made()
    stops = []
    for loss in (3.0, 2.0, 2.0, 2.5, 1.0, 4.0, 4.0, 4.0):
        run.compare(loss, patience=3)
        stops.append(run.stopped)
    assert stops == [False] * 7 + [True]
    assert run.lowest == 1.0


def test_the_best_weights_are_a_copy():
    run = made()
    run.compare(1.0, patience=3)
    best = {name: value.clone() for name, value in run.model.state_dict().items()}
    train(run, 2)
    run.compare(2.0, patience=3)
    assert all(torch.equal(run.best[name], value) for name, value in best.items())
    assert not torch.equal(run.best["weight"], run.model.state_dict()["weight"])


def test_everything_comes_back_from_disk(tmp_path):
    run = made()
    train(run, 4)
    run.compare(1.5, patience=4)
    run.close_epoch({"val_loss": 1.5, "val_b": float("nan"), "val_a": 0.25})
    train(run, 3)
    run.save(Checkpoint(tmp_path))
    expected = torch.rand(3)
    again = made(seed=9)
    again.resume(Checkpoint(tmp_path))
    assert torch.equal(torch.rand(3), expected)
    for name in ("step", "epoch", "batch", "seen", "total", "stopped", "lowest", "waited"):
        assert getattr(again, name) == getattr(run, name), name
    assert again.history.losses == run.history.losses
    assert repr(again.history.epochs) == repr(run.history.epochs)
    assert again.history.seconds == run.history.seconds
    for ours, theirs in [
        (again.model.state_dict(), run.model.state_dict()),
        (again.optimizer.state_dict(), run.optimizer.state_dict()),
        (again.best, run.best),
    ]:
        assert ours.keys() == theirs.keys()
        assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_without_a_snapshot_nothing_changes(tmp_path):
    run, fresh = made(), made()
    run.resume(Checkpoint(tmp_path))
    assert (run.step, run.history) == (0, History())
    assert torch.equal(run.model.state_dict()["weight"], fresh.model.state_dict()["weight"])


def test_a_setting_changed_during_the_run_is_restored(tmp_path):
    run = made()
    run.optimizer.param_groups[0]["lr"] = 0.025  # what a schedule does
    run.save(Checkpoint(tmp_path))
    again = made()
    again.resume(Checkpoint(tmp_path))
    assert again.optimizer.param_groups[0]["lr"] == 0.025


def test_a_setting_changed_in_the_code_holds(tmp_path):
    run = made()
    run.optimizer.param_groups[0]["lr"] = 0.025
    run.save(Checkpoint(tmp_path))
    again = made(weight_decay=0.5)
    again.resume(Checkpoint(tmp_path))
    assert again.optimizer.settings()[0]["lr"] == 0.1
    assert again.optimizer.settings()[0]["weight_decay"] == 0.5


def test_other_batches_are_refused(tmp_path):
    made().save(Checkpoint(tmp_path))
    run = made()
    run.order = {"seed": 1}
    with pytest.raises(ValueError, match=r"belongs to batches of \{'seed': 0\}, got \{'seed': 1\}"):
        run.resume(Checkpoint(tmp_path))


def test_another_model_is_refused(tmp_path):
    made().save(Checkpoint(tmp_path))
    model = Linear(3, 5)
    run = Run(model, SGD(model.parameters(), lr=0.1, momentum=0.9), order={"seed": 0})
    with pytest.raises(ValueError, match="shape"):
        run.resume(Checkpoint(tmp_path))
