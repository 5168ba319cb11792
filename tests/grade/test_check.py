"""check() in the notebook: the verdict is shown, what was solved is kept."""

import sys
from dataclasses import replace

import pytest
import torch

import dlcore
from dlcore.grade import check, registry
from dlcore.grade.check import Answer, examine
from dlcore.grade.progress import RECORD, solved
from dlcore.grade.task import Task
from dlcore.grade.verdict import Verdict


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch, known):
    monkeypatch.chdir(tmp_path)
    check.failures.clear()


def double(x):
    return 2 * x


def test_pass_is_shown_and_kept(capsys):
    assert check("99.1", double) is None
    assert capsys.readouterr().out == ("✓ 99.1 Twice: 1 of 1 points\nChapter 99: 1 of 3 points.\n")
    assert solved() == {"99.1"}


def test_symptom_is_shown_and_nothing_kept(capsys):
    check("99.1", lambda x: x * x)
    first, second, third, fourth = capsys.readouterr().out.splitlines()
    assert first == "✗ 99.1 Twice: 0 of 1 points"
    assert second == "You squared it."
    assert third.startswith("For instance: double(")
    assert fourth == "This one is right: double(0) → 0"
    assert solved() == set()


def test_stub_is_answered_kindly(capsys):
    def double(x):
        raise NotImplementedError("exercise 99.1")

    check("99.1", double)
    first, second = capsys.readouterr().out.splitlines()
    assert first == "○ 99.1 Twice: 0 of 1 points"
    assert second.startswith("Still to do: your work goes into `double`")


def test_once_solved_stays_solved():
    check("99.1", lambda x: 2 * x)
    check("99.1", lambda x: x)
    assert solved() == {"99.1"}


def test_inputs_are_fresh_at_every_check():
    seen = []
    for _ in range(2):
        check("99.1", lambda x: seen.append(x) or 2 * x)
    assert len(set(seen)) == 5  # the first of three cases is 0 both times


def test_inputs_are_the_learners_own():
    def spoil(values):
        values = list(values)
        result = sum(values)
        values.clear()
        return result

    assert examine("99.2", spoil, 0)[1].right


def test_what_is_no_function_or_no_exercise():
    with pytest.raises(TypeError, match="expects your function double, without parentheses"):
        check("99.1", 3)
    with pytest.raises(ValueError, match="no exercise '98.1'"):
        check("98.1", abs)


def test_html_is_escaped(known):
    shown = Answer(known[0], Verdict("wrong", "<b>", "f(x) → '<script>'"), (0, 3))
    html = shown._repr_mimebundle_()["text/html"]
    assert "&lt;script&gt;" in html
    assert "<script>" not in html
    assert shown._repr_mimebundle_()["text/plain"] == repr(shown)


def test_last_case_can_be_tried_again():
    check("99.1", lambda x: x * x)
    assert check.last is not None
    (x,) = check.last.inputs
    assert (check.last.answer, check.last.asked) == (x * x, "a number")
    check("99.1", double)
    assert check.last is None


def test_last_of_a_function_that_stops(capsys):
    check("99.1", lambda x: x / 0)
    assert check.last is not None
    assert check.last.answer is None
    assert "This one is right" not in capsys.readouterr().out


def teach(monkeypatch, tasks):
    taught = replace(tasks[0], taught="ch06_convolution.ipynb#what-is-seen")
    monkeypatch.setattr(registry, "book_tasks", lambda: {"99.1": taught})


def test_after_three_failures_in_a_row_the_section_is_named(capsys, monkeypatch, tasks):
    teach(monkeypatch, tasks)
    told = []
    for function in (abs, abs, double, abs, abs, abs):
        check("99.1", function)
        told.append("Read again: chapter 6, “What is seen”." in capsys.readouterr().out)
    assert told == [False] * 5 + [True]


def test_the_link_leads_to_the_section(monkeypatch, tasks):
    teach(monkeypatch, tasks)
    shown = []
    monkeypatch.setattr(sys.modules["dlcore.grade.check"], "display", shown.append)
    for _ in range(3):
        check("99.1", abs)
    html = shown[-1]._repr_mimebundle_()["text/html"]
    assert '<a href="../ch06_convolution.ipynb#what-is-seen">Read again' in html
    monkeypatch.setitem(sys.modules, "google.colab", sys)
    check("99.1", abs)
    assert "colab.research.google.com/github/" in shown[-1]._repr_mimebundle_()["text/html"]
    page = f"/blob/v{dlcore.__version__}/chapters/ch06_convolution.ipynb"
    assert shown[-1].link.endswith(page)


def test_stubs_are_no_failures():
    def double(x):
        raise NotImplementedError("exercise 99.1")

    check("99.1", double)
    assert check.failures["99.1"] == 0


def test_another_name_is_told(capsys):
    def my_double(x):
        return 2 * x

    check("99.1", my_double)
    told = capsys.readouterr().out
    assert told.startswith("✓ 99.1 Twice: 1 of 1 points")
    assert "called `my_double`" in told
    assert "under the name `double`: rename it." in told


@pytest.mark.parametrize("spoil", ["folder", "spoilt"])
def test_right_is_right_where_it_cannot_be_kept(here, capsys, spoil, tmp_path):
    if spoil == "folder":
        (tmp_path / RECORD).mkdir()
    else:
        (tmp_path / RECORD).write_text("{")
    check("99.1", double)
    told = capsys.readouterr().out
    assert told.startswith("✓ 99.1 Twice: 1 of 1 points")
    assert "could not be kept in this folder" in told
    check("99.1", abs)
    assert capsys.readouterr().out.startswith("✗")


def test_a_failing_case_is_looked_for_that_can_be_shown(capsys, monkeypatch):
    def draw(rng, case):
        size = 4 if rng.random() < 0.3 else 200
        return (torch.arange(size).double(),)

    task = Task("99.5", "", 1, "f", "", draw, oracle=lambda x: x.sin(), cases=2)
    monkeypatch.setattr(registry, "book_tasks", lambda: {"99.5": task})
    shown = []
    for _ in range(40):
        check("99.5", lambda x: -x.sin())
        shown.append("f([0, 1, 2, 3]) → [0, -0.8415, " in capsys.readouterr().out)
    assert sum(shown) > 30  # half of the draws have such a case, one of six nearly always


def test_a_case_that_is_too_large_can_be_had(capsys, monkeypatch):
    draw = lambda rng, case: (torch.ones(200).double(),)  # noqa: E731
    task = Task("99.5", "", 1, "f", "", draw, oracle=lambda x: x, cases=2)
    monkeypatch.setattr(registry, "book_tasks", lambda: {"99.5": task})
    check("99.5", lambda x: -x)
    assert "`check.last` has this case" in capsys.readouterr().out
    assert check.last is not None
    assert torch.equal(check.last.inputs[0], -check.last.answer)
    assert check.last.asked == "an array of shape (200,)"
