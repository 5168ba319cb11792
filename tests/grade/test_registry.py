"""Tasks are found by number; a teacher's file adds to them."""

import pytest

from dlcore.grade import registry
from dlcore.grade.registry import all_tasks, book_tasks, by_id, find, use_tasks

OWN = """
from dlcore.grade import Task

TASKS = [Task(id="{id}", title="Own", points=5, function="f", statement="",
              generate=lambda rng, case: (case,), oracle=lambda x: x)]
"""


def test_the_books_tasks_stand_in_order():
    found = list(book_tasks().values())
    assert found == sorted(found, key=lambda task: task.order)


def test_find(known):
    assert find("99.2").title == "Total"
    with pytest.raises(ValueError, match=r"no exercise '99.7'; there are 99.1, 99.2"):
        find("99.7")
    with pytest.raises(ValueError, match=r"there are 99.1"):
        find("1")


def test_find_where_there_are_no_tasks(monkeypatch):
    monkeypatch.setattr(registry, "book_tasks", dict)
    monkeypatch.setattr(registry, "_added", {})
    with pytest.raises(ValueError, match="there are none yet"):
        find("1.1")


def test_numbers_are_given_once(tasks):
    with pytest.raises(ValueError, match=r"two tasks have the number 99.1"):
        by_id([*tasks, tasks[0]])


@pytest.mark.parametrize("number", ["99.3", "99.1"])
def test_own_tasks_are_added_or_replace_the_books(known, tmp_path, number):
    (tmp_path / "week.py").write_text(OWN.format(id=number))
    use_tasks(tmp_path / "week.py")
    assert find(number).title == "Own"
    assert "99.2" in all_tasks()


def test_file_without_tasks(known, tmp_path):
    (tmp_path / "week.py").write_text("")
    with pytest.raises(ValueError, match="defines no TASKS"):
        use_tasks(tmp_path / "week.py")
    with pytest.raises(ValueError, match="expects a Python file"):
        use_tasks(tmp_path / "none.py")
    with pytest.raises(ValueError, match="expects a Python file"):
        use_tasks(tmp_path / "notes.txt")
