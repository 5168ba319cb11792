"""The stand-in for IPython's shell runs what IPython runs; test_inside.py tries it in a program."""

import sys

import pytest

from dlcore.grade.shell import Shell


@pytest.fixture
def shell(monkeypatch):
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    return Shell()


def run(shell, *cells):
    failed = []
    for number, source in enumerate(cells, start=1):
        shell.run(number, source, lambda error, name: failed.append(type(error).__name__))
    return failed


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("%time 3 + 4", 7),
        ("%timeit -n 2 -r3 -o 3 + 4", 7),
        ("%timeit 3 + 4", 7),
        ("%prun -s cumulative 3 + 4", ""),
        ("%matplotlib inline", ""),
    ],
)
def test_what_magics_run(shell, line, value):
    shell.run(1, line, None)
    assert shell.user_ns["_"] == value or "timeit" in line or "prun" in line


def test_anything_may_be_asked_of_the_shell(shell):
    assert (
        run(shell, "get_ipython().events.register if False else get_ipython().ask_yes_no('?')")
        == []
    )
    assert run(shell, "x = get_ipython().getoutput('ls')") == []
    assert shell.user_ns["x"] == []


def test_values_and_inputs_are_kept(shell):
    assert run(shell, "1 + 1", "x = 3", "x", "_ + __") == []
    assert shell.outputs == {1: 2, 3: 3, 4: 5}
    assert shell.inputs[1:] == ["1 + 1", "x = 3", "x", "_ + __"]


def test_imports_stand_alone_only_on_the_top_level(shell):
    assert run(shell, "import nothing_there\nx = 3") == ["ModuleNotFoundError"]
    assert shell.user_ns["x"] == 3
    with pytest.raises(ImportError):
        run(shell, "if True:\n    import nothing_there\ny = 3")
    assert "y" not in shell.user_ns


def test_future_holds_for_later_cells(shell):
    assert run(shell, "from __future__ import annotations", "def f(x: nothing): pass") == []


def test_cells_in_other_languages_do_nothing(shell):
    assert run(shell, "%%html\n<p>", "%%bash\nexit 1", "%%javascript\nx =") == []


def test_a_captured_cell_runs(shell):
    assert run(shell, "%%capture out\nx = 3", "out.stdout") == []
    assert shell.user_ns["x"] == 3


@pytest.mark.parametrize("source", ["if True: !ls", "import os; %magic", "x = ("])
def test_what_ipython_refuses_is_refused(shell, source):
    with pytest.raises(SyntaxError):
        run(shell, source)
