import inspect

import pytest

from dlcore.study import draw

DRAWINGS = [name for name in draw.__all__ if name != "Figure"]


def line(ax):
    return draw.lines([0, 1], {"a": [0, 1], "b": [1, 0]}, alt="", ax=ax)


@pytest.mark.parametrize("name", DRAWINGS)
def test_alt_is_a_keyword_without_default(name):
    alt = inspect.signature(getattr(draw, name)).parameters["alt"]
    assert alt.kind is inspect.Parameter.KEYWORD_ONLY
    assert alt.default is inspect.Parameter.empty


def test_panels_draws_each_on_its_own_axes():
    figure = draw.panels([line] * 4, alt="Four panels", titles="abcd", title="All")
    axes = figure.sheet.axes
    assert [ax.get_title(loc="left") for ax in axes] == list("abcd")
    assert [len(ax.get_lines()) for ax in axes] == [2, 2, 2, 2]
    assert axes[0].get_subplotspec().get_gridspec().ncols == 2
    assert repr(figure) == "Figure: Four panels"


def test_lines_in_a_panel_are_named_in_a_key():
    figure = draw.panels([line, line], alt="Two panels")
    key = figure.sheet.axes[0].get_legend()
    assert [text.get_text() for text in key.get_texts()] == ["a", "b"]


def test_panels_left_over_are_blank():
    figure = draw.panels([line] * 5, alt="Five panels")
    assert [ax.axison for ax in figure.sheet.axes] == [True] * 5 + [False]


def test_panels_needs_alt_and_a_title_each():
    with pytest.raises(ValueError, match='a figure needs alt="…"'):
        draw.panels([line], alt="")
    with pytest.raises(ValueError, match="got 2 drawings and 1 titles"):
        draw.panels([line, line], alt="x", titles=["a"])


def test_panels_bytes_are_the_same_every_time():
    pictures = {draw.panels([line, line], alt="Two panels").png() for _ in range(2)}
    assert len(pictures) == 1
