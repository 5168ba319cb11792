"""Fashion-MNIST from small made files in the official format."""

import pytest
import torch

from dlcore.data import FASHION_NAMES, fashion_mnist
from dlcore.data.fashion import FILES
from tests.data.idx_files import make_files


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Four small made files below DLCORE_DATA, as arrays."""
    return make_files(tmp_path, FILES, monkeypatch)


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
