"""Methods that compute number by number, and products, beside torch's of the same name."""

import pytest

from dlcore import Tensor
from dlcore.autodiff.computation import Computation
from tests.oracle import assert_like_torch, random

ARGUMENTS = {
    "clamp": (0.3, 0.6), "masked_fill": (random(3, 3) > 0, 2.0), "pow": (2.5,),
    "clamp_min": (0.3,), "clamp_max": (0.3,), "addmm": (random(3, 3), random(3, 3)),
    "addcmul": (random(3, 3), random(3, 3)),
    "mv": (random(3, seed=7),), "dot": (random(3, seed=7),), "outer": (random(2, seed=7),),
    "clip": (0.3, 0.6), "where": (random(3, 3) > 0, random(3, 3, seed=7)),
    "bmm": (random(2, 3, 2, seed=7),),
}  # fmt: skip
SHAPES = {"dot": (3,), "outer": (3,), "bmm": (2, 2, 3)}
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
WITH_OTHER = ("add", "sub", "mul", "div", "floor_divide", "remainder", "maximum", "minimum",
              "matmul", "mm", "logaddexp", "xlogy", "multiply", "divide", "subtract")  # fmt: skip
WITHOUT_SLOPE = (*COMPARISONS, "floor_divide")
NAMES = [name for name in vars(Computation) if name[0] != "_" and name not in WITHOUT_SLOPE]


@pytest.mark.parametrize("name", NAMES)
def test_method_is_torchs(name):
    others = (random(3, 3, seed=7, positive=True),) if name in WITH_OTHER else ()
    arguments = ARGUMENTS.get(name, others)
    x = random(*SHAPES.get(name, (3, 3)), positive=True)
    x = x / (x.max() + 1)  # inside (0, 1): every function is defined there

    def step(x):
        return getattr(x, name)(*arguments)

    assert_like_torch(step, step, [x])


def test_division_without_rest():
    x, y = random(4), random(4, seed=7, positive=True)
    assert Tensor(x).floor_divide(y).tolist() == x.floor_divide(y).tolist()


@pytest.mark.parametrize("name", COMPARISONS)
def test_comparison_is_torchs(name):
    x, y = random(4).round(), random(4, seed=7).round()
    y[0] = x[0]
    for other in (y, Tensor(y), 0.0):
        plain = other.data if isinstance(other, Tensor) else other
        assert getattr(Tensor(x), name)(other).tolist() == getattr(x, name)(plain).tolist()
