import numpy as np
import pytest
from matplotlib.patches import Circle, FancyArrowPatch

from dlcore.study import draw

XOR = {
    "weights": [[[1, 1], [1, 1]], [[1, -1]]],
    "thresholds": [None, [1, 2], [1]],
    "captions": ["inputs", "hidden", "output"],
}


def axes(figure):
    return figure.sheet.axes[0]


def words(figure):
    return [text.get_text() for text in axes(figure).texts]


def kinds(figure, kind):
    return [patch for patch in axes(figure).patches if isinstance(patch, kind)]


def test_timeline_writes_each_event_below_the_last():
    figure = draw.timeline([(1943, "threshold neurons"), (1958, "perceptron")], alt="Two events")
    assert words(figure) == ["1943", "threshold neurons", "1958", "perceptron"]
    heights = [text.get_position()[1] for text in axes(figure).texts]
    assert heights[0] == heights[1] < heights[2]
    assert axes(figure).get_ylim()[0] > axes(figure).get_ylim()[1]


def test_timeline_wraps_long_texts_and_needs_an_event():
    figure = draw.timeline([(1958, "word " * 30)], alt="One event")
    assert len(words(figure)) == 4
    with pytest.raises(ValueError, match="at least one"):
        draw.timeline([], alt="x")


def test_network_draws_units_arrows_and_numbers():
    figure = draw.network([["x₁", "x₂"], ["OR", "AND"], ["XOR"]], alt="XOR", **XOR)
    assert len(kinds(figure, Circle)) == 5
    arrows = kinds(figure, FancyArrowPatch)
    assert len(arrows) == 6
    dashed = [arrow for arrow in arrows if arrow.get_linestyle() != "-"]
    assert len(dashed) == 1
    assert words(figure).count("1") == 5
    assert words(figure).count("−1") == 1
    assert {"x₁", "OR", "AND", "XOR", "θ = 2", "inputs", "output"} <= set(words(figure))


def test_arrows_run_from_rim_to_rim():
    figure = draw.network([["a"], ["b"]], weights=[[[1]]], alt="Two units")
    source, target = (np.array(unit.center) for unit in kinds(figure, Circle))
    (arrow,) = kinds(figure, FancyArrowPatch)
    start, end = map(np.array, arrow._posA_posB)
    assert source[0] < start[0] < end[0] < target[0]
    assert start[1] == end[1] == 0


def test_nothing_joins_units_with_weight_zero_or_none():
    figure = draw.network([["a", "b"], ["c", "d"]], weights=[[[0, "w"], [None, 2.5]]], alt="x")
    assert len(kinds(figure, FancyArrowPatch)) == 2
    assert {"w", "2.5"} <= set(words(figure))


def test_skips_bend_around_the_layers_between():
    figure = draw.network(
        [["a"], ["h"], ["y"]], weights=[[[1]], [[-2]]], skips={(0, 2): [[7]]}, alt="A skip"
    )
    arrow = next(a for a in kinds(figure, FancyArrowPatch) if a.get_connectionstyle().rad)
    middle = arrow.get_path().vertices[1]
    assert abs(middle[1]) > 0.5
    assert "7" in words(figure)


def test_large_layers_are_elided_and_counted():
    figure = draw.network([64, 10], alt="Pixels to digits")
    assert len(kinds(figure, Circle)) == 6 + 10
    assert len(kinds(figure, FancyArrowPatch)) == 60
    assert "64 units" in words(figure)


def test_everything_stays_inside_the_picture():
    figure = draw.network(
        [["a", "b"], ["h"], ["sum", "carry"]],
        weights=[[[1, 1]], [[-2], [1]]],
        skips={(0, 2): [[1, 1], [0, 0]]},
        biases=[None, [1.5], [0, -1]],
        alt="Half adder",
    )
    figure.png()
    ax = axes(figure)
    frame = ax.get_window_extent()
    for artist in [*ax.patches, *ax.texts]:
        box = artist.get_window_extent()
        assert frame.x0 <= box.x0 + 1
        assert box.x1 <= frame.x1 + 1
        assert frame.y0 <= box.y0 + 1
        assert box.y1 <= frame.y1 + 1


def test_network_refuses_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match=r"shape \(to, from\) = \(1, 2\), got \(2, 1\)"):
        draw.network([["a", "b"], ["c"]], weights=[[[1], [1]]], alt="x")
    with pytest.raises(ValueError, match="each two of 2 layers, got 2"):
        draw.network([["a"], ["b"]], weights=[[[1]], [[1]]], alt="x")
    with pytest.raises(ValueError, match="layer 1 has 1 units, got 2 values θ"):
        draw.network([["a"], ["b"]], weights=[[[1]]], thresholds=[None, [1, 2]], alt="x")
