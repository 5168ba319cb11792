"""What was solved stays in one plain file, and the chart shows it."""

import json
import subprocess
import sys

import pytest

from dlcore.grade import registry
from dlcore.grade.progress import RECORD, points, progress, record, solved


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch, known):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_solved_exercises_are_kept(here):
    assert solved() == set()
    assert points(99) == (0, 3)
    record("99.2")
    record("99.2")
    record("99.1")
    assert solved() == {"99.1", "99.2"}
    assert json.loads((here / RECORD).read_text()) == {"solved": ["99.1", "99.2"]}
    assert sorted(path.name for path in here.iterdir()) == [f".{RECORD}.lock", RECORD]
    assert points(99) == (3, 3)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"solved": 3}'])
def test_spoilt_file_is_named(here, text):
    (here / RECORD).write_text(text)
    with pytest.raises(ValueError, match=f"{RECORD} cannot be read; delete it"):
        solved()


def test_chart_says_its_numbers():
    record("99.2")
    figure = progress()
    assert figure.alt == "Points in the exercises, chapter 99: 2 of 3."
    assert figure.png().startswith(b"\x89PNG")


def test_no_exercises_no_chart(monkeypatch):
    monkeypatch.setattr(registry, "book_tasks", dict)
    with pytest.raises(ValueError, match="there are no exercises yet"):
        progress()


SOLVE = """
import sys
from dlcore.grade.progress import record
for number in range(16):
    record(f"{sys.argv[1]}.{number + 1}")
"""


@pytest.mark.slow
def test_two_notebooks_at_once_lose_nothing(here):
    words = [sys.executable, "-c", SOLVE]
    running = [subprocess.Popen([*words, str(chapter)], cwd=here) for chapter in (1, 2, 3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert len(solved()) == 48
