"""Drawings of ways to think longer, a round of guesses, a store, and a counted picture."""

import pytest
import torch
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from dlcore.study.chapters import draw_ch21


def axes(figure):
    return figure.sheet.axes[0]


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def kinds(ax, kind):
    return [patch for patch in ax.patches if type(patch) is kind]


def test_four_ways_of_four_steps():
    ax = axes(draw_ch21.ways(alt="ways"))
    assert {"write", "ask again", "look up", "hand over", "calculator"} <= set(words(ax))
    assert len(kinds(ax, FancyBboxPatch)) == 16
    assert len(kinds(ax, FancyArrowPatch)) == 12


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_guesses_stay_up_to_the_first_refused(kept):
    ax = axes(draw_ch21.speculation(["a", "b", "c"], kept, "other", alt="round"))
    said = words(ax)
    assert [said.count(word) for word in "abc"] == [1 + (i < kept) for i in range(3)]
    assert said.count("other") == 1
    assert said.count("thrown away") == 2 - kept


def test_the_store_shows_the_card_found():
    ax = axes(draw_ch21.look_up("albra", "alba", "alba lives oslo", "oslo", alt="store"))
    assert words(ax).count("card") == 2
    assert {"albra", "alba", "alba lives oslo", "oslo", "net reads"} <= set(words(ax))


def test_cells_are_named_and_counted():
    names = [("red", "square"), None, ("blue", "ring"), None]
    ax = axes(draw_ch21.perceived(torch.zeros(3, 14, 14), names, "red squares", 1, alt="count"))
    assert {"red\nsquare", "blue\nring", "red squares\n1"} <= set(words(ax))
    assert words(ax).count("–") == 2
    assert ax.images[0].get_size() == (14, 14)
