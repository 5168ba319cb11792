"""Two small tasks that need no torch in the sandbox, and notebooks to hand in."""

import json

import pytest

from dlcore.grade import registry
from dlcore.grade.task import Symptom, Task

DOUBLE = "def double(x):\n    return 2 * x"
TOTAL = "def total(values):\n    return sum(values)"


@pytest.fixture(scope="session")
def tasks():
    """`double` and `total`, one point and two points."""
    return [
        Task(
            id="99.1",
            title="Twice",
            points=1,
            function="double",
            statement="Return twice `x`.",
            generate=lambda rng, case: (float(rng.normal()) if case else 0.0,),
            oracle=lambda x: 2 * x,
            symptoms=[Symptom("You squared it.", mimics=lambda x: x * x)],
            cases=3,
        ),
        Task(
            id="99.2",
            title="Total",
            points=2,
            function="total",
            statement="Return the sum of `values`.",
            generate=lambda rng, case: ([float(value) for value in rng.normal(size=case)],),
            oracle=lambda values: sum(values),
            symptoms=[Symptom("It fails on no values.", when=lambda a, e, values: not values)],
            cases=4,
        ),
    ]


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
