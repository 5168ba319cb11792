"""Every task of the book is tested against its own grader, and has the parts it needs."""

import json
import re
import runpy
from pathlib import Path

import pytest

from dlcore.grade.registry import book_tasks
from dlcore.grade.rehearsal import complaints, solutions
from dlcore.grade.task import Task

SOLUTIONS = Path(__file__).parent / "solutions"
CHAPTER_FILES = Path(__file__).parents[2] / "chapters"
FEWEST_TASKS = 6
NEEDED = {"code", "debug", "predict", "pencil", "why"}
TASKS = list(book_tasks().values())
CHAPTERS = sorted({task.chapter for task in TASKS})


BY_CHAPTER = {n: solutions(SOLUTIONS / f"ch{n:02d}") for n in CHAPTERS}


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_task_is_tested_against_its_grader(task):
    reference, wrong = BY_CHAPTER[task.chapter]
    assert list(complaints(task, reference.get(task.id), wrong.get(task.id, []))) == []


def test_a_right_answer_may_nudge_its_inputs_and_put_them_back():
    nudging = runpy.run_path(str(SOLUTIONS / "ch03" / "answers.py"))["nudging_w_itself"]
    task = book_tasks()["3.3"]
    assert list(complaints(task, nudging, BY_CHAPTER[3][1]["3.3"])) == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_has_tasks_of_several_kinds(chapter):
    tasks = [task for task in TASKS if task.chapter == chapter]
    assert len(tasks) >= FEWEST_TASKS
    assert {task.kind for task in tasks} >= NEEDED
    assert len({task.function for task in tasks}) == len(tasks)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_solutions_belong_to_tasks(chapter):
    known = {task.id for task in TASKS if task.chapter == chapter}
    for found in BY_CHAPTER[chapter]:
        assert set(found) == known


def test_the_first_chapters_have_tasks():
    assert CHAPTERS[:4] == [0, 1, 2, 3]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
def test_task_says_what_is_asked(task):
    assert isinstance(task, Task)
    assert task.title
    assert task.function in task.statement


@pytest.mark.parametrize("task", [task for task in TASKS if task.taught], ids=lambda task: task.id)
def test_section_that_teaches_a_task_is_there(task):
    """A link to a heading ends in its words, in small letters, with hyphens for blanks."""
    name, _, anchor = task.taught.partition("#")
    cells = json.loads((CHAPTER_FILES / name).read_text(encoding="utf-8"))["cells"]
    lines = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    headings = re.findall(r"^#+ +(.+?) *$", lines, re.MULTILINE)
    assert anchor in [re.sub(r"[^\w -]", "", line).lower().replace(" ", "-") for line in headings]
