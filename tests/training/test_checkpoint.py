import json
import os
import subprocess
import sys

import pytest
import torch

from dlcore.training import Checkpoint

TENSORS = {
    "model.weight": torch.arange(12.0).view(3, 4),
    "count": torch.tensor(7),
    "half": torch.ones(2, dtype=torch.bfloat16),
    "none": torch.zeros(0, 3),
}
VALUES = {"epoch": 3, "loss": 0.1 + 0.2, "names": ["b", "a"], "best": float("inf")}


def filled(folder, *steps):
    for step in steps:
        Checkpoint(folder).save(step, {"x": torch.tensor([float(step)])}, {"step": step})
    return Checkpoint(folder)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def both(*steps):
    return [f"step-{s:08d}.{kind}" for s in steps for kind in ("json", "safetensors")]


def test_what_is_saved_comes_back(tmp_path):
    Checkpoint(tmp_path / "new" / "run").save(5, TENSORS, VALUES)
    loaded = Checkpoint(tmp_path / "new" / "run").load()
    assert loaded is not None
    tensors, values = loaded
    assert values == VALUES
    assert list(values) == list(VALUES)
    assert tensors.keys() == TENSORS.keys()
    for name, tensor in TENSORS.items():
        assert tensors[name].dtype == tensor.dtype
        assert torch.equal(tensors[name], tensor)


def test_views_and_shared_memory_can_be_saved(tmp_path):
    whole = torch.arange(6.0).view(2, 3)
    Checkpoint(tmp_path).save(1, {"a": whole, "b": whole.T, "c": whole[0]}, {})
    loaded = Checkpoint(tmp_path).load()
    assert loaded is not None
    assert torch.equal(loaded[0]["b"], whole.T)
    assert torch.equal(loaded[0]["c"], whole[0])


def test_nothing_to_load(tmp_path):
    assert Checkpoint(tmp_path / "missing").load() is None
    assert Checkpoint(tmp_path).load() is None


def test_the_last_two_are_kept_and_nothing_else(tmp_path):
    filled(tmp_path, 10, 20, 30)
    assert names(tmp_path) == both(20, 30)


def test_a_half_written_file_of_a_killed_run_is_cleared_away(tmp_path):
    filled(tmp_path, 10)
    (tmp_path / "step-00000020.safetensors").write_bytes(b"orphan")
    (tmp_path / "step-00000020.json.part").write_bytes(b"half")
    (tmp_path / "notes.txt").write_text("mine")
    loaded = Checkpoint(tmp_path).load()
    assert loaded is not None
    assert loaded[1] == {"step": 10}
    filled(tmp_path, 30)
    assert names(tmp_path) == ["notes.txt", *both(10, 30)]


