"""The code book: nearest rows, its loss, and the gradient that goes straight through."""

import pytest
import torch

from dlcore import Tensor
from dlcore.models import VectorQuantizer
from dlcore.models.unsupervised.quantizer import StraightThrough
from tests.oracle import assert_like_torch, random


@pytest.fixture
def quantizer():
    made = VectorQuantizer(3, 2).double()
    made.book.data = torch.tensor([[0.0, 0.0], [1.0, 1.0], [4.0, 0.0]]).double()
    return made


def test_by_hand(quantizer):
    x = Tensor(torch.tensor([[0.8, 0.6], [3.0, 0.0]]).double(), True)
    y, code, loss = quantizer(x)
    assert code.tolist() == [1, 2]
    assert y.data.tolist() == [[1, 1], [4, 0]]
    mean = (0.2**2 + 0.4**2 + 1) / 4
    assert loss.item() == pytest.approx(1.25 * mean)
    loss.backward()
    expected = 0.25 * 2 / 4 * torch.tensor([[-0.2, -0.4], [-1, 0]]).double()
    torch.testing.assert_close(x.grad, expected)
    to_book = 2 / 4 * torch.tensor([[0.0, 0.0], [0.2, 0.4], [1.0, 0.0]]).double()
    torch.testing.assert_close(quantizer.book.grad, to_book)


def test_the_gradient_goes_straight_through(quantizer):
    x, probe = Tensor(random(4, 5, 2), True), random(4, 5, 2, seed=1)
    y, _, _ = quantizer(x)
    y.backward(probe)
    assert torch.equal(x.grad, probe)
    assert quantizer.book.grad is None


def test_straight_through_as_torch_writes_it():
    x, q = random(3, 4), random(3, 4, seed=1)
    ours = lambda x: StraightThrough.apply(x, q)  # noqa: E731
    assert_like_torch(ours, lambda x: x + (q - x).detach(), [x])


def test_code_and_back(quantizer):
    code = torch.tensor([[0, 2], [1, 1]])
    assert torch.equal(quantizer.encode(quantizer.decode(code)), code)


def test_each_row_gets_the_nearest():
    torch.manual_seed(0)
    made, x = VectorQuantizer(7, 3), torch.randn(50, 3)
    assert torch.equal(made.encode(x), torch.cdist(x, made.book.data).argmin(1))


def test_no_rows(quantizer):
    assert quantizer.encode(torch.zeros(0, 2).double()).shape == (0,)


def test_what_does_not_fit(quantizer):
    with pytest.raises(ValueError, match=r"rows of 2, got shape \(4, 3\)"):
        quantizer(torch.zeros(4, 3).double())
    with pytest.raises(ValueError, match="codes"):
        VectorQuantizer(0, 2)
