"""How long a class takes: notebooks of three tasks, against starting as many bare Pythons.

python tests/grade/bench_class.py [submissions]: 20 unless said otherwise, two at once.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch

from dlcore.grade.classroom import grade
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


def bare(_):
    imports = SETUP.replace("from dlcore.grade import check\n", "")  # of which there is none inside
    quick = os.environ | {"OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, "-c", imports], check=True, env=quick, start_new_session=True)


def main(count):
    cells = [{"cell_type": "code", "source": cell, "metadata": {}} for cell in CELLS]
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            path = Path(folder, f"s{number:03d}.ipynb")
            path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}))
        start = time.perf_counter()
        options = {"jobs": JOBS, "limits": Limits()}
        results, _ = grade(collect([folder])[0], tasks(), Path(folder, "marks"), **options)
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
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
