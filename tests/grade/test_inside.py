"""The sandbox's program, run here without a sandbox on notebooks of ours."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dlcore.grade
from dlcore.grade import sandbox

HERE = Path(dlcore.grade.__file__).parent
TASK = {"id": "99.1", "function": "double", "cases": [[["number", 2]]]}
RIGHT = ["asked", "99.1", 0, ["answer", ["number", 4], []]]


@pytest.fixture
def run(tmp_path):
    """Run the program on a notebook; return the lines it writes, without the numbers of cells."""

    def start(data, task=TASK, seconds=5):
        shutil.copy(HERE / "inside.py", tmp_path / "__main__.py")
        for name in sandbox.BESIDE:
            shutil.copy(HERE / name, tmp_path)
        limits = {"resources": {"CORE": [0, 0]}, "call_seconds": seconds}
        (tmp_path / "job.json").write_text(json.dumps({"tasks": [task], "limits": limits}))
        (tmp_path / "submission.ipynb").write_bytes(data)
        ran = subprocess.run([sys.executable, "-I", tmp_path], capture_output=True, timeout=60)
        assert ran.stderr == b""
        lines = [json.loads(line) for line in ran.stdout.splitlines()]
        return [line for line in lines if line[0] not in ("started", "cell", "asking")]

    return start


DOUBLE = "def double(x): return 2 * x"


@pytest.mark.parametrize(
    "cells",
    [
        [DOUBLE],
        ["print('much')", "%matplotlib inline\n" + DOUBLE, "!ls\ndisplay(3)"],
        ["%%time\n" + DOUBLE],
        ["%%html\n<p>", "double?", DOUBLE],
        ["if True:\n    %pip install nothing\n" + DOUBLE],
        ["text = '''\n%percent\n'''\nassert '%percent' in text\n" + DOUBLE],
        ["def double(x): return 3", DOUBLE],
        ["from dataclasses import dataclass\n@dataclass\nclass A:\n    x: 'int'\n" + DOUBLE],
    ],
)
def test_honest_notebooks_run(run, notebook, cells):
    assert run(notebook(*cells)) == [RIGHT, ["done"]]


def test_cell_that_fails_does_not_stop_the_next(run, notebook):
    lines = run(notebook("import sys\nsys.exit()", "1 / 0", "x = (", DOUBLE))
    failed = [line[2][1] for line in lines if line[0] == "failed"]
    assert failed == ["SystemExit", "ZeroDivisionError", "SyntaxError"]
    assert lines[1] == ["failed", 2, ["raised", "ZeroDivisionError", "division by zero", "1 / 0"]]
    assert lines[-2:] == [RIGHT, ["done"]]


def test_name_that_is_no_function(run, notebook):
    assert run(notebook("double = 3")) == [["missing", "99.1"], ["done"]]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "The file is not a notebook: it is empty."),
        (b" \n", "The file is not a notebook: it is empty."),
        (b"\x03\x04\xff", "The file is not a notebook: it is not JSON."),
        (b"[" * 100_000, "The file is not a notebook: it is not JSON."),
        (b"[]", "The file is JSON but not a notebook of version 3 or 4."),
        (b'{"cells": 3}', "The file is JSON but not a notebook of version 3 or 4."),
        (b'{"worksheets": []}', "The file is JSON but not a notebook of version 3 or 4."),
        (b'{"cells": []}', "The notebook has no code cells."),
    ],
)
def test_files_that_are_no_notebooks(run, data, problem):
    assert run(data) == [["unreadable", problem], ["done"]]


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"kernelspec": {"name": "ir", "language": "R"}}, "R"),
        ({"language_info": {"name": "julia"}}, "julia"),
        ({"kernelspec": {"name": "python3"}, "language_info": {"name": "R"}}, "R"),
    ],
)
def test_other_languages_are_named(run, notebook, metadata, language):
    text = f"The notebook is written in {language}, not in Python."
    assert run(notebook(DOUBLE, **metadata))[0] == ["unreadable", text]


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        {"kernelspec": {"name": "x", "language": "python"}, "language_info": {"name": "ipython"}},
        {"kernelspec": 3},
    ],
)
def test_python_has_several_names(run, notebook, metadata):
    assert run(notebook(DOUBLE, **metadata))[-1] == ["done"]
    assert run(notebook(DOUBLE, **metadata))[0] == RIGHT


@pytest.mark.parametrize("body", ["while True: pass", "import time; time.sleep(100)"])
def test_endless_cells_and_calls_are_stopped(run, notebook, body):
    seconds = 0.3
    lines = run(notebook(body, f"def double(x):\n    {body}"), seconds=seconds)
    told = "more than 1.8 seconds on the clock" if "sleep" in body else "more than 0.3 seconds"
    assert lines[0][2][1:3] == ["OutOfTime", told]
    assert lines[1][3][1:3] == ["OutOfTime", told]


def test_input_arrays_are_tensors(run, notebook):
    task = TASK | {"cases": [[["array", "int64", [1], "AgAAAAAAAAA="]]]}
    lines = run(notebook("def double(x): return 2 * x.sum()"), task)
    assert lines == [RIGHT, ["done"]]


MUTE = """
class Mute(Exception):
    def __str__(self):
        while True: pass
