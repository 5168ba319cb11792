"""The marks of one submission: what its interview gave, compared in this clean process."""

import signal
from contextlib import contextmanager
from dataclasses import dataclass, field

from dlcore.grade.interview import Interview, interview
from dlcore.grade.sandbox import Limits
from dlcore.grade.submission import printable
from dlcore.grade.verdict import Verdict, expected, judge

JUDGING_SECONDS = 20


class TooLong(BaseException):
    """Judging one answer took too long; a BaseException, so that no judge swallows it."""


@dataclass
class Plan:
    """What a class is graded on: the tasks, one seed for all, and the limits."""

    tasks: list
    seed: int
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self):
        self.cases = {task.id: task.draw(self.seed) for task in self.tasks}
        self.expected = {task.id: expected(task, self.cases[task.id]) for task in self.tasks}

    def questions(self):
        """Return the tasks as the sandbox gets them: names and inputs, nothing else."""
        return [
            {"id": task.id, "function": task.function, "cases": self.cases[task.id]}
            for task in self.tasks
        ]


def question(submission, plan):
    """Read and interview one submission; runs in any thread."""
    data, problem = submission.read()
    if problem:
        return Interview(problem=problem)
    return interview(data, plan.questions(), plan.limits)


def marks(submission, answers, plan):
    """Return the marks of a submission as plain data; runs in the main thread only."""
    rows = []
    for task in plan.tasks:
        verdict = _verdict(task, answers, plan)
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


def _verdict(task, answers, plan):
    stopped = answers.stopped.get(task.id)
    if answers.problem:
        return Verdict("wrong", answers.problem)
    if stopped == "missing":
        text = f"There is no function `{task.function}`: was it renamed, or did its cell fail?"
        return Verdict("wrong", text)
    if stopped:
        return Verdict("wrong", f"Calling `{task.function}` ended the notebook: {stopped}.")
    try:
        with time_limit(JUDGING_SECONDS):
            known = plan.expected[task.id]
            return judge(task, plan.cases[task.id], answers.outcomes[task.id], known)
    except TooLong:
        return Verdict("wrong", "Your answer could not be checked in reasonable time.")


@contextmanager
def time_limit(seconds):
    """Raise TooLong in the main thread after so many seconds."""

    def stop(signum, frame):
        raise TooLong(f"more than {seconds} seconds")

    earlier = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, earlier)
