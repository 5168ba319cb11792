"""The progress bar: seen by a person, silent when notebooks are executed for the book."""

import pytest

from dlcore.training import progress


@pytest.mark.parametrize("value", [None, "", "0"])
def test_bar_is_shown_and_counts(monkeypatch, capsys, value):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    if value is not None:
        monkeypatch.setenv("TQDM_DISABLE", value)
    assert list(progress(range(3), desc="steps")) == [0, 1, 2]
    shown = capsys.readouterr().err
    assert "steps" in shown
    assert "3/3" in shown


def test_bar_is_silent_for_the_book_and_on_request(monkeypatch, capsys):
    monkeypatch.setenv("TQDM_DISABLE", "1")
    assert list(progress(range(3))) == [0, 1, 2]
    monkeypatch.delenv("TQDM_DISABLE")
    with progress(total=2, disable=True) as bar:
        bar.set_postfix(loss=1)
        bar.update()
    assert capsys.readouterr().err == ""
