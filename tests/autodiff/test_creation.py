import pytest
import torch

from dlcore import Tensor
from dlcore.autodiff.creation import LIKE, NEW
from tests.oracle import random


@pytest.mark.parametrize("name", LIKE)
def test_like_another(name):
    make, x = getattr(torch, name), Tensor(random(2, 3), True)
    args = (7.0,) if name == "full_like" else ()
    for options in ({}, {"dtype": torch.float32}):
        torch.manual_seed(0)
        mine = make(x, *args, **options)
        torch.manual_seed(0)
        theirs = make(x.data, *args, **options)
        assert isinstance(mine, Tensor)
        assert not mine.requires_grad
        assert (mine.shape, mine.dtype) == (theirs.shape, theirs.dtype)
        if name != "empty_like":
            assert torch.equal(mine.data, theirs)
    assert make(x, *args, requires_grad=True).requires_grad


@pytest.mark.parametrize("name", NEW)
def test_of_another_shape(name):
    x = Tensor(random(2))
    args = {"new_full": ((3, 1), 4.0), "new_tensor": ([1, 2],)}.get(name, (3, 1))
    mine, theirs = getattr(x, name)(*args), getattr(x.data, name)(*args)
    assert (mine.shape, mine.dtype) == (theirs.shape, theirs.dtype)
    if name != "new_empty":
        assert torch.equal(mine.data, theirs)
    assert x.new_zeros(2, requires_grad=True).requires_grad
