"""Scaling: by hand, against scikit-learn, the shape of the bowl, missing numbers, refusals."""

import pytest
import torch
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from dlcore.methods.prepare.scaling import MinMax, ZScore, condition_number, fill_missing

NAN = float("nan")


def test_by_hand():
    x = torch.tensor([[0.0, 5], [4, 5], [2, 5]])
    assert MinMax().fit(x)(x).tolist() == [[0, 0], [1, 0], [0.5, 0]]
    z = ZScore().fit(x)(x)
    torch.testing.assert_close(z[:, 0], torch.tensor([-1.5, 1.5, 0]) * (2 / 3) ** 0.5)
    assert z[:, 1].tolist() == [0, 0, 0]


@pytest.mark.parametrize(("ours", "theirs"), [(ZScore, StandardScaler), (MinMax, MinMaxScaler)])
def test_as_scikit_learn(ours, theirs):
    dice = torch.Generator().manual_seed(0)
    scales = torch.tensor([1e-3, 1.0, 1e4, 5.0], dtype=torch.float64)
    x = torch.randn(30, 4, generator=dice, dtype=torch.float64) * scales + 3
    new = torch.randn(7, 4, generator=dice, dtype=torch.float64)
    expected = torch.tensor(theirs().fit(x.numpy()).transform(new.numpy()))
    torch.testing.assert_close(ours().fit(x)(new), expected)


def test_one_row_becomes_zero():
    x = torch.tensor([[3.0, -2.0]])
    assert ZScore().fit(x)(x).tolist() == MinMax().fit(x)(x).tolist() == [[0, 0]]
    assert ZScore().fit(x)(x[:0]).shape == (0, 2)


def test_condition_number():
    # columns (1, −1, 0, 0), (0, 0, 3, −3): curvatures 1/2 and 9/2, the bias's is 1
    x = torch.tensor([[1.0, 0], [-1, 0], [0, 3], [0, -3]])
    assert condition_number(x) == pytest.approx(9)
    dice = torch.Generator().manual_seed(0)
    x = torch.randn(50, 3, generator=dice, dtype=torch.float64)
    ones = torch.cat([x, torch.ones(50, 1, dtype=torch.float64)], 1)
    values = torch.linalg.eigvalsh(ones.T @ ones)
    assert condition_number(x) == pytest.approx((values[-1] / values[0]).item())


def test_missing_by_hand():
    x = torch.tensor([[1.0, NAN], [NAN, 4]])
    values = torch.tensor([7.0, 8])
    assert fill_missing(x, values).tolist() == [[1, 8], [7, 4]]
    assert fill_missing(x, values, flag=True).tolist() == [[1, 8, 0, 1], [7, 4, 1, 0]]
    assert fill_missing(x[:0], values).shape == (0, 2)


def test_refusals():
    x = torch.rand(4, 3)
    with pytest.raises(ValueError, match="learned 3 columns"):
        ZScore().fit(x)(x[:, :2])
    with pytest.raises(ValueError, match="N ≥ 1"):
        ZScore().fit(x[:0])
    with pytest.raises(ValueError, match="floating-point"):
        MinMax().fit(torch.ones(3, 2, dtype=torch.int64))
    with pytest.raises(ValueError, match="one value per column"):
        fill_missing(x, torch.zeros(2))
