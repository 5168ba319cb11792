"""Sums: what stands in a row is true."""

import pytest
import torch

from dlcore.data import sums
from dlcore.data.sums import EQUALS, PLUS, in_digits


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def value(digits):
    return sum(digit * 10**k for k, digit in enumerate(digits.tolist()))


@pytest.mark.parametrize("digits", [1, 3, 5])
def test_every_row_is_a_true_sum(digits):
    table = sums(200, dice(), digits)
    assert table.shape == (200, 3 * digits + 3)
    for row in table:
        a, plus, b, equals, c = row.split([digits, 1, digits, 1, digits + 1])
        assert value(a) + value(b) == value(c)
        assert (plus.item(), equals.item()) == (PLUS, EQUALS)


def test_digits_by_hand():
    assert in_digits(torch.tensor([112, 27]), 3).tolist() == [[2, 1, 1], [7, 2, 0]]


def test_numbers_are_even():
    first = torch.bincount(sums(20_000, dice(1), 2)[:, 1], minlength=10)
    assert (first / 20_000 - 0.1).abs().max() < 0.01


def test_seed_and_refusals():
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    assert torch.equal(sums(5, dice(3)), sums(5, dice(3)))
    assert not torch.equal(sums(5, dice(3)), sums(5, dice(4)))
    assert torch.equal(torch.rand(1), expected)
    assert sums(0, dice()).shape == (0, 12)
    with pytest.raises(ValueError, match="count=-1"):
        sums(-1, dice())
    with pytest.raises(ValueError, match="digits=0"):
        sums(1, dice(), 0)
