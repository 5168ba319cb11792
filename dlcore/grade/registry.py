"""Find tasks: the book's own by number or chapter, a teacher's from a file."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path

from dlcore.grade.task import Task

_added: dict[str, Task] = {}


@cache
def book_tasks() -> dict[str, Task]:
    """Return {id: Task} of the book, in order."""
    found = []
    for path in sorted((Path(__file__).parent / "tasks").glob("ch[0-9][0-9]")):
        found += importlib.import_module(f"dlcore.grade.tasks.{path.name}").TASKS
    return by_id(found)


def by_id(found: Iterable[Task]) -> dict[str, Task]:
    """Return {id: Task} in the order of the numbers; ValueError if two tasks share one."""
    ordered = sorted(found, key=lambda task: task.order)
    for first, second in pairwise(ordered):
        if first.id == second.id:
            raise ValueError(f"two tasks have the number {first.id}: give each its own")
    return {task.id: task for task in ordered}


def use_tasks(path: str | Path) -> None:
    """Add the TASKS of a Python file of one's own, so that `check` and `progress` know them."""
    _added.update(load(path))


def load(path: str | Path) -> dict[str, Task]:
    """Return {id: Task} of a Python file; ValueError if it is none or has no TASKS."""
    path = Path(path)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ValueError(f"use_tasks expects a Python file that defines TASKS, got {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = by_id(getattr(module, "TASKS", ()))
    if not found:
        raise ValueError(f"{path} defines no TASKS: it needs TASKS = [Task(…), …]")
    return found


def all_tasks() -> dict[str, Task]:
    """Return {id: Task} of the book's and the added tasks; an added one replaces the book's."""
    return by_id({**book_tasks(), **_added}.values())


def find(number: str) -> Task:
    """Return the task called "3.2"; ValueError names the tasks of that chapter if there is none."""
    known = all_tasks()
    if number in known:
        return known[number]
    chapter = str(number).split(".")[0]
    near = [name for name in known if name.split(".")[0] == chapter] or list(known)
    raise ValueError(f"there is no exercise {number!r}; there are {', '.join(near) or 'none yet'}")
