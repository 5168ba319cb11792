"""The rehearsal finds what a task lacks."""

import pytest

from dlcore.grade import rehearsal
from dlcore.grade.rehearsal import complaints, rehearse, solutions
from dlcore.grade.verdict import Verdict


def double(x):
    return 2 * x


def square(x):
    return x * x


WRONG = [(square, "squared"), (lambda x: None, "None"), (lambda x: -2 * x, "sign")]


@pytest.fixture
def task(tasks):
    return tasks[0]


def test_a_well_tested_task_has_no_faults(task):
    assert list(complaints(task, double, WRONG)) == []


@pytest.mark.parametrize(
    ("reference", "wrong", "complaint"),
    [
        (None, WRONG, "has no reference solution"),
        (square, WRONG, "its reference fails with seed 0: You squared it"),
        (double, WRONG[:2], "has 2 wrong solutions"),
        (double, [*WRONG[:2], WRONG[1]], "3 with different symptoms are needed"),
        (double, [*WRONG, (double, "right")], "wrong solution 4 gets full marks"),
        (double, [*WRONG, (square, "sign")], "wrong solution 4 should be told 'sign'"),
    ],
)
def test_what_a_task_may_lack(task, reference, wrong, complaint):
    assert complaint in " ".join(complaints(task, reference, wrong))


def test_stub_that_earns_marks_is_found(task, monkeypatch):
    monkeypatch.setattr(rehearsal, "answered", lambda *arguments: Verdict("right"))
    assert "its untouched stub is right" in " ".join(complaints(task, double, []))


def test_solutions_come_from_a_file(tasks, tmp_path):
    file = tmp_path / "solutions.py"
    file.write_text("REFERENCE = {'99.1': lambda x: 3 * x}\nWRONG = {}\n")
    faults = rehearse(tasks, file)
    assert faults[0].startswith("99.1 its reference fails with seed 0: All your numbers are 1.5 ti")
    assert "99.2 has no reference solution" in faults


def test_file_without_solutions(tmp_path):
    (tmp_path / "empty.py").write_text("REFERENCE = {}")
    with pytest.raises(ValueError, match="needs WRONG"):
        solutions(tmp_path / "empty.py")
