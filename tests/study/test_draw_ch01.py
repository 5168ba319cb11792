"""The raster of firing neurons: what it draws, its alt text, its refusals."""

import pytest
import torch

from dlcore.study import draw_ch01


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
