"""How long a class takes: notebooks of three tasks, against starting as many bare Pythons.

python tests/grade/bench_class.py [submissions]: 20 unless said otherwise, two at once.
python tests/grade/bench_class.py siege [submissions]: 200 honest ones among 20 hostile ones, the
grader killed five times, with 2,500 processes and threads in all where there is a control group.
"""

import json
import os
import runpy
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch

from dlcore.grade.classroom import grade
from dlcore.grade.cli import REFUSED
from dlcore.grade.sandbox import Limits
from dlcore.grade.submission import collect
from dlcore.grade.task import Task

JOBS = 2
SETUP = "from dlcore import study\nfrom dlcore.grade import check\nimport torch\nstudy.setup(0)"
CELLS = [
    SETUP,
    "def gradient(x, g):\n    return g.T @ x",
    "def bias(x, g):\n    return g.sum(0)",
    "def softmax(x, g):\n    e = torch.exp(g - g.max())\n    return e / e.sum(1, keepdim=True)",
]
ORACLES = {
    "gradient": lambda x, g: g.T @ x,
    "bias": lambda x, g: g.sum(0),
    "softmax": lambda x, g: torch.softmax(g, 1),
}


def draw(rng, case):
    return tuple(torch.from_numpy(rng.normal(size=(case + 1, width))) for width in (3, 2))


def tasks():
    return [
        Task(f"99.{n}", name, 1, name, "", draw, oracle=oracle)
        for n, (name, oracle) in enumerate(ORACLES.items(), start=1)
    ]


TASKS = tasks()
HOSTILE = [
    *("thread_storm", "threads_of_little_stack", "fork_storm", "memory", "memory_bit_by_bit"),
    *("no_columns", "no_columns_forged", "many_arrays", "empty_files", "endless_call"),
    *("endless_and_deaf", "endless_cell", "os_exit", "exit_in_a_cell", "pipe_flood"),
    *("output", "disk", "expands", "forged_zeros", "pickle"),
]
KILLS, PIDS = 5, 2500


def bare(_):
    imports = SETUP.replace("from dlcore.grade import check\n", "")  # of which there is none inside
    quick = os.environ | {"OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, "-c", imports], check=True, env=quick, start_new_session=True)


def hand_in(folder, name, cells):
    """Write a notebook."""
    parts = [{"cell_type": "code", "source": cell, "metadata": {}} for cell in cells]
    whole = {"cells": parts, "metadata": {}, "nbformat": 4}
    Path(folder, f"{name}.ipynb").write_text(json.dumps(whole))


def besieged(folder, count):
    """Write honest notebooks with the hostile ones evenly among them."""
    known = runpy.run_path(str(Path(__file__).parent / "hostile.py"))["SUBMISSIONS"]
    for number in range(count):
        hand_in(folder, f"s{number:03d}", CELLS)
    for number, name in enumerate(HOSTILE):
        cells = [cell.replace("total(values)", "gradient(x, g)").replace("double(x)", "bias(x, g)")
                 .replace("PLACES", "['/none']") for cell in known[name][0]]  # fmt: skip
        hand_in(folder, f"s{number * count // len(HOSTILE):03d} {name}", [SETUP, *cells])


def scarce():
    """Return a control group with few processes to be had, None where there is none."""
    group = Path(f"/sys/fs/cgroup/pids/siege-{os.getpid()}")
    try:
        group.mkdir()
        (group / "pids.max").write_text(str(PIDS))
    except OSError:
        return None
    return group


def siege(count):
    with tempfile.TemporaryDirectory() as place:
        folder, out, group = Path(place, "class"), Path(place, "marks"), scarce()
        folder.mkdir()
        besieged(folder, count)
        words = [sys.executable, "-m", "dlcore.grade", folder, "--out", out, "--tasks", __file__]
        words += ["--chapter", "99", "--jobs", str(JOBS), "--seconds", "20", "--call-seconds", "4"]
        enter = (lambda: (group / "cgroup.procs").write_text("0")) if group else None
        start, stored = time.perf_counter(), lambda: len(list(out.glob("submissions/*.json")))
        killed = 0
        for kill in range(1, KILLS + 1):
            running = subprocess.Popen(words, preexec_fn=enter, stdout=subprocess.DEVNULL)
            while running.poll() is None and stored() < kill * count // (KILLS + 1):
                time.sleep(0.2)
            killed += running.poll() is None
            running.kill()
            if running.wait() == REFUSED:
                raise SystemExit("the grader refused, for the reason above: there was no siege")
        ended = subprocess.run(words, preexec_fn=enter, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - start
        rows = [line.split(",") for line in (out / "marks.csv").read_text().splitlines()[1:]]
    points = {row[0].strip('"'): int(row[1]) for row in rows}
    honest = [points.get(f"s{number:03d}", 0) for number in range(count)]
    print(f"{count} honest and {len(HOSTILE)} hostile submissions, killed {killed} times, "
          f"{f'{PIDS} processes and threads' if group else 'processes not limited'}: "
          f"{seconds / 60:.1f} minutes (load {os.getloadavg()[0]:.0f}), "
          f"exit status {ended.returncode}")  # fmt: skip
    print(f"all points: {honest.count(3)} of {count} honest ones")
    print("hostile:", {name: got for name, got in points.items() if " " in name})
    if group:
        group.rmdir()


def main(count):
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            hand_in(folder, f"s{number:03d}", CELLS)
        start = time.perf_counter()
        options = {"jobs": JOBS, "limits": Limits()}
        results, _ = grade(collect([folder])[0], TASKS, Path(folder, "marks"), **options)
        seconds = time.perf_counter() - start
    start = time.perf_counter()
    with ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(bare, range(count)))
    floor = time.perf_counter() - start
    right = sum(found["points"] == 3 for found in results)
    print(f"{count} submissions, {right} with full marks, {JOBS} at once: {seconds:.0f} s")
    print(f"{seconds / floor:.2f} times as long as {count} bare Pythons with the same imports")
    print(
        f"200 would take {200 * seconds / count / 60:.1f} minutes (load {os.getloadavg()[0]:.0f})"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["siege"]:
        siege(int(sys.argv[2]) if len(sys.argv) > 2 else 200)
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
