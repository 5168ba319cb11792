"""Methods that replace numbers, cast them, or ask about them, beside torch's of the same name."""

import pytest
import torch

from dlcore import Tensor
from dlcore.autodiff.replacement import Replacement
from tests.oracle import assert_like_torch, random

IN_PLACE = {"add_": (2,), "sub_": (2,), "mul_": (2,), "div_": (2,), "pow_": (2,), "neg_": (),
            "abs_": (), "exp_": (), "log_": (), "sqrt_": (), "clamp_": (0.2, 0.5), "round_": (),
            "masked_fill_": (torch.tensor([True, False, True]), 1.0), "floor_": (),
            "sigmoid_": (), "tanh_": (), "relu_": (), "clamp_min_": (0.5,), "clamp_max_": (0.5,),
            "copy_": (torch.arange(3.0),), "zero_": (), "fill_": (3,)}  # fmt: skip
DRAWN = ("normal_", "uniform_", "bernoulli_", "exponential_")
CASTS = ("float", "double", "bfloat16", "long", "int", "bool", "cpu")
NEW = {"new_zeros": (2, 3), "new_ones": ((2, 3),), "new_full": ((2,), 7.0), "new_empty": (0,),
       "new_tensor": ([1.0, 2.0],)}  # fmt: skip
ASKED = {"argmax": (), "argmin": (), "argsort": (), "isnan": (), "isfinite": (), "isinf": (),
         "is_complex": (), "stride": (), "is_contiguous": (),
         "is_floating_point": (), "nonzero": (), "count_nonzero": (),
         "any": (), "all": (), "equal": (torch.arange(3.0),), "allclose": (torch.arange(3.0),),
         "isclose": (torch.arange(3.0),), "logical_not": (),
         "logical_and": (torch.zeros(3),), "logical_or": (torch.zeros(3),)}  # fmt: skip
BY_CHANCE = {"multinomial": (2,), "bernoulli": ()}


def test_every_method_is_tried():
    named = {name for name in vars(Replacement) if name[0] != "_"}
    tried = {*IN_PLACE, *DRAWN, *CASTS, *NEW, *ASKED, *BY_CHANCE}
    rest = {"cuda", "type_as", "bincount"}
    by_index = {"scatter_", "scatter_add_", "index_add_", "index_put_"}  # test_lines_in_place.py
    assert named - tried == rest | by_index | {"addcmul_"}


@pytest.mark.parametrize("name", IN_PLACE)
def test_a_change_in_place_is_torchs(name):
    def step(x):
        y = x * 1
        assert getattr(y, name)(*IN_PLACE[name]) is y
        return y + x

    assert_like_torch(step, step, [random(3, positive=True)])


@pytest.mark.parametrize("name", [*DRAWN, *BY_CHANCE])
def test_draws_are_torchs(name):
    numbers = torch.full((5,), 0.5)
    torch.manual_seed(1)
    expected = getattr(numbers.clone(), name)(*BY_CHANCE.get(name, ()))
    torch.manual_seed(1)
    found = getattr(Tensor(numbers.clone()), name)(*BY_CHANCE.get(name, ()))
    assert found.tolist() == expected.tolist()


@pytest.mark.parametrize("name", CASTS)
def test_casts(name):
    numbers = torch.tensor([0.0, 1.5])
    assert getattr(Tensor(numbers), name)().dtype == getattr(numbers, name)().dtype


@pytest.mark.parametrize("name", NEW)
def test_new_tensors_have_its_dtype(name):
    numbers = torch.ones(1, dtype=torch.float64)
    expected, found = getattr(numbers, name)(*NEW[name]), getattr(Tensor(numbers), name)(*NEW[name])
    assert (found.tolist(), found.dtype) == (expected.tolist(), expected.dtype)


@pytest.mark.parametrize("name", ASKED)
def test_answers_are_torchs_own(name):
    numbers = torch.arange(3.0)
    expected = getattr(numbers, name)(*ASKED[name])
    found = getattr(Tensor(numbers, True), name)(*ASKED[name])
    assert type(found) is type(expected)
    assert torch.as_tensor(found).tolist() == torch.as_tensor(expected).tolist()


def test_counts_and_types():
    assert Tensor(torch.tensor([0, 2, 2])).bincount().tolist() == [1, 0, 2]
    assert Tensor(torch.ones(1)).type_as(torch.ones(1, dtype=torch.float64)).dtype == torch.float64
