"""Arrows before and after a table: where they point, how far the picture reaches."""

import pytest

from dlcore.study.chapters import draw_ch05

TABLE = [[2, 1], [1, 2]]


def test_every_arrow_is_drawn_before_and_after():
    figure = draw_ch05.arrows(TABLE, [[1, 1], [1, -1]], alt="two arrows and what becomes of them")
    (ax,) = figure.sheet.axes
    tips = [tuple(text.xy) for text in ax.texts]
    assert tips == [(3, 3), (1, -1), (1, 1), (1, -1)]
    assert ax.get_xlim() == ax.get_ylim() == pytest.approx((-3.45, 3.45))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["after", "before"]
    near = draw_ch05.arrows(TABLE, [[1, 0]], limit=4, alt="one arrow")
    assert near.sheet.axes[0].get_ylim() == (-4, 4)
    assert figure.png().startswith(b"\x89PNG")


def test_other_shapes_are_refused():
    with pytest.raises(ValueError, match=r"table \(2, 2\) and arrows \(A, 2\), got \(2, 3\)"):
        draw_ch05.arrows([[1, 2, 3], [4, 5, 6]], [[1, 1]], alt="wrong")
    with pytest.raises(ValueError, match=r"and \(1, 3\)"):
        draw_ch05.arrows(TABLE, [[1, 1, 1]], alt="wrong")
