import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore.autodiff import Tensor
from dlcore.autodiff import functional as f
from dlcore.autodiff import shape as shapes
from tests.oracle import assert_gradcheck, assert_like_torch, random

INDEX = torch.tensor([0, 2, 2, 1])
KEYS = [
    0, -1, slice(1, 3), slice(None, None, 2), (slice(None), 1), (..., 0), (None, 1), INDEX,
    [0, 0, 1], (INDEX, INDEX), (slice(None), INDEX), (INDEX, slice(1, 2)), (0, INDEX),
    random(3, 4) > 0, random(3) > 0, (slice(None), random(4) > 0), (slice(0, 0),),
]  # fmt: skip


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_index(key):
    x = random(3, 4, 2) if not isinstance(key, torch.Tensor) else random(3, 4)
    assert_like_torch(lambda x: f.getitem(x, key), lambda x: x[key], [x])
    assert_gradcheck(shapes.Index, x, key)


def test_index_takes_a_tensor_without_gradient():
    x = random(3, 4)
    assert_like_torch(lambda x: f.getitem(x, f.add(INDEX, 0)), lambda x: x[INDEX], [x])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=4).flatmap(
    lambda shape: st.tuples(st.just(shape), st.permutations(range(len(shape))))
))  # fmt: skip
def test_permute(case):
    shape, dims = case
    assert_like_torch(lambda x: f.permute(x, dims), lambda x: x.permute(dims), [random(*shape)])


def test_permute_counts_from_the_end():
    x = random(2, 3, 4)
    assert_like_torch(lambda x: f.permute(x, -1, 0, 1), lambda x: x.permute(-1, 0, 1), [x])
    assert_gradcheck(shapes.Permute, x, (2, 0, 1))


def test_reshape_expand_flip_pad():
    x = random(2, 3)
    assert_like_torch(lambda x: f.reshape(x, 3, -1), lambda x: x.reshape(3, -1), [x])
    assert_like_torch(lambda x: f.expand(x, 4, 2, 3), lambda x: x.expand(4, 2, 3), [x])
    assert_like_torch(lambda x: f.flip(x, 0, 1), lambda x: x.flip(0, 1), [x])
    pad = (1, 2, 0, 3)
    assert_like_torch(
        lambda x: f.pad(x, pad, 5.0), lambda x: torch.nn.functional.pad(x, pad, value=5.0), [x]
    )
    cropped = (-1, 0, 0, 1)
    assert_like_torch(
        lambda x: f.pad(x, cropped), lambda x: torch.nn.functional.pad(x, cropped), [x]
    )
    for function, args in [
        (shapes.Reshape, ((6,),)), (shapes.Expand, ((4, 2, 3),)), (shapes.Flip, ((1,),)),
        (shapes.Pad, (pad, 0.0)), (shapes.Clone, ()),
    ]:  # fmt: skip
        assert_gradcheck(function, x, *args)


def test_split():
    x = random(2, 5)
    assert_gradcheck(shapes.Split, x, [2, 0, 3], 1)
    first, last = f.split(Tensor(x, True), [2, 3], 1)
    last.backward(torch.ones(2, 3, dtype=torch.float64))  # `first` was not used: its gradient is 0
    assert first.shape == (2, 2)
    assert f.split(x[:, :0], 4, 1)[0].shape == (2, 0)


def test_gather():
    index = torch.tensor([[0, 0, 2], [1, 1, 1]])
    assert_like_torch(lambda x: f.gather(x, 1, index), lambda x: x.gather(1, index), [random(2, 3)])
    assert_gradcheck(shapes.Gather, random(2, 3), 1, index)


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_cumsum(dim):
    x = random(3, 4)
    assert_like_torch(lambda x: f.cumsum(x, dim), lambda x: x.cumsum(dim), [x])
    assert_gradcheck(shapes.CumSum, x, dim)


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_cat_and_stack(dim):
    a, b, c = random(2, 3), random(2, 3, seed=1), random(2, 3, seed=2)
    assert_like_torch(lambda *t: f.cat(t, dim), lambda *t: torch.cat(t, dim), [a, b, c])
    assert_like_torch(lambda *t: f.stack(t, dim), lambda *t: torch.stack(t, dim), [a, b, c])
    assert_gradcheck(shapes.Cat, dim, a, b)


def test_cat_of_unequal_lengths():
    assert_like_torch(lambda *t: f.cat(t), lambda *t: torch.cat(t), [random(2, 3), random(0, 3)])


EQUATIONS = {
    "ij,jk->ik": [(2, 3), (3, 4)], "bij,bjk->bik": [(5, 2, 3), (5, 3, 4)], "ij->ji": [(2, 3)],
    "ij->i": [(2, 3)], "ij->": [(2, 3)], "i,j->ij": [(2,), (3,)], "ij,kl->il": [(2, 3), (4, 5)],
    "bhqd,bhkd->bhqk": [(2, 3, 4, 5), (2, 3, 6, 5)], "ij,jk,kl->il": [(2, 3), (3, 4), (4, 2)],
}  # fmt: skip


@pytest.mark.parametrize("equation", EQUATIONS)
def test_einsum(equation):
    tensors = [random(*shape, seed=i) for i, shape in enumerate(EQUATIONS[equation])]
    assert_like_torch(
        lambda *t: f.einsum(equation, *t), lambda *t: torch.einsum(equation, *t), tensors
    )
    assert_gradcheck(shapes.Einsum, equation, *tensors)


@pytest.mark.parametrize("equation", ["ij,jk", "ii->i", "...i->...", "ij->ij"])
def test_einsum_says_what_it_takes(equation):
    with pytest.raises(ValueError, match="einsum takes one term per operand"):
        f.einsum(equation, random(2, 2), *([random(2, 2)] if "->ij" in equation else []))
