"""The command: what it writes, what it refuses, and that a kill loses nothing."""

import csv
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from package import project

from dlcore.grade import registry
from dlcore.grade.cli import BROKEN, REFUSED, chosen, main
from dlcore.grade.submission import NOTEBOOK

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
    module, name = project(Path(__file__).parents[2])["scripts"]["dlcore-grade"].split(":")
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


DELIVERED = {  # what browsers, Macs and learning platforms make of one notebook per learner
    "Ann Berg_12_assignsubmission_file/ex03.ipynb": "Moodle: a folder per learner",
    "Łukasz Żak_13_assignsubmission_file/ex03.ipynb.txt": "the ending that Windows hides",
    "Борис Ким_14_assignsubmission_file/EX03.IPYNB": "capitals",
    "عمر حسن_15_assignsubmission_file/ex03.ipynb.download": "Safari",
    "王小明_16_assignsubmission_file/week 3/week 3/ex03 (1).ipynb": "folders in folders, twice",
    "अनिता राव_17_assignsubmission_file/ex03.ipynb (1)": "a second download",
    "Zoe\u0308 Fox_18_assignsubmission_file/ex03.ipynb.json": "a Mac's letters, in two parts",
    "canvas/leeamy_LATE_4711_99_ex03-1.ipynb": "Canvas: all in one folder",
    "canvas/leeamy_4712_99_ex03.ipynb": "another learner of that name",
}
BESIDE = ("__MACOSX/._ex03.ipynb", ".DS_Store", "canvas/Thumbs.db", "canvas/desktop.ini",
          "Ann Berg_12_assignsubmission_file/.ipynb_checkpoints/ex03-checkpoint.ipynb",
          "Ann Berg_12_assignsubmission_file/dlcore_progress.json")  # fmt: skip
NO_NOTEBOOKS = {
    "Ida Oja_19_assignsubmission_onlinetext/onlinetext.html": "is a print of a notebook",
    "Kai Luo_20_assignsubmission_file/ex03.zip": "is an archive",
    "Μάρα_21_assignsubmission_file/ex03.ipynb.crdownload": "is no notebook",
    "Нина_22_assignsubmission_file/ex03.py": "is a text, not a notebook",
    "canvas/omar_4713_99_ex03": "is no notebook",
    "gradebook.csv": "is no notebook",
}


def put(folder, path, data):
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(data)


def test_a_class_as_it_is_delivered(tmp_path, honest, easy_file, capsys):
    """One row per learner, one sentence per file that is none, whatever the names are."""
    folder, out = tmp_path / "class", tmp_path / "marks"
    for path in (*DELIVERED, *BESIDE):
        put(folder, path, honest)
    for path in NO_NOTEBOOKS:
        put(folder, path, b"?")
    (folder / "Pia_23_assignsubmission_file").mkdir()
    assert main([str(folder), "--out", str(out), "--tasks", str(easy_file), "--chapter", "99"]) == 0
    with open(out / "marks.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert len({row[0] for row in rows}) == len(rows) == len(DELIVERED)
    assert all(row[1] == "3" for row in rows)
    for path in DELIVERED:  # each row names its folder, or its file where all are in one
        mine = path.split("/")[0] if path[0] != "c" else re.sub(NOTEBOOK, "", path.split("/")[1])
        assert sum(mine in row[0] for row in rows) == 1, mine
    assert len(list((out / "results").iterdir())) == len(rows)
    told = [line for line in capsys.readouterr().err.splitlines() if str(folder) in line]
    expected = NO_NOTEBOOKS | {"Pia_23_assignsubmission_file": "is an empty folder"}
    assert len(told) == len(expected)
    for path, words in expected.items():
        assert [words in line for line in told if line.startswith(str(folder / path))] == [True]
