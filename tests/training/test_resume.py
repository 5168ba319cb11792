import os
import random
import signal
import subprocess
import sys

import pytest
import torch

from dlcore.data import Batches, moons
from dlcore.layers import Module
from dlcore.training import Checkpoint
from tests.training.runs import MORTAL, classifier, data, run


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
