from pathlib import Path

import pytest
import torch

from dlcore.data import mnist
from dlcore.data.mnist import FILES, read_idx
from tests.data.idx_files import idx, make_files

REAL = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Four small made files below DLCORE_DATA, as arrays."""
    return make_files(tmp_path, FILES, monkeypatch)


def test_files_become_a_split(made):
    split = mnist()
    assert [tuple(part.shape) for part in split] == [(6, 784), (6,), (4, 784), (4,)]
    assert split.x_train.dtype == torch.float32
    assert split.y_train.dtype == torch.int64
    assert torch.equal((split.x_train * 255).round().byte().view(6, 28, 28), made["x_train"])
    assert torch.equal(split.y_test.byte(), made["y_test"])
    assert split.x_test.max() <= 1


def test_images(made):
    split = mnist(images=True)
    assert split.x_train.shape == (6, 1, 28, 28)
    assert torch.equal(split.x_test.flatten(1), mnist().x_test)


@pytest.mark.parametrize("shape", [(5,), (2, 3), (2, 3, 4), (0, 3)])
def test_read_idx_shapes(shape):
    array = torch.randint(256, shape, dtype=torch.uint8)
    assert torch.equal(read_idx(idx(array)), array)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not an IDX file"),
        (b"\x1f\x8b\x08\x00", "begins with 1f 8b 08 00.*unpack"),
        (b"\0\0\x0d\x01\0\0\0\x01\0\0\0\0", "not an IDX file of unsigned bytes"),
        (idx(torch.zeros(3, 4, dtype=torch.uint8))[:-1], r"shape \(3, 4\): it was cut short"),
        (idx(torch.zeros(3, 4, dtype=torch.uint8))[:9], "cut short"),
    ],
)
def test_read_idx_refuses(content, message):
    with pytest.raises(ValueError, match=message):
        read_idx(content)


@pytest.mark.skipif(not (REAL / "mnist").is_dir(), reason="no MNIST in ../shared/data")
def test_the_real_files(monkeypatch):
    monkeypatch.setenv("DLCORE_DATA", str(REAL))
    split = mnist()
    assert [len(part) for part in split] == [60000, 60000, 10000, 10000]
    assert split.y_train[:5].tolist() == [5, 0, 4, 1, 9]
    assert split.y_test.bincount().tolist() == [
        980,
        1135,
        1032,
        1010,
        982,
        892,
        958,
        1028,
        974,
        1009,
    ]
    assert split.x_train.mean().item() == pytest.approx(0.1307, abs=1e-4)
    assert split.x_train.std().item() == pytest.approx(0.3081, abs=1e-4)