def places(size, count=23):
    """The first and last byte of a file, and others spread over it."""
    return sorted({*range(0, size, max(1, size // count)), size - 1})


def damages(content):
    """One bit flipped, or the file cut short, at many places; emptied; added to."""
    for i in places(len(content)):
        yield content[:i] + bytes([content[i] ^ 1]) + content[i + 1 :]
        yield content[:i] + bytes([content[i] ^ 0x80]) + content[i + 1 :]
        yield content[:i]
    yield content + b" x"


@pytest.mark.parametrize("kind", ["json", "safetensors"])
def test_a_damaged_snapshot_is_refused_and_the_one_before_used(tmp_path, kind):
    filled(tmp_path, 10, 20)
    path = tmp_path / f"step-00000020.{kind}"
    content = path.read_bytes()
    for damaged in damages(content):
        path.write_bytes(damaged)
        with pytest.warns(RuntimeWarning, match="step 20 is damaged .*; continuing from step 10"):
            loaded = Checkpoint(tmp_path).load()
        assert loaded is not None
        assert loaded[1] == {"step": 10}
        assert loaded[0]["x"].item() == 10


def test_missing_tensors_are_damage(tmp_path):
    filled(tmp_path, 10, 20)
    (tmp_path / "step-00000020.safetensors").unlink()
    with pytest.warns(RuntimeWarning, match="tensors cannot be read"):
        assert Checkpoint(tmp_path).load() is not None


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record["snapshot"]["values"].update(step=21),
        lambda record: record["snapshot"].update(step=21),
        lambda record: record["snapshot"].update(tensors="0" * 64),
        lambda record: record.update(sha256="0" * 64),
        lambda record: record.pop("sha256"),
        lambda record: record.pop("snapshot"),
        lambda record: record.update(snapshot=None),
    ],
)
def test_an_edited_json_is_refused(tmp_path, change):
    filled(tmp_path, 10, 20)
    path = tmp_path / "step-00000020.json"
    record = json.loads(path.read_text())
    change(record)
    path.write_text(json.dumps(record))
    with pytest.warns(RuntimeWarning, match="step 20 is damaged"):
        assert Checkpoint(tmp_path).load() is not None


def test_a_snapshot_under_another_steps_name_is_refused(tmp_path):
    filled(tmp_path, 10, 20)
    for kind in ("json", "safetensors"):
        os.replace(tmp_path / f"step-00000010.{kind}", tmp_path / f"step-00000030.{kind}")
    with pytest.warns(RuntimeWarning, match="step 30 is damaged"):
        loaded = Checkpoint(tmp_path).load()
    assert loaded is not None
    assert loaded[1] == {"step": 20}


def test_when_all_are_damaged_the_error_says_what_to_do(tmp_path):
    filled(tmp_path, 10, 20)
    for path in tmp_path.glob("*.safetensors"):
        path.write_bytes(b"")
    with pytest.raises(ValueError, match=r"step 20 is damaged.*step 10 is damaged.*Delete the"):
        Checkpoint(tmp_path).load()


def test_a_refused_snapshot_gives_way_to_the_next(tmp_path):
    filled(tmp_path, 10, 20)
    (tmp_path / "step-00000020.json").write_text("{")
    store = Checkpoint(tmp_path)
    with pytest.warns(RuntimeWarning, match="continuing from step 10"):
        store.load()
    store.save(15, {}, {})
    assert names(tmp_path) == both(10, 15)


def test_discarding(tmp_path):
    store = filled(tmp_path, 10, 20)
    store.discard(15)
    store.discard(20)
    assert names(tmp_path) == both(10)
    loaded = store.load()
    assert loaded is not None
    assert loaded[1] == {"step": 10}


def test_a_full_disk_leaves_the_earlier_snapshots(tmp_path, monkeypatch):
    filled(tmp_path, 10)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            filled(tmp_path, 20)
    assert names(tmp_path) == both(10)
    assert Checkpoint(tmp_path).load() is not None


def test_writing_a_snapshot_again_leaves_the_old_one_until_the_new_is_whole(tmp_path, monkeypatch):
    store = filled(tmp_path, 10)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store.save(10, {"x": torch.zeros(3)}, {"step": "other"})
    loaded = Checkpoint(tmp_path).load()
    assert loaded is not None
    assert loaded[1] == {"step": 10}


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "run").write_text("")
    with pytest.raises(ValueError, match="is a file: give the name of a folder"):
        Checkpoint(tmp_path / "run")


def test_two_runs_in_one_folder_are_told_and_none_ends(tmp_path):
    """Neither loses the file that it is writing, and both are told."""
    first, second = Checkpoint(tmp_path), Checkpoint(tmp_path)
    first.save(1, {}, {"run": 1})
    for step in (2, 3):
        with pytest.warns(RuntimeWarning, match="another run writes its snapshots here as well"):
            second.save(step, {}, {"run": 2})
        with pytest.warns(RuntimeWarning, match="give each a folder of its own"):
            first.save(step, {}, {"run": 1})


def test_one_run_after_another_is_no_crowd(tmp_path):
    Checkpoint(tmp_path).save(1, {}, {})
    again = Checkpoint(tmp_path)
    for step in (1, 2, 3, 4):
        again.save(step, {}, {})
    assert again.steps == [3, 4]


@pytest.mark.slow
def test_files_are_written_by_many_at_once(tmp_path):
    path = tmp_path / "step-00000001.json"
    words = [
        "-c",
        "import sys; from pathlib import Path\n"
        "from dlcore.training.checkpoint import write_whole\n"
        "for _ in range(40): write_whole(Path(sys.argv[1]), sys.argv[2].encode() * 999)",
    ]
    running = [subprocess.Popen([sys.executable, *words, str(path), letter]) for letter in "ab"]
    assert [process.wait() for process in running] == [0, 0]
    assert path.read_bytes() in (b"a" * 999, b"b" * 999)
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_what_a_killed_run_left_half_written_goes_when_it_is_old(tmp_path):
    old, young = tmp_path / ".step-00000001.json.aa.part", tmp_path / ".step-00000001.json.bb.part"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(old, (0, 0))
    Checkpoint(tmp_path).save(1, {}, {})
    assert (old.exists(), young.exists()) == (False, True)
