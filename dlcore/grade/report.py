"""Marks as a table on the screen, as marks.csv and as results.json for Gradescope."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from dlcore.grade.submission import printable

WIDEST = 32


def table(results: Sequence[dict[str, Any]]) -> str:
    """Return the marks as lines of text."""
    tasks = [row["id"] for row in results[0]["tasks"]] if results else []
    names = [printable(result["name"]) for result in results]
    short = [name if len(name) <= WIDEST else f"{name[: WIDEST - 1]}…" for name in names]
    width = max([10, *map(len, short)])
    lines = [f"{'submission':<{width}}" + "".join(f"{task:>6}" for task in tasks) + "     sum"]
    for name, result in zip(short, results):
        cells = "".join(f"{row['points']:>6}" for row in result["tasks"])
        total = f"{result['points']:>4}/{result['max']}"
        problem = f"  {printable(result['problem'])}" if result["problem"] else ""
        lines.append(f"{name:<{width}}{cells} {total}{problem}")
    return "\n".join(lines)


def marks_csv(results: Sequence[dict[str, Any]]) -> str:
    """Return marks.csv; a name that a spreadsheet would take for a formula gets an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    tasks = [row["id"] for row in results[0]["tasks"]] if results else []
    writer.writerow(["submission", "points", "of", *tasks, "remarks"])
    for result in results:
        points = [row["points"] for row in result["tasks"]]
        remarks = " ".join(filter(None, [result["problem"], *result["notes"]]))
        cells = [_harmless(printable(result["name"])), result["points"], result["max"]]
        writer.writerow([*cells, *points, _harmless(printable(remarks))])
    return "\ufeff" + text.getvalue()  # the mark by which spreadsheets know UTF-8


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text


def results_json(result: dict[str, Any]) -> str:
    """Return one submission's marks in the form that Gradescope's autograders write."""
    tests = [
        {
            "number": row["id"],
            "name": row["title"],
            "score": row["points"],
            "max_score": row["max"],
            "status": "passed" if row["state"] == "right" else "failed",
            "output": _told(row),
            "visibility": "visible",
        }
        for row in result["tasks"]
    ]
    told = "\n".join(filter(None, [result["problem"], *result["notes"]]))
    whole = {
        "score": result["points"],
        "execution_time": result["seconds"],
        "output": told,
        "visibility": "visible",
        "tests": tests,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _told(row: dict[str, Any]) -> str:
    """What the author of a submission reads about one task."""
    starts = {"symptom": "", "example": "For instance: ", "passes": "This one is right: "}
    return "\n".join(start + row[key] for key, start in starts.items() if row[key])


def folder_names(results: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Return a folder's name for each submission: readable, harmless, each only once."""
    taken = set()
    for result in results:
        base = re.sub(r"[^\w.-]+", "_", result["name"]).strip("._") or "submission"
        base = base.encode("utf-8", "replace")[:100].decode("utf-8", "ignore")
        name, number = base, 1
        while name.casefold() in taken:
            number += 1
            name = f"{base}-{number}"
        taken.add(name.casefold())
        yield name
