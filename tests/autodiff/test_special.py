import pytest
import torch

from dlcore import Tensor
from dlcore.autodiff import lines, special, statistics
from tests.oracle import assert_gradcheck, assert_like_torch, random

ELEMENTWISE = [
    "log1p", "expm1", "erf", "tan", "atan", "asin", "acos", "sinh", "cosh", "sign", "floor", "ceil",
    "round", "trunc", "log2", "log10", "reciprocal",
]  # fmt: skip
INDEX = torch.tensor([[0, 2, 1], [1, 1, 0]])
CASES = {
    "max of two": lambda x: torch.max(x, x.flip(0)) + torch.min(x, x.flip(1)),
    "max": lambda x: torch.max(x, 1).values + torch.min(x, dim=1).values + torch.max(x),
    "sort": lambda x: x.sort(0).values + torch.sort(x, descending=True)[0],
    "logsumexp": lambda x: torch.logsumexp(x, 1, keepdim=True) * x.logsumexp((0, 1)),
    "remainder": lambda x: x % 0.5 + torch.remainder(x, -0.3),
    "scatter_add": lambda x: x.scatter_add(1, INDEX, x * 2),
    "scatter": lambda x: x.scatter(1, INDEX, 2 * x) * x.scatter(0, INDEX[:1] // 2, 3.0),
    "index_add": lambda x: x.index_add(0, torch.tensor([1, 1]), x * 3),
    "index_select": lambda x: x.index_select(1, torch.tensor([2, 0, 2])),
    "repeat_interleave": lambda x: x.repeat_interleave(2, dim=1).sum(0) * x.repeat_interleave(1),
    "repeat each": lambda x: x.repeat_interleave(torch.tensor([2, 0, 1]), dim=1),
    "roll": lambda x: x.roll(1) + x.roll(-1, 1) + torch.roll(x, (1, 1), (0, 1)),
    "narrow": lambda x: x.narrow(1, 1, 2) * x.narrow(-1, 0, 2),
    "triu": lambda x: torch.triu(x, 1) + x.triu(),
    "products": lambda x: torch.mm(x, x.t()).mv(x[:, 0]) * torch.dot(x[0], x[1]),
    "outer": lambda x: torch.outer(x[0], x[:, 1]),
    "movedim": lambda x: x.view(2, 3, 1).movedim(0, -1) * x.view(1, 2, 3).movedim(-1, 1),
    "masked_select": lambda x: x.masked_select(x.detach() > 0),
    "shapes of others": lambda x: x[:, :1].expand_as(x) * x.view_as(x) + x.reshape(shape=(2, 3)),
    "spread": lambda x: x.var(unbiased=False) + x.std(1, unbiased=True) + x.var(1, False)[0],
    "pieces": lambda x: x.split(split_size=1, dim=1)[2],
    "reflected": lambda x: 2**x,
}  # fmt: skip


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("shape", [(), (0, 3), (4, 5)])
def test_elementwise(name, shape):
    x = random(*shape, positive=True) / 4  # inside of every function's domain
    assert_like_torch(getattr(special, name), getattr(torch, name), [x])
    assert_like_torch(getattr(torch, name), getattr(torch, name), [x])
    function = getattr(special, name.capitalize(), None)
    if function is not None:
        assert_gradcheck(function, x)


@pytest.mark.parametrize("name", CASES)
def test_like_torch(name):
    assert_like_torch(CASES[name], CASES[name], [random(2, 3)])


def test_scattered_sums_by_hand():
    x = Tensor(torch.zeros(2))
    assert x.index_add(0, torch.tensor([1, 1, 0]), torch.tensor([1.0, 2, 4])).tolist() == [4, 3]
    assert x.scatter_add(0, torch.tensor([1, 1]), torch.tensor([1.0, 2])).tolist() == [0, 3]
    assert_gradcheck(special.IndexAdd, random(3, 2), 0, torch.tensor([2, 0]), random(2, 2, seed=1))
    assert_gradcheck(special.ScatterAdd, random(2, 3), 1, INDEX, random(2, 3, seed=1))


def test_of_a_larger_source_only_what_has_an_index_is_taken():
    source = Tensor(torch.ones(2, 3), True)
    Tensor(torch.zeros(2, 3)).scatter_add(1, INDEX[:1, :2], source).sum().backward()
    assert source.grad.tolist() == [[1, 1, 0], [0, 0, 0]]


def test_a_remainder_has_its_slope_in_both():
    a, b = Tensor(torch.tensor([7.5, -7.5]), True), Tensor(torch.tensor([2.0, 2.0]), True)
    y = a % b
    assert y.tolist() == [1.5, 0.5]
    y.sum().backward()
    assert a.grad.tolist() == [1, 1]
    assert b.grad.tolist() == [-3, 4]
    assert (7.0 % b).tolist() == [1, 1]


def test_whole_quotients_have_no_slope():
    x = Tensor(random(5), True)
    y = x // 0.5 + 1 // x
    assert torch.equal(y.data, x.data // 0.5 + 1 // x.data)
    y.sum().backward()
    assert x.grad.eq(0).all()


def test_logsumexp_of_what_is_ruled_out():
    x = torch.tensor([[-torch.inf, 1e4], [-torch.inf, -torch.inf]])
    assert statistics.logsumexp(Tensor(x), 1).tolist() == [1e4, -torch.inf]


def test_sort_says_where_things_stood():
    values, indices = Tensor(torch.tensor([3.0, 1.0, 2.0])).sort()
    assert values.tolist() == [1, 2, 3]
    assert indices.tolist() == [1, 2, 0]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: lines.t(Tensor(random(2, 2, 2))), r"t\(\) is for matrices, got .*use .mT"),
        (lambda: lines.mm(random(2), random(2)), r"mm takes two matrices, got \(2,\)"),
        (lambda: lines.dot(random(2, 2), random(2)), r"dot takes two vectors, got \(2, 2\)"),
    ],
)
def test_refusals(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_what_scatter_overwrites_gets_no_gradient():
    assert_gradcheck(
        special.Scatter, random(2, 3), 0, torch.tensor([[1, 0, 1]]), random(1, 3, seed=1)
    )
