import os

import pytest
import torch
from safetensors.torch import load_file, save_file

from dlcore import BatchNorm1d, Linear, Sequential, Tensor
from dlcore.models import GPT
from dlcore.training import load_weights, save_weights


def ours():
    return Sequential(Linear(3, 4), BatchNorm1d(4), Linear(4, 2))


def theirs():
    nn = torch.nn
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))


def assert_same_state(mine, other):
    assert mine.keys() == other.keys()
    for name, value in mine.items():
        assert value.dtype == other[name].dtype
        assert torch.equal(value, other[name])


@pytest.mark.parametrize(("make", "take"), [(ours, theirs), (theirs, ours), (ours, ours)])
def test_weights_travel_between_dlcore_and_torch(tmp_path, make, take):
    torch.manual_seed(1)
    source = make()
    source(torch.randn(8, 3))  # moves the running statistics
    save_weights(source.state_dict(), tmp_path / "net.safetensors")
    target = take()
    target.load_state_dict(load_weights(tmp_path / "net.safetensors"))
    assert_same_state(target.state_dict(), source.state_dict())
    x = torch.randn(5, 3)
    y, expected = target.eval()(x), source.eval()(x)
    torch.testing.assert_close(plain(y), plain(expected))


def plain(x):
    return x.data if isinstance(x, Tensor) else x.detach()


def test_any_reader_of_safetensors_can_read_it_and_write_for_us(tmp_path):
    state = theirs().state_dict()
    save_weights(state, tmp_path / "a")
    assert_same_state(load_file(tmp_path / "a"), state)
    save_file(state, tmp_path / "b")
    assert_same_state(load_weights(tmp_path / "b"), state)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.int64, torch.bool])
def test_dtypes_and_odd_shapes(tmp_path, dtype):
    state = {"view": torch.ones(3, 4).to(dtype).T, "empty": torch.zeros(0, 2, dtype=dtype)}
    save_weights({**state, "one": torch.tensor(1, dtype=dtype)}, tmp_path / "w")
    back = load_weights(tmp_path / "w")
    assert torch.equal(back["view"], state["view"])
    assert back["empty"].shape == (0, 2)
    assert back["one"].shape == ()
    assert back["one"].dtype == dtype


def test_a_shared_weight_stays_shared(tmp_path):
    torch.manual_seed(0)
    source, target = GPT(5, 4, 4, 2, 1), GPT(5, 4, 4, 2, 1)
    save_weights(source.state_dict(), tmp_path / "gpt.safetensors")
    target.load_state_dict(load_weights(tmp_path / "gpt.safetensors"))
    assert target.head.weight is target.tokens.weight
    assert_same_state(target.state_dict(), source.state_dict())


def test_folders_are_made_and_a_second_file_replaces_the_first(tmp_path):
    path = tmp_path / "new" / "net.safetensors"
    save_weights({"x": torch.zeros(2)}, path)
    save_weights({"x": torch.ones(2)}, str(path))
    assert load_weights(str(path))["x"].tolist() == [1, 1]
    assert [file.name for file in path.parent.iterdir()] == ["net.safetensors"]


def test_a_full_disk_leaves_the_earlier_file(tmp_path, monkeypatch):
    path = tmp_path / "net.safetensors"
    save_weights({"x": torch.zeros(2)}, path)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save_weights({"x": torch.ones(2)}, path)
    assert load_weights(path)["x"].tolist() == [0, 0]
    assert [file.name for file in tmp_path.iterdir()] == ["net.safetensors"]


def test_what_is_no_state_dict_is_refused(tmp_path):
    with pytest.raises(TypeError, match="got Linear: write model.state_dict"):
        save_weights(Linear(1, 1), tmp_path / "x")  # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError, match="tensors only, 'lr' is float: leave it out"):
        save_weights({"lr": 0.1}, tmp_path / "x")  # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError, match="'w' is Parameter"):
        save_weights({"w": Linear(1, 1).weight}, tmp_path / "x")  # pyright: ignore[reportArgumentType]
    assert not (tmp_path / "x").exists()


def test_a_pickle_and_a_damaged_file_are_refused(tmp_path):
    torch.save(theirs().state_dict(), tmp_path / "net.pt")
    with pytest.raises(ValueError, match=r"net.pt is no whole safetensors file .* a pickle"):
        load_weights(tmp_path / "net.pt")
    save_weights(theirs().state_dict(), tmp_path / "net")
    content = (tmp_path / "net").read_bytes()
    for damaged in (b"", content[:-1], content[:20], content + b"x", b"\xff" * 8 + content):
        (tmp_path / "net").write_bytes(damaged)
        with pytest.raises(ValueError, match="net is no whole safetensors file"):
            load_weights(tmp_path / "net")
    with pytest.raises(FileNotFoundError, match="missing"):
        load_weights(tmp_path / "missing")
