"""Sheets of text: what stands on them, their alt texts, their refusals."""

import pytest

from dlcore.study.chapters import draw_ch07


def test_the_text_stands_on_the_sheet_and_is_its_own_alt_text():
    figure = draw_ch07.sheet("To be,\nor not $2", title="after 3 steps")
    (words,) = figure.sheet.axes[0].texts
    assert words.get_text() == "To be,\nor not \\$2"
    assert figure.alt == "Text: To be, or not $2"
    assert figure.sheet.axes[0].get_title(loc="left") == "after 3 steps"
    assert figure.png().startswith(b"\x89PNG")


def test_long_lines_are_broken_and_long_texts_cut():
    figure = draw_ch07.sheet("a" * 70 + "\n\n" + "b\n" * 30, alt="letters")
    lines = figure.sheet.axes[0].texts[0].get_text().split("\n")
    assert lines == ["a" * 64, "a" * 6, ""] + ["b"] * 7
    assert figure.alt == "letters"


def test_no_text_is_refused():
    with pytest.raises(ValueError, match="got no text to draw"):
        draw_ch07.sheet(" \n")
