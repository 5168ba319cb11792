"""Chapter 12's figures: boxes and arrows stand where they should, and years keep their errors."""

import pytest

from dlcore.study.chapters import draw_ch12

PNG = b"\x89PNG"
BOXES = {"a": (0, 0, "maps", 0), "b": (1, 0, "3 × 3", 1), "c": (1, 1, "1 × 1", 2)}


def test_every_box_has_its_words_and_every_arrow_its_ends():
    figure = draw_ch12.flow(BOXES, [("a", "b"), ("a", "c", "16")], alt="three boxes")
    (ax,) = figure.sheet.axes
    words = [text.get_text() for text in ax.texts]
    assert words == ["16", "maps", "3 × 3", "1 × 1"]
    assert len(ax.patches) == 5
    assert figure.png().startswith(PNG)


def test_row_0_is_on_top_and_all_boxes_are_inside():
    figure = draw_ch12.flow(BOXES, [], alt="three boxes")
    (ax,) = figure.sheet.axes
    low, high = ax.get_ylim()
    assert low > high
    assert ax.get_xlim() == (-0.5, 1.5)


def test_arrows_may_run_down():
    figure = draw_ch12.flow(BOXES, [("a", "c", "down")], alt="three boxes", across=False)
    across = draw_ch12.flow(BOXES, [("a", "c", "down")], alt="three boxes")
    places = [f.sheet.axes[0].texts[0].get_position() for f in (figure, across)]
    assert places == [(0.5, 0.5), (0.5, 0.5)]
    ends = [f.sheet.axes[0].patches[0]._posA_posB for f in (figure, across)]
    assert ends[0] == [(0, 0.3), (1, 0.7)]
    assert ends[1] == [(0.43, 0), pytest.approx((0.57, 1))]


def test_an_arrow_to_nowhere():
    with pytest.raises(ValueError, match=r"flow has no box \['d'\]; there are \['a', 'b', 'c'\]"):
        draw_ch12.flow(BOXES, [("a", "d")], alt="three boxes")


def test_years_have_their_errors_and_single_nets_a_ring():
    winners = {2010: ("one", 28.2), 2012: ("two", 15.3)}
    figure = draw_ch12.challenge(winners, {2012: 18.2}, 5.1, alt="two years")
    (ax,) = figure.sheet.axes
    line, dots, ring, _ = ax.lines
    assert list(line.get_ydata()) == list(dots.get_ydata()) == [28.2, 15.3]
    assert list(ring.get_xdata()) == [2012]
    assert list(ring.get_ydata()) == [18.2]
    words = [text.get_text() for text in ax.texts]
    assert "two\n15.3 %" in words
    assert "one net 18.2 %" in words
    assert list(ax.get_xticks()) == [2010, 2012]


def test_a_figure_needs_words_for_those_who_do_not_see_it():
    with pytest.raises(ValueError, match="a figure needs alt="):
        draw_ch12.flow(BOXES, [], alt=" ")
