"""An interview becomes marks, judged in this process and in bounded time."""

import time

import pytest

from dlcore.grade import marking
from dlcore.grade.interview import Interview
from dlcore.grade.marking import Plan, TooLong, marks, question, time_limit
from dlcore.grade.plain import ask
from dlcore.grade.sandbox import Limits
from dlcore.grade.submission import Submission
from dlcore.grade.task import Task


@pytest.fixture
def plan(tasks):
    return Plan(tasks, seed=1)


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


def test_marks(plan, tmp_path):
    item = Submission(tmp_path, "ann")
    found = marks(item, answers(plan, double=lambda x: x * x, total=sum), plan)
    assert (found["name"], found["points"], found["max"], found["seconds"]) == ("ann", 2, 3, 1.25)
    assert states(found) == [("wrong", 0), ("right", 2)]
    assert found["tasks"][0]["symptom"] == "You squared it."


def test_what_was_stopped(plan, tmp_path):
    told = answers(plan, total=sum)
    told.stopped = {"99.1": "missing"}
    found = marks(Submission(tmp_path, "bo"), told, plan)
    assert found["tasks"][0]["symptom"].startswith("There is no function `double`")
    told.stopped = {"99.1": "it used up its processor time"}
    found = marks(Submission(tmp_path, "bo"), told, plan)
    assert "ended the notebook: it used up" in found["tasks"][0]["symptom"]
    told.problem = "It is empty."
    assert states(marks(Submission(tmp_path, "bo"), told, plan)) == [("wrong", 0), ("wrong", 0)]


def test_questions_hold_no_answers(plan):
    assert all(set(part) == {"id", "function", "cases"} for part in plan.questions())


def test_question_tells_what_it_cannot_read(plan, tmp_path):
    found = question(Submission(tmp_path / "none.ipynb", "none"), plan)
    assert "No such file" in found.problem


def test_question_runs_the_notebook(plan, tmp_path, honest):
    (tmp_path / "a.ipynb").write_bytes(honest)
    item = Submission(tmp_path / "a.ipynb", "a")
    assert marks(item, question(item, plan), plan)["points"] == 3


def test_judge_that_hangs_is_stopped(monkeypatch, tmp_path):
    monkeypatch.setattr(marking, "JUDGING_SECONDS", 0.1)

    def slow(answer, x):
        try:
            time.sleep(60)
        except Exception:
            return "never"

    task = Task("99.8", "", 1, "f", "", lambda rng, case: (case,), judge=slow)
    plan = Plan([task], seed=0, limits=Limits())
    found = marks(Submission(tmp_path, "a"), answers(plan, f=lambda x: x), plan)
    assert "could not be checked in reasonable time" in found["tasks"][0]["symptom"]


def test_time_limit_is_lifted_again():
    with pytest.raises(TooLong), time_limit(0.01):
        time.sleep(5)
    with time_limit(0.05):
        pass
    time.sleep(0.1)
