import pytest
import torch

from dlcore import plain
from dlcore.layers.product import Product, product
from tests.oracle import random


@pytest.mark.parametrize("rows", [0, 1, 5, 3000])
def test_the_plain_product_is_the_product(rows):
    a, b, bias = random(rows, 40), random(40, 24, seed=1), random(24, seed=2)
    with plain():
        torch.testing.assert_close(product(a, b), a @ b)
        torch.testing.assert_close(product(a, b, bias), a @ b + bias)
    torch.testing.assert_close(Product.of(a, b, bias), product(a, b, bias))


def test_hand_computed():
    a, b = torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0], [4.0]])
    assert product(a, b, torch.tensor([5.0])).tolist() == [[16]]