raise Mute
"""


@pytest.mark.parametrize(
    "cell", [f"x = {'-' * 200_000}1", f"x = {'(' * 5000}", MUTE, "\0", "x = '\ud800'"]
)
def test_a_cell_costs_itself_at_most(run, notebook, cell):
    """Its compilation overflows, or its exception never says its words."""
    lines = run(notebook(cell, DOUBLE), seconds=2)
    assert [line[:2] for line in lines[:-2]] in ([["failed", 1]], [])
    assert lines[-2:] == [RIGHT, ["done"]]


@pytest.mark.parametrize(
    "cell",
    [
        "!pip install -q \\\n  torch\n" + DOUBLE,
        "files = !ls\n" + DOUBLE,
        "f = lambda: 1\nt = %timeit -o f()\nassert t.average == 0\n" + DOUBLE,
        "%time SCALE = 2.0\ndef double(x): return SCALE * x",
        "%time TWO = sum([ \\\n  1, 1])\ndef double(x): return TWO * x",
        "get_ipython().run_line_magic('matplotlib', 'inline')\nget_ipython().system('ls')\n"
        + DOUBLE,
        "import asyncio\nawait asyncio.sleep(0)\n" + DOUBLE,
        "%load_ext autoreload\n%autoreload 2\n?print\nprint??\n" + DOUBLE,
        "%%capture out\nprint(3)\n" + DOUBLE,
        "%%time\n" + DOUBLE,
        "%env A=3\n%cd /tmp\n!!ls\nwith open('/dev/null') as f:\n    %time x = 1\n" + DOUBLE,
        "from google.colab import drive\nimport pandas_that_is_not_there as pd\n" + DOUBLE,
        "from __future__ import annotations\ndef f(x: nothing): pass\n" + DOUBLE,
        "async def f(): return 2\nTWO = await f()\ndef double(x): return TWO * x",
    ],
)
def test_what_runs_in_jupyter_runs_here(run, notebook, cell):
    lines = [line for line in run(notebook(cell)) if line[0] != "failed"]
    assert lines == [RIGHT, ["done"]]


def test_answers_of_cells_are_kept(run, notebook):
    cells = ["21 + 21", "double = lambda x: 2 * x + Out[1] - _ + len(In) - 4;", "None"]
    assert run(notebook(*cells)) == [RIGHT, ["done"]]
    assert run(notebook("1\n2\n3;", "double = lambda x: 4 if not Out else 5")) == [RIGHT, ["done"]]


def test_imports_that_fail_are_told_and_stop_nothing(run, notebook):
    lines = run(
        notebook("import nothing_there\nfrom math import no\nimport math\n" + DOUBLE, "math.pi")
    )
    assert [line[2][1] for line in lines if line[0] == "failed"] == [
        "ModuleNotFoundError",
        "ImportError",
    ]
    assert lines[-2:] == [RIGHT, ["done"]]
    lines = run(notebook("1 / 0\nimport math", "math.pi", DOUBLE))
    assert [line[2][1] for line in lines if line[0] == "failed"] == [
        "ZeroDivisionError",
        "NameError",
    ]


def test_files_are_written(run, notebook, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cells = [
        f"%%writefile {tmp_path}/helper.txt\ntwo = 2",
        f"two = open('{tmp_path}/helper.txt').read()",
    ]
    assert run(notebook(*cells, "exec(two)\ndef double(x): return two * x")) == [RIGHT, ["done"]]
