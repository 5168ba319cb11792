"""What changes x changes it for all who hold x, and no gradient is wrong after it."""

import pytest
import torch

import dlcore
from dlcore import Parameter, Tensor, no_grad
from dlcore.layers import dropout, elu, leaky_relu, relu, silu
from dlcore.training import SGD
from tests.oracle import assert_like_torch, random


def in_place(x):
    y = x * 2
    kept = y
    y += 1
    y *= x
    y -= x.exp()
    y /= 3
    y.clamp_(-1, 1).mul_(2)
    return kept + y


def with_new_names(x):
    y = ((x * 2 + 1) * x - x.exp()) / 3
    return 2 * (y.clamp(-1, 1) * 2)


def test_all_who_hold_it_see_the_change():
    assert_like_torch(in_place, with_new_names, [random(4, 3)])


def test_a_gradient_keeps_the_numbers_it_needs():
    x = Tensor(torch.tensor([3.0]), True)
    y = x * 1
    square = y * y
    y.zero_()
    square.backward()
    assert x.grad.item() == 6
    assert y.item() == 0
    assert not y.requires_grad


@pytest.mark.parametrize("change", [relu, leaky_relu, elu, silu])
def test_a_rectifier_that_opens_a_residual_branch(change):
    theirs = getattr(torch.nn.functional, change.__name__)
    sign = lambda x, f: (lambda h: f(h, inplace=True) * 3 + h)(x * 1)  # noqa: E731
    assert_like_torch(lambda x: sign(x, change), lambda x: sign(x, theirs), [random(5, 2)])


@pytest.mark.parametrize("name", ["ReLU", "LeakyReLU", "ELU", "SiLU", "Dropout", "Dropout3d"])
def test_the_modules_do_as_they_are_told(name):
    shape = (2, 3, 2, 2, 2)
    for inplace in (False, True):
        module = getattr(dlcore, name)(inplace=inplace)
        assert repr(module) == repr(getattr(torch.nn, name)(inplace=inplace))
        x = Tensor(random(*shape), True) * 1
        before = x.data.clone()
        y = module(x)
        assert (y is x) == inplace
        assert torch.equal(x.data, y.data if inplace else before)


def test_a_torch_tensor_is_overwritten_as_torch_does():
    x = torch.tensor([-1.0, 2.0])
    y = relu(x, inplace=True)
    assert isinstance(y, Tensor)
    assert x.tolist() == y.tolist() == [0, 2]


def test_parameters_stay_the_ones_the_optimiser_knows():
    weight = Parameter(torch.ones(3))
    memory, optimizer = weight.data, SGD([weight], lr=1.0)
    with no_grad():
        weight.mul_(2).add_(1)
        weight -= 1
        weight[0] = 5
        weight.clamp_(max=4)
    assert weight.data is memory
    assert memory.tolist() == [4, 2, 2]
    weight.grad = torch.ones(3)
    optimizer.step()
    assert memory.tolist() == [3, 1, 1]


def test_fills_and_copies():
    weight = Parameter(torch.ones(2, 3, dtype=torch.float64))
    with no_grad():
        assert weight.zero_() is weight
        assert weight.data.eq(0).all()
        assert weight.fill_(7).data.eq(7).all()
        assert weight.copy_(torch.arange(3)).tolist() == [[0, 1, 2]] * 2
        for fill in (lambda w: w.normal_(1, 2), lambda w: w.uniform_(-1, 1)):
            torch.manual_seed(0)
            mine = fill(weight).data.clone()
            torch.manual_seed(0)
            assert torch.equal(mine, fill(torch.empty(2, 3, dtype=torch.float64)))


def test_masked_fill_in_place():
    act = lambda x: (x * 2).masked_fill_(torch.tensor([True, False]), 0.5)  # noqa: E731
    assert_like_torch(act, act, [random(3, 2)])


def test_what_is_refused():
    leaf = Tensor(torch.ones(2), True)
    for change in (leaf.add_, lambda n: leaf.__iadd__(n), lambda n: relu(leaf, inplace=True)):
        with pytest.raises(ValueError, match="a leaf that asks for a gradient.*no_grad"):
            change(1.0)
    with pytest.raises(ValueError, match=r"add_ cannot put .* of shape \(3, 2\) into .* \(2,\)"):
        (leaf * 1).add_(torch.ones(3, 2))
    with pytest.raises(ValueError, match=r"dropout\(inplace=True\) would change a leaf"):
        dropout(leaf, inplace=True)
    with pytest.raises(TypeError, match="write torch.where"):
        leaf[0] = 1.0


def test_the_dtype_stays():
    x = Tensor(torch.ones(2))
    x += torch.ones(2, dtype=torch.float64)
    assert x.dtype == torch.float32
    assert x.tolist() == [2, 2]
