"""The raster of firing neurons: what it draws, its alt text, its refusals."""

import pytest
import torch

from dlcore.study.chapters import draw_ch01


def test_a_mark_stands_where_a_neuron_fires():
    rows = {"input": torch.tensor([1, 0, 0]), "output": [0, 1, 1]}
    figure = draw_ch01.raster(rows, alt="two neurons", highlight=["input"])
    axes = figure.sheet.axes[0]
    marks = [line for line in axes.lines if line.get_marker() == "s"]
    assert [line.get_xdata().tolist() for line in marks] == [[0], [1, 2]]
    assert [line.get_ydata().tolist() for line in marks] == [[0], [1, 1]]
    assert marks[0].get_color() != marks[1].get_color()
    assert [label.get_text() for label in axes.get_yticklabels()] == ["input", "output"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # the first row is on top
    assert figure.alt == "two neurons"


def test_a_silent_neuron_has_a_row_without_marks():
    figure = draw_ch01.raster({"silent": [0, 0]}, alt="nothing fires")
    marks = [line for line in figure.sheet.axes[0].lines if line.get_marker() == "s"]
    assert len(marks) == 1
    assert len(marks[0].get_xdata()) == 0


def test_refusals():
    with pytest.raises(ValueError, match=r"rows of one length \(T,\), got \[\(2,\), \(1,\)\]"):
        draw_ch01.raster({"a": [0, 1], "b": [1]}, alt="rows differ")
    with pytest.raises(ValueError, match="rows of one length"):
        draw_ch01.raster({"a": [[0, 1]]}, alt="too deep")
    with pytest.raises(ValueError, match="alt"):
        draw_ch01.raster({"a": [0, 1]}, alt="")


TABLE = [[1.0, 0.5], [0.5, 1.0]]


def arrows(figure):
    patches = figure.sheet.axes[0].patches
    return [(patch.get_edgecolor(), patch.get_path().vertices.shape) for patch in patches]


def test_an_arrow_that_is_only_stretched_has_a_colour_of_its_own():
    figure = draw_ch01.turned(TABLE, [[1.0, 1.0], [1.0, 0.0]], alt="two arrows")
    (kept_after, _), (kept_before, _), (after, _), (before, _) = arrows(figure)
    assert len({kept_after, kept_before, after, before}) == 4
    legend = figure.sheet.axes[0].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["before", "after", "only stretched"]
    reach = figure.sheet.axes[0].get_xlim()[1]
    assert reach == pytest.approx(1.12 * 1.5)  # (1, 1) becomes (1.5, 1.5)


def test_turned_refuses_other_shapes():
    with pytest.raises(ValueError, match=r"a table \(2, 2\) and arrows \(K, 2\), got \(2, 3\)"):
        draw_ch01.turned([[1, 0, 0], [0, 1, 0]], [[1, 0]], alt="too wide")
    with pytest.raises(ValueError, match=r"and \(2,\)"):
        draw_ch01.turned(TABLE, [1, 0], alt="one arrow")


def test_a_memory_shows_its_weights_and_its_state():
    weights = [[0, 2, 0], [2, 0, -1], [0, -1, 0]]
    figure = draw_ch01.memory(weights, [1, -1, 1], alt="three units")
    axes = figure.sheet.axes[0]
    words = [text.get_text() for text in axes.texts]
    assert words == ["+2", "−1", "s₁ = +1", "s₂ = −1", "s₃ = +1"]
    assert len(axes.lines) == 2  # none for the weight 0
    assert axes.lines[0].get_linestyle() != axes.lines[1].get_linestyle()
    faces = [patch.get_facecolor() for patch in axes.patches]
    assert faces[0] == faces[2] != faces[1]


def test_visits_are_counted_in_their_cells():
    walls = [[False, False, False], [True, True, False]]
    walk = [(0, 0), (0, 1), (0, 0), (0, 1), (0, 2), (1, 2)]
    figure = draw_ch01.visits(walls, walk, start=(0, 0), goal=(1, 2), alt="to and fro")
    placed = {text.get_position(): text.get_text() for text in figure.sheet.axes[0].texts}
    assert placed == {(1, 0): "2", (2, 0): "1", (0, 0): "S", (2, 1): "G"}
    panel = figure.sheet.axes[0]
    assert draw_ch01.visits(walls, walk, start=(0, 0), goal=(1, 2), alt="", ax=panel) is None
