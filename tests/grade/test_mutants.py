"""No task gives points to its reference solution with a slip in it."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from mutants import Mutant, equal, habits, mutants, rate, solution_of, unexplained

from dlcore.grade.registry import book_tasks
from dlcore.grade.task import Task

SEEDS = range(3)
CHAPTERS = sorted({task.chapter for task in book_tasks().values()})
HELD = [n for n in CHAPTERS if equal(n) is not None]


@pytest.mark.long
@pytest.mark.parametrize("chapter", HELD)
def test_slips_are_noticed_or_listed_as_equal(chapter):
    tasks = [task for task in book_tasks().values() if task.chapter == chapter]
    known = equal(chapter) or {}
    assert set(known) <= {task.id for task in tasks}
    faults = [
        fault
        for task in tasks
        for fault in unexplained(task, solution_of(task), SEEDS, known.get(task.id, {}))
    ]
    assert not faults, "\n".join(faults)


SOLUTION = """
import torch

def helper(x):
    return x * 2 - 1

def f(x, n):
    total = torch.zeros(2)
    for step in range(n):
        if x.sum() > 0 and n >= 2:
            total = total + helper(x).flip(0)
    return total, -n

REFERENCE = {"99.1": f, "99.2": lambda x: x.sum(0).T}
"""
SLIPS = [
    "helper: return x * 2 - 1 → return x * 2 + 1",
    "helper: return x * 2 - 1 → return x * 3 - 1",
    "helper: return x * 2 - 1 → return -(x * 2 - 1)",
    "f: total = total + helper(x).flip(0) → total += helper(x).flip(0)",
    "f: total = total + helper(x).flip(0) → total = total + helper(x)",
    "f: total = total + helper(x).flip(0) → total = total + x.flip(0)",
    "f: total = total + helper(x).flip(0) → total = total + helper(x).flip(1)",
    "f: total = total + helper(x).flip(0) → pass",
    "f: for step in range(n): → for step in range(n + 1):",
    "f: for step in range(n): → for step in range(n - 1):",
    "f: if x.sum() > 0 and n >= 2: → if x.sum() >= 0 and n >= 2:",
    "f: if x.sum() > 0 and n >= 2: → if x.sum() > 0 and n > 2:",
    "f: if x.sum() > 0 and n >= 2: → if x.sum() > 0 or n >= 2:",
    "f: if x.sum() > 0 and n >= 2: → if x.sum() > 0:",
    "f: if x.sum() > 0 and n >= 2: → if True:",
    "f: return (total, -n) → return (total, n)",
    "f: return (total, -n) → return (-total, -n)",
    "changes its inputs",
]


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "ch99.py"
    file.write_text(SOLUTION)
    return file


def test_slips_that_people_make(path):
    found = [mutant.slip for mutant in mutants(path, "99.1", [["array"], ["number", 2]])]
    assert set(SLIPS) <= set(found)
    assert len(set(found)) == len(found)
    lambdas = [mutant.slip for mutant in mutants(path, "99.2")]
    assert "REFERENCE: lambda x: x.sum(0).T → lambda x: x.sum(1).T" in lambdas
    assert "REFERENCE: lambda x: x.sum(0).T → lambda x: x.sum(0)" in lambdas


def test_the_file_is_as_before_when_all_are_made(path):
    functions = {mutant.slip: mutant.function for mutant in mutants(path, "99.1")}
    assert functions["f: return (total, -n) → return (total, n)"](-SOLUTION_X, 3)[1] == 3
    assert functions[SLIPS[0]](SOLUTION_X, 3)[1] == -3


import torch  # noqa: E402

pytestmark = pytest.mark.slow

SOLUTION_X = torch.ones(2)


def test_seeds_are_tried_where_something_is_random():
    found = [mutant.slip for mutant in habits(abs, "torch.randperm(n)", [["number", 1]])]
    assert found == ["sets a seed"]
    assert list(habits(abs, "x.sum()", [["number", 1]])) == []


def task(oracle, draw):
    return Task("99.3", "", 1, "f", "", draw, oracle=oracle, cases=4)


def test_slips_that_pass_are_counted(tmp_path):
    path = tmp_path / "ch99.py"
    path.write_text("def f(n):\n    return n > 2\nREFERENCE = {'99.3': f}\n")
    slip = "f: return n > 2 → return n >= 2"
    blind = task(lambda n: n > 2, lambda rng, case: (3.5 * case,))
    seeing = task(lambda n: n > 2, lambda rng, case: (case,))
    assert rate(blind, path, SEEDS)[slip] == 3
    assert rate(seeing, path, SEEDS)[slip] == 0
    assert f"99.3 passes: {slip}" in unexplained(blind, path, SEEDS, {})
    assert f"99.3 passes: {slip}" not in unexplained(blind, path, SEEDS, {slip: "never 2"})
    vain = unexplained(seeing, path, SEEDS, {slip: "never 2"})
    assert f"99.3: EQUAL lists what does not pass: {slip}" in vain


def test_a_mutant_that_never_ends_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr("mutants.SECONDS", 0.1)
    path = tmp_path / "ch99.py"
    path.write_text(
        "def f(n):\n    while n > 0:\n        n = n - 1\n    return n\nREFERENCE = {'99.3': f}\n"
    )
    found = rate(task(lambda n: min(n, 0), lambda rng, case: (case,)), path, range(1))
    assert found["f: n = n - 1 → n = n + 1"] == 0
    assert isinstance(next(mutants(path, "99.3")), Mutant)
