"""Drawings of memories, states, a fast table and routes: what stands on them."""

import pytest
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from dlcore.study.chapters import draw_ch22


def axes(figure):
    return figure.sheet.axes[0]


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def kinds(ax, kind):
    return [patch for patch in ax.patches if type(patch) is kind]


def test_attention_keeps_all_and_a_state_one_box():
    ax = axes(draw_ch22.memories(["a", "b", "c"], alt="memories"))
    said = words(ax)
    assert [said.count(word) for word in "abc"] == [1 + 3, 1 + 2, 1 + 1]
    assert said.count("state") == 3


def test_a_state_is_handed_on():
    ax = axes(draw_ch22.state_steps(3, alt="steps"))
    said = words(ax)
    assert {"x₁", "h₂", "y₃"} <= set(said)
    assert said.count("exp(Δ A)") == 2
    assert len(kinds(ax, FancyArrowPatch)) == 2 * 3 + 2


def test_what_is_missing_is_written():
    ax = axes(draw_ch22.fast_table(alt="table"))
    assert {"key k", "table S", "value v", "v − S k", "written under k"} <= set(words(ax))
    assert len(kinds(ax, FancyBboxPatch)) == 5


def test_every_token_goes_to_its_expert():
    ax = axes(draw_ch22.routed(["a", "b", "c"], [1, 0, 1], 2, alt="routes"))
    assert {"expert 1", "expert 2", "a", "b", "c"} <= set(words(ax))
    ends = [arrow._posA_posB[1] for arrow in kinds(ax, FancyArrowPatch)]
    tops = [end[0] for end in ends if end[1] > 2]
    assert tops[0] == tops[2] > tops[1]
    with pytest.raises(ValueError, match="zip"):
        draw_ch22.routed(["a"], [0, 1], 2, alt="routes")
