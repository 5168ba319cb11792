"""The command `dlcore-grade`: grade a class, rehearse tasks, export for Gradescope."""

from __future__ import annotations

import argparse
import io
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from dlcore.grade import sandbox
from dlcore.grade.class_page import class_page
from dlcore.grade.classroom import alone, grade, write
from dlcore.grade.export import export
from dlcore.grade.registry import all_tasks, load, use_tasks
from dlcore.grade.rehearsal import rehearse
from dlcore.grade.report import folder_names, marks_csv, results_json, table
from dlcore.grade.submission import Submission, chapter_of, collect
from dlcore.grade.task import Task

REFUSED, BROKEN = 2, 1
ready = cache(sandbox.probe)  # once per process and limits: it starts Python and imports torch


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status: 0, 1 if the grader failed, 2 if it refused."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):  # a name that the terminal cannot write stops nobody
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        if arguments[:1] == ["export"]:
            return export_command(arguments[1:])
        if arguments[:1] == ["rehearse"]:
            return rehearse_command(arguments[1:])
        return grade_command(arguments)
    except (sandbox.SandboxError, ValueError, RuntimeError, OSError) as error:
        print(f"dlcore-grade: {error}", file=sys.stderr)
        return REFUSED


def grade_parser() -> argparse.ArgumentParser:
    """What the command line may say."""
    parser = argparse.ArgumentParser(
        prog="dlcore-grade",
        description="Grade notebooks, each in its own sandbox. Two more commands: `rehearse` tests "
        "tasks of your own, `export` makes a Gradescope autograder; each has --help.",
    )
    defaults = sandbox.Limits()
    add = parser.add_argument
    add("submissions", nargs="+", type=Path, help="notebooks, or folders that hold them")
    add("--out", type=Path, default=Path("marks"), help="where the marks go (default: marks)")
    add("--chapter", type=int, help="whose exercises (default: what most notebooks check)")
    add("--tasks", type=Path, help="a Python file with TASKS of your own")
    add("--jobs", type=int, default=os.cpu_count() or 1, help="submissions graded at once")
    add("--seconds", type=int, default=defaults.cpu_seconds, help="processor time of a submission")
    add("--call-seconds", type=int, default=defaults.call_seconds, help="of a cell or a call")
    add("--wall-seconds", type=int, default=defaults.wall_seconds, help="until it is ended")
    add("--memory", type=int, default=defaults.memory, help="MiB of a submission")
    return parser


def grade_command(arguments: list[str]) -> int:
    """Grade and write the marks; what is wrong with a submission stands in its marks."""
    options = grade_parser().parse_args(arguments)
    refuse_inside(options.submissions)
    limits = sandbox.Limits(
        cpu_seconds=options.seconds,
        wall_seconds=options.wall_seconds,
        call_seconds=options.call_seconds,
        memory=options.memory,
    )
    ready(limits)
    if options.tasks:
        use_tasks(options.tasks)
    submissions, others = collect(options.submissions)
    for sentence in others:
        print(sentence, file=sys.stderr)
    if not submissions:
        raise ValueError("there are no notebooks in the folders given; nothing was graded")
    tasks = chosen(options.chapter, submissions)
    files = [options.tasks] if options.tasks else []
    with alone(options.out):
        results, failures = grade(
            submissions, tasks, options.out, jobs=max(1, options.jobs), limits=limits, files=files
        )
        write_marks(options.out, results, [*failures, *others])
    print(table(results))
    print(f"\nMarks: {options.out / 'marks.csv'}   Report: {options.out / 'report.html'}")
    for failure in failures:
        print(failure, file=sys.stderr)
    return BROKEN if failures else 0


def refuse_inside(paths: Iterable[Path]) -> None:
    """Refuse to run in a folder of submissions: Python may import the files of that folder."""
    here = Path.cwd()
    for path in paths:
        place = path.resolve()
        if here.is_relative_to(place if place.is_dir() else place.parent):
            raise ValueError(
                f"you are in the folder of submissions {here}, from where Python may import what "
                "was handed in: go to another folder and start dlcore-grade there; nothing was "
                "graded"
            )


def chosen(chapter: int | None, submissions: Sequence[Submission]) -> list[Task]:
    """Return the tasks of the chapter that is named, or that most submissions are about."""
    chapter = chapter_of(submissions) if chapter is None else chapter
    tasks = [task for task in all_tasks().values() if task.chapter == chapter]
    if not tasks:
        known = sorted({task.chapter for task in all_tasks().values()})
        told = "no notebook says its chapter"
        if chapter is not None:
            told = f"chapter {chapter} has no tasks"
        raise ValueError(f"{told}: give --chapter, one of {known}; nothing was graded")
    print(f"Tasks {', '.join(task.id for task in tasks)}.")
    return tasks


def write_marks(out: Path, results: Sequence[dict[str, Any]], failures: Sequence[str]) -> None:
    """Write marks.csv, report.html and results/<submission>/results.json."""
    write(out / "marks.csv", marks_csv(results))
    write(out / "report.html", class_page(results, failures))
    names = list(folder_names(results))
    for old in (out / "results").glob("*"):  # of notebooks that were withdrawn
        if old.name not in names and [path.name for path in old.glob("*")] == ["results.json"]:
            shutil.rmtree(old)
    for name, result in zip(names, results):
        folder = out / "results" / name
        folder.mkdir(parents=True, exist_ok=True)
        write(folder / "results.json", results_json(result))


def export_command(arguments: list[str]) -> int:
    """Write the scripts of a Gradescope autograder."""
    parser = argparse.ArgumentParser(prog="dlcore-grade export")
    parser.add_argument("--chapter", type=int, required=True, help="whose exercises")
    parser.add_argument("--tasks", type=Path, help="a Python file with TASKS of your own")
    parser.add_argument("--out", type=Path, default=Path("gradescope"))
    options = parser.parse_args(arguments)
    if options.tasks:
        use_tasks(options.tasks)
    chosen(options.chapter, [])
    for path in export(options.out, options.chapter, options.tasks):
        print(path)
    return 0


def rehearse_command(arguments: list[str]) -> int:
    """Test a teacher's tasks against their own grader."""
    parser = argparse.ArgumentParser(prog="dlcore-grade rehearse")
    parser.add_argument("tasks", type=Path, help="a Python file with TASKS")
    parser.add_argument("solutions", type=Path, help="a Python file with REFERENCE and WRONG")
    options = parser.parse_args(arguments)
    tasks = load(options.tasks)
    faults = rehearse(tasks.values(), options.solutions)
    for fault in faults:
        print(fault)
    if not faults:
        print(f"Tasks {', '.join(tasks)}: right, untouched and wrong answers are told apart.")
    return BROKEN if faults else 0
