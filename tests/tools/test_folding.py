"""What of a chapter starts folded."""

import nbformat
import pytest
from folding import fold

code, words = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell


def folded(*cells, tags=()):
    book = nbformat.v4.new_notebook(cells=list(cells))
    book.cells[0].metadata["tags"] = list(tags)
    return fold(book).cells


@pytest.mark.parametrize(
    "source",
    [
        "draw.lines(x, y, alt='a')",
        "claim('a', True)",
        "for n in (1, 2):\n    claim('a', n > 0)",
        "def frame(n):\n    return draw.bars(n)\n\n\nexplore(frame, n=[1, 2])",
        "picture = draw.lines(x, y)\npicture",
        "draw_ch00.arrows({}, alt='a')",
    ],
)
def test_code_that_only_shows_is_folded_everywhere(source):
    (cell,) = folded(code(source))
    assert cell.metadata == {
        "tags": ["hide-input"],
        "cellView": "form",
        "jupyter": {"source_hidden": True},
    }


@pytest.mark.parametrize("source", ["x = 1", "def frame(n):\n    return draw.bars(n)", "print(1)"])
def test_an_idea_stays_open(source):
    (cell,) = folded(code(source))
    assert cell.metadata == {}


def test_the_set_up_is_folded_and_an_author_can_keep_a_cell_open():
    (cell,) = folded(code("x = 1"), tags=["setup"])
    assert cell.metadata["tags"] == ["setup", "hide-input"]
    (cell,) = folded(code("claim('a', True)"), tags=["keep-open", "hide-input"])
    assert cell.metadata == {"tags": ["keep-open"]}


def test_results_that_are_foretold_start_collapsed():
    ask = words("Text.\n\n**Predict.** How many?\n\n- (a) one\n- (b) two")
    explain = words("<details><summary>Explain</summary>\n\n(b). Two.\n\n</details>")
    cells = folded(ask, code("run()"), code("claim('a', True)"), explain, code("more()"))
    assert [cell.metadata.get("collapsed", False) for cell in cells] == [
        False, True, True, False, False,
    ]  # fmt: skip
    assert cells[2].metadata["jupyter"] == {"source_hidden": True, "outputs_hidden": True}
    assert "jupyter" not in cells[4].metadata


def test_a_side_trip_starts_collapsed():
    trip, road = folded(words("### Side trip: who was first\n\nText."), words("### The road"))
    assert trip.metadata["jp-MarkdownHeadingCollapsed"] is True
    assert "jp-MarkdownHeadingCollapsed" not in road.metadata


def test_folding_twice_is_folding_once():
    cells = [words("**Predict.** a?"), code("draw.a()"), words("### Side trip: b"), code("1")]
    once = fold(nbformat.v4.new_notebook(cells=cells))
    text = nbformat.writes(once)
    assert nbformat.writes(fold(once)) == text
