"""What the lines of a Function write in place is recorded where they run on Tensors."""

import pytest
import torch

from dlcore import Tensor
from dlcore.autodiff.inplace import recorded
from tests.oracle import assert_like_torch, random

A = random(3, 4)
ROWS = torch.tensor([[0, 1, 1, 2], [2, 0, 1, 0]])
INDEX = torch.tensor([2, 0, 2])
APART = (torch.tensor([0, 2, 1]), torch.tensor([1, 0, 0]))
THERE = random(3, 4, seed=2) > 0
IN_PLACE = {
    "add_": lambda x, v: x.add_(v), "sub_": lambda x, v: x.sub_(v),
    "mul_": lambda x, v: x.mul_(v), "div_": lambda x, v: x.div_(v),
    "neg_": lambda x, v: x.neg_(), "exp_": lambda x, v: x.exp_(),
    "log_": lambda x, v: x.add_(9).log_(), "sigmoid_": lambda x, v: x.sigmoid_(),
    "addcmul_": lambda x, v: x.addcmul_(v, v), "clamp_min_": lambda x, v: x.clamp_min_(0.1),
    "masked_fill_": lambda x, v: x.masked_fill_(THERE, 2.0),
    "scatter_": lambda x, v: x.scatter_(0, ROWS, -1.0),
    "scatter_add_": lambda x, v: x.scatter_add_(0, ROWS, v[:2]),
    "index_add_": lambda x, v: x.index_add_(0, INDEX, v),
    "index_put_": lambda x, v: x.index_put_(APART, v[0, :3]),
}  # fmt: skip


def changed(function):
    """A step that changes a copy and uses it before and after."""

    def step(x, v):
        y = x * 1
        before = y * 2
        same = y
        function(y, v)
        return before + same * 3 + v * 2

    return step


@pytest.mark.parametrize("name", IN_PLACE)
def test_a_box_that_changes_keeps_the_history_of_what_was_in_it(name):
    with recorded():
        assert_like_torch(changed(IN_PLACE[name]), changed(IN_PLACE[name]), [A, A + 5])


def assign(key, value=None):
    def step(x, v):
        y = x * 1
        y[key] = v[key] if value is None else value
        return y

    return step


@pytest.mark.parametrize("key", [1, (slice(None), 2), (slice(1), slice(None, None, 2)), THERE])
def test_assignment_in_lines(key):
    with recorded():
        assert_like_torch(assign(key), assign(key), [A, A + 5])
        zeroed = assign(key, 0.0)
        assert torch.equal(zeroed(Tensor(A), None).data, zeroed(A, None))


def test_outside_of_lines_an_assignment_is_refused():
    x = Tensor(A.clone(), True)
    with pytest.raises(TypeError, match=r"x\[…\] = … would change numbers that a backward pass"):
        (x * 1)[0] = 1


def test_what_would_lose_its_history_is_refused():
    x = Tensor(A.clone(), True)
    with recorded():
        with pytest.raises(TypeError, match=r"torch.add_ has no hand-written derivative"):
            torch.zeros(3, 4).add_(x)
        with pytest.raises(TypeError, match=r"torch.__setitem__ has no hand-written derivative"):
            torch.zeros(3, 4)[0] = x[0]
        with pytest.raises(TypeError, match="mul_ would write into a view, where a history is"):
            (x * 1)[0].mul_(2)
        with pytest.raises(ValueError, match="mul_ would change a leaf that asks for a gradient"):
            x.mul_(2)
