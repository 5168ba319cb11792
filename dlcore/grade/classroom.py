"""Grade a class: several submissions at once, each stored when it is done, so that a run that was
killed goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import signal
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from tqdm import tqdm

from dlcore.grade import sandbox
from dlcore.grade.judging import Court
from dlcore.grade.marking import Plan, marks, question
from dlcore.grade.sandbox import Limits, NotStarted
from dlcore.grade.submission import Submission
from dlcore.grade.task import Task

HERE = Path(__file__).parent
PAUSES = (0, 1, 5)  # seconds before a sandbox that does not start is tried again
RESULT = {"name": str, "points": int, "max": int, "problem": str, "notes": list,
          "seconds": (int, float), "tasks": list}  # fmt: skip
ROW = {"id": str, "title": str, "points": int, "max": int, "state": str, "symptom": str,
       "example": str, "passes": str}  # fmt: skip


def version(
    tasks: Sequence[Task], files: Iterable[str | Path] = (), limits: Limits | None = None
) -> str:
    """Return a fingerprint of the grader, the tasks, a teacher's files of tasks and the limits."""
    digest = hashlib.sha256(" ".join([*[task.id for task in tasks], repr(limits)]).encode())
    for path in [*sorted(HERE.rglob("*.py")), *map(Path, files)]:
        data = path.read_bytes()
        digest.update(f"{path.name} {len(data)} ".encode() + data)
    return digest.hexdigest()[:16]


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all, also if the machine stops meanwhile."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    with open(draft, "w", encoding="utf-8", errors="replace", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def read(path: Path) -> Any:
    """Return a stored result, None if there is none that can be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Hold the folder of marks for one grader: RuntimeError if another one works in it."""
    import fcntl  # Linux's and macOS's; elsewhere the grader has refused before

    out.mkdir(parents=True, exist_ok=True)
    with open(out / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RuntimeError(f"another grader is working in {out}: wait for it") from None
        yield


def class_seed(out: Path) -> int:
    """Return the seed of this class's inputs: drawn once, the same when grading goes on."""
    path = out / "seed.json"
    stored = read(path)
    if isinstance(stored, dict) and isinstance(stored.get("seed"), int):
        return stored["seed"]
    seed = secrets.randbits(64)
    write(path, json.dumps({"seed": seed}) + "\n")
    return seed


def grade(
    submissions: Sequence[Submission],
    tasks: Sequence[Task],
    out: str | Path,
    *,
    jobs: int,
    limits: Limits,
    files: Sequence[str | Path] = (),
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return (marks of all submissions in their order, sentences about what the grader failed at).

    Results are stored under `out`/submissions; those that are there are not graded again.
    """
    out = Path(out)
    for folder in {item.path.parent for item in submissions} | {Path(file) for file in files}:
        sandbox.refuse_visible(folder)
    store = out / "submissions"
    store.mkdir(parents=True, exist_ok=True)
    plan = Plan(list(tasks), class_seed(out), limits)
    stamp = version(tasks, files, limits)
    places = {item: store / f"{item.key(stamp)}.json" for item in submissions}
    waiting = [item for item in submissions if not stored(places[item], tasks)]
    failures = _grade_rest(waiting, places, plan, jobs)
    done = [stored(place, tasks) for place in places.values()]
    return [found for found in done if found], failures


def stored(path: Path, tasks: Sequence[Task]) -> dict[str, Any] | None:
    """Return the marks in a file; None if they are not there or damaged."""
    found: Any = read(path)
    try:
        whole = [row["id"] for row in found["tasks"]] == [task.id for task in tasks]
        whole &= all(isinstance(found[key], kind) for key, kind in RESULT.items())
        whole &= all(
            isinstance(row[key], kind) for row in found["tasks"] for key, kind in ROW.items()
        )
        return found if whole else None
    except (TypeError, KeyError, AttributeError):
        return None


def _grade_rest(
    waiting: Sequence[Submission], places: dict[Submission, Path], plan: Plan, jobs: int
) -> list[str]:
    """Interview, judge and store; return what went wrong in the grader.

    Who may have lacked what the others took, or whose sandbox did not start, is asked again at the
    end, alone: one submission cannot cost another its marks.
    """
    failures, left = [], []
    together = jobs > 1 and len(waiting) > 1
    with _stoppable(), plan.court() as court, _bar(len(waiting)) as bar:
        for item, answers in _answers(waiting, plan, jobs):
            if isinstance(answers, NotStarted) or (together and getattr(answers, "crowded", False)):
                left.append(item)
                continue
            failures += _settle(item, answers, places[item], plan, court)
            bar.update()
        for item in left:
            answers = _alone(item, plan, PAUSES[: 1 if failures else None])
            failures += _settle(item, answers, places[item], plan, court)
            bar.update()
    return failures


@contextmanager
def _stoppable() -> Iterator[None]:
    """End at once when the teacher interrupts; sandboxes and judge end with this process.

    Not by an exception: one that arrives in a callback, or while a process is forked, is lost.
    """
    own, in_main = os.getpid(), threading.current_thread() is threading.main_thread()

    def stop(signum: int, frame: FrameType | None) -> None:
        if os.getpid() == own:
            os.write(2, b"\nStopped. The same command goes on from here.\n")
        os._exit(130)

    earlier = signal.signal(signal.SIGINT, stop) if in_main else None
    try:
        yield
    finally:
        if in_main:
            signal.signal(signal.SIGINT, earlier)


def _answers(
    waiting: Sequence[Submission], plan: Plan, jobs: int
) -> Iterator[tuple[Submission, Any]]:
    """Yield (submission, its Interview or the grader's error), interviewed in `jobs` threads."""
    pool = ThreadPoolExecutor(max_workers=jobs)
    try:
        running = {pool.submit(question, item, plan): item for item in waiting}
        for future in as_completed(running):
            yield running[future], future.exception() or future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _alone(item: Submission, plan: Plan, pauses: Iterable[float]) -> Any:
    """Interview a submission while no other runs; try again if the sandbox does not start."""
    found = None
    for pause in pauses:
        time.sleep(pause)
        try:
            return question(item, plan)
        except Exception as error:
            found = error
    return found


def _settle(item: Submission, answers: Any, place: Path, plan: Plan, court: Court) -> list[str]:
    """Judge and store; return what the grader failed at, as a list of one sentence or none."""
    try:
        if isinstance(answers, BaseException):
            raise answers
        write(place, json.dumps(marks(item, answers, plan, court), ensure_ascii=True) + "\n")
    except Exception as error:
        kind = type(error).__name__
        return [f"{item.name}: the grader failed with {kind}: {error}; it has no marks yet"]
    return []


def _bar(total: int) -> tqdm:
    return tqdm(total=total, desc="grading", unit="submission", disable=not total or None)
