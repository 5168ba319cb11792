"""Every public function and method of dlcore says what it takes and gives."""

import importlib
import inspect
import pkgutil

import pytest

import dlcore

MODULES = [
    module.name
    for module in pkgutil.walk_packages(dlcore.__path__, "dlcore.")
    if not module.name.endswith(("__main__", "grade.inside")) and "grade.tasks" not in module.name
]  # grade.inside finds its own modules only in the sandbox
OF_A_FUNCTION = ("forward", "backward")  # the docstring of the class holds the formula and shapes


def undocumented(module):
    """Names without a docstring; a method may have it from the class that it comes from."""
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(thing) and not thing.__doc__:
            yield name
        if inspect.isclass(thing):
            for part, value in vars(thing).items():
                own = inspect.unwrap(getattr(value, "__func__", value))
                if part.startswith("_") or part in OF_A_FUNCTION or not inspect.isfunction(own):
                    continue
                if not inspect.getdoc(getattr(thing, part)):
                    yield f"{name}.{part}"


@pytest.mark.parametrize("name", MODULES)
def test_public_names_have_docstrings(name):
    assert not list(undocumented(importlib.import_module(name)))


def test_a_name_without_one_is_found(monkeypatch):
    module = importlib.import_module("dlcore.training.clip")
    monkeypatch.setattr(module.gradients, "__doc__", None)
    assert list(undocumented(module)) == ["gradients"]
