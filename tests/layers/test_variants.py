import pytest
import torch
import torch.nn.functional as F

import dlcore
from dlcore import Tensor
from dlcore.layers import GLU, PReLU, glu, hardtanh, prelu, relu6, variants
from tests.oracle import assert_gradcheck, assert_like_torch, assert_starts_like_torch, random

NAMES = ["Hardtanh", "ReLU6", "Hardswish", "Hardsigmoid", "SELU", "Mish"]
FUNCTIONS = {
    "HardtanhFunction": (-0.5, 0.7), "HardsigmoidFunction": (), "HardswishFunction": (),
    "SELUFunction": (), "MishFunction": (),
}  # fmt: skip
LOOSE = 1e-7  # torch keeps 1/6 as a float32
EDGES = torch.tensor([-3.0, 0.0, 3.0, 6.0, -1.0, 1.0], dtype=torch.float64)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(), (1,), (0, 3), (40, 5)])
def test_like_torch(name, shape):
    ours, theirs = getattr(dlcore, name)(), getattr(torch.nn, name)()
    assert_like_torch(ours, theirs, [3 * random(*shape)], LOOSE)
    assert repr(ours) == repr(theirs)
    function = getattr(F, name.lower())
    assert_like_torch(function, function, [3 * random(*shape)], LOOSE)


@pytest.mark.parametrize("name", NAMES)
def test_the_edges_are_torchs_and_extreme_values_stay_finite(name):
    assert_like_torch(getattr(dlcore, name)(), getattr(torch.nn, name)(), [EDGES], LOOSE)
    x = Tensor(torch.tensor([-1e4, 1e4]), True)
    y = getattr(dlcore, name)()(x)
    y.backward(torch.ones(2))
    assert torch.isfinite(y.data).all()
    assert torch.isfinite(x.grad).all()


@pytest.mark.parametrize("name", NAMES)
def test_in_place(name):
    x = Tensor(random(5), True) * 3
    y = getattr(dlcore, name)(inplace=True)(x)
    assert y is x
    torch.testing.assert_close(y.data, getattr(torch.nn, name)()(3 * random(5)))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradcheck(name):
    assert_gradcheck(getattr(variants, name), 3 * random(30), *FUNCTIONS[name])


@pytest.mark.parametrize("shape", [(4, 3, 2), (4, 3), (3,), ()])
def test_a_learned_slope(shape):
    for count in {1, 3 if len(shape) > 1 else 1}:
        slope = random(count, seed=1)
        assert_like_torch(prelu, F.prelu, [random(*shape), slope])
        assert_starts_like_torch("PReLU", count)
    assert_gradcheck(variants.PReLUFunction, random(4, 3), random(3, seed=1))
    layer = PReLU(init=0.5)
    assert layer(torch.tensor([-2.0, 2.0])).tolist() == [-1, 2]
    assert PReLU(2, dtype=torch.float64).weight.dtype == torch.float64


@pytest.mark.parametrize("dim", [-1, 0])
def test_one_half_gates_the_other(dim):
    x = random(4, 6)
    assert_like_torch(GLU(dim), torch.nn.GLU(dim), [x])
    assert_gradcheck(variants.GLUFunction, x, dim)
    assert glu(torch.tensor([6.0, 0.0])).tolist() == [3]
    assert repr(GLU()) == "GLU(dim=-1)"


def test_six_is_the_largest():
    assert relu6(torch.tensor([-1.0, 5.0, 7.0])).tolist() == [0, 5, 6]


BAD = [
    (lambda: glu(random(3)), r"length must be even, got shape \(3,\)"),
    (lambda: glu(random(4), 1), "glu halves the axis dim=1"),
    (lambda: hardtanh(random(1), 1.0, 1.0), "min_val < max_val, got 1.0 and 1.0"),
    (lambda: prelu(random(2, 3), random(2)), r"parameters of shape \(3,\) .* got one of .*\(2,\)"),
]


@pytest.mark.parametrize(("call", "sentence"), BAD)
def test_bad_input(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
