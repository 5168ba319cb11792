"""From what a learner's function answered to a verdict: right, still open, or a symptom."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dlcore.grade.compare import close, conform, plain
from dlcore.grade.diagnose import count_symptom, form_symptom, value_symptom
from dlcore.grade.plain import ask, unpack, unpack_inputs
from dlcore.grade.show import form, input_name, shown, smallest
from dlcore.grade.task import Guess, Symptom, Task

NO_CODE = "An answer is numbers, text, arrays, or a tuple or dictionary of these."
OTHER_FORM = "Your answer has another form than the exercise asks for."
DIFFERENT = "The numbers are not the right ones."
ALTERED = (
    "Your numbers are right, but your function changes {}, which belongs to whoever calls it. Work "
    "on a copy of it: beware of `+=`, of `x[…] = …` and of methods that end in `_`."
)
NOTHING = object()  # in the place of an answer, where there is none


@dataclass(frozen=True)
class Verdict:
    """state: "right", "wrong", or "open" (the stub is untouched). symptom: one or two sentences.

    example: the smallest input that shows it and what was answered, or "". passes: one that came
    out right, or "". case, answer, asked: the packed inputs of the example, what was answered,
    and the kind of what is right."""

    state: str
    symptom: str = ""
    example: str = ""
    passes: str = ""
    case: Any = None
    answer: Any = None
    asked: str = ""

    @property
    def right(self) -> bool:
        """Whether it is "right": neither "wrong" nor "open"."""
        return self.state == "right"


def expected(task: Task, cases: Sequence[Any]) -> list:
    """Return what the oracle gives for each packed case; nothing where a judge decides."""
    return [plain(task.oracle(*unpack_inputs(case))) for case in cases] if task.oracle else []


def answered(task: Task, function: Callable[..., Any], seed: int) -> Verdict:
    """Return the verdict on a function for the cases of a seed."""
    cases = task.draw(seed)
    return judge(task, cases, [ask(function, case) for case in cases])


def judge(
    task: Task, cases: Sequence[Any], outcomes: Sequence[Any], known: list[Any] | None = None
) -> Verdict:
    """Compare the outcomes of `ask`, one per packed case, with what is right.

    known: what `expected` gave for these cases, if it was called before.
    """
    for outcome in outcomes:
        if outcome[:3] == ["raised", "NotImplementedError", f"exercise {task.id}"]:
            text = f"Still to do: your work goes into `{task.function}`, in place of `raise …`."
            return Verdict("open", text)
    troubles = [_trouble(outcome) for outcome in outcomes]
    if len(outcomes) < len(cases) and not any(troubles):
        return Verdict("wrong", "Your function was not called in every case.")
    answers = [unpack(outcome[1]) if outcome[0] == "answer" else NOTHING for outcome in outcomes]
    expecteds = known or expected(task, cases)
    if task.judge:
        told = [
            trouble or _judged(task.judge, answer, case)
            for trouble, answer, case in zip(troubles, answers, cases)
        ]
        told = _agreed(told)
    else:
        answers = [conform(*pair) for pair in zip(answers, expecteds)]
        told = _compared(task, cases, answers, expecteds, troubles)
    if not any(told[: task.cases]):
        told = _demanded(task, outcomes, answers, told)
    return _verdict(task, cases, answers, told, expecteds)


def _demanded(
    task: Task, outcomes: Sequence[Any], answers: Sequence[Any], told: list[Any]
) -> list[Any]:
    """Say what the answers break, right as they are: inputs left alone, what `again` demands."""
    for number, more in enumerate(task.again, start=task.cases):
        fine = not told[number] and (not more.must or more.must(answers[more.of], answers[number]))
        told[number] = "" if fine else more.sentence
    if task.in_place or any(told):
        return told
    for number, outcome in enumerate(outcomes):
        if changed := outcome[2]:
            told[number] = ALTERED.format(input_name(task, changed[0]))
    return told


def _trouble(outcome: Sequence[Any]) -> str:
    """Say why a case has no answer; "" if it has one."""
    if outcome[0] == "odd":
        return f"Your function returned {outcome[1]}. {NO_CODE}"
    if outcome[0] != "raised":
        return ""
    _, kind, message, line = outcome
    where = f", in the line `{line}`" if line else ""
    if kind == "OutOfTime":
        return f"Your function took {message}; it was stopped{where}. Does every loop end?"
    return f"Your function stopped with {kind}: {message or 'no message'}{where}."


def _judged(own_judge: Callable[..., str | None], answer: Any, case: Sequence[Any]) -> str:
    """What a task's own judge says of one answer, "" if it is right."""
    try:
        return own_judge(answer, *unpack_inputs(case)) or ""
    except Exception:
        return (answer is None and form_symptom(None, 0)) or OTHER_FORM


