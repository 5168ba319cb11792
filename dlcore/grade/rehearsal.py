"""Test a task against its own grader: right, untouched, and wrong in at least three ways."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from dlcore.grade.task import Task
from dlcore.grade.verdict import Verdict, answered

SEEDS = range(3)
FEWEST_WRONG = 3


def solutions(path: str | Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return (REFERENCE, WRONG) of a Python file, or of all Python files in a folder together.

    REFERENCE: {"3.2": function}. WRONG: {"3.2": [(function, words of its symptom), …]}, the words
    a regular expression.
    """
    files = sorted(Path(path).glob("*.py")) if Path(path).is_dir() else [path]
    pages = [runpy.run_path(str(file)) for file in files]
    for name in ("REFERENCE", "WRONG"):
        if not any(isinstance(page.get(name), dict) for page in pages):
            raise ValueError(f'{path} needs {name} = {{"3.2": …}}, by the number of the task')
    reference, wrong = {}, {}
    for page in pages:
        reference |= page.get("REFERENCE", {})
        for number, found in page.get("WRONG", {}).items():
            wrong[number] = wrong.get(number, []) + found
    return reference, wrong


def complaints(
    task: Task, reference: Callable[..., Any] | None, wrong: Sequence[Any]
) -> Iterator[str]:
    """Say what a task lacks: a solution with full marks, a stub with none, three named mistakes."""
    if reference is None:
        yield "has no reference solution"
    else:
        for seed in SEEDS:
            if not (found := answered(task, reference, seed)).right:
                yield f"its reference fails with seed {seed}: {found.symptom} {found.example}"
    if (found := answered(task, untouched(task), 0)).state != "open":
        yield f"its untouched stub is {found.state}: {found.symptom}"
    if len({words for _, words in wrong}) < FEWEST_WRONG:
        yield f"has {len(wrong)} wrong solutions, {FEWEST_WRONG} with different symptoms are needed"
    for number, (function, words) in enumerate(wrong, start=1):
        for seed in SEEDS:
            yield from _misnamed(number, words, answered(task, function, seed))


def _misnamed(number: int, words: str, found: Verdict) -> Iterator[str]:
    if found.right:
        yield f"wrong solution {number} gets full marks"
    elif not re.search(words, found.symptom):
        yield f"wrong solution {number} should be told {words!r}, is told {found.symptom!r}"


def untouched(task: Task) -> Callable[..., Any]:
    """Return the stub that a learner's notebook starts with."""

    def stub(*inputs: Any) -> Any:
        raise NotImplementedError(f"exercise {task.id}")

    return stub


def rehearse(tasks: Iterable[Task], path: str | Path) -> list[str]:
    """Return one sentence per fault of the tasks, tested with the solutions in a file."""
    reference, wrong = solutions(path)
    return [
        f"{task.id} {fault}"
        for task in tasks
        for fault in complaints(task, reference.get(task.id), wrong.get(task.id, []))
    ]
