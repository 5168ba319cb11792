"""Drawings of clouds, bounds, a drawn code, two slopes and a walk: what stands on them."""

import numpy as np
import pytest
import torch
from matplotlib.patches import Circle, Ellipse, FancyArrowPatch, FancyBboxPatch

from dlcore.study.chapters import draw_ch23


def axes(figure):
    return figure.sheet.axes[0]


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def kinds(ax, kind):
    return [patch for patch in ax.patches if type(patch) is kind]


def test_a_cloud_is_as_wide_as_its_deviations():
    turned = torch.tensor([[5.0, 4], [4, 5]])  # 3 along the diagonal, 1 across
    ax = axes(draw_ch23.clouds({"a": ([0, 0], turned), "b": ([6, 1], torch.eye(2))}, alt="clouds"))
    first, second = kinds(ax, Ellipse)
    assert (first.width, first.height) == pytest.approx((6, 2))
    assert abs(np.tan(np.radians(first.angle)) - 1) < 1e-6
    assert second.get_center() == (6, 1)
    assert len(kinds(ax, FancyArrowPatch)) == 1
    assert words(ax) == ["a", "b"]


def test_a_bound_and_its_gap_add_up():
    ax = axes(draw_ch23.bound({"loose": -1.5, "exact": -0.5}, -0.5, alt="bound"))
    ends = [bar.get_x() + bar.get_width() for bar in ax.patches]
    assert sorted(ends) == pytest.approx([-1.5, -0.5, -0.5])
    assert {"loose: −1.500", "1.00", "ln p(x) = −0.500"} <= set(words(ax))


def test_a_picture_goes_through_one_draw():
    ax = axes(draw_ch23.through(torch.zeros(8, 8), torch.ones(8, 8), alt="through"))
    assert {"encoder", "decoder", "z", "prior N(0, 1)"} <= set(words(ax))
    assert [spot.get_title() for spot in ax.child_axes] == ["x", "p(x | z)"]
    assert len(kinds(ax, Ellipse)) == 2


def test_one_way_goes_back_further():
    ax = axes(draw_ch23.two_ways(alt="ways"))
    back = [a for a in kinds(ax, FancyArrowPatch) if a._posA_posB[1][0] < a._posA_posB[0][0]]
    assert sorted(a._posA_posB[1][0] for a in back) == pytest.approx([2.3, 6.75, 6.75])
    assert "✗" in words(ax)
    assert len(kinds(ax, FancyBboxPatch)) == 6


def test_every_code_is_written_as_its_digit():
    ax = axes(draw_ch23.plane([[0, 1], [2, -3]], [4, 7], alt="plane"))
    assert words(ax) == ["4", "7"]
    assert [ring.radius for ring in kinds(ax, Circle)] == [1, 2]
    assert ax.get_xlim()[1] == pytest.approx(3.2)


def test_a_walk_marks_the_place():
    ax = axes(draw_ch23.walk(torch.eye(8), [1, -1], {"3": [0.5, 0.5]}, alt="walk"))
    ground, side = ax.child_axes
    (mark,) = ground.patches
    assert (mark.get_x() + 0.16, mark.get_y() + 0.16) == pytest.approx((1, -1))
    assert words(ground) == ["3"]
    assert side.images[0].get_array().shape == (8, 8)
