"""Runs in the sandbox: a learner's notebook cell by cell, then the functions that are asked for.

Started as a program beside plain.py, away from the package, which is out of reach there. Each
line that it writes is one JSON list, such as ["asked", "3.2", 0, ["answer", …]]. What comes after
a learner's first line ran is worth no trust; the grader takes from it plain values only.
"""

import json
import linecache
import os
import re
import resource
import signal
import sys
import types
from pathlib import Path

from plain import ask, report

HERE = Path(__file__).parent
MAGIC = re.compile(r"^(\s*)([%!?].*|[^\s#'\"=()]+\?{1,2}\s*)$", re.MULTILINE)
TIMING = re.compile(r"%%(time|timeit|capture|prun)\b.*\n?")
SLOWEST = 6  # seconds on the wall per second of processor time, where the machine is busy


class OutOfTime(BaseException):
    """A cell or a call took longer than allowed; no `except Exception` catches it."""


def main():
    """Run the job beside this file and write what came of it, line by line."""
    job = json.loads((HERE / "job.json").read_text(encoding="utf-8"))
    set_limits(job["limits"])
    send = channel()
    cells, problem = code_cells((HERE / "submission.ipynb").read_bytes())
    if problem:
        send(["unreadable", problem])
    else:
        namespace = run_cells(cells, send, job["limits"]["call_seconds"])
        for task in job["tasks"]:
            ask_task(task, namespace, send, job["limits"]["call_seconds"])
    send(["done"])
    os._exit(0)


def set_limits(limits):
    """Limit this process for good: it has no right to raise a hard limit again."""
    for name, value in limits["resources"].items():
        soft, hard = value
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (soft, hard))


def channel():
    """Keep the pipe to the grader for reports; what the notebook prints goes nowhere."""
    os.closerange(3, 256)  # what bubblewrap left open
    pipe = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)

    def send(line):
        data = json.dumps(line).encode() + b"\n"
        while data:
            data = data[os.write(pipe, data) :]

    return send


def code_cells(data):
    """Return (sources of the code cells, "") of a notebook file, or ([], what is wrong with it)."""
    try:
        notebook = json.loads(data)
        cells, metadata = notebook["cells"], notebook.get("metadata", {})
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, RecursionError):
        problem = "it is empty" if not data.strip() else "it is not JSON"
        return [], f"The file is not a notebook: {problem}."
    except (KeyError, TypeError, AttributeError):
        return [], "The file is JSON but not a notebook of version 4."
    language = language_of(metadata)
    if language != "python":
        return [], f"The notebook is written in {language}, not in Python."
    if not sources:
        return [], "The notebook has no code cells."
    return sources, ""


def language_of(metadata):
    """Return the notebook's language, python where it does not say."""
    found = "python"
    for part in ("kernelspec", "language_info"):
        entry = metadata.get(part) if isinstance(metadata, dict) else None
        if isinstance(entry, dict):
            found = entry.get("language") or entry.get("name") or found
            if part == "language_info" or entry.get("language"):
                break
    return "python" if re.match(r"i?python", str(found).lower()) else str(found)[:40]


def in_python(source):
    """Return a cell without IPython's commands; cells in other languages become empty."""
    if source.startswith("%%"):
        source = TIMING.sub("", source, count=1)
    if source.startswith("%%"):
        return ""
    try:
        compile(source, "<cell>", "exec")
    except (SyntaxError, ValueError):
        return MAGIC.sub(r"\1pass", source)
    return source


def run_cells(cells, send, seconds):
    """Run the cells in order in one namespace; one that fails does not stop the next ones."""
    notebook = types.ModuleType("__main__")
    notebook.__dict__.update(display=print, get_ipython=lambda: None)
    sys.modules["__main__"] = notebook
    namespace = notebook.__dict__
    for number, source in enumerate(cells, start=1):
        send(["cell", number])
        name = f"<cell {number}>"
        source = in_python(source)
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        try:
            with_limit(seconds, exec, source, name, namespace)
        except BaseException as error:
            send(["failed", number, report(error, name)])
    return namespace


def with_limit(seconds, execute, source, name, namespace):
    """Execute a cell within the time for one cell."""
    try:
        start_clock(seconds)
        execute(compile(source, name, "exec"), namespace)
    finally:
        stop_clock()


def ask_task(task, namespace, send, seconds):
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


def start_clock(seconds):
    """Raise OutOfTime after so many seconds of processor time, or six times as many in all."""

    def stop(signum, frame):
        raise OutOfTime(f"more than {seconds} seconds")

    for clock, number, factor in (
        (signal.ITIMER_PROF, signal.SIGPROF, 1),
        (signal.ITIMER_REAL, signal.SIGALRM, SLOWEST),
    ):
        signal.signal(number, stop)
        signal.setitimer(clock, factor * seconds)


def stop_clock():
    """Stop both clocks."""
    for clock in (signal.ITIMER_PROF, signal.ITIMER_REAL):
        signal.setitimer(clock, 0)


if __name__ == "__main__":
    main()
