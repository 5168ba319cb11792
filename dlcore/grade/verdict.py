"""From what a learner's function answered to a verdict: right, still open, or a symptom."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dlcore.grade.compare import close, conform, plain
from dlcore.grade.diagnose import count_symptom, named, shape_symptom, value_symptom
from dlcore.grade.plain import ask, unpack, unpack_inputs
from dlcore.grade.task import Task

LONGEST_SHOWN = 240
NO_CODE = "An answer is numbers, text, arrays, or a tuple or dictionary of these."


@dataclass(frozen=True)
class Verdict:
    """state: "right", "wrong", or "open" (the stub is untouched). symptom: one or two sentences.

    example: the input that shows it and what was answered, or ""."""

    state: str
    symptom: str = ""
    example: str = ""

    @property
    def right(self):
        return self.state == "right"


def expected(task: Task, cases: Sequence[Any]) -> list:
    """Return what the oracle gives for each packed case; nothing where a judge decides."""
    return [plain(task.oracle(*unpack_inputs(case))) for case in cases] if task.oracle else []


def judge(task: Task, cases: Sequence[Any], outcomes: Sequence[Any], known=None) -> Verdict:
    """Compare the outcomes of `ask`, one per packed case, with what is right.

    known: what `expected` gave for these cases, if it was called before.
    """
    for case, outcome in zip(cases, outcomes):
        if outcome[0] == "raised":
            return _raised(task, outcome, case)
        if outcome[0] == "odd":
            symptom = f"Your function returned {outcome[1]}. {NO_CODE}"
            return Verdict("wrong", symptom, shown(task, case))
    if len(outcomes) < len(cases):
        return Verdict("wrong", "Your function was not called in every case.")
    answers = [unpack(outcome[1]) for outcome in outcomes]
    if task.judge:
        return _by_judge(task, cases, answers)
    return _by_oracle(task, cases, answers, known or expected(task, cases))


def _raised(task, outcome, case):
    """Tell an untouched stub from an error."""
    _, kind, message, line = outcome
    if kind == "NotImplementedError" and message == f"exercise {task.id}":
        text = f"Still to do: your work goes into `{task.function}`, in place of `raise …`."
        return Verdict("open", text)
    where = f", in the line `{line}`" if line else ""
    text = f"Your function stopped with {kind}: {message or 'no message'}{where}."
    if kind == "OutOfTime":
        text = f"Your function took {message}; it was stopped{where}. Does every loop end?"
    return Verdict("wrong", text, shown(task, case))


def _by_judge(task, cases, answers):
    for case, answer in zip(cases, answers):
        try:
            symptom = task.judge(answer, *unpack_inputs(case))
        except Exception:
            symptom = "Your answer has another form than the exercise asks for."
            if answer is None:
                symptom = shape_symptom(None, 0)
        if symptom:
            return Verdict("wrong", symptom, shown(task, case, answer))
    return Verdict("right")


def _by_oracle(task, cases, answers, expecteds):
    answers = [conform(*pair) for pair in zip(answers, expecteds)]
    right = [close(*pair, task.tolerance) for pair in zip(answers, expecteds)]
    if all(right):
        return Verdict("right")
    wrong = right.index(False)
    example = shown(task, cases[wrong], answers[wrong])
    return Verdict("wrong", _symptom(task, cases, answers, expecteds, right), example)


def _symptom(task, cases, answers, expecteds, right):
    """Return the task's own sentence for the mistake, or else a general one."""
    for symptom in task.symptoms:
        if _recognised(symptom, task, cases, answers, expecteds, right):
            return symptom.sentence
    for answer, expected in zip(answers, expecteds):
        if found := shape_symptom(answer, expected):
            return found
    found = value_symptom(answers, expecteds, task.tolerance)
    return found or count_symptom(right, answers, expecteds, task.tolerance)


def _recognised(symptom, task, cases, answers, expecteds, right):
    """Whether a mistake explains all answers (mimics) or all wrong ones (when)."""
    try:
        for case, answer, expected, fine in zip(cases, answers, expecteds, right):
            if symptom.mimics:
                mistaken = plain(symptom.mimics(*unpack_inputs(case)))
                if not close(conform(answer, mistaken), mistaken, task.tolerance):
                    return False
            elif not fine and not symptom.when(answer, expected, *unpack_inputs(case)):
                return False
    except Exception:  # the mistake does not even work on these inputs, so it was not made
        return False
    return True


def answered(task: Task, function, seed: int) -> Verdict:
    """Return the verdict on a function for the cases of a seed."""
    cases = task.draw(seed)
    return judge(task, cases, [ask(function, case) for case in cases])


def shown(task, case, *answer):
    """Return the call of a case, and what was answered; where that is long, shapes for arrays."""
    text = ""
    for short in (False, True):
        inputs = ", ".join(_text(value, short) for value in unpack_inputs(case))
        text = f"{task.function}({inputs})"
        if answer:
            text += f" → {_text(answer[0], short)}"
        if len(text) <= LONGEST_SHOWN:
            return text
    return f"{text[: LONGEST_SHOWN - 1]}…"


def _text(value, short=False):
    """Write a value shortly: tensors as nested lists with few digits, or by their shape."""
    if hasattr(value, "tolist"):
        if short:
            return named(value)
        return _text(value.tolist())
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(_text(item, short) for item in value)
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    if isinstance(value, dict):
        pairs = [f"{key!r}: {_text(item, short)}" for key, item in value.items()]
        return "{" + ", ".join(pairs) + "}"
    return repr(value)
