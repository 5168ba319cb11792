"""Put the questions of all tasks to one notebook, starting again behind one that kills it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dlcore.grade import sandbox
from dlcore.grade.plain import LONGEST_MESSAGE, unpack
from dlcore.grade.sandbox import Questions

UNREADABLE = ["odd", "something that cannot be read"]
MOST_NOTES = 10
NO_TIME = "no time was left to call it"
SCARCE = re.compile(r"start new thread|temporarily unavailable|allocate memory|on the clock")


@dataclass
class Interview:
    """What one notebook answered.

    outcomes: {task id: what `ask` gave for each case, in order}. stopped: {task id: why there are
    no more}. problem: why nothing could be asked, or "". notes: cells that failed. crowded: whether
    it may have lacked what another submission took.
    """

    outcomes: dict = field(default_factory=dict)
    stopped: dict = field(default_factory=dict)
    problem: str = ""
    notes: list = field(default_factory=list)
    seconds: float = 0.0
    cpu: float = 0.0
    crowded: bool = False


def interview(notebook: bytes, tasks: Questions, limits: sandbox.Limits) -> Interview:
    """Return the Interview of a notebook (bytes); tasks: [{"id", "function", "cases"}].

    A function that hangs, crashes or ends its process costs its own task; the notebook is then
    run again for the tasks behind it, as long as the time for one submission lasts.
    """
    found, left = Interview(outcomes={task["id"]: [] for task in tasks}), list(tasks)
    while left and not found.problem:
        cpu, wall = limits.cpu_seconds - found.cpu, limits.wall_seconds - found.seconds
        rest = replace(limits, cpu_seconds=math.ceil(cpu), wall_seconds=math.ceil(wall))
        ending = sandbox.run(notebook, left, rest)
        take(found, ending.lines, left)
        if not found.seconds:
            found.notes = cell_notes(ending.lines)
        found.seconds += ending.seconds
        found.crowded |= crowded(ending)
        found.cpu += ending.cpu
        if ending.how == "finished":
            break
        left = blame(found, ending, left)
        if found.cpu >= limits.cpu_seconds or found.seconds >= limits.wall_seconds:
            found.stopped |= {task["id"]: NO_TIME for task in left}
            break
    return found


def crowded(ending: sandbox.Ending) -> bool:
    """Whether a run may have lacked what others took: threads, processes, memory, time."""
    if ending.how not in ("finished", "it used up its processor time"):
        return True
    reports = [line[-1] for line in ending.lines if line[0] in ("failed", "asked")]
    raised = [report for report in reports if isinstance(report, list) and report[:1] == ["raised"]]
    return any(SCARCE.search(str(word)[:LONGEST_MESSAGE]) for report in raised for word in report)


def take(found: Interview, lines: Sequence[list[Any]], tasks: Questions) -> None:
    """Take over the answers that were asked for, in order, each once; all else is ignored."""
    counts = {task["id"]: len(task["cases"]) for task in tasks}
    for line in lines:
        if line[0] == "unreadable" and len(line) == 2:
            found.problem = text(line[1])
        elif line[0] == "missing" and line[1:] and _known(line[1], counts):
            found.stopped[line[1]] = "missing"
        elif line[0] == "asked" and len(line) == 4 and _known(line[1], counts):
            answers = found.outcomes[line[1]]
            if line[2] == len(answers) < counts[line[1]]:
                answers.append(checked(line[3]))


def _known(name: Any, counts: dict[str, int]) -> bool:
    return isinstance(name, str) and name in counts


def checked(outcome: Any) -> list[Any]:
    """Return an outcome that has the form `ask` gives it, whatever the sandbox wrote."""
    match outcome:
        case ["answer", packed, list(changed)] if all(type(n) is int for n in changed[:20]):
            try:
                unpack(packed)
            except Exception:
                return UNREADABLE
            return ["answer", packed, changed[:20]]
        case ["odd", str() as why]:
            return ["odd", text(why)]
        case ["raised", str() as kind, str() as message, str() as line]:
            return ["raised", text(kind), text(message), text(line)]
    return UNREADABLE


def text(value: Any) -> str:
    """Return what the sandbox wrote as one short line of printable characters."""
    kept = "".join(c if c.isprintable() else " " for c in str(value)[:LONGEST_MESSAGE])
    return " ".join(kept.split())


def blame(found: Interview, ending: sandbox.Ending, left: Questions) -> list[dict[str, Any]]:
    """Note where a notebook ended before its time; return the tasks that can still be asked."""
    started = [line[1] for line in ending.lines if line[0] == "asking" and len(line) == 3]
    if not started:
        cells = [line[1] for line in ending.lines if line[0] == "cell" and len(line) == 2]
        place = f" in code cell {text(cells[-1])}" if cells else ""
        found.problem = f"The notebook did not run to its end: {ending.how}{place}."
        return []
    for position, task in enumerate(left):
        unanswered = len(found.outcomes[task["id"]]) < len(task["cases"])
        if unanswered and task["id"] not in found.stopped:
            found.stopped[task["id"]] = ending.how
            return left[position + 1 :]
    return []


def cell_notes(lines: Sequence[list[Any]]) -> list[str]:
    """Return one sentence per cell that failed; stubs that are still open are no failure."""
    notes = []
    for line in lines:
        match line:
            case ["failed", int() as number, ["raised", kind, message, source]]:
                if kind == "NotImplementedError" and str(message).startswith("exercise"):
                    continue
                where = f", in the line `{text(source)}`" if source else ""
                notes.append(f"Cell {number} stopped: {text(kind)}: {text(message)}{where}.")
    return notes[:MOST_NOTES]
