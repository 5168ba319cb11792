"""Every Function of the package: its gradient by a second run of its lines, and what follows."""

import pytest

from tests.autodiff import (
    cases_of_fast_forms,
    cases_of_layers,
    cases_of_memories,
    cases_of_sequences,
    cases_of_steps,
    cases_of_windows,
)  # fmt: skip
from tests.autodiff.second_order import all_functions, assert_derivatives_like_torch

CASES = [
    *cases_of_steps.CASES, *cases_of_layers.CASES, *cases_of_sequences.CASES,
    *cases_of_memories.CASES,
    *cases_of_windows.CASES, *cases_of_fast_forms.CASES,
]  # fmt: skip


def test_every_function_has_a_case():
    missing = all_functions() - {one.function for one in CASES}
    assert not missing, f"add a case to tests/autodiff/cases_of_….py for {missing}"


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.function.__name__)
def test_gradients_of_three_orders_equal_torchs(one):
    assert_derivatives_like_torch(one)
