"""Drawings of looks, heads, blocks, masks, turns and groups: what stands on them."""

import pytest
import torch
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from dlcore.study.chapters import draw_ch17


def axes(figure):
    return figure.sheet.axes[0]


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def of_kind(ax, kind):
    return [patch for patch in ax.patches if type(patch) is kind]


def test_a_look_is_as_thick_as_its_weight():
    figure = draw_ch17.looking_back(["a", "b"], [0.9, 0.1], ["begin", "x"], alt="look")
    lines = [a for a in of_kind(axes(figure), FancyArrowPatch) if a.get_linewidth() not in (1.3,)]
    assert [round(line.get_linewidth(), 1) for line in lines] == [5.1, 1.1]
    said = words(axes(figure))
    assert {".90", ".10", "next: x", "said: begin", "a", "b"} <= set(said)


def test_the_soft_look_up_computes_what_it_shows():
    figure = draw_ch17.soft_look_up(["k", "l"], [1, -1], [[2, 0], [0, 4]], alt="look up")
    said = words(axes(figure))
    assert {"0.88", "0.12", "(2, 0)", "(0, 4)", "(1.8, 0.48)", "−1"} <= set(said)
    bars = of_kind(axes(figure), Rectangle)
    assert bars[0].get_width() == pytest.approx(2.2 * 0.8808, abs=1e-3)


def test_each_head_has_its_share_of_the_width():
    said = words(axes(draw_ch17.heads(4, 32, alt="heads")))
    assert said.count("8") == 4
    assert said.count("Q, K, V of 8") == 4


def test_the_way_round_starts_before_a_norm_that_stands_first():
    columns = {"after": ["f", "+", "norm"], "before": ["norm", "f", "+"]}
    ax = axes(draw_ch17.blocks(columns, alt="blocks"))
    assert [word for word in words(ax) if word == "+"] == ["+", "+"]
    assert len(of_kind(ax, FancyBboxPatch)) == 4
    ways = [line.get_ydata().tolist() for line in ax.get_lines()]
    assert [way[0] for way in ways] == [-0.6, -0.6]
    assert [way[-1] for way in ways] == [1, 2]


def test_after_a_norm_the_next_way_round_starts_behind_it():
    parts = ["f", "+", "norm", "g", "+", "norm"]
    ax = axes(draw_ch17.blocks({"after": parts}, alt="blocks"))
    assert [line.get_ydata()[0] for line in ax.get_lines()] == [-0.6, 2.45]


def test_arrows_lead_from_side_to_side_or_up():
    boxes = {"a": ((0, 0), "blue"), "b": ((4, 0), "ink"), "c": ((4, 2), "green")}
    ax = axes(draw_ch17.parts(boxes, [("a", "b"), ("b", "c")], alt="parts", wide=2))
    assert words(ax) == ["a", "b", "c"]
    along, up = (arrow._posA_posB for arrow in of_kind(ax, FancyArrowPatch))
    assert [tuple(map(float, spot)) for spot in along] == [(1, 0), (3, 0)]
    assert [tuple(map(float, spot)) for spot in up] == [(4, 0.31), (4, 1.69)]


def test_sideways_no_arrow_leaves_from_the_top():
    boxes = {"a": ((0, 0), "blue"), "b": ((4, 2), "ink")}
    ax = axes(draw_ch17.parts(boxes, [("a", "b")], alt="parts", wide=2, sideways=True))
    (arrow,) = of_kind(ax, FancyArrowPatch)
    assert [tuple(map(float, spot)) for spot in arrow._posA_posB] == [(1, 0), (3, 2)]


def test_masks_stand_in_rows_with_names_on_the_outside():
    tables = {str(k): torch.eye(3) for k in range(3)}
    small = axes(draw_ch17.masks(tables, alt="masks", columns=2)).child_axes
    assert [ax.get_title("left") for ax in small] == ["0", "1", "2"]
    assert [ax.get_ylabel() for ax in small] == ["looks from", "", "looks from"]
    assert [ax.get_xlabel() for ax in small] == ["", "", "to"]
    named = draw_ch17.masks(tables, alt="masks", columns=2, xlabel="place", ylabel="step")
    small = axes(named).child_axes
    assert [ax.get_ylabel() for ax in small] == ["step", "", "step"]
    assert [ax.get_xlabel() for ax in small] == ["", "", "place"]
    assert (small[0].images[0].get_array() == torch.eye(3).numpy()).all()


def test_slow_turns_name_first_and_last_alone():
    small = axes(draw_ch17.turned([1.0, 0.1], 0.0, alt="turned")).child_axes
    assert words(small[0]) == ["0", "1", "2", "3", "4"]
    assert words(small[1]) == ["0", "4"]
    first = of_kind(small[0], FancyArrowPatch)[0]
    assert first._posA_posB[1] == pytest.approx((1, 0))


def test_groups_have_as_many_keys_as_are_used():
    said = words(axes(draw_ch17.groups({"few": [0, 0, 1, 1], "one": [0, 0, 0, 0]}, alt="g")))
    assert said.count("Q") == 8
    assert set(said) == {"Q", "K V", "few", "one"}
