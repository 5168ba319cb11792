from itertools import pairwise

import numpy as np
import pytest

from dlcore.study import draw


def axes(figure):
    return figure.sheet.axes[0]


def words(figure):
    return [text.get_text() for text in axes(figure).texts]


def test_lines_draws_each_series():
    figure = draw.lines([0, 1, 2], {"a": [1, 2, 3], "b": [3, 2, 1]}, alt="Two lines")
    drawn = axes(figure).get_lines()
    assert [line.get_ydata().tolist() for line in drawn] == [[1, 2, 3], [3, 2, 1]]
    assert [line.get_label() for line in drawn] == ["a", "b"]
    assert words(figure) == ["a", "b"]
    assert drawn[0].get_linestyle() != drawn[1].get_linestyle()
    assert drawn[0].get_color() != drawn[1].get_color()


def test_each_series_may_have_its_own_x():
    figure = draw.lines({"a": [0, 1], "b": [0, 1, 2]}, {"a": [1, 2], "b": [1, 2, 3]}, alt="x")
    assert [len(line.get_xdata()) for line in axes(figure).get_lines()] == [2, 3]


def test_one_series_is_not_named():
    assert words(draw.lines([0, 1], [1, 2], alt="A line")) == []


def test_bands_scales_guides_and_limits():
    figure = draw.lines(
        [1, 10],
        {"a": [1, 2]},
        bands={"a": ([0.5, 1], [2, 3])},
        hlines={"chance": 1.5},
        vlines={"stop": 5},
        xscale="log",
        ylim=(0, 4),
        alt="A band",
    )
    ax = axes(figure)
    assert ax.get_xscale() == "log"
    assert ax.get_ylim() == (0, 4)
    corners = ax.collections[0].get_paths()[0].vertices
    assert (corners[:, 1].min(), corners[:, 1].max()) == (0.5, 3)
    assert {"chance", "stop", "a"} == set(words(figure))


def test_chosen_ticks_are_written_as_numbers():
    figure = draw.lines([4, 64, 2048], [1, 2, 3], xscale="log", xticks=[4, 64, 2048], alt="x")
    ax = axes(figure)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["4", "64", "2,048"]
    assert len(ax.get_xticks(minor=True)) == 0


def test_markers_differ():
    figure = draw.lines([0, 1], {"a": [1, 2], "b": [2, 1]}, markers=True, alt="x")
    assert [line.get_marker() for line in axes(figure).get_lines()] == ["o", "s"]


def test_a_line_that_ends_in_nan_is_named_at_its_last_number():
    figure = draw.lines([0, 1, 2], {"a": [0, 1, np.nan], "b": [0, 0, 0]}, alt="One stops")
    heights = [text.xy[1] for text in axes(figure).texts]
    assert heights[0] > 0.9
    assert heights[1] < 0.1


def test_a_line_given_from_right_to_left_is_named_at_its_right_end():
    figure = draw.lines([3, 2, 1], {"a": [0, 1, 2], "b": [2, 1, 0]}, alt="They cross")
    heights = {text.get_text(): text.xy[1] for text in axes(figure).texts}
    assert heights["a"] < 0.1 < 0.9 < heights["b"]


def test_names_of_lines_that_meet_stand_in_the_order_of_the_lines():
    series = {"low": [0, 0, 5], "high": [9, 9, 5], "middle": [4, 4, 5]}
    figure = draw.lines([0, 1, 2], series, alt="They meet at the end")
    heights = {text.get_text(): text.xy[1] for text in axes(figure).texts}
    assert heights["low"] < heights["middle"] < heights["high"]


def test_names_of_lines_that_end_together_do_not_overlap():
    figure = draw.lines([0, 1], {"a": [0, 1], "b": [1, 1], "c": [2, 1]}, alt="They meet")
    figure.png()
    boxes = sorted((text.get_window_extent() for text in axes(figure).texts), key=lambda b: b.y0)
    assert all(low.y1 <= high.y0 for low, high in pairwise(boxes))


def test_lines_refuses_lengths_that_differ():
    with pytest.raises(ValueError, match=r"one length, got x \(2,\) and y 'a' \(3,\)"):
        draw.lines([0, 1], {"a": [1, 2, 3]}, alt="x")


def test_lines_refuses_unknown_names():
    with pytest.raises(ValueError, match="no x for 'b'"):
        draw.lines({"a": [0, 1]}, {"b": [1, 2]}, alt="x")
    with pytest.raises(ValueError, match="a band for 'b'"):
        draw.lines([0, 1], {"a": [1, 2]}, bands={"b": ([0, 0], [1, 1])}, alt="x")


def test_bars_draws_and_writes_the_values():
    figure = draw.bars(["u", "v"], [0.5, -2.25], alt="Two bars")
    ax = axes(figure)
    assert [bar.get_height() for bar in ax.patches] == [0.5, -2.25]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["u", "v"]
    assert words(figure) == ["0.5", "−2.25"]


def test_grouped_bars_differ_in_colour_and_pattern():
    figure = draw.bars(["u"], {"one": [1], "two": [2]}, digits=0, alt="A group")
    first, second = axes(figure).patches
    assert first.get_facecolor() != second.get_facecolor()
    assert first.get_hatch() != second.get_hatch()
    assert first.get_x() + first.get_width() <= second.get_x()
    assert [text.get_text() for text in axes(figure).get_legend().get_texts()] == ["one", "two"]
    assert words(figure) == []


def test_horizontal_bars_with_errors():
    figure = draw.bars(["u", "v"], [1, 1234567], errors=[0.1, 2], horizontal=True, alt="x")
    ax = axes(figure)
    assert [bar.get_width() for bar in ax.patches] == [1, 1234567]
    assert ax.containers[0].has_xerr or ax.containers[1].has_xerr
    assert words(figure)[-1] == "1,234,567"


def test_bars_refuses_lengths_that_differ():
    with pytest.raises(ValueError, match=r"got 2 labels and values '' of shape \(3,\)"):
        draw.bars(["u", "v"], [1, 2, 3], alt="x")
    with pytest.raises(ValueError, match=r"got 2 labels and errors '' of shape \(1,\)"):
        draw.bars(["u", "v"], [1, 2], errors=[1], alt="x")


def test_histogram_counts_every_value_in_shared_bins():
    figure = draw.histogram({"a": [0, 0, 1], "b": [1, 2]}, bins=2, alt="Counts")
    outlines = [patch.get_path().vertices[:, 1] for patch in axes(figure).patches]
    assert [heights.max() for heights in outlines] == [2, 2]
    assert [t.get_text() for t in axes(figure).get_legend().get_texts()] == ["a", "b"]


def test_counted_places_have_whole_ticks():
    counted = draw.lines(range(1, 21), [0.1 * k for k in range(20)], alt="twenty epochs")
    ticks = counted.sheet.axes[0].get_xticks()
    assert len(ticks) > 3
    assert all(float(tick).is_integer() for tick in ticks)
    measured = draw.lines([0.1, 0.2, 0.3], [1, 2, 3], alt="three places")
    assert not all(float(tick).is_integer() for tick in measured.sheet.axes[0].get_xticks())
