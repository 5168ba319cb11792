import random

import numpy as np
import pytest
import torch

from dlcore.study.setup import best_device, budget, scale, setup


@pytest.fixture(autouse=True)
def restore_torch():
    deterministic = torch.are_deterministic_algorithms_enabled()
    yield
    torch.use_deterministic_algorithms(deterministic)


def draws():
    return random.random(), np.random.rand(), torch.rand(3).tolist()  # noqa: NPY002


def test_setup_seeds_all_three_generators():
    setup(3)
    first = draws()
    setup(3)
    assert draws() == first
    setup(4)
    assert all(a != b for a, b in zip(draws(), first, strict=True))


def test_setup_is_silent_deterministic_and_returns_the_device(capsys):
    device = setup()
    assert capsys.readouterr().out == ""
    assert device == best_device()
    assert torch.are_deterministic_algorithms_enabled()
    assert torch.tensor(1.0).dtype == torch.float32


@pytest.mark.parametrize("seed", [1.5, "0", True])
def test_setup_refuses_a_seed_that_is_no_integer(seed):
    with pytest.raises(TypeError, match=r"setup\(seed\) expects an integer, got"):
        setup(seed)


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_setup_refuses_a_seed_out_of_range(seed):
    with pytest.raises(ValueError, match=f"from 0 to .*, got {seed}"):
        setup(seed)


def test_scale_reads_the_environment(monkeypatch):
    monkeypatch.delenv("DLCORE_SCALE", raising=False)
    assert scale() == "page"
    monkeypatch.setenv("DLCORE_SCALE", "full")
    assert scale() == "full"
    monkeypatch.setenv("DLCORE_SCALE", "huge")
    with pytest.raises(ValueError, match='DLCORE_SCALE is "page" or "full", got "huge"'):
        scale()


def test_budget_is_doubled_on_request(monkeypatch):
    monkeypatch.delenv("DLCORE_BUDGET", raising=False)
    assert budget(400) == 400
    monkeypatch.setenv("DLCORE_BUDGET", "2")
    assert budget(400) == 800


@pytest.mark.parametrize("count", [0, -1, 2.5, True, "400"])
def test_budget_refuses_what_is_no_number_of_steps(count):
    with pytest.raises(ValueError, match="expects a number of steps, 1 or more"):
        budget(count)


@pytest.mark.parametrize("times", ["0", "half", "-1", ""])
def test_budget_refuses_an_unfit_variable(monkeypatch, times):
    monkeypatch.setenv("DLCORE_BUDGET", times)
    with pytest.raises(ValueError, match="DLCORE_BUDGET is a whole number"):
        budget(10)
