import pytest
import torch
from sklearn.datasets import load_digits

from dlcore.data import digits


def test_shapes_types_and_range():
    split = digits()
    assert [tuple(part.shape) for part in split] == [(1297, 64), (1297,), (500, 64), (500,)]
    assert split.x_train.dtype == torch.float32
    assert split.y_test.dtype == torch.int64
    assert split.x_train.min() == 0
    assert split.x_train.max() == 1


def test_nothing_is_lost_doubled_or_relabelled():
    pixels, names = load_digits(return_X_y=True)
    rows = [(*row, name) for row, name in zip(torch.tensor(pixels).tolist(), names)]
    split = digits(test=300, seed=7)
    x = torch.cat([split.x_train, split.x_test]) * 16
    y = torch.cat([split.y_train, split.y_test]).tolist()
    assert sorted((*row, name) for row, name in zip(x.tolist(), y)) == sorted(rows)


def test_the_split_depends_on_the_seed_alone():
    assert all(torch.equal(a, b) for a, b in zip(digits(seed=1), digits(seed=1)))
    assert not torch.equal(digits(seed=1).x_test, digits(seed=2).x_test)


def test_every_digit_keeps_its_share():
    split = digits(test=0.25)
    assert len(split.y_test) == round(0.25 * 1797)
    share = split.y_test.bincount() / len(split.y_test)
    assert torch.allclose(share, split.y_train.bincount() / len(split.y_train), atol=0.003)


def test_images_are_the_same_digits():
    assert digits(images=True).x_test.shape == (500, 1, 8, 8)
    assert torch.equal(digits(images=True).x_test.flatten(1), digits().x_test)


@pytest.mark.parametrize("test", [0, 5, 1790, 1.0, -0.1])
def test_a_side_without_digits_is_refused(test):
    with pytest.raises(ValueError, match=r"at least 10 of the 1797 digits .* 0\.25"):
        digits(test=test)
