"""Chapter 8's figures: what stands where, and that rings, strokes and chains mark the right one."""

import numpy as np
import pytest
import torch

from dlcore.study.chapters import draw_ch08

PNG = b"\x89PNG"


def test_the_street_has_three_lines_and_rings_its_support_vectors():
    points = torch.tensor([[-2.0, 0.0], [-1.0, 1.0], [1.0, 0.0], [2.0, 1.0]])
    sides = torch.tensor([-1.0, -1.0, 1.0, 1.0])
    figure = draw_ch08.street(points, sides, [1.0, 0.0], 0.0, [1, 2], alt="a street")
    (ax,) = figure.sheet.axes
    rings = next(c for c in ax.collections if c.get_label() == "support vectors")
    assert np.allclose(rings.get_offsets(), points[[1, 2]])
    feet = sorted(line.get_xy1()[0] for line in ax.lines)
    assert feet == [-1, 0, 1]
    assert ax.get_aspect() == 1
    assert len(ax.get_legend().get_texts()) == 5
    assert figure.png().startswith(PNG)


def test_every_weight_has_its_stem_and_the_true_ones_a_ring():
    figure = draw_ch08.weights([0.5, 0.0, -1.0], [0.7, 0.0, 0.0], alt="three weights")
    dots, rings, _ = figure.sheet.axes[0].lines
    assert dots.get_ydata().tolist() == [0.5, 0.0, -1.0]
    assert (rings.get_xdata().tolist(), rings.get_ydata().tolist()) == ([1], [0.7])


def test_the_band_shows_its_examples_as_dots():
    line = torch.linspace(0, 1, 5)
    examples = torch.tensor([0.0, 1.0]), torch.tensor([2.0, 3.0])
    figure = draw_ch08.band(line, line, 0.1 + 0 * line, line, examples, alt="a band")
    (ax,) = figure.sheet.axes
    assert ax.lines[-1].get_ydata().tolist() == [2.0, 3.0]
    low, high = ax.collections[0].get_paths()[0].vertices[:, 1].min(), 1.2
    assert low == pytest.approx(-0.2)
    assert ax.collections[0].get_paths()[0].vertices[:, 1].max() == pytest.approx(high)


def test_a_stroke_lies_along_the_edge_and_is_as_long_as_it_is_strong():
    strengths = torch.zeros(2, 2, 4)
    strengths[0, 0, 0], strengths[1, 1, 1] = 1.0, 0.5  # ink grows →, and ↓
    figure = draw_ch08.edges(torch.rand(4, 4), strengths, alt="edges")
    drawn = [np.ptp(np.column_stack(line.get_data()), 0) for line in figure.sheet.axes[0].lines]
    longest, half = drawn[0], drawn[13]
    assert np.allclose(longest, (0, 1.92))
    assert np.allclose(half, (0.96, 0))


def test_the_chain_is_bold_and_the_shares_are_written():
    figure = draw_ch08.trellis([[0.9, 0.1], [0.2, 0.8]], [0, 1], alt="a chain")
    (ax,) = figure.sheet.axes
    (bold,) = [line for line in ax.lines if line.get_linewidth() > 2]
    assert (list(bold.get_xdata()), list(bold.get_ydata())) == ([0, 1], [0, 1])
    assert [t.get_text() for t in ax.texts] == ["0.90", "0.10", "0.20", "0.80"]
    assert figure.alt == "a chain"
