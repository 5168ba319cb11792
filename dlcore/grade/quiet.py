"""What a learner's notebook finds as `dlcore.grade` inside the sandbox: names that do nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any


def check(number: Any, function: Any) -> None:
    """The class grader calls the function itself."""


check.last = SimpleNamespace(inputs=(), answer=None, asked="")


def progress() -> None:
    """Marks are not kept in the sandbox."""


def use_tasks(path: Any) -> None:
    """The sandbox holds no tasks."""
