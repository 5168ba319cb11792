"""One notebook's answers are taken in order, each once, and a crash costs one task only."""

import pytest

from dlcore.grade import interview as module
from dlcore.grade.interview import (
    Interview,
    blame,
    cell_notes,
    checked,
    crowded,
    interview,
    take,
    text,
)
from dlcore.grade.sandbox import Ending, Limits

ASK = [
    {"id": "99.1", "function": "double", "cases": [[["number", 1]], [["number", 2]]]},
    {"id": "99.2", "function": "total", "cases": [[["tuple", []]]]},
]
QUICK = Limits(cpu_seconds=10, wall_seconds=60, call_seconds=2, memory=1024)


def number(value):
    return ["answer", ["number", value], []]


@pytest.mark.parametrize(
    ("function", "why"),
    [
        ("import os\n    os._exit(0)", r"it ended its own process (exit status 0)"),
        ("import os\n    os.kill(os.getpid(), 9)", "it was killed: too much memory or time"),
    ],
)
def test_notebook_is_asked_again_behind_a_crash(notebook, function, why):
    data = notebook(f"def double(x):\n    {function}", "def total(values): return 0")
    found = interview(data, ASK, QUICK)
    assert found.stopped == {"99.1": why}
    assert found.outcomes == {"99.1": [], "99.2": [number(0)]}
    assert found.problem == ""


def test_answers_before_the_crash_are_kept(notebook):
    body = "import os\n    if not values: os._exit(0)"
    data = notebook("def double(x): return 2 * x", f"def total(values):\n    {body}")
    found = interview(data, ASK, QUICK)
    assert found.outcomes["99.1"] == [number(2), number(4)]
    assert list(found.stopped) == ["99.2"]


def test_notebook_that_ends_in_a_cell_is_not_asked(notebook):
    found = interview(notebook("x = 1", "import os\nos._exit(5)"), ASK, QUICK)
    words = "it ended its own process (exit status 5) in code cell 2"
    assert found.problem == f"The notebook did not run to its end: {words}."


def test_missing_functions_and_failed_cells_are_told(notebook):
    stub = "raise NotImplementedError('exercise 99.9')"
    found = interview(notebook("1 / 0", stub, "def total(values): return 0"), ASK, QUICK)
    assert found.stopped == {"99.1": "missing"}
    assert found.notes == [
        "Cell 1 stopped: ZeroDivisionError: division by zero, in the line `1 / 0`."
    ]
    assert found.outcomes["99.2"] == [number(0)]


def test_time_for_one_submission_is_limited(monkeypatch):
    endings = [Ending([["asking", "99.1", 0]], "it took more than 5 seconds", 6.0)]
    monkeypatch.setattr(module.sandbox, "run", lambda *arguments: endings.pop())
    found = interview(b"", ASK, Limits(wall_seconds=5))
    assert found.stopped["99.2"] == "no time was left to call it"


def test_lines_that_were_not_asked_for_are_ignored():
    found = Interview(outcomes={"99.1": [], "99.2": []})
    lines = [
        ["asked", "99.1", 1, number(8)],
        ["asked", "99.1", 0, number(1)],
        ["asked", "99.1", 0, number(9)],
        ["asked", "99.3", 0, number(9)],
        ["asked", ["99.2"], 0, number(9)],
        ["asked", "99.2", 0],
        ["asked", "99.1", 1, ["pickle", "x"]],
        ["asked", "99.1", 2, number(9)],
        ["missing"],
        ["missing", "99.3"],
        ["missing", {}],
    ]
    take(found, lines, ASK)
    odd = ["odd", "something that cannot be read"]
    assert found.outcomes == {"99.1": [number(1), odd], "99.2": []}
    assert found.stopped == {}


@pytest.mark.parametrize(
    "outcome",
    [None, 3, [], ["answer"], ["answer", ["formula", "1"], []], ["answer", [1], []],
     ["answer", ["number", 1]], ["answer", ["number", 1], ["a"]], ["answer", ["number", 1], 3],
     ["odd", 3],
     ["raised", "a", "b"], ["raised", 1, 2, 3], {"answer": 1}],
)  # fmt: skip
def test_outcomes_of_another_form(outcome):
    assert checked(outcome) == ["odd", "something that cannot be read"]


def test_text_is_one_short_printable_line():
    assert text("a\nb\x1b[31mc\u202e" + "x" * 1000).startswith("a b [31mc x")
    assert len(text("x" * 1000)) == 300
    assert text(["x"]) == "['x']"
    assert checked(["raised", "A\n", "b\x00", "c" * 999])[:3] == ["raised", "A", "b"]


def test_blame_falls_on_the_first_unanswered_task():
    found = Interview(outcomes={"99.1": [number(1), number(2)], "99.2": []})
    ending = Ending([["cell", 1], ["asking", "99.2", 0]], "it crashed", 1.0)
    assert blame(found, ending, ASK) == []
    assert found.stopped == {"99.2": "it crashed"}
    assert blame(found, ending, ASK[:1]) == []


def test_notes_are_few():
    lines = [["failed", n, ["raised", "E", "m", ""]] for n in range(50)]
    assert len(cell_notes(lines)) == 10
    assert cell_notes([["failed"], ["failed", "x", 3], *lines[:1]]) == ["Cell 0 stopped: E: m."]


def test_processor_time_is_one_budget_for_all_runs(monkeypatch):
    """Every run gets what the runs before it left."""
    told = []

    def run(notebook, tasks, limits):
        told.append((limits.cpu_seconds, limits.wall_seconds))
        return Ending([["started"], ["asking", tasks[0]["id"], 0]], "it ended", 20.0, cpu=4.5)

    monkeypatch.setattr(module.sandbox, "run", run)
    more = [{"id": f"99.{n}", "function": "f", "cases": [[]]} for n in range(1, 9)]
    found = interview(b"", more, QUICK)
    assert told == [(10, 60), (6, 40), (1, 20)]
    assert [found.stopped[task["id"]] for task in more[:3]] == ["it ended"] * 3
    assert {found.stopped[task["id"]] for task in more[3:]} == {"no time was left to call it"}


def test_endless_tasks_use_the_processor_once(notebook):
    deaf = "while True:\n  try:\n   while True: pass\n  except BaseException: pass"
    cells = [f"def f{n}():\n {deaf}" for n in range(5)]
    more = [{"id": f"99.{n + 1}", "function": f"f{n}", "cases": [[]]} for n in range(5)]
    limits = Limits(cpu_seconds=3, wall_seconds=120, call_seconds=2, memory=1024)
    found = interview(notebook(*cells), more, limits)
    assert len(found.stopped) >= 4
    assert found.cpu < 6


@pytest.mark.parametrize(
    ("how", "lines", "crowd"),
    [
        ("finished", [], False),
        ("it used up its processor time", [], False),
        ("it ended its own process (exit status 1)", [], True),
        ("it took more than 300 seconds", [], True),
        (
            "finished",
            [["failed", 1, ["raised", "RuntimeError", "can't start new thread", ""]]],
            True,
        ),
        ("finished", [["asked", "99.1", 0, ["raised", "ValueError", "no", ""]]], False),
        ("finished", [["asked", "99.1", 0, ["answer", ["text", "start new thread"], []]]], False),
        ("finished", [["asked"], ["failed", 3]], False),
    ],
)
def test_signs_of_a_crowd(how, lines, crowd):
    assert crowded(Ending(lines, how, 1.0)) is crowd
