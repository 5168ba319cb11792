"""Two processes that share every batch train the weights of one; started by torchrun, on gloo."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from dlcore.layers import BatchNorm1d, CrossEntropyLoss, InstanceNorm1d, LayerNorm, Sequential
from dlcore.training import distributed

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("shared.py")
TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node"]


def start(folder, processes, *words):
    """Run shared.py alone, or in several processes."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable] if processes == 1 else [*TORCHRUN, str(processes)]
    environment = {k: v for k, v in os.environ.items() if k != "TQDM_DISABLE"}
    return subprocess.run(
        [*command, str(SCRIPT), str(folder), *words],
        env={**environment, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """{"one", "two", "resumed": tensors of each process}, what two printed, and the folder."""
    folder = tmp_path_factory.mktemp("shared")
    one, two = start(folder / "one", 1), start(folder / "two", 2)
    killed = start(folder / "again", 2, "die")
    assert killed.returncode != 0
    again = start(folder / "again", 2)
    for done in (one, two, again):
        assert done.returncode == 0, done.stderr
    found = {"one": [load_file(folder / "one" / "0.safetensors")]}
    for name, path in (("two", "two"), ("again", "again")):
        found[name] = [load_file(folder / path / f"{rank}.safetensors") for rank in (0, 1)]
    return found, two, folder


def part(tensors, prefix):
    return {k: v for k, v in tensors.items() if k.startswith(f"{prefix}.")}


@pytest.mark.parametrize("kind", ["mean", "sum"])
def test_the_weights_are_those_of_one_process(runs, kind):
    found, *_ = runs
    expected = part(found["one"][0], kind)
    for mine in found["two"]:
        torch.testing.assert_close(part(mine, kind), expected, rtol=0, atol=1e-12)


def test_all_processes_have_the_same_bits(runs):
    found, *_ = runs
    first, second = found["two"]
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_a_killed_run_continues_to_the_same_bits_with_noise_of_its_own_in_each_process(runs):
    found, _, folder = runs
    for whole, again in zip(found["two"], found["again"], strict=True):
        assert all(torch.equal(whole[name], again[name]) for name in part(whole, "noisy"))
    assert len(list((folder / "two" / "checkpoint").glob("*.json"))) == 2


def test_another_number_of_processes_is_refused(runs):
    _, _, folder = runs
    done = start(folder / "two", 1)
    assert done.returncode != 0
    assert "belongs to a run of 2 processes, got 1" in done.stderr


def test_one_stops_all(runs):
    found, *_ = runs
    assert [len(mine["stopped.losses"]) for mine in found["two"]] == [5, 5]


def test_what_would_not_be_the_same_is_refused(runs):
    _, two, _ = runs
    for words in ("1 is a BatchNorm1d, which would measure each share", "with weight= or",
                  "trains on whole batches"):  # fmt: skip
        assert sum(words in line for line in two.stdout.splitlines()) == 2, two.stdout


def test_one_process_shows_the_progress(runs):
    _, two, _ = runs
    assert two.stderr.count("0/15") == 1


def test_without_torchrun_there_is_one_process(monkeypatch):
    monkeypatch.delenv("RANK", raising=False)
    with distributed.group():
        assert (distributed.rank(), distributed.processes()) == (0, 1)
        assert distributed.any_of(True)
        assert distributed.from_first(7) == 7
        assert distributed.from_all(7) == [7]


def test_device_is_the_processs_own(monkeypatch):
    monkeypatch.setenv("LOCAL_RANK", "3")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert distributed.device() == torch.device("cuda", 3)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert distributed.device() == torch.device("cpu")


@pytest.mark.parametrize(
    ("layer", "refused"),
    [
        (BatchNorm1d(2), True), (BatchNorm1d(2).eval(), False),
        (BatchNorm1d(2, track_running_stats=False).eval(), True),
        (InstanceNorm1d(2), False), (InstanceNorm1d(2, track_running_stats=True), True),
        (InstanceNorm1d(2, track_running_stats=True).eval(), False), (LayerNorm(2), False),
    ],
)  # fmt: skip
def test_what_measures_a_share_by_itself_is_refused(layer, refused):
    model = Sequential(layer)
    if refused:
        with pytest.raises(ValueError, match=f"0 is a {type(layer).__name__}, which would measure"):
            distributed.check_shares(model, CrossEntropyLoss(), True)
    else:
        distributed.check_shares(model, CrossEntropyLoss(), True)


def test_a_torch_without_processes_is_alone(monkeypatch):
    monkeypatch.setattr(torch.distributed, "is_available", lambda: False)
    monkeypatch.delattr(torch.distributed, "is_initialized")
    assert (distributed.rank(), distributed.processes()) == (0, 1)
    with distributed.group():
        assert not distributed.joined()
    monkeypatch.setenv("RANK", "0")
    with pytest.raises(RuntimeError, match="start one process"), distributed.group():
        pass
