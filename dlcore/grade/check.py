"""Check an exercise in the notebook: `check("3.2", my_function)` says pass or the symptom."""

from __future__ import annotations

import html
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from typing import Any

from IPython import get_ipython
from IPython.display import display

from dlcore.grade.plain import unpack_inputs
from dlcore.grade.progress import points, record
from dlcore.grade.registry import find
from dlcore.grade.show import in_numbers
from dlcore.grade.task import Task
from dlcore.grade.verdict import Verdict, answered
from dlcore.study.palette import AMBER, GREEN, VERMILION

MARKS = {"right": ("✓", GREEN), "wrong": ("✗", VERMILION), "open": ("○", AMBER)}
MORE = "`check.last` has this case: .inputs, your .answer, and what is .asked."
PATIENCE = 3  # failures in a row after which the section is named that teaches it
MORE_DRAWS, MORE_SECONDS = 5, 1.0  # in search of a failing case that can be shown in numbers


@dataclass(frozen=True)
class Last:
    """What `check.last` holds: the case that was shown, to be tried again by hand.

    inputs: the arguments. answer: what your function returned. asked: the kind and shape of what
    is right, or "" where many answers are."""

    inputs: tuple
    answer: Any
    asked: str


class Answer:
    """A verdict as the notebook shows it; `extra` are lines that stand below it."""

    def __init__(
        self,
        task: Task,
        verdict: Verdict,
        score: tuple[int, int] | None,
        extra: Sequence[str] = (),
        link: str = "",
    ):
        self.task = task
        self.verdict = verdict
        self.score = score
        self.extra = extra
        self.link = link

    @property
    def words(self) -> list[str]:
        """The lines to read: what happened, the example beside one that is right, the points."""
        verdict = self.verdict
        got = self.task.points if verdict.right else 0
        mark = MARKS[verdict.state][0]
        lines = [f"{mark} {self.task.id} {self.task.title}: {got} of {self.task.points} points"]
        lines += [verdict.symptom] if verdict.symptom else []
        lines += [f"For instance: {verdict.example}"] if verdict.example else []
        lines += [f"This one is right: {verdict.passes}"] if verdict.passes else []
        if verdict.right and self.score:
            lines.append(f"Chapter {self.task.chapter}: {self.score[0]} of {self.score[1]} points.")
        return [*lines, *self.extra]

    def __repr__(self) -> str:
        return "\n".join([*self.words, *([taught(self.task)] if self.link else [])])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        colour = MARKS[self.verdict.state][1]
        first, *rest = map(html.escape, self.words)
        if self.link:
            address = html.escape(self.link)
            rest.append(f'<a href="{address}">{html.escape(taught(self.task))}</a>')
        body = "<br>".join([f"<b>{first}</b>", *rest])
        style = f"border-left: 4px solid {colour}; padding: 0.3em 0.8em; margin: 0"
        return {
            "text/html": f'<p class="dl-check" style="{style}">{body}</p>',
            "text/plain": repr(self),
        }


def taught(task: Task) -> str:
    """Name the section that teaches a task."""
    notebook, _, anchor = task.taught.partition("#")
    chapter, heading = int(notebook[2:4]), anchor.replace("-", " ")
    return f"Read again: chapter {chapter}, “{heading[:1].upper()}{heading[1:]}”."


def address(task: Task) -> str:
    """Where that section is: beside the exercises, or in Colab, which has no other files."""
    beside = f"../{task.taught}"
    if "google.colab" not in sys.modules:
        return beside
    try:
        package = metadata("dlcore")
    except PackageNotFoundError:
        return beside
    entries = package.get_all("Project-URL") or []
    hub = [entry.partition("https://github.com/")[2] for entry in entries if "Repository" in entry]
    page = f"blob/v{package['Version']}/chapters/{task.taught.partition('#')[0]}"
    return f"https://colab.research.google.com/github/{hub[0]}/{page}" if any(hub) else beside


def examine(number: str, function: Callable[..., Any], seed: int) -> tuple[Task, Verdict]:
    """Return (task, Verdict) of a function on the cases of a seed."""
    task = find(number)
    if not callable(function):
        raise TypeError(
            f"check({number!r}, …) expects your function {task.function}, without parentheses "
            f"behind it; got {type(function).__name__}"
        )
    return task, answered(task, function, seed)


def simplest(task: Task, function: Callable[..., Any], verdict: Verdict) -> Verdict:
    """Return a verdict whose example can be shown in numbers, if a few more draws bring one."""
    started = time.monotonic()
    for _ in range(MORE_DRAWS):
        if verdict.case is None or in_numbers(task, verdict.case):
            break
        if time.monotonic() - started > MORE_SECONDS:
            break
        other = answered(task, function, secrets.randbits(64))
        if other.symptom == verdict.symptom and in_numbers(task, other.case):
            return other
    return verdict


def other_name(task: Task, function: Callable[..., Any]) -> str:
    """Say that the class grader would not find this function, "" if it would."""
    shell = get_ipython()
    known = shell.user_ns.get(task.function) if shell else None
    name = getattr(function, "__name__", type(function).__name__)
    if function is known or name == task.function:
        return ""
    return (
        f"Your function is called `{name}`. If your notebook is graded, it is looked for under the "
        f"name `{task.function}`: rename it."
    )


class Check:
    """`check(number, function)`; `check.last` is the case that the last failed check showed."""

    def __init__(self):
        self.last: Last | None = None
        self.failures = Counter()

    def __call__(self, number: str, function: Callable[..., Any]) -> None:
        """Call `function` on fresh inputs of exercise `number`, and show pass or the symptom.

        ValueError for a number that no exercise has, TypeError if there is no function.
        """
        task, verdict = examine(number, function, secrets.randbits(64))
        extra, link = [], ""
        if verdict.right:
            self.last, self.failures[number] = None, 0
            extra = [kept(number), other_name(task, function)]
        elif verdict.state == "wrong":
            verdict = simplest(task, function, verdict)
            self.failures[number] += 1
            if verdict.case is not None:
                inputs = unpack_inputs(verdict.case)
                self.last = Last(inputs, verdict.answer, verdict.asked)
                extra = ["" if in_numbers(task, verdict.case) else MORE]
            if self.failures[number] >= PATIENCE and task.taught:
                link = address(task)
        score = reached(task, verdict.right)
        display(Answer(task, verdict, score, list(filter(None, extra)), link))


check = Check()


def reached(task: Task, right: bool) -> tuple[int, int] | None:
    """Return (points, of how many) of the task's chapter; None if the record cannot be read."""
    try:
        return points(task.chapter, {task.id} if right else set())
    except (OSError, ValueError):
        return None


def kept(number: str) -> str:
    """Keep that an exercise is solved; say why if the file cannot be written."""
    try:
        record(number)
    except (OSError, ValueError) as error:
        return f"Your points could not be kept in this folder: {error}"
    return ""
