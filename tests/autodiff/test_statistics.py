import pytest
import torch
import torch.nn.functional as F

from dlcore import Tensor
from dlcore.autodiff import statistics
from tests.oracle import assert_like_torch, random


@pytest.mark.parametrize("name", ["var", "std", "prod", "norm"])
@pytest.mark.parametrize("options", [{}, {"dim": 1}, {"dim": 0, "keepdim": True}])
def test_like_torch(name, options):
    if name == "prod" and not options:
        pytest.skip("the next test")
    assert_like_torch(
        lambda x: getattr(statistics, name)(x, **options),
        lambda x: getattr(torch, name)(x, **options),
        [random(3, 4)],
    )


def test_the_product_of_all_numbers_and_of_some_zeros():
    for x in (random(3, 4), torch.tensor([[2.0, 0.0, 3.0], [0.0, 4.0, 0.0]]).double()):
        assert_like_torch(statistics.prod, torch.prod, [x])
        assert_like_torch(lambda x: statistics.prod(x, 1), lambda x: torch.prod(x, 1), [x])


@pytest.mark.parametrize("name", ["std", "norm"])
def test_a_constant_column_does_not_spoil_the_step(name):
    x = random(4, 3)
    x[:, 1] = 2.0 if name == "std" else 0.0
    function = lambda x: getattr(x, name)(dim=0)  # noqa: E731
    assert_like_torch(function, function, [x])
    mine = Tensor(x, True)
    function(mine).sum().backward()
    assert mine.grad.isfinite().all()


def test_var_without_correction():
    assert_like_torch(
        lambda x: statistics.var(x, 0, correction=0, keepdim=True),
        lambda x: x.var(0, correction=0, keepdim=True),
        [random(3, 4)],
    )


def test_topk():
    x = random(3, 4)
    assert_like_torch(lambda x: torch.topk(x, 2)[0], lambda x: torch.topk(x, 2)[0], [x])
    assert torch.equal(statistics.topk(Tensor(x, True), 2, 0)[1], x.topk(2, 0).indices)


@pytest.mark.parametrize("p", [1, 2.0, 3, 0.5, float("inf"), "fro"])
@pytest.mark.parametrize("options", [{}, {"dim": 1}, {"dim": (0, 1), "keepdim": True}])
def test_lengths_of_every_power(p, options):
    act = lambda x: torch.norm(x, p, **options)  # noqa: E731
    assert_like_torch(act, act, [random(4, 3)])


def test_a_length_of_0_has_no_slope():
    for p in (2, 3):
        x = Tensor(torch.zeros(2, 3), True)
        x.norm(p, 1).sum().backward()
        assert x.grad.eq(0).all()
    with pytest.raises(ValueError, match="p > 0 or 'fro', got p='nuc'"):
        x.norm("nuc")


@pytest.mark.parametrize(
    "act",
    [
        lambda x: F.normalize(x),
        lambda x: F.normalize(x, 1.0, 0),
        lambda x: F.normalize(x, dim=-1, eps=5.0),
        lambda x: F.cosine_similarity(x, x.flip(0)) * F.cosine_similarity(x, x[:1] * 2, -1, 3.0),
        lambda x: F.pairwise_distance(x, x.flip(0), 1.0) + F.pairwise_distance(x, x.flip(1)),
        lambda x: torch.cdist(x, x.flip(1)[:2] + 1),
    ],
)
def test_distances(act):
    assert_like_torch(act, act, [random(4, 3)])
