"""Paths over contours, arrows, ellipses: what they show, where, and what is refused."""

import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch, Polygon

from dlcore.study.chapters import draw_ch10
from dlcore.study.palette import SERIES


def test_a_ravine_shows_each_path_and_where_it_ends():
    paths = {"one": [[1.0, 1.0], [0.5, 0.25]], "two": [[1.0, -1.0], [0.0, 0.0], [50.0, 0.0]]}
    figure = draw_ch10.ravine([[1.0, 0.0], [0.0, 4.0]], paths, alt="two paths", colours=[2, 0])
    lines = figure.sheet.axes[0].lines
    assert lines[0].get_label() == "one"
    assert np.allclose(lines[0].get_xydata(), paths["one"])
    assert [line.get_color() for line in lines[:4:3]] == [SERIES[2], SERIES[0]]
    assert np.allclose(lines[2].get_xydata(), [[0.5, 0.25]])  # the ring
    assert lines[3].get_xdata().max() == 9  # a path that left the picture is cut off
    assert figure.alt == "two paths"
    assert figure.png().startswith(b"\x89PNG")


def test_a_note_stands_below_a_ravine():
    shown = draw_ch10.ravine(np.eye(2), {"": [[1.0, 1.0]]}, alt="a bowl", note="ring: the end")
    assert shown.sheet.axes[0].get_xlabel() == "ring: the end"


def test_the_contours_belong_to_the_bowl():
    figure = draw_ch10.ravine([[1.0, 0.0], [0.0, 4.0]], {"": [[1.0, 1.0]]}, alt="a bowl")
    contours = figure.sheet.axes[0].collections[0]
    level = contours.levels[len(contours.levels) // 2]
    points = contours.get_paths()[len(contours.levels) // 2].vertices
    assert np.allclose((points[:, 0] ** 2 + 4 * points[:, 1] ** 2) / 2, level, rtol=0.05)


def test_a_ravine_needs_a_table_of_two_by_two():
    with pytest.raises(ValueError, match=r"a table of shape \(2, 2\), got \(3, 3\)"):
        draw_ch10.ravine(np.eye(3), {}, alt="none")


def test_arrows_run_from_place_to_place_with_their_words():
    parts = [((0, 0), (2, 1), "up", 0, False), ((2, 1), (3, 0), "down", 1, True)]
    figure = draw_ch10.arrows(parts, alt="two arrows", places=[(0, 0, "here")])
    ax = figure.sheet.axes[0]
    drawn = [p for p in ax.patches if isinstance(p, FancyArrowPatch)]
    assert [p.get_linestyle() for p in drawn] == ["-", (0, (4, 2))]
    assert [text.get_text() for text in ax.texts] == ["up", "down", "here"]
    assert ax.texts[0].get_position() == (1, 0.5)
    assert ax.get_xlim() == (-0.5, 3.5)


def test_ellipses_are_what_tables_make_of_a_circle():
    tables = [[[2.0, 0.0], [0.0, 0.5]], np.eye(2)]
    figure = draw_ch10.ellipses(tables, titles=["long", "round"], alt="two shapes")
    ax = figure.sheet.axes[0]
    shapes = [p.get_xy() for p in ax.patches if isinstance(p, Polygon)]
    assert np.allclose(np.ptp(shapes[0], axis=0), [4.0, 1.0], atol=1e-2)
    assert np.allclose(np.ptp(shapes[1], axis=0), [2.0, 2.0], atol=1e-2)
    assert shapes[0][:, 0].max() < shapes[1][:, 0].min()
    assert [text.get_text() for text in ax.texts] == ["long", "round"]
