"""check() in the notebook: the verdict is shown, what was solved is kept."""

import pytest

from dlcore.grade import check
from dlcore.grade.check import Answer, examine
from dlcore.grade.progress import solved
from dlcore.grade.verdict import Verdict


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch, known):
    monkeypatch.chdir(tmp_path)


def test_pass_is_shown_and_kept(capsys):
    assert check("99.1", lambda x: 2 * x) is None
    assert capsys.readouterr().out == ("✓ 99.1 Twice: 1 of 1 points\nChapter 99: 1 of 3 points.\n")
    assert solved() == {"99.1"}


def test_symptom_is_shown_and_nothing_kept(capsys):
    check("99.1", lambda x: x * x)
    first, second, third = capsys.readouterr().out.splitlines()
    assert first == "✗ 99.1 Twice: 0 of 1 points"
    assert second == "You squared it."
    assert third.startswith("For instance: double(")
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
