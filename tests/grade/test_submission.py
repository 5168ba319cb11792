"""Files that were handed in are found, named and read with suspicion."""

import os

import pytest

from dlcore.grade.submission import LARGEST, Submission, chapter_of, collect, printable


def names(paths):
    return [item.name for item in collect(paths)[0]]


def test_folders_are_searched(tmp_path):
    for name in ("b.ipynb", "a.ipynb", "deep/c.ipynb", ".ipynb_checkpoints/a.ipynb", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert names([tmp_path]) == ["a", "b", "c"]
    twice = [tmp_path / "b.ipynb", tmp_path, tmp_path / "b.ipynb"]
    assert names(twice) == ["b", "a", "c"]


def test_links_to_folders_are_not_entered(tmp_path):
    (tmp_path / "class").mkdir()
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "a.ipynb").write_text("")
    (tmp_path / "class" / "link").symlink_to(tmp_path / "else")
    assert names([tmp_path / "class"]) == []
    assert names([tmp_path / "class" / "link"]) == ["a"]


def test_equal_names_are_told_apart_by_their_folders(tmp_path):
    for name in ("ann/ex.ipynb", "bo/ex.ipynb", "bo/x.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert names([tmp_path]) == ["ann/ex", "bo/ex", "bo/x"]


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
    ((item,), _) = collect([tmp_path])
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
    assert chapter_of(collect([tmp_path])[0]) == 3
    (tmp_path / "a.ipynb").write_text("")
    (tmp_path / "b.ipynb").write_text("")
    assert chapter_of(collect([tmp_path])[0]) == 7
    (tmp_path / "c.ipynb").write_text("")
    assert chapter_of(collect([tmp_path])[0]) is None


def put(folder, *paths):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("{}")


def test_notebooks_whose_endings_were_changed_are_read(tmp_path):
    put(tmp_path, "bert.ipynb.txt", "carla.IPYNB", "dora.ipynb.json", "emil.ipynb (1)")
    assert names([tmp_path]) == ["bert", "carla", "dora", "emil"]
    put(tmp_path, "bert.ipynb")
    expected = ["bert.ipynb", "bert.ipynb.txt", "carla", "dora", "emil"]
    assert names([tmp_path]) == expected


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("ina.zip", "ina.zip is an archive: unpack it"),
        ("emil.py", "emil.py is a text, not a notebook: ask for the .ipynb file"),
        ("dora.json", "let its name end in .ipynb"),
        ("gabi.html", "is a print of a notebook"),
        ("deep/hanna", "deep/hanna is no notebook."),
        ("a\nb.py", "a␣b.py is a text"),
    ],
)
def test_files_that_are_no_notebooks_are_named(tmp_path, path, words):
    put(tmp_path, path, "ann.ipynb")
    submissions, told = collect([tmp_path])
    assert [item.name for item in submissions] == ["ann"]
    assert len(told) == 1
    assert words in told[0]


def test_folders_without_a_notebook_are_named(tmp_path):
    (tmp_path / "hanna").mkdir()
    put(tmp_path, "ann.ipynb")
    assert [sentence.split()[-3:] for sentence in collect([tmp_path])[1]] == [
        ["an", "empty", "folder."]
    ]


def test_what_systems_put_beside_is_passed_over(tmp_path):
    put(tmp_path, "ann.ipynb", "._ann.ipynb", "__MACOSX/._ann.ipynb", ".DS_Store", "b/Thumbs.db",
        "b/bo.ipynb", "b/.ipynb_checkpoints/bo-checkpoint.ipynb", "desktop.ini")  # fmt: skip
    submissions, told = collect([tmp_path])
    assert ([item.name for item in submissions], told) == (["ann", "bo"], [])


def test_a_file_that_is_given_in_two_ways_is_graded_once(tmp_path, monkeypatch):
    put(tmp_path, "class/ann.ipynb")
    monkeypatch.chdir(tmp_path)
    assert names(["class", tmp_path / "class" / "ann.ipynb", "./class/../class/ann.ipynb"]) == [
        "ann"
    ]


def test_a_misspelt_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match="there is no .*clas; nothing was graded"):
        collect([tmp_path / "clas"])
