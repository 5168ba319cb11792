import math

import pytest
import torch
from torch.nn import init as theirs

from dlcore import Parameter
from dlcore.layers import init

SHAPES = [(30, 50), (50, 30), (8, 4, 3, 3)]
SAME = {
    "xavier_uniform_": {"gain": 1.5}, "xavier_normal_": {}, "kaiming_uniform_": {"a": math.sqrt(5)},
    "kaiming_normal_": {"mode": "fan_out", "nonlinearity": "relu"}, "orthogonal_": {"gain": 2},
    "uniform_": {"a": -2, "b": 3}, "normal_": {"mean": 1, "std": 2}, "zeros_": {}, "ones_": {},
    "constant_": {"val": 7},
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
@pytest.mark.parametrize("shape", SHAPES)
def test_same_numbers_as_torch_under_the_same_seed(name, shape):
    torch.manual_seed(3)
    parameter = Parameter(torch.empty(shape))
    assert getattr(init, name)(parameter, **SAME[name]) is parameter
    torch.manual_seed(3)
    expected = getattr(theirs, name)(torch.empty(shape), **SAME[name])
    torch.testing.assert_close(parameter.data, expected)


@pytest.mark.parametrize("function", [init.lecun_uniform_, init.lecun_normal_])
def test_lecun_keeps_the_variance_of_a_linear_layer(function):
    weight = torch.empty(400, 500, dtype=torch.float64)
    function(weight, generator=torch.Generator().manual_seed(0))
    assert abs(weight.var().item() * 500 - 1) < 0.02


def test_orthogonal_rows_are_orthonormal():
    weight = init.orthogonal_(torch.empty(5, 20, dtype=torch.float64))
    torch.testing.assert_close(weight @ weight.T, torch.eye(5, dtype=torch.float64))


def test_an_empty_weight_is_left_alone():
    assert init.orthogonal_(torch.empty(0, 3)).shape == (0, 3)


@pytest.mark.parametrize("name", ["linear", "conv2d", "sigmoid", "tanh", "relu", "selu"])
def test_gains(name):
    assert init.calculate_gain(name) == theirs.calculate_gain(name)


def test_gain_of_leaky_relu():
    assert init.calculate_gain("leaky_relu") == theirs.calculate_gain("leaky_relu")
    assert init.calculate_gain("leaky_relu", 0.3) == theirs.calculate_gain("leaky_relu", 0.3)


def test_fans_count_the_receptive_field():
    assert init.fans(torch.empty(8, 4, 3, 5)) == (60, 120)


def test_bad_input():
    with pytest.raises(ValueError, match=r"at least two axes \(O, I, …\), got shape \(3,\)"):
        init.xavier_uniform_(torch.empty(3))
    with pytest.raises(ValueError, match="no gain is known for 'swish'"):
        init.calculate_gain("swish")
    with pytest.raises(ValueError, match="'fan_in' or 'fan_out', got 'fan'"):
        init.kaiming_normal_(torch.empty(3, 3), mode="fan")


@pytest.mark.parametrize("settings", [(), (0.5, 0.02), (0.0, 1.0, -0.7, 3.0)])
def test_a_normal_cut_off_like_torch(settings):
    torch.manual_seed(0)
    theirs = torch.nn.init.trunc_normal_(torch.empty(60, 5), *settings)
    torch.manual_seed(0)
    ours = init.trunc_normal_(Parameter(torch.empty(60, 5)), *settings)
    assert torch.equal(ours.data, theirs)
    a, b = settings[2:] or (-2, 2)
    assert a <= ours.data.min()
    assert ours.data.max() <= b


def test_a_normal_of_which_nothing_is_left_is_refused():
    with pytest.raises(ValueError, match="less than 1 % .* mean=0.0 and std=1.0 lies between 5"):
        init.trunc_normal_(torch.empty(2), a=5, b=6)


def test_the_identity():
    assert torch.equal(init.eye_(Parameter(torch.empty(2, 3))).data, torch.eye(2, 3))


def test_trunc_normal_leaves_shapes_on_the_meta_device():
    with torch.device("meta"):
        assert init.trunc_normal_(torch.empty(3, 4)).shape == (3, 4)
