"""Wrong lines are made, tried in a copy, and reported when the twin test is blind to them."""

import ast
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import mutate

pytestmark = pytest.mark.slow

CODE = '''"""A file."""
from __future__ import annotations

def larger(a: int, b: int | None) -> int | None:
    """The larger one."""
    return a if a > b else b

def double(a):
    return 2 * a
'''
TEST = """from dlcore.layers.small import larger

def test_larger():
    assert larger(2, 1) == 2
"""
SEEN = "return a if a > b else b → return b"
UNSEEN = "return 2 * a → return 3 * a"


@pytest.fixture
def project(tmp_path):
    """A small project: a file of dlcore, and a twin test that looks at half of it."""
    for name in ("dlcore/layers", "tests/layers", "book/tools"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "dlcore/layers/small.py").write_text(CODE)
    (tmp_path / "tests/layers/test_small.py").write_text(TEST)
    (tmp_path / "pyproject.toml").write_text("")
    return tmp_path


def test_each_wrong_file_differs_in_one_running_place():
    found = mutate.wrongs(CODE)
    changes = {wrong.change for wrong in found}
    assert "return a if a > b else b → return a if a >= b else b" in changes
    assert "return 2 * a → return 3 * a" in changes
    assert not any("larger" in change for change in changes)  # no docstring, no annotation
    assert all(ast.unparse(ast.parse(CODE)) != wrong.text for wrong in found)
    assert {wrong.line for wrong in found} == {6, 9}


def test_what_the_twin_does_not_see_survives(project, tmp_path_factory, monkeypatch):
    both = [wrong for wrong in mutate.wrongs(CODE) if wrong.change in (SEEN, UNSEEN)]
    monkeypatch.setattr(mutate, "wrongs", lambda text: both)
    said, path = [], project / "dlcore/layers/small.py"
    left = mutate.survivors(path, 9, 0, tmp_path_factory.mktemp("copy"), project, said.append)
    assert [wrong.change for wrong in left] == [UNSEEN]
    assert said == [
        f"killed   line 6: {SEEN}",
        f"SURVIVED line 9: {UNSEEN}",
        "1 of 2 killed by tests/layers/test_small.py",
    ]
    assert path.read_text() == CODE


def test_a_failing_or_missing_twin_is_named(project, tmp_path_factory):
    test = project / "tests/layers/test_small.py"
    test.write_text("def test_larger():\n    assert False\n")
    with pytest.raises(SystemExit, match="test_small.py fails without any change"):
        mutate.survivors(
            project / "dlcore/layers/small.py", 1, 0, tmp_path_factory.mktemp("copy"), project
        )
    test.unlink()
    with pytest.raises(SystemExit, match=r"small.py has no twin test tests/layers/test_small.py"):
        mutate.twin(project / "dlcore/layers/small.py", project)


def test_a_test_that_does_not_end_has_failed(project):
    (project / "tests/layers/test_small.py").write_text("while True:\n    pass\n")
    assert not mutate.passes(project, "tests/layers/test_small.py", seconds=3)
