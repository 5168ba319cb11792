"""Wiring diagrams and sheets of text: what stands on them, their alt texts, their refusals."""

import pytest
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from dlcore.study import draw_ch07

BOXES = {"a": (0, 0), "b": (2, 0), "b|again": (2, 1.5)}


def test_wiring_joins_the_edges_of_its_boxes():
    arrows = [("a", "b", "w"), ("b", "b|again")]
    figure = draw_ch07.wiring(BOXES, arrows, marked=["b"], alt="two boxes and one more")
    patches = figure.sheet.axes[0].patches
    boxes = [p for p in patches if isinstance(p, FancyBboxPatch)]
    drawn = [p for p in patches if isinstance(p, FancyArrowPatch)]
    assert sorted(t.get_text() for t in figure.sheet.axes[0].texts) == ["a", "b", "b", "w"]
    assert len({box.get_facecolor() for box in boxes}) == 2
    assert drawn[0]._posA_posB == [(pytest.approx(0.62), 0), (pytest.approx(1.38), 0)]
    assert drawn[1]._posA_posB == [(2, pytest.approx(0.3)), (2, pytest.approx(1.2))]
    assert figure.alt == "two boxes and one more"
    assert figure.png().startswith(b"\x89PNG")


def test_wiring_refuses_an_arrow_to_nowhere():
    with pytest.raises(ValueError, match="an arrow at 'c'; boxes are"):
        draw_ch07.wiring(BOXES, [("a", "c")], alt="nothing")


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
