"""Two small tasks that need no torch in the sandbox, and notebooks to hand in."""

import json
import runpy
from pathlib import Path

import pytest

from dlcore.grade import registry

EASY = Path(__file__).parent / "easy_tasks.py"
DOUBLE = "def double(x):\n    return 2 * x"
TOTAL = "def total(values):\n    return sum(values)"


@pytest.fixture(scope="session")
def easy_file():
    """A file with `double` (99.1, one point) and `total` (99.2, two points)."""
    return EASY


@pytest.fixture(scope="session")
def tasks():
    """The tasks in that file."""
    return runpy.run_path(str(EASY))["TASKS"]


@pytest.fixture
def known(tasks, monkeypatch):
    """The registry knows these two tasks and no other."""
    monkeypatch.setattr(registry, "book_tasks", lambda: registry.by_id(tasks))
    monkeypatch.setattr(registry, "_added", {})
    return tasks


def write_notebook(*cells, **metadata):
    """Return a notebook with these code cells, as bytes."""
    parts = [{"cell_type": "code", "source": source, "metadata": {}} for source in cells]
    whole = {"cells": parts, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole).encode()


@pytest.fixture(scope="session")
def notebook():
    return write_notebook


@pytest.fixture(scope="session")
def honest():
    """A notebook that solves both tasks."""
    return write_notebook(DOUBLE, TOTAL, "check('99.2', total)")
