"""The command: what it writes, what it refuses, and that a kill loses nothing."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dlcore.grade import registry
from dlcore.grade.cli import BROKEN, REFUSED, chosen, main

WRONG = "def double(x):\n    return x * x"


@pytest.fixture(autouse=True)
def own_registry(monkeypatch):
    monkeypatch.setattr(registry, "_added", {})


@pytest.fixture
def folder(tmp_path, honest, notebook):
    """Three submissions, among them one that is no notebook."""
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "ann.ipynb").write_bytes(honest)
    (folder / "bo.ipynb").write_bytes(notebook(WRONG, "check('99.1', double)"))
    (folder / "cy.ipynb").write_bytes(b"")
    return folder


def test_marks_are_written(folder, tmp_path, easy_file, capsys):
    out = tmp_path / "marks"
    assert main([str(folder), "--out", str(out), "--tasks", str(easy_file)]) == 0
    shown = capsys.readouterr().out
    assert "Tasks 99.1, 99.2." in shown
    assert [line.split()[:4] for line in shown.splitlines()[2:5]] == [
        ["ann", "1", "2", "3/3"],
        ["bo", "0", "0", "0/3"],
        ["cy", "0", "0", "0/3"],
    ]
    assert (out / "marks.csv").read_text(encoding="utf-8-sig").count("\n") == 4
    assert "Marks of 3 submissions" in (out / "report.html").read_text()
    assert json.loads((out / "results/ann/results.json").read_text())["score"] == 3
    assert "You squared it." in (out / "results/bo/results.json").read_text()


def test_without_bubblewrap_it_refuses(folder, tmp_path, easy_file):
    out = tmp_path / "marks"
    words = [sys.executable, "-m", "dlcore.grade", folder, "--out", out, "--tasks", easy_file]
    ran = subprocess.run(words, capture_output=True, text=True, env=os.environ | {"PATH": ""})
    assert ran.returncode == REFUSED
    assert "bubblewrap is missing: install it with `apt-get install bubblewrap`" in ran.stderr
    assert not out.exists()


@pytest.mark.parametrize(
    ("extra", "complaint"),
    [
        (["--chapter", "98"], "chapter 98 has no tasks: give --chapter, one of"),
        (["--tasks", "/none.py"], "expects a Python file"),
    ],
)
def test_what_it_refuses(folder, tmp_path, easy_file, capsys, extra, complaint):
    words = [str(folder), "--out", str(tmp_path / "marks"), "--tasks", str(easy_file), *extra]
    assert main(words) == REFUSED
    assert complaint in capsys.readouterr().err
    assert not (tmp_path / "marks").exists()


def test_folder_without_notebooks(tmp_path, easy_file, capsys):
    assert main([str(tmp_path), "--tasks", str(easy_file)]) == REFUSED
    assert "no notebooks" in capsys.readouterr().err
    (tmp_path / "a.ipynb").write_text("{}")
    assert main([str(tmp_path), "--tasks", str(easy_file)]) == REFUSED
    assert "no notebook says its chapter" in capsys.readouterr().err


def test_failure_of_the_grader_shows_in_the_status(
    folder, tmp_path, easy_file, capsys, monkeypatch
):
    def fail(submission, plan):
        raise OSError("disk full")

    monkeypatch.setattr("dlcore.grade.classroom.question", fail)
    words = [str(folder), "--out", str(tmp_path / "marks"), "--tasks", str(easy_file)]
    assert main(words) == BROKEN
    assert "ann: the grader failed with OSError: disk full" in capsys.readouterr().err


def test_export(tmp_path, easy_file, capsys):
    words = ["export", "--chapter", "99", "--tasks", str(easy_file), "--out", str(tmp_path / "gs")]
    assert main(words) == 0
    assert (tmp_path / "gs" / "autograder.zip").is_file()
    assert main(["export", "--chapter", "98", "--out", str(tmp_path / "x")]) == REFUSED


def test_killed_and_started_again_gives_the_same_marks(tmp_path, easy_file, notebook):
    """The grader is killed after its first results; nothing is lost and nothing done twice."""
    folder, out = tmp_path / "class", tmp_path / "marks"
    folder.mkdir()
    slow = "import time\ntime.sleep(0.5)\ndef total(values): return sum(values)"
    for number in range(8):
        solved = f"def double(x): return 2 * x + {number % 2}"
        data = notebook(slow, solved, "check('99.1', double)")
        (folder / f"s{number}.ipynb").write_bytes(data)
    words = [sys.executable, "-m", "dlcore.grade", folder, "--out", out, "--tasks", easy_file]
    running = subprocess.Popen([*words, "--jobs", "2"], stdout=subprocess.DEVNULL)
    store, deadline = out / "submissions", time.monotonic() + 60
    while len(list(store.glob("*.json"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    running.kill()
    running.wait()
    before = {path.name: path.stat().st_mtime_ns for path in store.glob("*.json")}
    assert 2 <= len(before) < 8
    assert not (out / "marks.csv").exists()
    assert main([str(word) for word in words[3:]]) == 0
    after = {path.name: path.stat().st_mtime_ns for path in store.glob("*.json")}
    assert before.items() <= after.items()
    killed = (out / "marks.csv").read_bytes()
    assert main([str(folder), "--out", str(tmp_path / "calm"), "--tasks", str(easy_file)]) == 0
    assert killed == (tmp_path / "calm" / "marks.csv").read_bytes()


def test_chapter_0_is_a_chapter_like_any_other():
    assert {task.chapter for task in chosen(0, [])} == {0}
    with pytest.raises(ValueError, match="no notebook says its chapter"):
        chosen(None, [])


EVIL = "import pathlib\npathlib.Path(CANARY).write_text('it ran')\n"


def command(tmp_path):
    """The console script as an installer writes it, for the entry in pyproject.toml."""
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    module, name = re.search(r'^dlcore-grade = "([\w.]+):(\w+)"$', text, re.MULTILINE).groups()
    script = tmp_path / "bin" / "dlcore-grade"
    script.parent.mkdir()
    script.write_text(f"import sys\nfrom {module} import {name}\nsys.exit({name}())\n")
    return [sys.executable, str(script)]


@pytest.mark.parametrize("name", ["tqdm.py", "torch.py", "dlcore/__init__.py", "usercustomize.py"])
def test_nothing_is_imported_from_the_folder_of_the_class(tmp_path, folder, easy_file, name):
    canary = tmp_path / "canary"
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(EVIL.replace("CANARY", repr(str(canary))))
    words = [*command(tmp_path), ".", "--out", str(tmp_path / "marks"), "--tasks", str(easy_file)]
    ran = subprocess.run(words, capture_output=True, text=True, cwd=folder)
    assert not canary.exists()
    assert ran.returncode == REFUSED
    assert "from where Python may import what was handed in" in ran.stderr
    assert not (tmp_path / "marks").exists()


def test_it_may_be_started_beside_the_folder(folder, easy_file, monkeypatch, capsys):
    monkeypatch.chdir(folder.parent)
    assert main(["class", "--tasks", str(easy_file)]) == 0
    monkeypatch.chdir(folder)
    assert main([str(folder / "ann.ipynb"), "--tasks", str(easy_file)]) == REFUSED


def test_files_that_are_no_notebooks_are_named(folder, tmp_path, easy_file, capsys):
    (folder / "ina.zip").write_bytes(b"PK")
    out = tmp_path / "marks"
    assert main([str(folder), "--out", str(out), "--tasks", str(easy_file)]) == 0
    assert "ina.zip is an archive: unpack it and grade again." in capsys.readouterr().err
    assert "ina.zip is an archive" in (out / "report.html").read_text()


def test_a_misspelt_folder_is_refused(tmp_path, easy_file, capsys):
    words = [str(tmp_path / "clas"), "--out", str(tmp_path / "marks"), "--tasks", str(easy_file)]
    assert main(words) == REFUSED
    assert "there is no" in capsys.readouterr().err


def test_names_that_the_terminal_cannot_write(folder, tmp_path, easy_file):
    (folder / "Jürgen 王.ipynb").write_bytes((folder / "ann.ipynb").read_bytes())
    words = [sys.executable, "-m", "dlcore.grade", folder, "--out", tmp_path / "marks"]
    ascii_only = os.environ | {"PYTHONIOENCODING": "ascii"}
    ran = subprocess.run([*words, "--tasks", easy_file], capture_output=True, env=ascii_only)
    assert (ran.returncode, b"J\\xfcrgen" in ran.stdout) == (0, True)


def test_results_of_withdrawn_notebooks_go(folder, tmp_path, easy_file, capsys):
    out = tmp_path / "marks"
    words = [str(folder), "--out", str(out), "--tasks", str(easy_file)]
    assert main(words) == 0
    (out / "results" / "own").mkdir()
    (out / "results" / "own" / "notes.txt").write_text("a teacher's")
    (folder / "bo.ipynb").unlink()
    assert main(words) == 0
    assert sorted(path.name for path in (out / "results").iterdir()) == ["ann", "cy", "own"]


def test_limits_are_tried_before_anything_is_graded(folder, tmp_path, easy_file, capsys):
    words = [str(folder), "--out", str(tmp_path / "marks"), "--tasks", str(easy_file)]
    assert main([*words, "--memory", "150"]) == REFUSED
    assert "nothing was graded" in capsys.readouterr().err
    assert not (tmp_path / "marks").exists()
