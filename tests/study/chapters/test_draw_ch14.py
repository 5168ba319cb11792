"""Drawings of boxes, curves, grids, cuts, the U and lines: what stands on them, and where."""

import numpy as np
import torch
from matplotlib.colors import to_rgba
from matplotlib.patches import FancyArrowPatch, Rectangle

from dlcore.study.chapters import draw_ch14
from dlcore.study.palette import PAPER


def rectangles(ax):
    found = [p for p in ax.patches if isinstance(p, Rectangle)]
    return [(*p.get_xy(), p.get_width(), p.get_height()) for p in found]


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


FOUND = {
    "boxes": torch.tensor([[4.0, 6, 10, 14]]), "labels": torch.tensor([1]),
    "scores": torch.tensor([0.5]), "masks": torch.ones(1, 16, 16).bool().tril(),
}  # fmt: skip


def test_what_two_boxes_share_is_filled():
    figure = draw_ch14.shared(
        {"a": ([0, 0, 4, 2], [2, 0, 6, 2]), "b": ([0, 0, 1, 1], [3, 3, 4, 4])}, alt="pairs"
    )
    drawn = rectangles(figure.sheet.axes[0])
    assert len(drawn) == 5  # two pairs, and what the first shares
    assert drawn[0] == (2, 0, 2, 2)
    assert words(figure.sheet.axes[0]) == ["a", "b"]


def test_boxes_carry_name_and_score():
    pictures = torch.zeros(2, 16, 16)
    true = [FOUND, FOUND]
    figure = draw_ch14.boxes(
        pictures, [FOUND, {"click": (3.0, 4.0)}], ["disc", "square"], alt="two", true=true,
        titles=["first", "second"],
    )  # fmt: skip
    first, second = figure.sheet.axes[0].child_axes
    assert words(first) == ["square 0.50"]
    assert rectangles(first) == [(4, 6, 6, 8)] * 2
    assert rectangles(second) == [(4, 6, 6, 8)]
    assert len(second.lines) == 1
    assert second.lines[0].get_xdata() == [3.0]
    assert first.get_title("center") == "first"
    assert figure.png().startswith(b"\x89PNG")


def test_names_keep_out_of_each_others_way():
    close = {
        "boxes": torch.tensor([[4.0, 12, 14, 22], [9, 11, 19, 21], [4, 12, 14, 22], [4, 0, 9, 9]]),
        "labels": torch.tensor([0, 1, 0, 0]),
    }
    figure = draw_ch14.boxes(torch.zeros(1, 32, 32), [close], ["disc", "square"], alt="near")
    spots = [text.get_position() for text in figure.sheet.axes[0].child_axes[0].texts]
    assert len({y for _, y in spots[:3]}) == 3
    assert spots[0][1] < 12  # above its box
    assert spots[2][1] > 22  # below, since above is taken
    assert spots[3][1] > 9  # below, since above is outside of the picture


def test_a_threshold_is_a_point_of_the_curve():
    figure = draw_ch14.threshold(
        [1, 0.5, 0.6], [0.1, 0.2, 0.5], 1, np.zeros((4, 16, 16)), [FOUND] * 4, [FOUND] * 4,
        ["a", "b"], alt="curve", title="score 0.5",
    )  # fmt: skip
    curve, pictures = figure.sheet.axes[:2]
    assert curve.lines[1].get_xdata() == [0.2]
    assert curve.lines[1].get_ydata() == [0.5]
    assert len(pictures.child_axes) == 4
    assert figure.alt == "curve"
    assert figure.sheet.get_facecolor() == curve.get_facecolor() == to_rgba(PAPER)


def test_the_cell_that_holds_the_middle_answers():
    figure = draw_ch14.grid(torch.zeros(16, 16), 4, (1, 6, 6, 12), alt="grid")
    assert rectangles(figure.sheet.axes[0]) == [(0, 8, 4, 4), (1, 6, 5, 6)]


def test_a_cut_is_rounded_or_sampled():
    figure = draw_ch14.cut(6, (0.6, 1.2, 4.2, 4.8), 3, alt="cut")
    drawn = rectangles(figure.sheet.axes[0])
    assert drawn[0] == (1, 1, 4, 5)  # cells 1 to 4 across, 1 to 5 down
    dots = [line for line in figure.sheet.axes[0].lines if line.get_marker() == "o"]
    assert len(dots) == 9
    assert dots[0].get_xdata() == [0.6 + 0.6 + 8]


def test_a_u_has_a_wire_for_each_size_but_the_last():
    figure = draw_ch14.letter_u([32, 16, 8], [4, 8, 16], alt="U")
    axes = figure.sheet.axes[0]
    assert len([p for p in axes.patches if isinstance(p, FancyArrowPatch)]) == 2 * 3
    assert len(rectangles(axes)) == 2 * 2 + 1
    assert "16 × 8 × 8" in words(axes)


def test_lines_go_through_the_points():
    points = np.array([[0.0, 1], [2, 3], [1, 9]])
    figure = draw_ch14.fits(points, [0, 0, 1], {"a": (1.0, 1.0)}, alt="lines")
    axes = figure.sheet.axes[0]
    assert [line.get_label() for line in axes.lines] == ["points on the line", "strangers", "a"]
    assert axes.lines[2].get_ydata().tolist() == [1, 3]
