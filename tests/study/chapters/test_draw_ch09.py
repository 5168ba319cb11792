"""Chapter 9's figures: which units are tied, which are filled, and where codes stand."""

import pytest
from matplotlib.patches import Circle, FancyArrowPatch

from dlcore.study.chapters import draw_ch09
from dlcore.study.palette import BLUE, PAPER

PNG = b"\x89PNG"


def drawn(figure, kind):
    return [patch for patch in figure.sheet.axes[0].patches if isinstance(patch, kind)]


def test_every_unit_is_tied_to_every_unit_of_the_next_layer():
    figure = draw_ch09.rows(
        [["a", "b", "c"], ["d", "e"], ["f"]], ["down", "both"], alt="x", names=["1", "2", "3"]
    )
    assert len(drawn(figure, Circle)) == 6
    assert len(drawn(figure, FancyArrowPatch)) == 3 * 2 + 2
    words = [text.get_text() for text in figure.sheet.axes[0].texts]
    assert sorted(words) == ["1", "2", "3", "a", "b", "c", "d", "e", "f"]
    assert figure.png().startswith(PNG)


def test_units_that_are_on_are_filled():
    figure = draw_ch09.rows([["a", "b"], ["c"]], ["up"], alt="x", on=[(0, 1)])
    faces = [circle.get_facecolor()[:3] for circle in drawn(figure, Circle)]
    filled = tuple(int(BLUE[i : i + 2], 16) / 255 for i in (1, 3, 5))
    assert [face == pytest.approx(filled) for face in faces] == [False, True, False]


def test_neighbours_in_one_layer_carry_their_weights():
    figure = draw_ch09.rows([["1", "2", "3"]], [], inside=["ln 4", "−ln 2"], alt="x")
    ties = drawn(figure, FancyArrowPatch)
    assert len(ties) == 2
    words = [text.get_text() for text in figure.sheet.axes[0].texts]
    assert {"ln 4", "−ln 2"} <= set(words)
    first, second = (circle.center[0] for circle in drawn(figure, Circle)[:2])
    assert second - first == 2


def test_a_tie_of_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="needs one of both, down, up between each two of 2"):
        draw_ch09.rows([["a"], ["b"]], ["sideways"], alt="x")
    with pytest.raises(ValueError, match="needs one of"):
        draw_ch09.rows([["a"], ["b"]], [], alt="x")


def test_codes_are_written_as_digits_where_they_lie():
    figure = draw_ch09.codes([[0.0, 1.0], [2.0, -1.0]], [3, 8], alt="x")
    texts = figure.sheet.axes[0].texts
    assert [(t.get_text(), t.get_position()) for t in texts] == [("3", (0, 1)), ("8", (2, -1))]
    assert texts[0].get_color() != PAPER
    low, high = figure.sheet.axes[0].get_xlim()
    assert (low, high) == pytest.approx((-0.08, 2.08))