def _agreed(told: list[str]) -> list[str]:
    """Keep a guess only if it explains every case that failed."""
    failed = [sentence for sentence in told if sentence]
    guesses = [sentence for sentence in failed if isinstance(sentence, Guess)]
    common = [words for words in (guesses[0].every if guesses else ())
              if all(words in guess.every for guess in guesses)]  # fmt: skip
    if common and len(guesses) == len(failed):
        return [sentence and common[0] for sentence in told]
    return [sentence.otherwise if isinstance(sentence, Guess) else sentence for sentence in told]


def _compared(
    task: Task,
    cases: Sequence[Any],
    answers: Sequence[Any],
    expecteds: Sequence[Any],
    troubles: Sequence[str],
) -> list[str]:
    """Return a sentence for each case, "" where it is right."""
    pairs = list(zip(answers, expecteds))
    right = [not trouble and close(*pair, task.tolerance)
             for trouble, pair in zip(troubles, pairs)]  # fmt: skip
    if any(troubles):
        return [trouble or ("" if fine else DIFFERENT) for trouble, fine in zip(troubles, right)]
    if all(right):
        return [""] * len(right)
    for symptom in task.symptoms:
        if _recognised(symptom, task, cases, answers, expecteds, right):
            return ["" if fine else symptom.sentence for fine in right]
    forms: list[Any] = [
        not fine and form_symptom(*pair, task.returns) for fine, pair in zip(right, pairs)
    ]
    if any(forms):
        return [found or ("" if fine else DIFFERENT) for found, fine in zip(forms, right)]
    wrong = [number for number, fine in enumerate(right) if not fine]
    general = value_symptom(answers, expecteds, task.tolerance)
    if not general and any(right):
        got, asked = ([part[number] for number in wrong] for part in (answers, expecteds))
        if general := value_symptom(got, asked, task.tolerance):
            general = f"In the {len(wrong)} of {len(right)} cases that fail: {general}"
    if not general:
        chosen = smallest(wrong, cases)
        general = count_symptom(right, answers[chosen], expecteds[chosen], task.tolerance)
    return ["" if fine else general for fine in right]


def _recognised(
    symptom: Symptom,
    task: Task,
    cases: Sequence[Any],
    answers: Sequence[Any],
    expecteds: Sequence[Any],
    right: Sequence[bool],
) -> bool:
    """Whether a mistake explains all answers (mimics) or all wrong ones (when)."""
    try:
        for case, answer, expected, fine in zip(cases, answers, expecteds, right):
            if symptom.mimics:
                mistaken = plain(symptom.mimics(*unpack_inputs(case)))
                if not close(conform(answer, mistaken), mistaken, task.tolerance):
                    return False
            elif symptom.when and not fine:
                inputs = unpack_inputs(case)
                if not (_as_many(answer, expected) and symptom.when(answer, expected, *inputs)):
                    return False
    except Exception:  # the mistake does not even work on these inputs, so it was not made
        return False
    return True


def _as_many(answer: Any, expected: Any) -> bool:
    """Whether an answer has as many values as is asked; else `when` would look at a part of it."""
    if not isinstance(expected, tuple):
        return True
    return isinstance(answer, tuple) and len(answer) == len(expected)


def kind_of(sentence: str) -> str:
    """Return a sentence without its numbers: what two cases have in common."""
    return re.sub(r"#(, #)+", "#", re.sub(r"-?\d[\d.]*(e[-+]?\d+)?", "#", sentence))


def _verdict(
    task: Task,
    cases: Sequence[Any],
    answers: Sequence[Any],
    told: list[str],
    expecteds: Sequence[Any] | None = None,
) -> Verdict:
    """Choose the example: the smallest case of the commonest sentence, beside one that is right."""
    kinds = [kind_of(sentence) for sentence in told]
    counts = Counter(kind for kind, sentence in zip(kinds, told) if sentence)
    if not counts:
        return Verdict("right")
    chosen = max(counts, key=lambda kind: (kind not in (DIFFERENT, OTHER_FORM), counts[kind]))
    case = smallest([number for number, kind in enumerate(kinds) if kind == chosen], cases)
    others = counts.total() - counts[chosen]
    symptom = told[case]
    if others:
        cases_fail = "another case fails" if others == 1 else f"{others} other cases fail"
        symptom = f"{symptom} That is the case below; {cases_fail} in another way."
    right = [number for number, sentence in enumerate(told) if not sentence]
    best = smallest(right, cases) if right else None
    replied = [answer for answer in answers[case : case + 1] if answer is not NOTHING]
    return Verdict(
        "wrong",
        symptom,
        shown(task, cases[case], *replied),
        "" if best is None else shown(task, cases[best], answers[best]),
        cases[case],
        replied[0] if replied else None,
        form(expecteds[case], task.returns) if expecteds else "",
    )
