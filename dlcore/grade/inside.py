"""Runs in the sandbox: a learner's notebook cell by cell, then the functions that are asked for.

Started as a program beside cells.py, plain.py and shell.py, away from the package, which is out of
reach there. Each line that it writes is one JSON list, such as ["asked", "3.2", 0, ["answer", …]].
What comes after a learner's first line ran is worth no trust; the grader takes from it plain values
only.
"""

from __future__ import annotations

import json
import os
import resource
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from cells import code_cells
from plain import ask, report
from shell import Shell

Send = Callable[[list[Any]], None]  # writes a line to the grader

HERE = Path(__file__).parent
SLOWEST = 6  # seconds on the wall per second of processor time, where the machine is busy


class OutOfTime(BaseException):
    """A cell or a call took longer than allowed; no `except Exception` catches it."""


def main() -> None:
    """Run the job beside this file and write what came of it, line by line."""
    job = json.loads((HERE / "job.json").read_text(encoding="utf-8"))
    set_limits(job["limits"])
    send = channel()
    send(["started"])
    cells, problem = code_cells((HERE / "submission.ipynb").read_bytes())
    if problem:
        send(["unreadable", problem])
    else:
        namespace = run_cells(cells, send, job["limits"]["call_seconds"])
        for task in job["tasks"]:
            ask_task(task, namespace, send, job["limits"]["call_seconds"])
    send(["done"])
    os._exit(0)


def set_limits(limits: dict[str, Any]) -> None:
    """Limit this process for good: it has no right to raise a hard limit again."""
    for name, value in limits["resources"].items():
        soft, hard = value
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (soft, hard))


def channel() -> Send:
    """Keep the pipe to the grader for reports; what the notebook prints goes nowhere."""
    os.closerange(3, 256)  # what bubblewrap left open
    pipe = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)

    def send(line: list[Any]) -> None:
        data = json.dumps(line).encode() + b"\n"
        while data:
            data = data[os.write(pipe, data) :]

    return send


def run_cells(cells: Sequence[str], send: Send, seconds: float) -> dict[str, Any]:
    """Run the cells in order in one namespace; one that fails does not stop the next ones."""
    shell = Shell()
    for number, source in enumerate(cells, start=1):
        send(["cell", number])

        def failed(error: BaseException, name: str, number: int = number) -> None:
            send(["failed", number, in_time(seconds, error, name)])

        try:
            start_clock(seconds)
            shell.run(number, source, failed)
            stop_clock()
        except BaseException as error:
            failed(error, f"<cell {number}>")
    return shell.user_ns


def in_time(seconds: float, error: BaseException, name: str) -> list[str]:
    """Report an error; without its words if it takes too long to say them."""
    try:
        start_clock(seconds)
        found = report(error, name)
        stop_clock()
    except BaseException:
        found = ["raised", type(error).__name__, "", ""]
    stop_clock()
    return found


def ask_task(task: dict[str, Any], namespace: dict[str, Any], send: Send, seconds: float) -> None:
    """Call the function of a task on each of its cases."""
    function = namespace.get(task["function"])
    if not callable(function):
        send(["missing", task["id"]])
        return
    for number, case in enumerate(task["cases"]):
        send(["asking", task["id"], number])
        try:
            start_clock(seconds)
            outcome = ask(function, case)
            stop_clock()
        except OutOfTime as error:
            outcome = report(error, None)
        send(["asked", task["id"], number, outcome])
        if outcome[:2] == ["raised", OutOfTime.__name__]:
            break


def start_clock(seconds: float) -> None:
    """Raise OutOfTime after so many seconds of processor time, or six times as many in all."""

    def stop(signum: int, frame: FrameType | None) -> None:
        on_the_wall = f"{SLOWEST * seconds:g} seconds on the clock"
        raise OutOfTime(
            f"more than {on_the_wall if signum == signal.SIGALRM else f'{seconds} seconds'}"
        )

    for clock, number, factor in (
        (signal.ITIMER_PROF, signal.SIGPROF, 1),
        (signal.ITIMER_REAL, signal.SIGALRM, SLOWEST),
    ):
        signal.signal(number, stop)
        signal.setitimer(clock, factor * seconds)


def stop_clock() -> None:
    """Stop both clocks."""
    for clock in (signal.ITIMER_PROF, signal.ITIMER_REAL):
        signal.setitimer(clock, 0)


if __name__ == "__main__":
    main()
