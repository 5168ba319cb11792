"""Boxes, arrows and words: where they stand and what they look like."""

import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from dlcore.study.draw_figure import card
from dlcore.study.draw_parts import SEEN_MAP, arrow, box, write
from dlcore.study.palette import BLUE, GREEN, MUTED, PAPER, tint


def test_a_box_has_its_middle_where_it_is_put():
    with card("a box with a word") as page:
        box(page.ax, (2, 1), "word", GREEN, 1.5, 0.5)
        (shape,), (text,) = page.ax.patches, page.ax.texts
    assert isinstance(shape, FancyBboxPatch)
    assert (shape.get_x(), shape.get_y()) == (1.25, 0.75)
    assert (shape.get_width(), shape.get_height()) == (1.5, 0.5)
    assert (to_hex(shape.get_facecolor()), to_hex(shape.get_edgecolor())) == (
        tint(GREEN, 0.2), GREEN,
    )  # fmt: skip
    assert (text.get_text(), text.get_position()) == ("word", (2, 1))


def test_rounding_is_the_radius_of_the_corners():
    with card("two boxes") as page:
        for rounding in (0.1, 0.3):
            box(page.ax, (0, 0), "", GREEN, 1, 1, rounding=rounding)
        radii = [shape.get_boxstyle().rounding_size for shape in page.ax.patches]
    assert radii == [0.1, 0.3]


@pytest.mark.parametrize(("head", "style"), [(True, "CurveFilledB"), (False, "Curve")])
def test_an_arrow_goes_from_start_to_end(head, style):
    with card("an arrow or a line") as page:
        arrow(page.ax, (0, 1), (2, 3), BLUE, width=2.5, head=head)
        (shape,) = page.ax.patches
    assert isinstance(shape, FancyArrowPatch)
    assert shape._posA_posB == [(0, 1), (2, 3)]
    assert type(shape.get_arrowstyle()).__name__ == style
    assert (shape.get_linewidth(), to_hex(shape.get_edgecolor())) == (2.5, BLUE)


def test_an_arrow_may_leave_room_at_both_ends():
    with card("two arrows") as page:
        arrow(page.ax, (0, 1), (2, 3), BLUE)
        arrow(page.ax, (0, 1), (2, 3), BLUE, gaps=(2, 11))
        room = [(shape.shrinkA, shape.shrinkB) for shape in page.ax.patches]
    assert room == [(0, 0), (2, 11)]


@pytest.mark.parametrize("on_paper", [True, False])
def test_words_stand_around_their_spot(on_paper):
    with card("a word") as page:
        write(page.ax, (2, 1), "word", MUTED, size=9, on_paper=on_paper, ha="left")
        (text,) = page.ax.texts
    assert (text.get_text(), text.get_position(), text.get_fontsize()) == ("word", (2, 1), 9)
    assert (text.get_ha(), text.get_va(), text.get_color()) == ("left", "center", MUTED)
    assert (text.get_bbox_patch() is not None) == on_paper


def test_who_sees_is_blue_and_who_does_not_is_paper():
    assert [to_hex(SEEN_MAP(end)) for end in (0.0, 1.0)] == [PAPER, BLUE]
