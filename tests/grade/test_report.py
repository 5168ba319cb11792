"""Marks as a table, for spreadsheets and for Gradescope, whatever people are called."""

import csv
import io
import json

import pytest

from dlcore.grade.report import folder_names, marks_csv, results_json, table


def result(name, points=(1, 0), problem="", notes=()):
    rows = [
        {"id": f"99.{n}", "title": f"Task {n}", "points": got, "max": n, "example": "f(1) → 2",
         "passes": "f(0) → 0", "state": "right" if got else "wrong",
         "symptom": "" if got else "It is wrong."}
        for n, got in enumerate(points, start=1)
    ]  # fmt: skip
    return {"name": name, "points": sum(points), "max": 3, "problem": problem,
            "notes": list(notes), "seconds": 1.5, "tasks": rows}  # fmt: skip


CLASS = [
    result("王小明"),
    result("=1+1", (1, 2)),
    result("a\nb\x1b[2J", (0, 0), problem="It is empty."),
    result("محمد", notes=["Cell 1 stopped, twice."]),
]


def test_table():
    lines = table(CLASS).splitlines()
    assert len(lines) == 5
    assert lines[0].split() == ["submission", "99.1", "99.2", "sum"]
    assert lines[2].split() == ["=1+1", "1", "2", "3/3"]
    assert lines[3].split(maxsplit=4) == ["a␣b␣[2J", "0", "0", "0/3", "It is empty."]
    assert table([]).split() == ["submission", "sum"]
    assert "…" in table([result("x" * 80)])


def test_csv_is_safe_in_a_spreadsheet():
    text = marks_csv(CLASS)
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:])))
    assert rows[0] == ["submission", "points", "of", "99.1", "99.2", "remarks"]
    assert rows[1] == ["王小明", "1", "3", "1", "0", ""]
    assert rows[2][0] == "'=1+1"
    assert rows[3] == ["a␣b␣[2J", "0", "3", "0", "0", "It is empty."]
    assert rows[4][-1] == "Cell 1 stopped, twice."


@pytest.mark.parametrize("name", ["=cmd()", "+1", "-1", "@sum"])
def test_no_cell_is_a_formula(name):
    rows = list(csv.reader(io.StringIO(marks_csv([result(name, problem=name)]))))
    assert rows[1][0] == f"'{name}"
    assert rows[1][-1] == f"'{name}"


def test_results_json_has_gradescopes_form():
    found = json.loads(results_json(CLASS[3]))
    assert found["score"] == 1
    assert found["execution_time"] == 1.5
    assert found["output"] == "Cell 1 stopped, twice."
    assert found["tests"][1] == {
        "number": "99.2",
        "name": "Task 2",
        "score": 0,
        "max_score": 2,
        "status": "failed",
        "output": "It is wrong.\nFor instance: f(1) → 2\nThis one is right: f(0) → 0",
        "visibility": "visible",
    }
    assert found["tests"][0]["status"] == "passed"


def test_folders_are_harmless_and_told_apart():
    names = ["ann", "Ann", "ann", "../..", "a/b", "a\nb", "", "王", "x" * 300, "con."]
    found = list(folder_names([result(name) for name in names]))
    assert found == ["ann", "Ann-2", "ann-3", "submission", "a_b", "a_b-2", "submission-2", "王",
                     "x" * 100, "con"]  # fmt: skip
