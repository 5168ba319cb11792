"""Drawings of frozen layers, LoRA, copying heads and preferences: what stands on them."""

import pytest
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from dlcore.study.chapters import draw_ch20


def axes(figure):
    return figure.sheet.axes[0]


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def kinds(ax, kind):
    return [patch for patch in ax.patches if type(patch) is kind]


def test_each_row_freezes_one_more():
    ax = axes(draw_ch20.frozen_layers(4, alt="layers"))
    said = words(ax)
    assert (said.count("fixed"), said.count("learns")) == (0 + 1 + 2 + 3, 4 + 3 + 2 + 1)
    assert {"all learn", "3 frozen", "layer 1", "head"} <= set(said)
    assert "4 frozen" not in said


def test_a_pair_stands_beside_the_table():
    ax = axes(draw_ch20.thin_pair(alt="LoRA"))
    assert {"W, fixed", "A", "B", "r numbers", "· α / r", "x", "y"} <= set(words(ax))
    assert len(kinds(ax, FancyArrowPatch)) == 5


def test_heads_hand_on_and_look_up():
    ax = axes(draw_ch20.copying_heads(["c", "a", "b", "a"], 1, alt="heads"))
    said = words(ax)
    assert {"c (–)", "a (c)", "b (a)", "a (b)"} <= set(said)
    assert said.count("b") == 2  # as a token, and as what comes next
    assert len(kinds(ax, FancyArrowPatch)) == 3 + 1
    assert len(kinds(ax, FancyBboxPatch)) == 4 + 4 + 1
    with pytest.raises(ValueError, match=r"needs tokens\[first\] again at the end, got first=0"):
        draw_ch20.copying_heads(["c", "a", "b", "a"], 0, alt="heads")


def test_two_roads_lead_to_a_policy():
    ax = axes(draw_ch20.preference_roads(alt="roads"))
    assert {"learned\nreward", "policy", "DPO: one loss on the pairs"} <= set(words(ax))
    assert len(kinds(ax, FancyArrowPatch)) == 4
