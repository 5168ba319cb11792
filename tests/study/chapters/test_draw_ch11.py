"""Chapter 11's figures: squares for examples, dropped units, frames, dots on the right spots."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex

from dlcore.study.chapters import draw_ch11
from dlcore.study.palette import VERMILION, tint

PNG = b"\x89PNG"


def test_every_part_has_its_squares_and_the_wrong_labels_their_colour():
    parts = [("training", 100, "moves", 20), ("test", 50, "once")]
    figure = draw_ch11.dealt(parts, alt="two parts")
    (ax,) = figure.sheet.axes
    faces = [to_hex(patch.get_facecolor()) for patch in ax.patches]
    assert len(faces) == 15
    assert faces.count(tint(VERMILION, 0.75)) == 2
    words = [text.get_text() for text in ax.texts]
    assert words == ["training: 100", "moves", "test: 50", "once"]
    assert figure.png().startswith(PNG)


def test_units_that_are_dropped_say_0_and_the_others_their_factor():
    figure = draw_ch11.dropped(torch.tensor([[2, 0], [1, 1]]), ["step", "evaluation"], alt="two")
    words = [text.get_text() for text in figure.sheet.axes[0].texts]
    assert words == ["×2", "0", "step", "×1", "×1", "evaluation"]
    styles = [line.get_linestyle() for line in figure.sheet.axes[0].lines]
    assert styles.count(":") == 4  # three ways in and one out of the dropped unit


def test_columns_and_rows_are_framed_with_their_mean_and_spread():
    figure = draw_ch11.averaged([[1.0, 4], [3, 0], [5, 2]], alt="columns and rows")
    (ax,) = figure.sheet.axes
    frames = [p for p in ax.patches if p.get_linewidth() > 2]
    assert len(frames) == 2 + 3
    assert frames[0].get_height() > 2.5 > frames[2].get_width() > 1.5
    words = [text.get_text() for text in ax.texts]
    assert {"3\n± 1.6", "2\n± 1.6", "2.5 ± 1.5", "1.5 ± 1.5", "3.5 ± 1.5"} <= set(words)
    assert "unit 2" in words
    assert "example 3" in words


def test_bins_without_examples_have_no_dot():
    found = [0.0, 0.6, 0.9], [0.0, 0.5, 0.8], [0.0, 0.25, 0.75]
    figure = draw_ch11.honest({"net": found}, alt="how honest")
    (ax,) = figure.sheet.axes
    (dots,) = ax.collections
    assert np.allclose(dots.get_offsets(), [[0.6, 0.5], [0.9, 0.8]])
    assert dots.get_sizes()[1] > 2 * dots.get_sizes()[0]
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["honest", "net"]


@pytest.mark.parametrize("digits", [-2.0, 0.5])
def test_minus_signs_are_true_ones(digits):
    figure = draw_ch11.averaged([[digits, digits]], alt="one row")
    assert not any("-" in text.get_text() for text in figure.sheet.axes[0].texts)
