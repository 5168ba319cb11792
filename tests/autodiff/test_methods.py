import numpy as np
import pytest
import torch

from dlcore import Tensor
from dlcore.autodiff.methods import METHODS
from tests.oracle import assert_like_torch, random

EXPRESSIONS = {
    "arithmetic": lambda x: (2 - x) * 3 / (x + 4) - 1 / x + (-x) ** 2,
    "matrices": lambda x: x @ x.T + x.mT @ x,
    "reduce": lambda x: x.sum(1) * x.mean() - x.max() + x.amax(0).amin(0),
    "shape": lambda x: x.reshape(-1)[1:4] * x.view(9)[3:6] + x.flatten()[0] + x[:, 0],
    "values of max": lambda x: x.max(1)[0] * x.max(0, keepdim=True)[0],
    "torch functions": lambda x: torch.exp(torch.cat([x, -x], dim=1)) + torch.stack([x]).sum(),
    "torch where": lambda x: torch.where(torch.ones(3, 3) > 0, x, -x),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_written_as_in_torch(name):
    assert_like_torch(EXPRESSIONS[name], EXPRESSIONS[name], [random(3, 3, positive=True)])


def test_a_torch_tensor_on_the_left_is_a_constant():
    c = random(3, 3, seed=5)
    assert_like_torch(lambda x: c + c * x - c / x, lambda x: c + c * x - c / x, [random(3, 3)])
    assert_like_torch(lambda x: c @ x, lambda x: c @ x, [random(3, 3)])


@pytest.mark.parametrize("name", ["__rsub__", "__rtruediv__", "__rdiv__"])
def test_torchs_reflected_operators_keep_the_order(name):
    c, x = random(3, positive=True), Tensor(random(3, seed=1, positive=True), True)
    y = getattr(torch.Tensor, name)(c, x)
    expected = x.data - c if name == "__rsub__" else x.data / c
    torch.testing.assert_close(y.data, expected)
    assert y.requires_grad


def test_a_numpy_array_on_the_left_is_a_constant():
    x = Tensor(torch.ones(2, dtype=torch.float64), True)
    y = np.array([2.0, 3.0]) * x
    assert isinstance(y, Tensor)
    y.sum().backward()
    assert x.grad.tolist() == [2, 3]


def test_comparisons_are_plain_torch_tensors():
    x = Tensor(torch.tensor([1.0, 2.0]), True)
    assert isinstance(x > 1, torch.Tensor)
    assert (x > 1).tolist() == [False, True]
    assert (x <= 1).tolist() == [True, False]
    assert (x == x).all()
    assert (torch.tensor([1.0, 0.0]) == x).tolist() == [True, False]
    assert len({x, x}) == 1


def test_every_method_is_there():
    assert all(callable(getattr(Tensor, name)) for name in METHODS)


def test_casts_and_transposes():
    x = Tensor(torch.ones(2, 3), True)
    assert x.double().dtype == torch.float64
    assert x.double().float().cpu().dtype == torch.float32
    assert x.T.shape == (3, 2)
    with pytest.raises(ValueError, match=r".T is for matrices, got shape \(2,\)"):
        _ = x[:, 0].T


def test_max_names_where_it_was():
    values, index = Tensor(torch.tensor([[1.0, 5.0], [7.0, 2.0]])).max(1)
    assert values.tolist() == [5, 7]
    assert index.tolist() == [1, 0]


def test_numbers_are_not_overwritten():
    x = Tensor(torch.ones(2), True)
    with pytest.raises(TypeError, match=r"write torch.where or .masked_fill\(\), or x.data"):
        x[0] = 2.0
    x.data[0] = 2.0
    assert x.tolist() == [2, 1]


def test_python_and_numpy_read_the_numbers():
    x = Tensor(torch.tensor(2.71828, dtype=torch.float64), True)
    assert f"{x:.3f}" == "2.718"
    assert f"{x}" == str(x)
    assert (int(x), round(x, 2), float(abs(-x))) == (2, 2.72, 2.71828)
    assert +x is x
    table = np.asarray(Tensor(torch.ones(2, 3), True))
    assert table.dtype == np.float32
    assert table.tolist() == [[1, 1, 1], [1, 1, 1]]


def test_min_answers_as_max_does():
    for act in (
        lambda x: x.min(),
        lambda x: x.min(1)[0],
        lambda x: x.min(0, keepdim=True)[0],
    ):
        assert_like_torch(act, act, [random(3, 4)])
    assert Tensor(torch.tensor([3.0, 1.0, 2.0])).min(0)[1] == 1


def test_gradients_can_be_asked_for_later():
    x = Tensor(torch.ones(2)).requires_grad_()
    (x * x).sum().backward()
    assert x.grad.tolist() == [2, 2]


SECOND = {
    "numbers": lambda x: x.clip(-1, 1).multiply(2).subtract(x).divide(3).negative().absolute(),
    "axes": lambda x: x.swapaxes(0, 1).select(1, -1) * x.T.select(0, 1)[0] + x.ravel()[:3],
    "batches": lambda x: x.view(2, 2, 3).bmm(x.view(2, 3, 2)).moveaxis(0, -1),
    "where": lambda x: x.where(x.detach() > 0, x * 3).broadcast_to(2, 4, 3),
}


@pytest.mark.parametrize("name", SECOND)
def test_second_names_as_in_torch(name):
    assert_like_torch(SECOND[name], SECOND[name], [random(4, 3)])


def test_comparisons_have_names():
    x = Tensor(torch.tensor([1.0, 2.0, 3.0]), True)
    found = [getattr(x, name)(2.0) for name in ("lt", "le", "eq", "ne", "ge", "gt")]
    assert all(isinstance(answer, torch.Tensor) for answer in found)
    assert [answer.int().tolist() for answer in found] == [
        [1, 0, 0], [1, 1, 0], [0, 1, 0], [1, 0, 1], [0, 1, 1], [0, 0, 1]
    ]  # fmt: skip
    assert (x.nelement(), x.ndimension(), x.is_cuda) == (3, 1, False)
