import math
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from dlcore import Tensor
from dlcore.data import Batches, moons
from dlcore.layers import CrossEntropyLoss, Linear, Module, MSELoss, ReLU, Sequential
from dlcore.training import SGD, Checkpoint, History, evaluate, fit, train_step

MORTAL = Path(__file__).with_name("mortal.py")


def classifier(seed=0):
    torch.manual_seed(seed)
    return Sequential(Linear(2, 8), ReLU(), Linear(8, 2))


def data(count=40, **options):
    return Batches(*moons(count), batch_size=options.pop("batch_size", 10), **options)


def run(model=None, batches=None, lr=0.1, **options):
    model = model or classifier()
    optimizer = SGD(model.parameters(), lr=lr, momentum=0.9)
    options = {"epochs": 3, "progress": False, **options}
    return model, fit(
        model, CrossEntropyLoss(), data() if batches is None else batches, optimizer, **options
    )


# -- training ---------------------------------------------------------------------------------


def test_the_loop_does_what_torch_does():
    """The same batches, model and optimiser, written out with torch: equal losses and weights."""
    model = classifier().double()
    x, y = moons(40)
    batches = Batches(x.double(), y, batch_size=9)
    peer = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
    peer.double().load_state_dict(model.state_dict())
    optimizer = torch.optim.SGD(peer.parameters(), lr=0.1, momentum=0.9)
    losses = []
    for epoch in range(3):
        for inputs, targets in batches.epoch(epoch):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(peer(inputs), targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    _, history = run(model, batches)
    assert history.losses == pytest.approx(losses, rel=1e-10)
    for name, weight in peer.state_dict().items():
        torch.testing.assert_close(model.state_dict()[name], weight, rtol=0, atol=1e-10)


def test_it_learns():
    model, history = run(batches=data(200), epochs=40)
    assert history["loss"][-1] < 0.1 < 0.3 < history["loss"][0]
    assert len(history.losses) == 40 * 20
    assert len(history) == 40
    assert model.training


def test_the_epochs_loss_weighs_batches_by_their_examples():
    _, history = run(batches=data(25), epochs=1)
    a, b, c = history.losses
    assert history["loss"] == pytest.approx([(10 * a + 10 * b + 5 * c) / 25])


def test_two_runs_are_equal():
    assert run()[1] == run()[1]
    assert run()[1] != run(classifier(seed=1))[1]


def test_a_loss_may_take_any_number_of_targets():
    x = torch.rand(8, 3)
    model = Linear(3, 3)

    def loss(output, target, weight):
        return ((output - target) ** 2 * weight).mean()

    weights = torch.ones(8, 1)
    history = fit(
        model,
        loss,
        Batches(x, x, weights),
        SGD(model.parameters(), lr=0.5),
        epochs=20,
        progress=False,
    )
    assert history["loss"][-1] < history["loss"][0] / 2


def test_zero_epochs_change_nothing():
    model, history = run(epochs=0)
    assert history == History()
    assert torch.equal(model.state_dict()["0.weight"], classifier().state_dict()["0.weight"])


def test_a_step_of_your_own():
    seen = []

    def step(model, loss, optimizer, inputs, targets):
        seen.append(len(inputs))
        return train_step(model, loss, optimizer, inputs, targets)

    assert run(step=step)[1] == run()[1]
    assert seen == [10] * 12


def test_the_step_is_one_graph_for_the_compiler():
    x, y = moons(40)

    def trained(step):
        model = classifier()
        optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
        losses = [step(model, CrossEntropyLoss(), optimizer, x, y).item() for _ in range(5)]
        return losses, model.state_dict()

    torch.compiler.reset()
    compiled = torch.compile(train_step, fullgraph=True, backend="eager")
    losses, weights = trained(compiled)
    expected, expected_weights = trained(train_step)
    assert losses == pytest.approx(expected, rel=1e-6)
    for name, weight in expected_weights.items():
        torch.testing.assert_close(weights[name], weight)


def test_the_progress_bar_can_be_seen_and_switched_off(capsys, monkeypatch):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    run(progress=True)
    assert "/12" in capsys.readouterr().err
    run()
    assert capsys.readouterr().err == ""


# -- measuring --------------------------------------------------------------------------------


class Modes(Module):
    """Doubles its input in training only, and notes the mode."""

    def __init__(self):
        self.inner, self.modes = Linear(2, 2), []

    def forward(self, x):
        self.modes.append(self.training)
        y = self.inner(x)
        return y * 2 if self.training else y


def test_evaluate_is_a_mean_over_examples_in_eval_mode():
    model, batches = Modes(), data(25)
    x, y = batches.tensors
    peer = model.inner(x).data
    result = evaluate(
        model,
        CrossEntropyLoss(),
        batches,
        {"accuracy": lambda z, y: (z.argmax(1) == y).float().mean()},
    )
    assert result["loss"] == pytest.approx(torch.nn.functional.cross_entropy(peer, y).item())
    assert result["accuracy"] == pytest.approx((peer.argmax(1) == y).float().mean().item())
    assert model.modes == [False] * 3
    assert model.training


def test_evaluate_records_nothing_and_keeps_the_mode():
    model = Modes()
    model.eval()
    outputs = []

    def loss(output, target):
        outputs.append(output)
        return CrossEntropyLoss()(output, target)

    evaluate(model, loss, data())
    assert all(isinstance(output, Tensor) and output.node is None for output in outputs)
    assert not model.training


def test_validation_is_measured_after_each_epoch():
    seen = data(20, seed=5)
    metrics = {"accuracy": lambda z, y: (z.argmax(1) == y).float().mean()}
    model, history = run(validation=seen, metrics=metrics)
    assert list(history.epochs) == ["loss", "val_loss", "val_accuracy"]
    assert [len(values) for values in history.epochs.values()] == [3, 3, 3]
    final = evaluate(model, CrossEntropyLoss(), seen, metrics)
    assert history["val_loss"][-1] == final["loss"]
    assert history["val_accuracy"][-1] == final["accuracy"]


def test_training_goes_on_in_training_mode_after_validation():
    model = Modes()
    optimizer = SGD(model.parameters(), lr=0.1)
    fit(
        model,
        CrossEntropyLoss(),
        data(20),
        optimizer,
        epochs=2,
        validation=data(10),
        progress=False,
    )
    assert model.modes == [True, True, False] * 2


def test_early_stopping_puts_the_best_weights_back():
    weights = []
    model, history = run(
        lr=1.5,  # so large that the validation loss goes up and down
        epochs=200,
        validation=data(30, seed=1),
        patience=3,
        on_epoch=lambda run: weights.append(run.model.state_dict()["0.weight"].clone()),
    )
    losses = history["val_loss"]
    best = losses.index(min(losses))
    assert len(losses) == best + 1 + 3 < 200
    assert torch.equal(model.state_dict()["0.weight"], weights[best])
    assert not torch.equal(model.state_dict()["0.weight"], weights[-1])


# -- callbacks --------------------------------------------------------------------------------


def test_callbacks_see_every_step_and_epoch():
    steps, epochs = [], []
    run(
        on_step=lambda run: steps.append((run.step, run.epoch, run.batch)),
        on_epoch=lambda run: epochs.append((run.epoch, len(run.history))),
    )
    assert steps == [(4 * e + b, e, b) for e in range(3) for b in range(1, 5)]
    assert epochs == [(1, 1), (2, 2), (3, 3)]


@pytest.mark.parametrize(
    ("options", "steps"),
    [
        ({"on_step": lambda run: run.step == 6}, 6),
        ({"on_epoch": lambda run: run.epoch == 2}, 8),
    ],
)
def test_a_callback_can_end_the_training(tmp_path, options, steps):
    assert len(run(**options)[1].losses) == steps
    folder = tmp_path / "run"
    assert len(run(**options, checkpoint=folder)[1].losses) == steps
    assert len(run(checkpoint=folder)[1].losses) == steps  # it stays ended


# -- checkpoints ------------------------------------------------------------------------------


def test_a_finished_run_is_not_trained_again(tmp_path):
    model, history = run(checkpoint=tmp_path)
    again, same = run(classifier(seed=5), checkpoint=tmp_path)
    assert same == history
    assert same.seconds == history.seconds
    assert torch.equal(model.state_dict()["2.weight"], again.state_dict()["2.weight"])


def test_more_epochs_continue_a_finished_run(tmp_path):
    run(epochs=2, checkpoint=tmp_path)
    model, history = run(epochs=5, checkpoint=tmp_path)
    whole, expected = run(epochs=5)
    assert history == expected
    assert torch.equal(model.state_dict()["0.weight"], whole.state_dict()["0.weight"])


def test_checkpoints_do_not_change_the_run(tmp_path):
    assert run(checkpoint=tmp_path, every=1)[1] == run()[1]
    assert Checkpoint(tmp_path).steps == [11, 12]


def test_a_damaged_checkpoint_costs_only_the_steps_since_the_one_before(tmp_path):
    expected, history = run()
    run(checkpoint=tmp_path, every=5)
    path = tmp_path / "step-00000012.safetensors"
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.warns(RuntimeWarning, match="step 12 is damaged .* continuing from step 10"):
        model, same = run(checkpoint=tmp_path, every=5)
    assert same == history
    assert torch.equal(model.state_dict()["0.weight"], expected.state_dict()["0.weight"])


def test_other_batches_cannot_continue_a_run(tmp_path):
    run(checkpoint=tmp_path)
    with pytest.raises(ValueError, match="give the run another folder"):
        run(batches=data(batch_size=8), checkpoint=tmp_path)


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


@needs_fork
@pytest.mark.parametrize("kind", ["every-step", "every-write"])
def test_a_run_killed_anywhere_continues_to_equal_bits(tmp_path, kind):
    """SIGKILL after every single step, and before every single operation on a file."""
    command = [sys.executable, str(MORTAL), str(tmp_path), kind]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    deaths = done.stdout.splitlines()
    assert deaths == [f"killed {kind} {n}: same" for n in range(1, len(deaths) + 1)]
    assert len(deaths) >= 8


def test_a_run_killed_from_outside(tmp_path):
    """At a random step, while it waits to go on."""

    def command(name):
        (tmp_path / name).mkdir(exist_ok=True)
        return [sys.executable, str(MORTAL), str(tmp_path / name)]

    go_on = {"input": "\n" * 1000, "text": True, "capture_output": True, "check": True}
    subprocess.run(command("whole"), **go_on)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command("broken"), **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(random.randint(1, 8)):
            process.stdout.readline()
            process.stdin.write("\n")
            process.stdin.flush()
        process.stdout.readline()
        process.kill()
    assert process.returncode == -signal.SIGKILL
    subprocess.run(command("broken"), **go_on)
    whole, broken = ((tmp_path / name / "end.safetensors") for name in ("whole", "broken"))
    assert whole.read_bytes() == broken.read_bytes()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no CUDA device")
def test_a_run_on_a_gpu_continues_to_equal_bits(tmp_path):
    class Noisy(Module):
        def __init__(self):
            self.inner = classifier()

        def forward(self, x):
            return self.inner(x + 0.1 * torch.randn(x.shape, device=x.device))

    def trained(folder, stop_at):
        model = Noisy().to("cuda")
        x, y = moons(40)

        def stop(run):
            if run.step == stop_at:
                raise InterruptedError

        run(model, Batches(x.cuda(), y.cuda()), checkpoint=folder, every=2, on_step=stop)
        return model.state_dict()

    with pytest.raises(InterruptedError):
        trained(tmp_path / "broken", stop_at=3)
    broken = trained(tmp_path / "broken", stop_at=None)
    whole = trained(tmp_path / "whole", stop_at=None)
    assert all(broken[name].is_cuda for name in whole)
    assert all(torch.equal(broken[name], whole[name]) for name in whole)


# -- what goes wrong --------------------------------------------------------------------------


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
