"""Files that were handed in are found, named and read with suspicion."""

import os

import pytest

from dlcore.grade.submission import LARGEST, Submission, chapter_of, collect, printable


def test_folders_are_searched(tmp_path):
    for name in ("b.ipynb", "a.ipynb", "deep/c.ipynb", ".ipynb_checkpoints/a.ipynb", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert [item.name for item in collect([tmp_path])] == ["a", "b", "c"]
    twice = [tmp_path / "b.ipynb", tmp_path, tmp_path / "b.ipynb"]
    assert [item.name for item in collect(twice)] == ["b", "a", "c"]


def test_links_to_folders_are_not_entered(tmp_path):
    (tmp_path / "class").mkdir()
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "a.ipynb").write_text("")
    (tmp_path / "class" / "link").symlink_to(tmp_path / "else")
    assert collect([tmp_path / "class"]) == []
    assert [item.name for item in collect([tmp_path / "class" / "link"])] == ["a"]


def test_equal_names_are_told_apart_by_their_folders(tmp_path):
    for name in ("ann/ex.ipynb", "bo/ex.ipynb", "bo/x.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert [item.name for item in collect([tmp_path])] == ["ann/ex", "bo/ex", "bo/x"]


def handed_in(path):
    return Submission(path, path.stem)


def test_reading(tmp_path):
    path = tmp_path / "a\nb 王.ipynb"
    path.write_bytes(b"{}")
    assert handed_in(path).read() == (b"{}", "")


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda path: path.symlink_to("/etc/passwd"), "it is a symbolic link"),
        (lambda path: path.mkdir(), "it is no plain file"),
        (os.mkfifo, "it is no plain file"),
        (lambda path: None, "No such file"),
        (lambda path: (path.touch(), os.truncate(path, 200 * 2**20)), "200 MiB, 20 are allowed"),
    ],
)
def test_what_is_not_read(tmp_path, make, problem):
    make(tmp_path / "a.ipynb")
    data, told = handed_in(tmp_path / "a.ipynb").read()
    assert data == b""
    assert problem in told
    assert handed_in(tmp_path / "a.ipynb").key("1")


def test_largest_file_is_read(tmp_path):
    path = tmp_path / "a.ipynb"
    path.touch()
    os.truncate(path, LARGEST)
    assert len(handed_in(path).read()[0]) == LARGEST


def test_key_follows_name_content_and_tasks(tmp_path):
    first, second = tmp_path / "a.ipynb", tmp_path / "b.ipynb"
    first.write_text("x")
    second.write_text("x")
    keys = [handed_in(first).key("1"), handed_in(second).key("1"), handed_in(first).key("2")]
    first.write_text("y")
    keys.append(handed_in(first).key("1"))
    assert len(set(keys)) == 4
    first.write_text("x")
    assert handed_in(first).key("1") == keys[0]


def test_name_that_is_no_text_is_printable(tmp_path):
    path = tmp_path / os.fsdecode(b"\xff\n.ipynb")
    path.write_text("")
    (item,) = collect([tmp_path])
    assert item.key("1")
    assert printable(item.name) == "?␣" or printable(item.name).isprintable()
    assert printable("a\x1b[2Jb\u202ec\n") == "a␣[2Jb␣c␣"
    assert printable("محمد 王") == "محمد 王"


def test_chapter_is_what_most_check(tmp_path, notebook):
    cells = {
        "a": "check('3.1', f)",
        "b": 'check("3.2", f)',
        "c": "check('7.1', f)\ncheck('7.2', g)",
    }
    for name, source in cells.items():
        (tmp_path / f"{name}.ipynb").write_bytes(notebook(source))
    assert chapter_of(collect([tmp_path])) == 3
    (tmp_path / "a.ipynb").write_text("")
    (tmp_path / "b.ipynb").write_text("")
    assert chapter_of(collect([tmp_path])) == 7
    (tmp_path / "c.ipynb").write_text("")
    assert chapter_of(collect([tmp_path])) is None
