"""torch's names, their arguments, order and defaults: what dlcore has is as in torch, and what it
has not is listed with a reason in torch_left_out.py."""

import inspect
import types

import pytest
import torch
from torch.optim import lr_scheduler

import dlcore
from dlcore import layers, training
from tests import torch_left_out as left_out

F = torch.nn.functional
OWN = {"RNN", "LSTM", "GRU", "Sequential"}  # torch's signature is (*args, **kwargs)


def listed(groups):
    return {name for names in groups.values() for name in names.split()}


def classes(place, base):
    found = {name: getattr(place, name) for name in dir(place) if not name.startswith("_")}
    return {n for n, c in found.items() if isinstance(c, type) and issubclass(c, base)}


def functions():
    names = {name for name in dir(F) if not name.startswith("_") and name.islower()}
    return {n for n in names if callable(getattr(F, n)) and not inspect.isclass(getattr(F, n))}


PLACES = {
    "torch.nn": (classes(torch.nn, torch.nn.Module), dlcore, left_out.MODULES),
    "torch.nn.functional": (functions(), layers, left_out.FUNCTIONS),
    "torch.optim": (classes(torch.optim, torch.optim.Optimizer), training, left_out.OPTIMIZERS),
    "torch.optim.lr_scheduler": (
        classes(lr_scheduler, lr_scheduler.LRScheduler), training, left_out.SCHEDULES
    ),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_every_name_is_there_or_left_out_for_a_reason(place):
    names, ours, groups = PLACES[place]
    missing = {name for name in names if not hasattr(ours, name)}
    assert sorted(missing - listed(groups)) == []
    assert sorted(name for name in listed(groups) if hasattr(ours, name)) == []


def test_every_method_of_a_tensor_is_there_or_left_out_for_a_reason():
    names = {name for name in dir(torch.Tensor) if not name.startswith("_")}
    missing = {name for name in names if not hasattr(dlcore.Tensor, name)}
    others = {name for name in missing if name.endswith("_")}  # x.name(…) does it with a new name
    assert sorted(missing - others - listed(left_out.TENSOR)) == []


def parameters(function):
    """{name: default} in order, or None where torch's C++ does not tell."""
    try:
        signature = inspect.signature(function)
    except (ValueError, TypeError):
        return None
    kinds = inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD
    found = {n: p.default for n, p in signature.parameters.items() if p.kind not in kinds}
    return {name: default for name, default in found.items() if name != "self"}


def assert_same_arguments(name, ours, theirs, hides=()):
    """Ours are torch's in torch's order with torch's defaults, but for what is left out."""
    mine, other = parameters(ours), parameters(theirs)
    if not other:
        return
    gone = {*left_out.DEPRECATED, *left_out.ARGUMENTS.get(name, "").split(), *hides}
    assert [n for n in mine if n in other] == [n for n in other if n not in gone]
    for argument in mine.keys() & other.keys():
        same = left_out.OTHER_DEFAULTS.get(name) == argument or callable(other[argument])
        assert same or mine[argument] == other[argument], argument
    required = [n for n in mine if n not in other and mine[n] is inspect.Parameter.empty]
    assert not required, required


@pytest.mark.parametrize("name", sorted(classes(torch.nn, torch.nn.Module) & set(dir(dlcore))))
def test_layers_take_torchs_arguments(name):
    ours, theirs = getattr(dlcore, name), getattr(torch.nn, name)
    if name not in OWN:
        assert_same_arguments(name, ours, theirs)
    if hasattr(ours, "forward") and name != "RMSNorm":  # whose own argument torch calls x
        assert list(parameters(ours.forward)) == list(parameters(theirs.forward))


@pytest.mark.parametrize("name", sorted(functions() & set(dir(layers))))
def test_functions_take_torchs_arguments(name):
    ours = getattr(layers, name)
    if not isinstance(ours, types.ModuleType):
        assert_same_arguments(name, ours, getattr(F, name))


STEPS = PLACES["torch.optim"][0] | PLACES["torch.optim.lr_scheduler"][0]


@pytest.mark.parametrize("name", sorted((STEPS - {"Optimizer"}) & set(dir(training))))
def test_optimisers_and_schedules_take_torchs_arguments(name):
    theirs = getattr(torch.optim, name, None) or getattr(lr_scheduler, name)
    assert_same_arguments(name, getattr(training, name), theirs, left_out.OF_TORCHS_WAYS)
