"""A line, its arrow, its margin: what is drawn where, and what is refused."""

import numpy as np
import pytest
import torch

from dlcore.study.chapters import draw_ch02

POINTS = torch.tensor([[2.0, 0.0], [-1.0, 1.0], [0.5, 3.0]])
TARGETS = torch.tensor([1, -1, 1])


def drawn(w=(2.0, 0.0), b=0.0, **settings):
    figure = draw_ch02.separation(
        POINTS, TARGETS, torch.tensor(w), b, alt="three points", xlim=(-3, 3), ylim=(-3, 3),
        **settings,
    )  # fmt: skip
    figure.png()
    return figure.sheet.axes[0]


def measures(axes):
    """Ends of the dotted lines."""
    ends = [line.get_xydata() for line in axes.lines if line.get_label().startswith("_")]
    return [points for points in ends if len(points) == 2]


def test_the_arrow_stands_on_the_line_at_right_angles():
    axes = drawn(w=(1.0, 1.0), b=-1.0)
    (arrow,) = axes.patches
    start, end = arrow._posA_posB
    assert np.allclose(start, (0.5, 0.5))  # the point of the line that is nearest to the origin
    assert np.allclose(np.subtract(end, start), (1.0, 1.0))
    assert [text.get_text() for text in axes.texts] == ["w"]


def test_distance_runs_from_the_point_straight_to_the_line():
    axes = drawn(distance={0: "2"})
    (measure,) = measures(axes)
    assert np.allclose(measure, [[0, 0], [2, 0]])
    assert "2" in [text.get_text() for text in axes.texts]


def test_strip_and_longest_point():
    axes = drawn(strip=0.5, longest=True, arrow="u")
    (measure,) = measures(axes)
    assert np.allclose(measure, [[0, 0], [0.5, 3.0]])  # R ends at the longest point
    strip = next(patch for patch in axes.patches if patch.get_label() == "empty strip")
    assert np.allclose(sorted(set(np.round(strip.get_xy()[:, 0], 6))), [-0.5, 0.5])
    assert {text.get_text() for text in axes.texts} == {"R", "u"}


def test_refusals():
    with pytest.raises(ValueError, match=r"points \(N, 2\) and an arrow \(2,\) that is not 0"):
        drawn(w=(0.0, 0.0))
    with pytest.raises(ValueError, match=r"got \(3, 3\)"):
        draw_ch02.separation(torch.eye(3), TARGETS, torch.ones(2), alt="too deep")
