"""The class report is one page, with names and messages escaped."""

import re

import pytest

from dlcore.grade.class_page import class_page


def row(number, points, symptom=""):
    state = "right" if points else "open" if symptom == "Still to do." else "wrong"
    return {"id": f"99.{number}", "title": "A <b>", "points": points, "max": 2, "state": state,
            "symptom": symptom, "example": ""}  # fmt: skip


def result(name, *rows, problem="", notes=()):
    points = sum(part["points"] for part in rows)
    return {"name": name, "points": points, "max": 4, "problem": problem, "notes": list(notes),
            "tasks": list(rows)}  # fmt: skip


CLASS = [
    result("<script>alert(1)</script>", row(1, 2), row(2, 2)),
    result("bo", row(1, 0, "You <i>squared</i> it."), row(2, 2)),
    result("cy", row(1, 0, "You <i>squared</i> it."), row(2, 0, "Still to do.")),
    result("d\ne", row(1, 0, "Empty."), row(2, 0, "Empty."), problem="Empty."),
    result("ed", row(1, 0, "It is transposed."), row(2, 2), notes=["Cell 3 stopped: <E>."]),
]


@pytest.fixture(scope="module")
def page():
    return class_page(CLASS, ["ed: the grader failed with <X>"])


def test_numbers(page):
    assert "<h1>Marks of 5 submissions</h1>" in page
    assert "Of 4 points: mean 1.6, median 2, lowest 0, highest 4." in page
    counts = re.findall(r"<div>(\d*)<i", page)
    assert counts == ["2", "", "2", "", "1"]


def test_distribution_per_task(page):
    first, second = re.findall(r'<h3>.*?</h3><div class="bar">(.*?)</div>', page)
    assert re.findall(r">(\d+ [a-z ]+)<", first) == ["1 right", "3 wrong", "1 did not run"]
    assert re.findall(r">(\d+ [a-z ]+)<", second) == ["3 right", "1 not begun", "1 did not run"]


def test_colours_have_a_key(page):
    (key,) = re.findall(r'<p class="key">(.*?)</p>', page)
    assert re.findall(r">([a-z ]+)</span>", key) == ["right", "wrong", "not begun", "did not run"]


def test_most_common_symptoms_come_first(page):
    found = re.findall(r'<td class="n">(\d+)×</td><td>(.*?)</td>', page)
    assert found == [("2", "You &lt;i&gt;squared&lt;/i&gt; it."), ("1", "It is transposed.")]


def test_failures_to_run_are_listed(page):
    assert "<td>d␣e</td><td>Empty.</td>" in page
    assert "<td>ed</td><td>Cell 3 stopped: &lt;E&gt;.</td>" in page
    assert "the grader failed with &lt;X&gt;" in page


def test_page_is_self_contained_and_runs_nothing(page):
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert not re.search(r"https?://|src=|@import|url\(", page)


def test_class_without_failures_or_submissions():
    assert "every cell of every submission ran" in class_page(CLASS[:1])
    assert "Marks of 0 submissions" in class_page([])


def test_many_points_share_columns():
    page = class_page([result("a", row(1, 2)) | {"max": 90, "points": 90}])
    assert len(re.findall(r"<i style", page)) <= 20
