import math

import pytest
import torch

from dlcore.data import Batches, moons
from dlcore.layers import Linear, MSELoss
from dlcore.training import SGD, Checkpoint, fit
from tests.training.runs import data, run


def poisoned(step, value=math.nan):
    """Batches of which one, counted from 1, holds this value."""
    x, y = moons(40)
    batches = Batches(x.clone(), y, batch_size=10, shuffle=False)
    batches.tensors[0][10 * (step - 1)] = value
    return batches


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_loss_that_is_no_number_ends_the_run_at_once(tmp_path, value):
    with pytest.raises(
        FloatingPointError,
        match=r"the loss became nan at step 3 \(epoch 1, batch 3\): the batch itself holds NaN or "
        "inf, clean the data; the last good checkpoint is of step 2",
    ):
        run(batches=poisoned(3, value), checkpoint=tmp_path, every=1)
    loaded = Checkpoint(tmp_path).load()
    assert loaded is not None
    tensors, values = loaded
    assert values["step"] == 2
    assert all(t.isfinite().all() for t in tensors.values())


def test_too_high_a_learning_rate_is_named():
    with pytest.raises(
        FloatingPointError, match=r"lower the learning rate \(lr=1e\+30 is too high\?\)$"
    ):
        run(lr=1e30)


def test_weights_that_are_no_numbers_are_never_saved(tmp_path):
    """The loss of a step is measured before its update: the update may be the one that fails."""

    def overflow(run):
        if run.step == 3:
            run.model[2].weight.data.mul_(math.inf)

    with pytest.raises(FloatingPointError, match=r"2\.weight is no longer finite at step 3"):
        run(checkpoint=tmp_path, every=1, on_step=overflow)
    assert Checkpoint(tmp_path).steps == [1, 2]


def test_a_snapshot_whose_weights_gave_no_finite_loss_is_not_kept(tmp_path):
    """Weights may be finite and yet too large for the next loss to be."""

    def explode(run):
        if run.step == 3:
            for weight in run.model.parameters():
                weight.data.mul_(1e30)

    with pytest.raises(FloatingPointError, match="at step 4 .* good checkpoint is of step 2"):
        run(checkpoint=tmp_path, every=1, on_step=explode)
    assert Checkpoint(tmp_path).steps == [2]


def test_a_diverged_run_can_be_continued_with_a_lower_rate(tmp_path):
    def explode(run):
        run.optimizer.param_groups[0]["lr"] = 1e30 if run.step == 5 else 0.1

    with pytest.raises(FloatingPointError, match="lower the learning rate"):
        run(lr=0.1, checkpoint=tmp_path, every=1, on_step=explode)
    assert Checkpoint(tmp_path).steps == [5]
    model, history = run(lr=0.05, checkpoint=tmp_path, every=1)
    assert len(history.losses) == 12
    assert history.losses[:5] == run()[1].losses[:5]
    assert all(p.data.isfinite().all() for p in model.parameters())


class Uneven:
    """Batches that promise more than they give, or give an empty one."""

    def __init__(self, *sizes, promised):
        self.sizes, self.promised = sizes, promised

    def __len__(self):
        return self.promised

    def epoch(self, k, start=0):
        return ((torch.zeros(n, 2), torch.zeros(n, dtype=torch.int64)) for n in self.sizes[start:])

    def settings(self):
        return {}


@pytest.mark.parametrize(
    ("batches", "message"),
    [
        (Uneven(3, 0, promised=2), r"batch 2 of epoch 1 is empty, .* shape \(0, 2\)"),
        (Uneven(3, 3, promised=5), r"epoch 1 ended after 2 batches, but len\(batches\) is 5"),
        (Uneven(promised=0), "no batches: an epoch must have at least one"),
    ],
)
def test_data_that_breaks_its_word(batches, message):
    with pytest.raises(ValueError, match=message):
        run(batches=batches)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": -1}, r"fit\(epochs=-1\) must be at least 0"),
        ({"every": 0}, r"fit\(every=0\) must be at least 1"),
        ({"patience": 0, "validation": data()}, r"fit\(patience=0\) must be at least 1"),
        ({"patience": 3}, r"fit\(patience=…\) needs validation"),
        ({"metrics": {"a": len}}, r"fit\(metrics=…\) needs validation"),
        ({"metrics": {"loss": len}, "validation": data()}, 'measures "loss" itself'),
    ],
)
def test_arguments_that_do_not_fit(options, message):
    with pytest.raises(ValueError, match=message):
        run(**options)


def test_tensors_in_place_of_batches():
    model = Linear(2, 1)
    with pytest.raises(TypeError, match=r"fit needs batches, got list.*Batches\(x, y\)"):
        fit(model, MSELoss(), [], SGD(model.parameters()), epochs=1)  # pyright: ignore
