"""No task gives points to its reference solution with a slip in it."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import noticed
import torch
from mutants import SEEDS, Mutant, faults, habits, mutants, rate, unexplained

from dlcore.grade.task import Task

pytestmark = pytest.mark.slow


@pytest.mark.long
@pytest.mark.parametrize("chapter", noticed.held())
def test_slips_are_noticed_or_listed_as_equal(chapter):
    """All slips where something has changed since all were tried, else one in ten."""
    every = 1 if noticed.is_changed(chapter) else 10
    found = faults(chapter, every)
    assert not found, "\n".join(found)


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


def test_one_in_ten_is_a_part_of_all_and_always_the_same(path):
    def slips(every):
        return {mutant.slip for mutant in mutants(path, "99.1", [["array"]], every)}

    all_of_them, some = slips(1), slips(3)
    assert some < all_of_them
    assert len(some) < 0.6 * len(all_of_them)
    assert slips(3) == some


def test_what_is_listed_in_vain_is_said_where_it_would_have_been_tried(tmp_path):
    path = tmp_path / "ch99.py"
    path.write_text("def f(n):\n    return n > 2\nREFERENCE = {'99.3': f}\n")
    seeing = task(lambda n: n > 2, lambda rng, case: (case,))
    listed = {mutant.slip: "why" for mutant in mutants(path, "99.3")}
    some = [mutant.slip for mutant in mutants(path, "99.3", every=2) if "→" in mutant.slip]
    vain = unexplained(seeing, path, SEEDS, listed, every=2)
    assert vain == [f"99.3: EQUAL lists what does not pass: {slip}" for slip in some]


@pytest.fixture
def project(tmp_path):
    files = {
        "tasks.py": "from dlcore.grade.verdict import judge",
        "dlcore/__init__.py": "from dlcore.other import f",
        "dlcore/other.py": "",
        "dlcore/grade/__init__.py": "",
        "dlcore/grade/verdict.py": "import torch\nfrom dlcore.models import Net",
        "dlcore/models/__init__.py": "from dlcore.models.net import Net",
        "dlcore/models/net.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_what_settles_a_chapter_is_all_that_its_files_import(project):
    found = noticed.settled_by([project / "tasks.py"], project)
    names = [path.relative_to(project).as_posix() for path in found]
    assert names == ["dlcore/grade/verdict.py", "dlcore/models/__init__.py",
                     "dlcore/models/net.py", "tasks.py"]  # fmt: skip


def test_a_chapter_whose_files_change_is_tried_whole_again(monkeypatch, tmp_path):
    monkeypatch.setattr(noticed, "NOTED", tmp_path / "noticed.json")
    assert noticed.changed() == noticed.held()
    monkeypatch.setattr(noticed, "faults", lambda chapter: ["6.1 passes"] if chapter == 6 else [])
    noticed.main(5, 6)
    assert noticed.noted() == {5: noticed.fingerprint(5)}
    assert 5 not in noticed.changed()
    assert 6 in noticed.changed()
    kept = noticed.settled_by
    monkeypatch.setattr(noticed, "settled_by", lambda starts: kept(starts)[1:])
    assert 5 in noticed.changed()


def test_a_mutant_that_never_ends_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr("mutants.SECONDS", 0.1)
    path = tmp_path / "ch99.py"
    path.write_text(
        "def f(n):\n    while n > 0:\n        n = n - 1\n    return n\nREFERENCE = {'99.3': f}\n"
    )
    found = rate(task(lambda n: min(n, 0), lambda rng, case: (case,)), path, range(1))
    assert found["f: n = n - 1 → n = n + 1"] == 0
    assert isinstance(next(mutants(path, "99.3")), Mutant)
