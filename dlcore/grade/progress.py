"""What a learner has solved, kept in a plain file beside the notebooks, and its chart."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from dlcore.data.lock import locked
from dlcore.grade.registry import all_tasks
from dlcore.study import draw

RECORD = "dlcore_progress.json"


def solved() -> set[str]:
    """Return the numbers of the exercises that passed a check in this folder."""
    try:
        return set(json.loads(Path(RECORD).read_text(encoding="utf-8"))["solved"])
    except FileNotFoundError:
        return set()
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{RECORD} cannot be read; delete it and check again") from error


def record(number: str) -> None:
    """Note that an exercise passed; the file is replaced whole, so that a crash cannot spoil it.

    Two notebooks that are checked at once wait for each other.
    """
    draft = Path(f".{RECORD}.{secrets.token_hex(4)}")
    with locked(f".{RECORD}.lock"):
        done = sorted(solved() | {number})
        try:
            draft.write_text(json.dumps({"solved": done}, indent=1) + "\n", encoding="utf-8")
            draft.replace(RECORD)
        finally:
            draft.unlink(missing_ok=True)


def points(chapter: int, also: Iterable[str] = ()) -> tuple[int, int]:
    """Return (points solved, all points) of a chapter's exercises; `also` were solved as well."""
    done = solved().union(also)
    mine = [task for task in all_tasks().values() if task.chapter == chapter]
    return sum(task.points for task in mine if task.id in done), sum(task.points for task in mine)


def progress() -> draw.Figure | None:
    """Show the points of each chapter: solved, and still open."""
    chapters = sorted({task.chapter for task in all_tasks().values()})
    scores = {chapter: points(chapter) for chapter in chapters}
    if not scores:
        raise ValueError("there are no exercises yet, so there is no progress to show")
    words = ", ".join(f"chapter {n}: {got} of {top}" for n, (got, top) in scores.items())
    return draw.bars(
        [f"Chapter {chapter}" for chapter in scores],
        {
            "solved": [got for got, top in scores.values()],
            "still open": [top - got for got, top in scores.values()],
        },
        alt=f"Points in the exercises, {words}.",
        title="Your points",
        horizontal=True,
    )
