"""The sandbox's program, run here without a sandbox on notebooks of ours."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dlcore.grade

HERE = Path(dlcore.grade.__file__).parent
TASK = {"id": "99.1", "function": "double", "cases": [[["number", 2]]]}
RIGHT = ["asked", "99.1", 0, ["answer", ["number", 4], []]]


@pytest.fixture
def run(tmp_path):
    """Run the program on a notebook; return the lines it writes, without the numbers of cells."""

    def start(data, task=TASK, seconds=5):
        shutil.copy(HERE / "inside.py", tmp_path / "__main__.py")
        shutil.copy(HERE / "plain.py", tmp_path)
        limits = {"resources": {"CORE": [0, 0]}, "call_seconds": seconds}
        (tmp_path / "job.json").write_text(json.dumps({"tasks": [task], "limits": limits}))
        (tmp_path / "submission.ipynb").write_bytes(data)
        ran = subprocess.run([sys.executable, "-I", tmp_path], capture_output=True, timeout=60)
        assert ran.stderr == b""
        lines = [json.loads(line) for line in ran.stdout.splitlines()]
        return [line for line in lines if line[0] not in ("cell", "asking")]

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
        (b"PK\x03\x04\xff", "The file is not a notebook: it is not JSON."),
        (b"[" * 100_000, "The file is not a notebook: it is not JSON."),
        (b"[]", "The file is JSON but not a notebook of version 4."),
        (b'{"cells": 3}', "The file is JSON but not a notebook of version 4."),
        (b'{"worksheets": []}', "The file is JSON but not a notebook of version 4."),
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
    assert lines[0][2][1:3] == ["OutOfTime", "more than 0.3 seconds"]
    assert lines[1][3][1:3] == ["OutOfTime", "more than 0.3 seconds"]


def test_input_arrays_are_tensors(run, notebook):
    task = TASK | {"cases": [[["array", "int64", [1], "AgAAAAAAAAA="]]]}
    lines = run(notebook("def double(x): return 2 * x.sum()"), task)
    assert lines == [RIGHT, ["done"]]
