"""Every task is tested against its own grader: right, untouched, and wrong in three ways."""

import importlib
import re
import runpy
from pathlib import Path

import pytest

from dlcore.grade.check import examine
from dlcore.grade.registry import book_tasks
from dlcore.grade.task import Task
from dlcore.grade.verdict import Verdict

SOLUTIONS = Path(__file__).parent / "solutions"
SEEDS = range(3)
FEWEST_WRONG = 3
FEWEST_TASKS = 6


def solutions(chapter):
    """Return the chapter's {REFERENCE, WRONG}, empty ones where its file is missing."""
    path = SOLUTIONS / f"ch{chapter:02d}.py"
    found = runpy.run_path(str(path)) if path.exists() else {}
    return {name: found.get(name, {}) for name in ("REFERENCE", "WRONG")}


TASKS = list(book_tasks().values())
CHAPTERS = sorted({task.chapter for task in TASKS})
BY_CHAPTER = {chapter: solutions(chapter) for chapter in CHAPTERS}


def complaints(task, reference, wrong):
    """Say what a task lacks: a solution with full marks, a stub with none, three named mistakes."""
    if reference is None:
        yield "has no reference solution"
    else:
        for seed in SEEDS:
            if not (found := examine(task.id, reference, seed)[1]).right:
                yield f"its reference fails with seed {seed}: {found.symptom} {found.example}"
    stub = examine(task.id, untouched(task), 0)[1]
    if stub.state != "open":
        yield f"its untouched stub is {stub.state}: {stub.symptom}"
    if len({words for _, words in wrong}) < FEWEST_WRONG:
        yield f"has {len(wrong)} wrong solutions, {FEWEST_WRONG} with different symptoms are needed"
    for number, (function, words) in enumerate(wrong, start=1):
        for seed in SEEDS:
            yield from named(number, words, examine(task.id, function, seed)[1])


def named(number, words, found):
    """Say what is wrong with the verdict on a wrong solution."""
    if found.right:
        yield f"wrong solution {number} gets full marks"
    elif not re.search(words, found.symptom):
        yield f"wrong solution {number} should be told {words!r}, is told {found.symptom!r}"


def untouched(task):
    def stub(*inputs):
        raise NotImplementedError(f"exercise {task.id}")

    return stub


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_task_is_tested_against_its_grader(task):
    found = BY_CHAPTER[task.chapter]
    reference, wrong = found["REFERENCE"].get(task.id), found["WRONG"].get(task.id, [])
    assert list(complaints(task, reference, wrong)) == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_has_tasks_of_several_kinds(chapter):
    tasks = [task for task in TASKS if task.chapter == chapter]
    assert len(tasks) >= FEWEST_TASKS
    assert {task.kind for task in tasks} == {"code", "choose", "debug", "predict"}
    assert len({task.function for task in tasks}) == len(tasks)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_solutions_belong_to_tasks(chapter):
    known = {task.id for task in TASKS if task.chapter == chapter}
    for name, found in BY_CHAPTER[chapter].items():
        assert set(found) == known, name


def test_there_are_tasks():
    assert CHAPTERS[:3] == [1, 2, 3]
    for chapter in CHAPTERS:
        assert importlib.import_module(f"dlcore.grade.tasks.ch{chapter:02d}").TASKS


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_task_says_what_is_asked(task):
    assert isinstance(task, Task)
    assert task.title
    assert task.function in task.statement


@pytest.fixture
def task(known):
    return known[0]


DOUBLE, SQUARE = (lambda x: 2 * x), (lambda x: x * x)
WRONG = [(SQUARE, "squared"), (lambda x: None, "None"), (lambda x: -2 * x, "sign")]


def test_a_well_tested_task_has_no_complaints(task):
    assert list(complaints(task, DOUBLE, WRONG)) == []


@pytest.mark.parametrize(
    ("reference", "wrong", "complaint"),
    [
        (None, WRONG, "has no reference solution"),
        (SQUARE, WRONG, "its reference fails with seed 0: You squared it"),
        (DOUBLE, WRONG[:2], "has 2 wrong solutions"),
        (DOUBLE, [*WRONG[:2], WRONG[1]], "3 with different symptoms are needed"),
        (DOUBLE, [*WRONG, (DOUBLE, "right")], "wrong solution 4 gets full marks"),
        (DOUBLE, [*WRONG, (SQUARE, "sign")], "wrong solution 4 should be told 'sign'"),
    ],
)
def test_what_a_task_may_lack(task, reference, wrong, complaint):
    assert complaint in " ".join(complaints(task, reference, wrong))


def test_stub_that_earns_marks_is_found(task, monkeypatch):
    monkeypatch.setitem(complaints.__globals__, "examine", lambda *a: (task, Verdict("right")))
    assert "its untouched stub is right" in " ".join(complaints(task, DOUBLE, []))
