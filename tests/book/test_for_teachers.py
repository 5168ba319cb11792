"""The teachers' page keeps its word: its worked example runs as it is printed."""

import re
from pathlib import Path

import pytest

from dlcore.grade import registry
from dlcore.grade.cli import main
from dlcore.grade.sandbox import Limits

PAGE = (Path(__file__).parents[2] / "book" / "for_teachers.md").read_text(encoding="utf-8")
CODE: list[str] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(autouse=True)
def example(tmp_path, monkeypatch):
    """The example's two files in an empty folder."""
    monkeypatch.setattr(registry, "_added", {})
    monkeypatch.chdir(tmp_path)
    (tmp_path / "week3.py").write_text(next(text for text in CODE if "TASKS = [" in text))
    solutions = next(text for text in CODE if "REFERENCE = {" in text)
    (tmp_path / "week3_solutions.py").write_text(solutions)


def test_the_worked_example_rehearses(capsys):
    assert main(["rehearse", "week3.py", "week3_solutions.py"]) == 0
    assert "right, untouched and wrong answers are told apart" in capsys.readouterr().out


def test_an_example_that_lacks_something_is_told(capsys):
    path = Path("week3_solutions.py")
    path.write_text(path.read_text().replace("x - x.mean(0, keepdim=True)", "x"))
    assert main(["rehearse", "week3.py", "week3_solutions.py"]) == 1
    assert "90.1 its reference fails with seed 0" in capsys.readouterr().out


def test_the_learners_notebook_runs(capsys):
    (notebook,) = [text for text in CODE if "use_tasks" in text]
    exec(notebook, {})
    assert "your work goes into `centre`" in capsys.readouterr().out


def test_limits_are_those_of_the_grader():
    limits = Limits()
    assert f"{limits.memory // 1024} GiB of memory" in PAGE
    assert f"{limits.cpu_seconds} seconds of processor time" in PAGE
    assert f"{limits.call_seconds} seconds per cell or call" in PAGE
    assert f"`/tmp` of {limits.disk} MiB" in PAGE
    assert f"at most {limits.output} MiB of them" in PAGE


@pytest.mark.parametrize("option", sorted(set(re.findall(r"`(--[a-z-]+)", PAGE))))
def test_options_exist(option, capsys):
    docker = ("--security-opt", "--cap-add")
    with pytest.raises(SystemExit):
        main(["--help"])
    assert option in docker or option in capsys.readouterr().out
