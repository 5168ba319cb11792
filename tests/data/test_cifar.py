"""CIFAR-10 and CIFAR-100 from small made archives in the official binary format."""

import dataclasses
import hashlib
import io
import tarfile

import pytest
import torch

from dlcore.data import CIFAR10_NAMES, cifar10, cifar100
from dlcore.data import cifar as module
from dlcore.data.cifar import CIFAR10, CIFAR100, read_cifar


def record(labels: list[int], seed: int) -> bytes:
    source = torch.Generator().manual_seed(seed)
    pixels = torch.randint(256, (3072,), generator=source).tolist()
    return bytes(labels + pixels)


def archive(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as files:
        for name, content in parts.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            files.addfile(about, io.BytesIO(content))
    return stream.getvalue()


def placed(monkeypatch, tmp_path, name, found, parts):
    """The made archive in DLCORE_DATA, and its checksum in the package."""
    content = archive(parts)
    (tmp_path / "cifar").mkdir(exist_ok=True)
    (tmp_path / found.file.name).write_bytes(content)
    known = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    changed = found._replace(file=dataclasses.replace(found.file, **known))
    monkeypatch.setattr(module, name, changed)
    monkeypatch.setenv("DLCORE_DATA", str(tmp_path))


def test_cifar10(monkeypatch, tmp_path):
    parts = {name: record([i], i) + record([9 - i], 50 + i) for i, name in enumerate(CIFAR10.train)}
    parts[CIFAR10.test] = record([7], 99)
    placed(monkeypatch, tmp_path, "CIFAR10", CIFAR10, parts)
    split = cifar10()
    assert [tuple(part.shape) for part in split] == [(10, 3, 32, 32), (10,), (1, 3, 32, 32), (1,)]
    assert split.y_train.tolist() == [0, 9, 1, 8, 2, 7, 3, 6, 4, 5]
    assert split.y_test.tolist() == [7]
    bytes_of_first = record([0], 0)[1:]
    red, green, blue = (split.x_train[0] * 255).round().long()
    assert red.flatten().tolist() == list(bytes_of_first[:1024])  # row by row
    assert blue.flatten().tolist() == list(bytes_of_first[2048:])
    assert green[1, 0] == bytes_of_first[1024 + 32]
    assert len(CIFAR10_NAMES) == 10


def test_cifar100_has_a_class_and_a_group(monkeypatch, tmp_path):
    parts = {CIFAR100.train[0]: record([4, 30], 1), CIFAR100.test: record([19, 99], 2)}
    placed(monkeypatch, tmp_path, "CIFAR100", CIFAR100, parts)
    assert cifar100().y_train.tolist() == [30]
    assert cifar100().y_test.tolist() == [99]
    assert cifar100(coarse=True).y_train.tolist() == [4]
    assert torch.equal(cifar100().x_test, cifar100(coarse=True).x_test)


def test_an_archive_that_lacks_a_part(monkeypatch, tmp_path):
    placed(monkeypatch, tmp_path, "CIFAR100", CIFAR100, {CIFAR100.train[0]: record([4, 30], 1)})
    with pytest.raises(KeyError, match="test.bin"):
        cifar100()


def test_read_cifar_sizes():
    x, y = read_cifar(b"")
    assert x.shape == (0, 3, 32, 32)
    assert y.shape == (0, 1)
    assert read_cifar(record([3], 0))[1].tolist() == [[3]]


@pytest.mark.parametrize(("content", "labels"), [(record([3], 0)[:-1], 1), (record([3], 0), 2)])
def test_read_cifar_refuses(content, labels):
    with pytest.raises(ValueError, match=rf"records of {labels} \+ 3072 bytes.*cut short"):
        read_cifar(content, labels)


def test_both_are_known_by_their_packed_content():
    for found in (CIFAR10, CIFAR100):
        assert found.file.packed
        assert len(found.file.sha256) == 64
        assert all(url.startswith("https://") for url in found.file.mirrors)
