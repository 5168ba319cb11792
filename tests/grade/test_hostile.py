"""No submission gains a point that it did not earn, harms another, or stops the grader."""

import os
import re
import runpy
import socket
from pathlib import Path

import psutil
import pytest

from dlcore.grade.classroom import grade
from dlcore.grade.cli import write_marks
from dlcore.grade.sandbox import Limits
from dlcore.grade.submission import collect

pytestmark = pytest.mark.slow

HOSTILE = runpy.run_path(str(Path(__file__).parent / "hostile.py"))["SUBMISSIONS"]
LIMITS = Limits(cpu_seconds=20, wall_seconds=240, call_seconds=8, disk=16, output=4)
NAMES = ("王小明", "محمد علي", "two  spaces", "new\nline", "-rf", "$(touch x)", "=1+1")
FILES = {
    "not_json": (b"\x03\x04 no zip", "it is not JSON"),
    "empty": (b"", "it is empty"),
    "no_notebook": (b"[1, 2]", "not a notebook of version 3 or 4"),
    "deep": (b"[" * 10**6, "it is not JSON"),
    "a_million_lists": (
        b'{"cells": [' + b"[]," * 10**6 + b"[]]}",
        "not a notebook of version 3 or 4",
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, notebook, honest):
    """The class's folder, and outside it a canary that nobody may see or touch."""
    root = tmp_path_factory.mktemp("hostile")
    folder = root / "class"
    folder.mkdir()
    (root / "canary").write_text("alive")
    places = [str(root / "canary"), str(folder / "honest.ipynb"), str(folder), str(root)]
    with socket.create_server(("127.0.0.1", 0)) as server:
        for name, (cells, _, _) in HOSTILE.items():
            port = str(server.getsockname()[1])
            cells = [cell.replace("PLACES", repr(places)).replace("PORT", port) for cell in cells]
            (folder / f"{name}.ipynb").write_bytes(notebook(*cells))
        for name, (data, _) in FILES.items():
            (folder / f"{name}.ipynb").write_bytes(data)
        for name in ("honest", *NAMES):
            (folder / f"{name}.ipynb").write_bytes(honest)
        (folder / "huge.ipynb").touch()
        os.truncate(folder / "huge.ipynb", 200 * 2**20)
        (folder / "link.ipynb").symlink_to(folder / "honest.ipynb")
        language = {"kernelspec": {"name": "ir", "language": "R"}}
        (folder / "other_language.ipynb").write_bytes(notebook("x <- 1", **language))
        yield folder
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.fixture(scope="module")
def graded(folder, tasks):
    """{name: marks} of the whole class, graded once."""
    os.environ["DLCORE_SECRET"] = "hidden"
    try:
        results, failures = grade(
            collect([folder])[0], tasks, folder.parent / "marks", jobs=2, limits=LIMITS
        )
    finally:
        del os.environ["DLCORE_SECRET"]
    assert failures == []
    return {found["name"]: found for found in results}


def told(found):
    """What the grader says about a submission, in one text."""
    symptoms = [row["symptom"] for row in found["tasks"]]
    return " ".join(filter(None, [found["problem"], *found["notes"], *symptoms]))


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_is_gained_and_what_happened_is_told(graded, name):
    _, points, words = HOSTILE[name]
    assert graded[name]["points"] == points, told(graded[name])
    assert re.search(words, told(graded[name]))


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_no_notebooks(graded, name):
    assert graded[name]["points"] == 0
    assert FILES[name][1] in graded[name]["problem"]


def test_files_that_are_not_read(graded):
    assert "200 MiB, 20 are allowed" in graded["huge"]["problem"]
    assert "it is a symbolic link" in graded["link"]["problem"]
    assert "written in R" in graded["other_language"]["problem"]
    assert [graded[name]["points"] for name in ("huge", "link", "other_language")] == [0, 0, 0]


@pytest.mark.parametrize("name", ["honest", *NAMES])
def test_the_others_keep_their_marks_whatever_they_are_called(graded, name):
    assert graded[name]["points"] == 3


def test_marks_can_be_written_and_shown(graded, tmp_path):
    write_marks(tmp_path, list(graded.values()), [])
    texts = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.*") if path.is_file()]
    assert len(texts) == len(graded) + 2
    assert not any("\x1b" in text for text in texts)


def test_nothing_outside_was_touched(graded, folder, honest):
    assert (folder.parent / "canary").read_text() == "alive"
    assert sorted(path.name for path in folder.parent.iterdir()) == ["canary", "class", "marks"]
    assert (folder / "honest.ipynb").read_bytes() == honest
    assert len(list(folder.iterdir())) == len(graded)


def test_nothing_is_left_running(graded):
    started = psutil.Process().children(recursive=True)
    assert [process.name() for process in started if "bwrap" in process.name()] == []
    loops = [process for process in psutil.process_iter(["cmdline"])
             if "while True: pass" in " ".join(process.info["cmdline"] or [])
             and "/grade" in " ".join(process.info["cmdline"] or [])]  # fmt: skip
    assert loops == []
