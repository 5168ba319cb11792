import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore.autodiff import functional as f
from dlcore.autodiff import ops
from tests.oracle import assert_gradcheck, assert_like_torch, random

ELEMENTWISE = {
    "Neg": torch.neg, "Exp": torch.exp, "Log": torch.log, "Sqrt": torch.sqrt, "Abs": torch.abs,
    "Sin": torch.sin, "Cos": torch.cos,
}  # fmt: skip
BINARY = {
    ops.Add: torch.add, ops.Mul: torch.mul, ops.Div: torch.div, ops.Maximum: torch.maximum
}  # fmt: skip


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize("shape", [(), (1,), (0, 3), (4, 5)])
def test_elementwise(name, shape):
    x = random(*shape, positive=True)
    function = getattr(ops, name)
    assert_like_torch(function.apply, ELEMENTWISE[name], [x])
    assert_gradcheck(function, x)


@st.composite
def broadcastable(draw):
    """Two shapes that broadcast, with ones and missing axes anywhere, zero lengths included."""
    full = draw(st.lists(st.integers(0, 3), max_size=4))

    def thin(shape):
        kept = [1 if draw(st.booleans()) else n for n in shape]
        return tuple(kept[draw(st.integers(0, len(kept))) :])

    return thin(full), thin(full)


@pytest.mark.parametrize("function", BINARY, ids=lambda function: function.__name__)
@settings(max_examples=40, deadline=None)
@given(shapes=broadcastable())
def test_broadcasting_over_any_axes(function, shapes):
    a, b = random(*shapes[0]), random(*shapes[1], seed=1, positive=True)
    assert_like_torch(function.apply, BINARY[function], [a, b])


@pytest.mark.parametrize("function", BINARY, ids=lambda function: function.__name__)
def test_binary_gradcheck(function):
    assert_gradcheck(function, random(2, 1, 3), random(4, 1, seed=1, positive=True))


def test_a_tie_in_maximum_is_shared_as_in_torch():
    assert_like_torch(ops.Maximum.apply, torch.maximum, [torch.ones(3).double()] * 2)


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, -1, 0.5, 2.5])
def test_pow(exponent):
    x = random(3, 4, positive=True)
    assert_like_torch(lambda x: ops.Pow.apply(x, exponent), lambda x: x**exponent, [x])
    assert_gradcheck(ops.Pow, x, exponent)


def test_pow_at_zero_has_a_finite_gradient():
    zero = torch.zeros(2, dtype=torch.float64)
    for exponent in (0, 1, 2):
        assert_like_torch(
            lambda x, e=exponent: ops.Pow.apply(x, e), lambda x, e=exponent: x**e, [zero]
        )


def test_where():
    condition = random(3, 1) > 0
    a, b = random(3, 4), random(4, seed=1)
    assert_like_torch(
        lambda a, b: ops.Where.apply(condition, a, b),
        lambda a, b: torch.where(condition, a, b),
        [a, b],
    )
    assert_gradcheck(ops.Where, condition, a, b)


@pytest.mark.parametrize(("low", "high"), [(-0.5, 0.5), (None, 0.1), (0.0, None)])
def test_clamp(low, high):
    x = random(5, 5)
    assert_like_torch(lambda x: ops.Clamp.apply(x, low, high), lambda x: x.clamp(low, high), [x])
    assert_gradcheck(ops.Clamp, x, low, high)


REDUCTIONS = {ops.Sum: torch.sum, ops.Mean: torch.mean, ops.Amax: torch.amax}


@pytest.mark.parametrize("function", REDUCTIONS, ids=lambda function: function.__name__)
@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("dim", [0, 1, -1, (0, 2), (-1, 0), (0, 1, 2)])
def test_reductions(function, dim, keepdim):
    x = random(2, 3, 4)
    assert_like_torch(
        lambda x: function.apply(x, dim, keepdim),
        lambda x: REDUCTIONS[function](x, dim, keepdim),
        [x],
    )
    assert_gradcheck(function, x, dim, keepdim)


@pytest.mark.parametrize("function", REDUCTIONS, ids=lambda function: function.__name__)
@pytest.mark.parametrize("shape", [(), (1,), (2, 3)])
def test_reductions_over_everything(function, shape):
    whole = torch.max if function is ops.Amax else REDUCTIONS[function]
    assert_like_torch(lambda x: function.apply(x, None, False), whole, [random(*shape)])


def test_equal_maxima_share_the_gradient():
    x = torch.tensor([[1.0, 1.0, 0.0]], dtype=torch.float64)
    assert_like_torch(lambda x: ops.Amax.apply(x, 1, False), lambda x: x.amax(1), [x])


def test_sum_over_an_empty_axis():
    assert_like_torch(lambda x: ops.Sum.apply(x, 1, False), lambda x: x.sum(1), [random(3, 0)])


MATMULS = [
    ((3, 4), (4, 5)), ((4,), (4, 5)), ((3, 4), (4,)), ((4,), (4,)), ((2, 3, 4), (4, 5)),
    ((2, 3, 4), (2, 4, 5)), ((6, 1, 3, 4), (2, 4, 5)), ((4,), (2, 4, 5)), ((2, 3, 4), (4,)),
    ((0, 4), (4, 5)), ((3, 0), (0, 5)), ((1, 1), (1, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b"), MATMULS)
def test_matmul(a, b):
    a, b = random(*a), random(*b, seed=1)
    assert_like_torch(f.matmul, torch.matmul, [a, b])
    assert_gradcheck(ops.MatMul, a, b)


def test_cast_brings_the_gradient_back():
    x = random(3)
    assert_like_torch(
        lambda x: ops.Cast.apply(x, (torch.float32,), {}), lambda x: x.float(), [x], atol=1e-7
    )


@pytest.mark.parametrize("base", [[2.0, 3.0], [-2.0, 0.0]])
def test_a_tensor_as_exponent(base):
    base = torch.tensor(base, dtype=torch.float64)
    two = torch.tensor(2.0, dtype=torch.float64)
    power = lambda x: x**two  # noqa: E731
    assert_like_torch(power, power, [base])
    both = lambda a, b: a**b  # noqa: E731
    assert_like_torch(both, both, [random(3, positive=True), random(2, 3, seed=1)])
    assert_like_torch(lambda b: 2**b, lambda b: 2**b, [random(3)])
    assert_gradcheck(ops.PowTensor, random(3, positive=True), random(3, seed=1))


@pytest.mark.parametrize("divisor", [1e-200, 1e200])
def test_a_quotient_whose_divisor_has_no_square(divisor):
    a, b = torch.tensor([divisor]).double(), torch.tensor([divisor]).double()
    a[0], b[0] = divisor, divisor
    assert_like_torch(ops.Div.apply, torch.div, [a, b])


@pytest.mark.parametrize("zeros", [0, 1, 2])
def test_a_product_of_numbers_some_of_which_are_zero(zeros):
    x = random(2, 4)
    x[0, :zeros] = 0
    assert_like_torch(lambda x: ops.Prod.apply(x, 1, False), lambda x: x.prod(1), [x])
    assert_gradcheck(ops.Prod, x, 1, True)
