"""Drawings of patches, windows, codes and views: what stands on them."""

import pytest
import torch
from matplotlib.colors import to_hex
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

from dlcore.study.chapters import draw_ch19
from dlcore.study.palette import BLUE, VERMILION, tint


def axes(figure):
    return figure.sheet.axes[0]


def of_kind(ax, kind):
    return [patch for patch in ax.patches if type(patch) is kind]


def filled(ax, colour):
    return [p.get_xy() for p in of_kind(ax, Rectangle) if to_hex(p.get_fc()) == to_hex(colour)]


def test_patches_stand_in_a_row_behind_the_class_token():
    picture = torch.arange(16.0).view(4, 4)
    spots = axes(draw_ch19.patches(picture, 2, alt="patches")).child_axes
    assert len(spots) == 6  # the picture, the token, four patches
    shown = [spot.get_images()[0].get_array().tolist() for spot in spots if spot.get_images()]
    assert shown[1:] == [
        [[0, 1], [4, 5]],
        [[2, 3], [6, 7]],
        [[8, 9], [12, 13]],
        [[10, 11], [14, 15]],
    ]
    assert [spot.get_xlabel() for spot in spots[2:]] == ["1", "2", "3", "4"]


def test_a_place_sees_its_window_before_and_after_the_move():
    ax = axes(draw_ch19.windows(8, 4, 2, (3, 2), alt="windows"))
    assert filled(ax, VERMILION) == [(2, 3), (12, 3)]
    seen = filled(ax, tint(BLUE, 0.3))
    assert len(seen) == 30
    left = {(x, y) for x in range(4) for y in range(4)} - {(2, 3)}
    moved = {(10 + x, y) for x in range(2, 6) for y in range(2, 6)} - {(12, 3)}
    assert set(seen) == left | moved


def test_each_point_has_an_arrow_to_the_nearest_row():
    rows, book = [[0.2, 0.4], [2.4, 2.1]], [[0, 0], [2, 2], [5, 0]]
    ax = axes(draw_ch19.code_book(rows, book, alt="codes"))
    assert [circle.center for circle in of_kind(ax, Circle)] == [(0, 0), (2, 2), (5, 0)]
    ends = [arrow._posA_posB for arrow in of_kind(ax, FancyArrowPatch)]
    assert [tuple(map(tuple, end)) for end in ends] == [
        ((0.2, 0.4), (0, 0)),
        ((2.4, 2.1), (2, 2)),
    ]


def test_two_views_of_a_thing_meet():
    things = [[torch.zeros(3, 3)] * 3, [torch.ones(3, 3)] * 3]
    ax = axes(draw_ch19.two_views(things, alt="views"))
    assert len(ax.child_axes) == 6
    assert len(of_kind(ax, FancyArrowPatch)) == 6  # one to the views, two to the circle, each
    marks = ax.get_lines()[1:]  # on the circle, where the arrow starts, and above the view
    assert [mark.get_marker() for mark in marks] == 2 * (3 * ["o"] + 3 * ["s"])
    dots = [mark.get_xydata()[0] for mark in marks[::3]]
    apart = [((a - b) ** 2).sum() for a, b in (dots[:2], dots[2:], dots[1:3])]
    assert apart[0] == pytest.approx(apart[1], abs=0.05)
    assert max(apart[:2]) < apart[2]
