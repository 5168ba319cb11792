"""Drawings of next words, stages, blanks, shared blocks and sight: what stands on them."""

import torch
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from dlcore.study.chapters import draw_ch18


def axes(figure):
    return figure.sheet.axes[0]


def words(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def boxes(ax):
    return [patch for patch in ax.patches if type(patch) is FancyBboxPatch]


def arrows(ax):
    return [patch for patch in ax.patches if type(patch) is FancyArrowPatch]


def test_each_word_is_asked_for_the_next():
    ax = axes(draw_ch18.next_words(["a", "b", "c"], alt="next"))
    said = [word for word in words(ax) if len(word) == 1]
    assert said == ["a", "b", "b", "c"]
    assert len(boxes(ax)) == 5
    assert len(arrows(ax)) == 4


def test_the_body_alone_is_carried_over():
    ax = axes(draw_ch18.two_stages("text", "word", "labels", "yes", alt="stages"))
    said = words(ax)
    assert said.count("body: all blocks") == 2
    assert said.count("new head") == 1
    thick = [arrow for arrow in arrows(ax) if arrow.get_linewidth() == 2.5]
    assert [arrow._posA_posB[0][1] for arrow in thick] == [0.8]


def test_what_is_chosen_is_asked():
    ax = axes(draw_ch18.blanks(["a", "b", "c"], {1: "[mask]", 2: "c"}, alt="blanks"))
    said = words(ax)
    assert said.count("[mask]") == 1
    assert [said.count(word) for word in "abc"] == [2, 2, 3]
    assert len(boxes(ax)) == 5


def test_a_shared_block_has_one_set_of_weights():
    said = words(axes(draw_ch18.shared(3, alt="shared")))
    assert said.count("the block") == 3
    assert {"block 1", "block 2", "block 3", "one set"} <= set(said)


def test_sight_names_its_rows_once():
    tables = {"all": torch.ones(2, 2), "self": torch.eye(2)}
    small = axes(draw_ch18.sight(tables, ["x", "y"], alt="sight")).child_axes
    assert [ax.get_title("left") for ax in small] == ["all", "self"]
    across = [[label.get_text() for label in ax.get_xticklabels()] for ax in small]
    assert across == [["x", "y"], ["x", "y"]]
    named = [{label.get_text() for label in ax.get_yticklabels()} for ax in small]
    assert named[0] == {"x", "y"}
    assert not named[1] & {"x", "y"}
    assert [ax.get_ylabel() for ax in small] == ["who sees", ""]
    assert [ax.get_xlabel() for ax in small] == ["whom", "whom"]
    assert (small[1].images[0].get_array() == torch.eye(2).numpy()).all()
