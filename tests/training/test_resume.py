import os
import random
import signal
import subprocess
import sys

import numpy as np
import pytest
import torch

from dlcore.data import Batches, moons
from dlcore.layers import CrossEntropyLoss, Module
from dlcore.training import SGD, Adam, Checkpoint, StepLR, fit
from tests.training.runs import MORTAL, classifier, data, run

pytestmark = pytest.mark.slow


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


@pytest.mark.parametrize("moment", ["on_epoch", "on_step"])
def test_a_schedule_goes_on_where_it_stood(tmp_path, moment):
    """The commonest form: a schedule that a callback moves on."""

    def rates(epochs, folder=None):
        model, seen = classifier(), []
        optimizer = SGD(model.parameters(), lr=0.5)
        schedule = StepLR(optimizer, 1, gamma=0.5)

        def move(run):
            schedule.step()
            seen.append(schedule.get_last_lr()[0])

        fit(model, CrossEntropyLoss(), data(20, batch_size=20), optimizer, epochs=epochs,
            checkpoint=folder, progress=False, **{moment: move})  # fmt: skip
        return seen, model.state_dict()["0.weight"]

    first, _ = rates(3, tmp_path)
    rest, weight = rates(6, tmp_path)
    whole, expected = rates(6)
    assert first + rest == whole
    assert rest == [0.5**4 / 2, 0.5**5 / 2, 0.5**6 / 2]
    assert torch.equal(weight, expected)


@pytest.mark.parametrize("rate", [torch.logspace(-3, -1, 3)[1], np.float32(0.01)])
def test_settings_may_be_numbers_of_other_kinds(tmp_path, rate):
    model = classifier()
    batches = Batches(*moons(20), batch_size=np.int64(10), seed=np.int64(1))
    optimizer = Adam(model.parameters(), lr=rate)
    fit(model, CrossEntropyLoss(), batches, optimizer, epochs=1, checkpoint=tmp_path,
        progress=False)  # fmt: skip
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.01)


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
