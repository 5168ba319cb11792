"""One table: a method and torch's function of its name are the same step."""

import inspect

import pytest
import torch

from dlcore import Tensor
from dlcore.autodiff.arrangement import Arrangement
from dlcore.autodiff.computation import Computation
from dlcore.autodiff.operators import Operators
from dlcore.autodiff.replacement import Replacement
from dlcore.autodiff.torch_names import TORCH_NAMES

WRITTEN = [(room, name) for room in (Operators, Computation, Arrangement, Replacement)
           for name, value in vars(room).items() if inspect.isfunction(value)]  # fmt: skip
METHODS = sorted(name for room, name in WRITTEN if name in TORCH_NAMES and name[0] != "_")


def settings(function):
    """[(name, kind, default)] of all arguments but the first."""
    found = list(inspect.signature(function).parameters.values())[1:]
    return [(one.name, one.kind, one.default) for one in found]


def given(function):
    """The same, or None where the function hands on whatever it is given."""
    found = settings(function)
    return None if any(kind is inspect.Parameter.VAR_KEYWORD for _, kind, _ in found) else found


@pytest.mark.parametrize("name", METHODS)
def test_a_method_has_the_arguments_of_its_function(name):
    theirs, ours = given(TORCH_NAMES[name]), settings(getattr(Tensor, name))
    if theirs is not None and "other" not in [argument for argument, *_ in ours]:
        assert ours == [one for one in theirs if one[0] != "inplace"]  # relu_ is another method


def test_no_method_is_attached_from_elsewhere():
    for room in Tensor.__mro__[:-1]:
        for name, value in vars(room).items():
            if inspect.isfunction(value):
                assert value.__qualname__.split(".")[0] == room.__name__, name


@pytest.mark.parametrize("name", METHODS)
def test_a_method_says_what_it_does(name):
    assert (getattr(Tensor, name).__doc__ or "").endswith(".")


def test_torch_has_every_method():
    assert [name for _, name in WRITTEN if not hasattr(torch.Tensor, name)] == []


def test_a_method_is_what_torch_calls(monkeypatch):
    monkeypatch.setitem(TORCH_NAMES, "exp", lambda x: "the step")
    x = Tensor(torch.ones(2))
    assert (x.exp(), torch.exp(x)) == ("the step", "the step")
