"""Faster forms of a Function are found by what they suit; plain() keeps to the book's."""

import os
import subprocess
import sys
import threading

import pytest
import torch

from dlcore import Function, Tensor, plain
from dlcore.autodiff import faster
from dlcore.autodiff.faster import fastest, register


class Double(Function):
    @staticmethod
    def forward(ctx, x):
        return x + x

    @staticmethod
    def backward(ctx, grad):
        return grad + grad


class Long(Double):
    plain = Double

    @staticmethod
    def suits(x):
        return x.numel() > 3


class Longer(Long):
    @staticmethod
    def suits(x):
        return x.numel() > 2


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    monkeypatch.setattr(faster, "FASTER", {})
    register(Long, Longer)


@pytest.mark.parametrize(("size", "form"), [(2, Double), (3, Longer), (4, Long)])
def test_the_first_that_suits_is_taken(size, form):
    assert fastest(Double, torch.ones(size)) is form


def test_a_function_without_faster_forms_is_its_own():
    assert fastest(Long, torch.ones(9)) is Long


def test_plain_keeps_to_the_book_and_ends_with_its_block():
    with plain():
        assert fastest(Double, torch.ones(4)) is Double
        with plain():
            pass
        assert fastest(Double, torch.ones(4)) is Double
    with pytest.raises(KeyError), plain():
        raise KeyError
    assert fastest(Double, torch.ones(4)) is Long


def test_plain_is_a_decorator_and_leaves_other_threads_alone():
    found = []

    @plain()
    def look():
        other = threading.Thread(target=lambda: found.append(fastest(Double, torch.ones(4))))
        other.start()
        other.join()
        found.append(fastest(Double, torch.ones(4)))

    look()
    assert found == [Long, Double]


@pytest.mark.parametrize(("value", "form"), [("1", "Convolution"), ("0", "TiledConvolution")])
def test_the_environment_can_ask_for_the_plain_forms(value, form):
    code = (
        "import torch, dlcore\n"
        "print(dlcore.Conv2d(1, 2, 3)(torch.ones(1, 1, 8, 8)).node.function.__name__)"
    )
    environment = {**os.environ, "DLCORE_PLAIN": value}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == form


def test_results_and_errors_are_called_by_the_plain_name():
    y = Long.apply(Tensor(torch.ones(4), requires_grad=True))
    assert "made by Double" in repr(y)
    y.backward(torch.ones(4))
    with pytest.raises(RuntimeError, match="a second time through Double"):
        y.backward(torch.ones(4))
