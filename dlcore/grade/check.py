"""Check an exercise in the notebook: `check("3.2", my_function)` says pass or the symptom."""

import html
import secrets

from IPython.display import display

from dlcore.grade.progress import points, record
from dlcore.grade.registry import find
from dlcore.grade.verdict import answered
from dlcore.study.palette import AMBER, GREEN, VERMILION

MARKS = {"right": ("✓", GREEN), "wrong": ("✗", VERMILION), "open": ("○", AMBER)}


class Answer:
    """A verdict as the notebook shows it."""

    def __init__(self, task, verdict, score):
        self.task = task
        self.verdict = verdict
        self.score = score

    @property
    def words(self):
        """The lines to read: what happened, the example, the points."""
        got = self.task.points if self.verdict.right else 0
        mark = MARKS[self.verdict.state][0]
        lines = [f"{mark} {self.task.id} {self.task.title}: {got} of {self.task.points} points"]
        lines += [self.verdict.symptom] if self.verdict.symptom else []
        lines += [f"For instance: {self.verdict.example}"] if self.verdict.example else []
        if self.verdict.right:
            lines.append(f"Chapter {self.task.chapter}: {self.score[0]} of {self.score[1]} points.")
        return lines

    def __repr__(self):
        return "\n".join(self.words)

    def _repr_mimebundle_(self, include=None, exclude=None):
        colour = MARKS[self.verdict.state][1]
        first, *rest = map(html.escape, self.words)
        body = "<br>".join([f"<b>{first}</b>", *rest])
        style = f"border-left: 4px solid {colour}; padding: 0.3em 0.8em; margin: 0"
        return {
            "text/html": f'<p class="dl-check" style="{style}">{body}</p>',
            "text/plain": repr(self),
        }


def examine(number, function, seed):
    """Return (task, Verdict) of a function on the cases of a seed."""
    task = find(number)
    if not callable(function):
        raise TypeError(
            f"check({number!r}, …) expects your function {task.function}, without parentheses "
            f"behind it; got {type(function).__name__}"
        )
    return task, answered(task, function, seed)


def check(number, function):
    """Call `function` on fresh inputs of exercise `number`, and show pass or the symptom.

    Raises ValueError for a number that no exercise has and TypeError if there is no function.
    """
    task, verdict = examine(number, function, secrets.randbits(64))
    if verdict.right:
        record(number)
    display(Answer(task, verdict, points(task.chapter)))
