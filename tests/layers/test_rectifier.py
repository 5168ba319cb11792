import pytest
import torch
import torch.nn.functional as F

from dlcore import ELU, GELU, HardThreshold, LeakyReLU, SiLU, Softplus, Tensor
from dlcore.layers import elu, gelu, hard_threshold, leaky_relu, rectifier, silu, softplus
from tests.oracle import assert_gradcheck, assert_like_torch, random

CASES = {
    "LeakyReLUFunction": (LeakyReLU(0.2), lambda x: F.leaky_relu(x, 0.2), (0.2,)),
    "ELUFunction": (ELU(0.7), lambda x: F.elu(x, 0.7), (0.7,)),
    "SoftplusFunction": (Softplus(2.0, 3.0), lambda x: F.softplus(x, 2.0, 3.0), (2.0, 3.0)),
    "GELUFunction": (GELU(), F.gelu, ()),
    "TanhGELUFunction": (GELU("tanh"), lambda x: F.gelu(x, approximate="tanh"), ()),
    "SiLUFunction": (SiLU(), F.silu, ()),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("shape", [(), (1,), (0, 3), (40, 5)])
def test_like_torch(name, shape):
    module, theirs, args = CASES[name]
    x = 3 * random(*shape)
    assert_like_torch(module, theirs, [x])
    assert_gradcheck(getattr(rectifier, name), x, *args)


@pytest.mark.parametrize("function", [leaky_relu, elu, softplus, gelu, silu])
def test_defaults_are_torchs_and_torch_calls_arrive(function):
    theirs = getattr(F, function.__name__)
    assert_like_torch(function, theirs, [random(50)])
    assert_like_torch(theirs, theirs, [random(50)])


@pytest.mark.parametrize("name", CASES)
def test_float32_against_a_float64_oracle(name):
    module = CASES[name][0]
    x = 3 * random(1000)
    exact, single, probe = Tensor(x, True), Tensor(x.float(), True), random(1000, seed=1)
    module(exact).backward(probe)
    module(single).backward(probe.float())
    assert (single.grad.double() - exact.grad).norm() / exact.grad.norm() < 1e-5


@pytest.mark.parametrize("name", CASES)
def test_extreme_values_stay_finite(name):
    x = Tensor(torch.tensor([-1e3, 1e3]), True)
    y = CASES[name][0](x)
    y.backward(torch.ones(2))
    assert torch.isfinite(y.data).all()
    assert torch.isfinite(x.grad).all()


def test_minima_that_the_papers_plot():
    x = torch.linspace(-3, 0, 300_001, dtype=torch.float64)
    assert abs(gelu(Tensor(x)).data.min().item() + 0.16997) < 1e-5
    assert abs(silu(Tensor(x)).data.min().item() + 0.27846) < 1e-5


def test_the_tanh_form_is_close_to_the_exact_one():
    x = torch.linspace(-5, 5, 1001, dtype=torch.float64)
    assert (gelu(Tensor(x)).data - gelu(Tensor(x), "tanh").data).abs().max() < 5e-4


def test_straight_through():
    x = Tensor(torch.tensor([-2.0, -0.5, 0.0, 0.5, 2.0]), True)
    y = hard_threshold(x)
    assert y.tolist() == HardThreshold()(x).tolist() == [0, 0, 1, 1, 1]
    y.backward(torch.arange(1.0, 6.0))
    assert x.grad.tolist() == [0, 2, 3, 4, 0]


def test_bad_settings():
    with pytest.raises(ValueError, match="'none' and 'tanh', got 'erf'"):
        gelu(random(1), "erf")
    with pytest.raises(ValueError, match="softplus needs beta > 0, got 0"):
        softplus(random(1), 0)


def test_repr():
    for module in (LeakyReLU(), ELU(), Softplus(), GELU(), GELU("tanh"), SiLU()):
        assert repr(module) == repr(eval(f"torch.nn.{module!r}"))
