"""Drawings of pieces, neighbours, two nets and strips: what stands on them."""

import torch
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from dlcore.study.chapters import draw_ch16


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def of_kind(ax, kind):
    return [patch for patch in ax.patches if type(patch) is kind]


def test_a_piece_has_a_box_as_wide_as_its_letters():
    ax = draw_ch16.pieces([["the_", "k", "ing_"], ["a_"]], alt="pieces").sheet.axes[0]
    assert words(ax) == ["the_", "k", "ing_", "a_"]
    boxes = of_kind(ax, Rectangle)
    assert [round(box.get_width(), 1) for box in boxes] == [4.3, 1.3, 4.3, 2.3]
    assert boxes[3].get_y() > boxes[0].get_y()
    assert boxes[1].get_x() > boxes[0].get_x() + boxes[0].get_width()


def test_no_line_draws_an_empty_card():
    assert words(draw_ch16.pieces([], alt="nothing").sheet.axes[0]) == []


def test_neighbours_get_an_arrow_each_and_so_do_drawn_words():
    ax = draw_ch16.window(["a", "b", "c", "d", "e"], 1, 2, ["x", "y"], alt="w").sheet.axes[0]
    solid = [a for a in of_kind(ax, FancyArrowPatch) if a.get_linestyle() in ("-", "solid")]
    assert len(solid) == 3  # a, c and d
    assert len(of_kind(ax, FancyArrowPatch)) == 5
    assert words(ax)[:7] == ["a", "b", "c", "d", "e", "x", "y"]


def test_the_decoder_hears_what_it_wrote_a_step_before():
    ax = draw_ch16.two_nets(["p", "q"], ["r", "s"], alt="nets").sheet.axes[0]
    assert len(of_kind(ax, FancyBboxPatch)) == 5  # two to read, three to write
    said = words(ax)
    assert [w for w in said if w in "pq"] == ["p", "q"]
    assert [w for w in said if w in ("r", "s", "end", "begin")] == [
        "r", "begin", "s", "r", "end", "s",
    ]  # fmt: skip
    assert said.count("(h, c)") == 1


def test_a_strip_says_what_was_written_only_where_it_was_read_otherwise():
    figure = draw_ch16.strips(
        torch.zeros(4, 8, 20), ["12", "34", "5", "6"], ["12", "35", "5", "6"], alt="strips"
    )
    titles = [spot.get_title("left") for spot in figure.sheet.axes[0].child_axes]
    assert titles == ["read 12", "read 35, written 34", "read 5", "read 6"]
