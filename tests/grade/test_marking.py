"""An interview becomes marks."""

import pytest

from dlcore.grade.interview import Interview
from dlcore.grade.marking import Plan, marks, question
from dlcore.grade.plain import ask
from dlcore.grade.submission import Submission


@pytest.fixture
def plan(tasks):
    return Plan(tasks, seed=1)


@pytest.fixture
def court(plan):
    with plan.court() as court:
        yield court


def answers(plan, **functions):
    outcomes = {
        task.id: [ask(functions[task.function], case) for case in plan.cases[task.id]]
        if task.function in functions
        else []
        for task in plan.tasks
    }
    return Interview(outcomes=outcomes, seconds=1.25)


def states(found):
    return [(row["state"], row["points"]) for row in found["tasks"]]


def test_marks(plan, tmp_path, court):
    item = Submission(tmp_path, "ann")
    found = marks(item, answers(plan, double=lambda x: x * x, total=sum), plan, court)
    assert (found["name"], found["points"], found["max"], found["seconds"]) == ("ann", 2, 3, 1.25)
    assert states(found) == [("wrong", 0), ("right", 2)]
    assert found["tasks"][0]["symptom"] == "You squared it."


def test_what_was_stopped(plan, tmp_path, court):
    told = answers(plan, total=sum)
    told.stopped = {"99.1": "missing"}
    found = marks(Submission(tmp_path, "bo"), told, plan, court)
    assert found["tasks"][0]["symptom"].startswith("There is no function `double`")
    told.stopped = {"99.1": "it used up its processor time"}
    found = marks(Submission(tmp_path, "bo"), told, plan, court)
    assert "ended the notebook: it used up" in found["tasks"][0]["symptom"]
    told.problem = "It is empty."
    assert states(marks(Submission(tmp_path, "bo"), told, plan, court)) == [
        ("wrong", 0),
        ("wrong", 0),
    ]


def test_questions_hold_no_answers(plan):
    assert all(set(part) == {"id", "function", "cases"} for part in plan.questions())


def test_question_tells_what_it_cannot_read(plan, tmp_path):
    found = question(Submission(tmp_path / "none.ipynb", "none"), plan)
    assert "No such file" in found.problem


def test_question_runs_the_notebook(plan, tmp_path, honest, court):
    (tmp_path / "a.ipynb").write_bytes(honest)
    item = Submission(tmp_path / "a.ipynb", "a")
    assert marks(item, question(item, plan), plan, court)["points"] == 3
