"""Fashion-MNIST from small made files in the official format."""

import dataclasses
import gzip
import hashlib
import struct

import pytest
import torch

from dlcore.data import FASHION_NAMES, fashion_mnist
from dlcore.data.fashion import FILES


def idx(array: torch.Tensor) -> bytes:
    head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return head + bytes(array.flatten().tolist())


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A folder with four small made files, and the table of checksums that belongs to them."""
    source = torch.Generator().manual_seed(0)
    arrays = {}
    (tmp_path / "fashion-mnist").mkdir()
    for part, file in FILES.items():
        shape = (6 if part.endswith("train") else 4,)
        shape = (*shape, 28, 28) if part.startswith("x") else shape
        top = 256 if part.startswith("x") else 10
        arrays[part] = torch.randint(top, shape, generator=source, dtype=torch.uint8)
        content = gzip.compress(idx(arrays[part]), mtime=0)
        (tmp_path / file.name).write_bytes(content)
        known = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        monkeypatch.setitem(FILES, part, dataclasses.replace(file, **known))
    monkeypatch.setenv("DLCORE_DATA", str(tmp_path))
    return arrays


def test_files_become_a_split(made):
    split = fashion_mnist()
    assert [tuple(part.shape) for part in split] == [(6, 784), (6,), (4, 784), (4,)]
    assert torch.equal((split.x_train * 255).round().byte().view(6, 28, 28), made["x_train"])
    assert torch.equal(split.y_test.byte(), made["y_test"])
    assert fashion_mnist(images=True).x_test.shape == (4, 1, 28, 28)
    assert split.x_train.max() <= 1
    assert split.y_train.dtype == torch.int64


def test_a_changed_file_is_refused(made, tmp_path):
    path = tmp_path / FILES["y_test"].name
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(ValueError, match=r"not the expected file.*SHA-256"):
        fashion_mnist()


def test_the_table_of_files():
    assert len(FASHION_NAMES) == 10
    assert len({file.sha256 for file in FILES.values()}) == 4
    for file in FILES.values():
        assert file.packed
        assert len(file.sha256) == 64
        assert all(url.endswith(file.name.split("/")[1]) for url in file.mirrors)
        assert len(file.mirrors) >= 2
