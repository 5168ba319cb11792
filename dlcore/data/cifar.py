"""2009, Alex Krizhevsky: CIFAR-10 and CIFAR-100, 60,000 colour pictures of 32 × 32 (chapter 12).

A. Krizhevsky, Learning multiple layers of features from tiny images, technical report, University
of Toronto (2009), https://www.cs.toronto.edu/~kriz/learning-features-2009-TR.pdf. The form that is
read here is the "binary version": labels and pixels as plain bytes, nothing that could be run.
The checksums are those that TensorFlow Datasets keeps.
"""

import io
import tarfile
from typing import NamedTuple

import numpy as np
import torch

from dlcore.data.digits import Split
from dlcore.data.fetch import Remote, fetch

CIFAR10_NAMES = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip
PIXELS = 3 * 32 * 32  # bytes of a picture: all red ones, all green ones, all blue ones


class Archive(NamedTuple):
    """One archive and where its parts lie: labels is how many bytes stand before each picture."""

    file: Remote
    labels: int
    train: tuple[str, ...]
    test: str


CIFAR10 = Archive(
    Remote(
        "cifar/cifar-10-binary.tar.gz",
        "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        170_052_171,
        (
            "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
            "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/"
            "cifar-10-binary.tar.gz",
        ),
        packed=True,
    ),
    1,
    tuple(f"cifar-10-batches-bin/data_batch_{number}.bin" for number in range(1, 6)),
    "cifar-10-batches-bin/test_batch.bin",
)
CIFAR100 = Archive(
    Remote(
        "cifar/cifar-100-binary.tar.gz",
        "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
        168_513_733,
        ("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",),
        packed=True,
    ),
    2,
    ("cifar-100-binary/train.bin",),
    "cifar-100-binary/test.bin",
)


def cifar10(progress: bool = True) -> Split:
    """50,000 training and 10,000 test pictures (N, 3, 32, 32), from 0 (dark) to 1 (light).

    The labels index CIFAR10_NAMES. Found below DLCORE_DATA or in the cache, else downloaded
    (170 MB); see `fetch` for the errors.
    """
    return _read(CIFAR10, 0, progress)


def cifar100(coarse: bool = False, progress: bool = True) -> Split:
    """The same with 100 classes of 600 pictures; coarse: the 20 groups that these classes form.

    Found below DLCORE_DATA or in the cache, else downloaded (169 MB); see `fetch` for the errors.
    """
    return _read(CIFAR100, 0 if coarse else 1, progress)


def read_cifar(content: bytes, labels: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures (N, 3, 32, 32) uint8 and labels (N, labels) int64 of one file's bytes.

    labels: bytes before each picture, 1 in CIFAR-10; in CIFAR-100 2, the group and the class.
    Raises ValueError if the bytes are no whole number of pictures.
    """
    record = labels + PIXELS
    if labels < 1 or len(content) % record:
        raise ValueError(
            f"read_cifar expects records of {labels} + {PIXELS} bytes, got {len(content):,} bytes: "
            "the file was cut short, or has another number of labels"
        )
    rows = torch.from_numpy(np.frombuffer(content, np.uint8).copy()).view(-1, record)
    return rows[:, labels:].reshape(-1, 3, 32, 32), rows[:, :labels].long()


def _read(archive: Archive, label: int, progress: bool) -> Split:
    """Both parts of an archive, with the label-th label of each picture."""
    with tarfile.open(fileobj=io.BytesIO(fetch(archive.file, progress))) as files:
        parts = []
        for names in (archive.train, (archive.test,)):
            content = b"".join(_member(files, name) for name in names)
            x, y = read_cifar(content, archive.labels)
            parts += [x.float() / 255, y[:, label]]
    return Split(*parts)


def _member(files: tarfile.TarFile, name: str) -> bytes:
    """One file's bytes; nothing is unpacked to disk."""
    file = files.extractfile(name)
    if file is None:
        raise ValueError(f"{name} is no file in the archive: get the archive again")
    return file.read()
