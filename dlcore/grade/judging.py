"""Judge answers in a process of its own, with little memory and time.

Whatever the answers hold, the grader goes on: what ends this process costs one task of one
submission. It runs no learner's code either.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import torch

from dlcore.grade.task import Task
from dlcore.grade.verdict import Verdict, expected, judge

JUDGING_SECONDS = 10  # for one task
PATIENCE = 6  # times as long on the wall, before the process is ended
STARTING_SECONDS = 600  # for all oracles
MEMORY = 2 * 2**30  # beside what Python and its packages take
UNJUDGED = Verdict("wrong", "Your answer could not be checked in reasonable time and memory.")


class TooLong(BaseException):
    """Judging one answer took too long; a BaseException, so that no judge swallows it."""


class Court:
    """Judges the tasks of a class on their cases; a context, at whose end the process ends."""

    def __init__(self, tasks: Iterable[Task], cases: Mapping[str, Any]):
        self.tasks = {task.id: task for task in tasks}
        self.cases = cases
        self._process: Any = None
        self._pipe: Any = None

    def __enter__(self) -> Court:
        self._open()
        return self

    def __exit__(self, *error: Any) -> None:
        self._close()

    def verdict(self, number: str, outcomes: Sequence[Any]) -> Verdict:
        """Return the Verdict on the outcomes of a task; RuntimeError if the task itself fails."""
        for _ in range(2):  # the second time, in case that it was ended for another's sake
            try:
                if self._process is None:
                    self._open()
                self._pipe.send((number, outcomes))
                if self._pipe.poll(PATIENCE * JUDGING_SECONDS):
                    kind, *told = self._pipe.recv()
                    if kind == "failed":
                        raise RuntimeError(f"task {number} failed with {told[0]}")
                    return UNJUDGED if kind == "too long" else Verdict(*told)
            except (EOFError, OSError):
                pass
            self._close()
        return UNJUDGED

    def _open(self) -> None:
        """Start the process: a copy of this one, which has not yet computed anything."""
        context = multiprocessing.get_context("fork")
        self._pipe, other = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(other, self._pipe, self.tasks, self.cases), daemon=True
        )
        with warnings.catch_warnings():  # the other threads only wait for sandboxes
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process.start()
        other.close()
        said = self._pipe.recv() if self._pipe.poll(STARTING_SECONDS) else "it takes too long"
        if said != "ready":
            self._close()
            raise RuntimeError(f"the tasks cannot be judged: {said}")

    def _close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()
            self._process = None


def _serve(
    pipe: Any, others_end: Any, tasks: Mapping[str, Task], cases: Mapping[str, Any]
) -> NoReturn:
    """Judge what comes through the pipe until it is closed."""
    others_end.close()
    os.closerange(3, pipe.fileno())  # the lock of the folder of marks among them
    os.closerange(pipe.fileno() + 1, 1024)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)  # threads of the copied process are not there
    try:
        known = {number: expected(task, cases[number]) for number, task in tasks.items()}
    except Exception as error:
        pipe.send(f"an oracle failed with {type(error).__name__}: {error}")
        os._exit(1)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * os.sysconf("SC_PAGE_SIZE") + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    pipe.send("ready")
    while True:
        try:
            number, outcomes = pipe.recv()
        except EOFError:
            os._exit(0)
        pipe.send(_judged(tasks[number], cases[number], outcomes, known[number]))


def _judged(
    task: Task, cases: Sequence[Any], outcomes: Sequence[Any], known: list[Any]
) -> tuple[str, ...]:
    try:
        with time_limit(JUDGING_SECONDS):
            found = judge(task, cases, outcomes, known)
    except (TooLong, MemoryError):
        return ("too long",)
    except Exception as error:
        return "failed", f"{type(error).__name__}: {error}"
    return "judged", found.state, found.symptom, found.example, found.passes


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TooLong in the main thread after so many seconds."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise TooLong(f"more than {seconds} seconds")

    earlier = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, earlier)
