import pytest
import torch

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


def test_norm_knows_lengths_only():
    with pytest.raises(ValueError, match="measures Euclidean lengths"):
        Tensor(random(3)).norm(1)
