"""The marks of one submission: what its interview gave, and what the court says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dlcore.grade.interview import Interview, interview
from dlcore.grade.judging import Court
from dlcore.grade.sandbox import Limits
from dlcore.grade.submission import Submission, printable
from dlcore.grade.task import Task
from dlcore.grade.verdict import Verdict


@dataclass
class Plan:
    """What a class is graded on: the tasks, one seed for all, and the limits."""

    tasks: list
    seed: int
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        self.cases = {task.id: task.draw(self.seed) for task in self.tasks}

    def court(self) -> Court:
        """Return the court for these tasks, to be opened before any thread starts."""
        return Court(self.tasks, self.cases)

    def questions(self) -> list[dict[str, Any]]:
        """Return the tasks as the sandbox gets them: names and inputs, nothing else."""
        return [
            {"id": task.id, "function": task.function, "cases": self.cases[task.id]}
            for task in self.tasks
        ]


def question(submission: Submission, plan: Plan) -> Interview:
    """Read and interview one submission; runs in any thread."""
    data, problem = submission.read()
    if problem:
        return Interview(problem=problem)
    return interview(data, plan.questions(), plan.limits)


def marks(submission: Submission, answers: Interview, plan: Plan, court: Court) -> dict[str, Any]:
    """Return the marks of a submission as plain data."""
    rows = []
    for task in plan.tasks:
        verdict = _verdict(task, answers, court)
        points = task.points if verdict.right else 0
        rows.append(
            {
                "id": task.id,
                "title": task.title,
                "points": points,
                "max": task.points,
                "state": verdict.state,
                "symptom": printable(verdict.symptom),
                "example": printable(verdict.example),
                "passes": printable(verdict.passes),
            }
        )
    return {
        "name": submission.name,
        "points": sum(row["points"] for row in rows),
        "max": sum(row["max"] for row in rows),
        "problem": answers.problem,
        "notes": answers.notes,
        "seconds": round(answers.seconds, 2),
        "tasks": rows,
    }


def _verdict(task: Task, answers: Interview, court: Court) -> Verdict:
    stopped = answers.stopped.get(task.id)
    if answers.problem:
        return Verdict("wrong", answers.problem)
    if stopped == "missing":
        text = f"There is no function `{task.function}`: was it renamed, or did its cell fail?"
        return Verdict("wrong", text)
    if stopped:
        return Verdict("wrong", f"Calling `{task.function}` ended the notebook: {stopped}.")
    return court.verdict(task.id, answers.outcomes[task.id])
