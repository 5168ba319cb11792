"""Python's operators on Tensors answer as torch's do."""

import operator

import pytest
import torch

from dlcore import Tensor
from tests.oracle import assert_like_torch, random

TWO = ("add", "sub", "mul", "truediv", "matmul", "pow")
IN_PLACE = ("iadd", "isub", "imul", "itruediv", "ipow")


@pytest.mark.parametrize("name", TWO)
@pytest.mark.parametrize("turned", [False, True])
def test_two_operands_in_either_order(name, turned):
    c = random(3, 3, seed=5, positive=True)
    act = getattr(operator, name)
    step = (lambda x: act(c, x)) if turned else (lambda x: act(x, c))
    assert_like_torch(step, step, [random(3, 3, positive=True) + 0.1])


@pytest.mark.parametrize("name", [name for name in TWO if name != "matmul"])
def test_a_number_on_either_side(name):
    act, x = getattr(operator, name), random(4, positive=True)
    assert_like_torch(lambda x: act(x, 3), lambda x: act(x, 3), [x])
    assert_like_torch(lambda x: act(3, x), lambda x: act(3, x), [x])


@pytest.mark.parametrize("name", ["floordiv", "mod"])
def test_division_with_rest_in_either_order(name):
    x, act = random(4), getattr(operator, name)
    assert act(Tensor(x), 3).tolist() == pytest.approx(act(x, 3).tolist())
    assert act(3, Tensor(x)).tolist() == pytest.approx(act(3, x).tolist())


@pytest.mark.parametrize("name", IN_PLACE)
def test_in_place_operators_keep_the_box(name):
    change = getattr(operator, name)

    def step(x):
        y = x * 2
        kept = y
        y = change(y, 3)
        assert y is kept
        return y

    assert_like_torch(step, step, [random(4, positive=True)])


@pytest.mark.parametrize("name", ["eq", "ne", "lt", "le", "gt", "ge"])
def test_comparisons_are_plain(name):
    x, compare = torch.tensor([1.0, 2.0, 3.0]), getattr(operator, name)
    found = compare(Tensor(x, True), 2)
    assert type(found) is torch.Tensor
    assert found.tolist() == compare(x, 2).tolist()


def test_boxes_are_keys_though_equality_compares_numbers():
    x, y = Tensor(torch.ones(1)), Tensor(torch.ones(1))
    assert len({x, y, x}) == 2


def test_sign_and_parts():
    assert_like_torch(lambda x: -x + abs(x), lambda x: -x + abs(x), [random(3)])
    assert_like_torch(lambda x: x[1:] * x[0], lambda x: x[1:] * x[0], [random(3, 2)])
    x = Tensor(torch.ones(1), True)
    assert +x is x
