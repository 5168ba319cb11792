"""Drawings of sounds, edits, lattices, looks, stacks, melodies: what stands on them, where."""

import numpy as np
from matplotlib.patches import FancyArrowPatch, Rectangle

from dlcore.study.chapters import draw_ch15


def words(figure, ax=0):
    return [text.get_text() for text in figure.sheet.axes[ax].texts if text.get_text()]


def patches(figure, kind):
    return [p for p in figure.sheet.axes[0].patches if isinstance(p, kind)]


def test_words_stand_between_their_cuts():
    figure = draw_ch15.heard(
        np.sin(np.arange(400.0)), np.zeros((6, 5)), rate=100, words=["sio", "ose"],
        cuts=[(50, 150), (200, 380)], alt="two words",
    )  # fmt: skip
    top, below = figure.sheet.axes
    assert words(figure) == ["sio", "ose"]
    assert [text.get_position()[0] for text in top.texts] == [1.0, 2.9]
    edges = [line.get_xdata()[0] for line in below.lines]
    assert edges == [0.5, 1.5, 2.0, 3.8]
    assert figure.png().startswith(b"\x89PNG")


def test_every_number_of_the_table_is_written_and_the_way_is_bold():
    figure = draw_ch15.edits(
        [[0, 1], [1, 1]], ["a"], ["b"], [(0, 0), (1, 1)], alt="a table of edits"
    )
    assert words(figure) == ["0", "1", "1", "1", "a", "b", "said ↓  read →"]
    bold = [t.get_text() for t in figure.sheet.axes[0].texts if t.get_weight() == "bold"]
    assert bold == ["0", "1"]


def test_lattice_leaves_out_what_no_path_can_visit():
    states = ["–", "a", "–", "b", "–"]
    tight = draw_ch15.lattice(states, 2, alt="two steps for two labels")
    assert len(list(tight.sheet.axes[0].lines)) == 2  # a, then b: nothing else fits
    assert len(patches(tight, FancyArrowPatch)) == 1
    free = draw_ch15.lattice(states, 4, path=[0, 1, 3, 4], alt="four steps")
    drawn = free.sheet.axes[0].lines
    assert len(drawn) == 2 + 4 + 4 + 2
    coloured = [p for p in patches(free, FancyArrowPatch) if p.get_linewidth() > 2]
    assert len(coloured) == 3


def test_a_repeated_label_may_not_jump_over_its_blank():
    assert draw_ch15._steps(["–", "a", "–", "a", "–"], 1) == [1, 2]
    assert draw_ch15._steps(["–", "a", "–", "b", "–"], 1) == [1, 2, 3]
    assert draw_ch15._steps(["–", "a", "–"], 2) == [2]


def test_looks_have_a_row_for_each_word_and_a_line_at_each_cut():
    figure = draw_ch15.looks(
        np.eye(2), ["sio", "end"], cuts=[(0.1, 0.4), (0.4, 0.8)], seconds=1.0, alt="looks"
    )
    ax = figure.sheet.axes[0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["sio", "end"]
    assert [line.get_xdata()[0] for line in ax.lines] == [0.1, 0.4, 0.8]


def test_a_doubling_stack_sees_all_of_its_field():
    figure = draw_ch15.stack((1, 2, 4), alt="a stack")
    assert "the last output sees 8 samples" in words(figure)
    plain = draw_ch15.stack((1, 1), alt="a stack")
    assert "the last output sees 3 samples" in words(plain)


def test_a_melody_has_a_square_for_each_note():
    figure = draw_ch15.roll({"one": [0, 2, 4], "two": [1, 1, 3]}, bar=2, alt="melodies")
    squares = patches(figure, Rectangle)
    assert len(squares) == 6
    assert words(figure) == ["one", "two"]
    heights = [square.get_y() for square in squares]
    assert heights == [8, 10, 12, 1, 1, 3]
