"""Small tables, arrows and slopes: what stands where, their alt texts, their refusals."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Arc, FancyArrowPatch, Rectangle

from dlcore.study.chapters import draw_ch00
from dlcore.study.palette import BLUE, GREEN, PAPER, VERMILION, tint


def texts(figure):
    return [text.get_text() for text in figure.sheet.axes[0].texts]


def cells(figure):
    """{(left, low): colour} of all cells."""
    boxes = [p for p in figure.sheet.axes[0].patches if isinstance(p, Rectangle)]
    return {box.get_xy(): to_hex(box.get_facecolor()) for box in boxes}


def test_a_product_shows_the_row_the_column_and_their_sum():
    figure = draw_ch00.product([[1, 2], [3, -4]], [5, 6], 1, names=("A", "x", "y"))
    assert texts(figure)[-1] == "3·5 + (−4)·6 = −9"
    assert texts(figure).count("@") == texts(figure).count("=") == 1
    assert {"A", "x", "y", "17", "−9"} <= set(texts(figure))
    found = list(cells(figure).values())
    expected = {tint(BLUE, 0.35): 2, tint(VERMILION, 0.35): 2, tint(GREEN, 0.35): 1, PAPER: 3}
    assert {colour: found.count(colour) for colour in found} == expected
    assert "Row 2 of the left meets column 1 of the right: 3·5 + (−4)·6 = −9" in figure.alt
    assert figure.png().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("left", "right", "sentence"),
    [
        ([[-1]], [[2]], "−1·2 = −2"),
        ([[2, -1]], [3, 4], "2·3 + (−1)·4 = 2"),
        ([[0.5, 1]], [-2, 0], "0.5·(−2) + 1·0 = −1"),
    ],
)
def test_numbers_below_zero_stand_in_brackets(left, right, sentence):
    assert texts(draw_ch00.product(left, right, 0))[-1] == sentence


def test_the_column_that_meets_the_row_is_marked():
    figure = draw_ch00.product([[1, 2]], [[3, 4], [5, 6]], 0, column=1)
    assert texts(figure)[-1] == "1·4 + 2·6 = 16"
    right = [place for place, colour in cells(figure).items() if colour == tint(VERMILION, 0.35)]
    assert len({left for left, _ in right}) == 1
    assert max(left for left, _ in cells(figure)) > right[0][0]


def test_tables_stand_side_by_side_and_a_list_stands_upright():
    figure = draw_ch00.tables([[[1, 2, 3]], ".T", "=", [1, 2, 3]], alt="a row, then a column")
    places = list(cells(figure))
    assert len({low for _, low in places[:3]}) == 1
    assert len({left for left, _ in places[3:]}) == 1
    assert min(left for left, _ in places[3:]) > max(left for left, _ in places[:3]) + 1
    assert figure.alt == "a row, then a column"


def test_arrows_an_angle_and_a_shadow():
    figure = draw_ch00.arrows(
        {"w": (4, 0), "x": (1, 2)}, limit=5, angle=("x", "w"), foot=("x", "w"), note="half",
        joined=[("w", "x")], lines={"across": (0, 1)}, alt="two arrows",
    )  # fmt: skip
    axes = figure.sheet.axes[0]
    assert len([p for p in axes.patches if isinstance(p, FancyArrowPatch)]) == 2
    (arc,) = (p for p in axes.patches if isinstance(p, Arc))
    assert (arc.theta1, arc.theta2) == (0, pytest.approx(np.degrees(np.arctan(2))))
    feet = [line for line in axes.lines if line.get_marker() == "o"]
    assert [line.get_xydata().tolist() for line in feet] == [[[1, 0]]]
    assert {"w", "x", "half", "across"} <= set(texts(figure))
    assert axes.get_xlim() == (-5, 5)


def test_the_arc_is_the_smaller_angle():
    figure = draw_ch00.arrows(
        {"a": (-1, 1), "b": (-1, -1)}, limit=(-2, 2, -2, 2), angle=("a", "b"), alt="a, b"
    )
    (arc,) = (p for p in figure.sheet.axes[0].patches if isinstance(p, Arc))
    assert arc.theta2 - arc.theta1 == pytest.approx(90)


def test_a_part_of_a_label_stays_unseen_and_no_arrow_is_drawn_for_zero():
    figure = draw_ch00.arrows({"x|0": (0, 0), "x|1": (1, 0)}, limit=2, alt="nothing, and one")
    assert texts(figure) == ["x", "x"]
    arrows = [p for p in figure.sheet.axes[0].patches if isinstance(p, FancyArrowPatch)]
    assert len(arrows) == 1


def test_the_line_goes_through_both_points():
    figure = draw_ch00.nudged(lambda x: x**2, 3, 1, xlim=(0, 6), ylim=(0, 30), alt="slope 7")
    curve, line, _, points = figure.sheet.axes[0].lines
    assert points.get_xydata().tolist() == [[3, 9], [4, 16]]
    x, y = line.get_xydata().T
    assert y == pytest.approx(9 + 7 * (x - 3))
    assert curve.get_ydata() == pytest.approx(x**2)


def test_refusals():
    with pytest.raises(ValueError, match=r"expects tables \(R, C\), got shape \(1, 1, 1\)"):
        draw_ch00.tables([[[[1]]]], alt="too deep")
    with pytest.raises(ValueError, match=r"cannot join shapes \(1, 2\) and \(3, 1\)"):
        draw_ch00.product([[1, 2]], [1, 2, 3], 0)
    with pytest.raises(ValueError, match="a nudge of 0"):
        draw_ch00.nudged(lambda x: x, 1, 0, xlim=(0, 1), alt="none")
    with pytest.raises(ValueError, match="alt"):
        draw_ch00.arrows({"x": (1, 1)}, limit=2, alt="")
