"""No chapter uses a word before the book has said what it means, and none says what it bans."""

import json
import shutil
from pathlib import Path

import pytest
import terms

ROOT = Path(__file__).parents[2]
ASKED = (
    "eigenvalue", "eigenvector", "partial slope", "gradient", "Jacobian", "transpose", "cosine",
    "outer product", "variance", "standard deviation", "chain rule", "table product", "argmax",
    "softmax", "cross-entropy", "epoch", "mini-batch", "momentum", "learning rate", "convolution",
    "kernel", "stride", "padding", "dilation", "receptive field", "gate", "orthogonal", "one-hot",
    "backpropagation through time", "spectral radius", "covariance", "bell curve", "logarithm",
    "bias", "ReLU", "sigmoid", "tanh",
)  # fmt: skip


@pytest.fixture(scope="module")
def book():
    return terms.chapters(ROOT)


@pytest.fixture(scope="module")
def listed():
    return terms.load(ROOT)


def test_no_term_is_used_before_its_definition(book, listed):
    assert list(terms.early(listed[0], book)) == []


def test_no_banned_word_is_used(book, listed):
    assert list(terms.banned(listed[1], book)) == []


def test_the_list_is_long_enough_and_says_each_term_once(listed):
    names = [term.name for term in listed[0]]
    assert len(names) >= 120
    assert len(set(names)) == len(names)
    assert set(ASKED) <= set(names)


def test_a_planted_use_is_found_in_the_book(book, listed):
    """In the first sentences of the chapter before each definition, after the chapter's title."""
    unseen = []
    for term in (term for term in listed[0] if term.chapter > 0):
        before = max(chapter for chapter in book if chapter < term.chapter)
        inside = next(p for p in book[before] if not p.free)
        planted = terms.Passage(before, inside.heading, f"Take the {example(term)}.", False)
        spoilt = book | {before: [inside, planted, *book[before]]}
        found = "\n".join(terms.early([term], spoilt))
        if f"Take the {example(term)}." not in found:
            unseen.append(term.name)
    assert unseen == []


def example(term):
    """A text that the term's pattern finds."""
    words = (term.name, term.name.lower(), "STDP", "HMM", "input gate")
    return next((text for text in words if term.pattern.search(text)), "?")


FIRST = [
    ("markdown", "# 1. Start\n\nYou will build a widget."),
    ("markdown", "## Parts\n\nA **part** is small. Parts come first."),
    ("code", 'draw.lines(x, y, title="Many parts", xlabel="time", yscale="log", alt="Parts.")'),
    ("markdown", "## What came next\n\nThe widget."),
]
SECOND = [
    ("markdown", "# 2. Later"),
    ("markdown", "## Widgets\n\nA **widget** is made of parts."),
    ("markdown", "## Sources"),
]
LIST = """
terms:
  1:
    - {term: part, in: Parts}
  2:
    - {term: widget, in: Widgets}
    - {term: Foo, find: 'Foo|\\\\foo\\b', in: Widgets}
banned:
  gizmo: widget
"""


@pytest.fixture
def small(tmp_path):
    """small(chapter, place, kind, text): the faults of a book of two with one cell more."""

    def faults(chapter=None, place=0, kind="markdown", text=""):
        for name in ("book", "chapters"):
            shutil.rmtree(tmp_path / name, ignore_errors=True)
            (tmp_path / name).mkdir()
        for number, cells in ((1, list(FIRST)), (2, list(SECOND))):
            if number == chapter:
                cells.insert(place, (kind, text))
            made = [{"cell_type": k, "source": source} for k, source in cells]
            path = tmp_path / "chapters" / f"ch{number:02d}_a.ipynb"
            path.write_text(json.dumps({"cells": made}))
        (tmp_path / "book" / "terms.yml").write_text(LIST)
        known, words = terms.load(tmp_path)
        pages = terms.chapters(tmp_path)
        return [*terms.early(known[:2], pages), *terms.banned(words, pages)]

    return faults


def test_a_sound_book_passes(small):
    assert small() == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("markdown", "Use a widget."),
        ("markdown", "Use **Widgets**, or one `widget`."),
        ("markdown", "## All about widgets"),
        ("markdown", "| a | widget |\n|---|---|"),
        ("markdown", "Chapter 2 comes later. Here is a widget."),
        ("markdown", "Chapter 1 has a widget."),
        ("code", 'draw.bars(["widget"], [1], alt="One bar.")'),
        ("code", 'draw.lines(x, {"one widget": y}, alt="A line.")'),
        ("code", 'def show(n):\n    return draw.lines(n, alt=f"The widget {n}")'),
        ("code", 'draw_ch01.raster(x, alt="A widget.")'),
        ("code", 'claim("A widget works.", True)'),
        ("code", 'explore(show, n=[1, 2], labels={"n": "widgets"})'),
    ],
)
def test_an_early_use_is_found(small, kind, text):
    (fault,) = small(1, 1, kind, text)
    assert fault.startswith("widget: chapter 1")
    assert fault.endswith("(defined in chapter 2)")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("markdown", "A widget waits in chapter 2."),
        ("markdown", "See the [widget](ch02_a.ipynb#widgets)."),
        ("markdown", "It is a [widget](#all-about-it), as you will see."),
        ("markdown", "They were first, [The widget (1950)](https://doi.org/10.1/1)."),
        ("markdown", "### Side trip: how\n\nA widget.\n\n#### Deeper\n\nA widget."),
        ("markdown", "<!-- a widget -->"),
        ("code", 'widget = 1\nprint("widget")'),
        ("code", 'draw.timeline([(1950, "a widget")], alt="A timeline.")'),
        ("code", 'claim("It holds.", True, source="widget", kind="widget")'),
    ],
)
def test_what_may_name_things_to_come(small, kind, text):
    assert small(1, 1, kind, text) == []


def test_a_side_trip_ends_at_the_next_heading_of_its_level(small):
    (fault,) = small(1, 1, "markdown", "### Side trip: a\n\nA widget.\n\n### On\n\nA widget.")
    assert "chapter 1, On:" in fault


def test_a_use_in_the_defining_chapter_before_its_section_is_found(small):
    assert len(small(2, 1, "markdown", "## Before\n\nA widget.")) == 1
    assert small(2, 2, "markdown", "## After\n\nA widget.") == []


def test_a_definition_that_is_not_there_is_found():
    page = [terms.Passage(2, "Widgets", "Nothing.", False)]
    term = terms.Term("widget", terms.compiled("widget"), 2, "Widgets")
    assert list(terms.early([term], {2: page})) == [
        "widget: not found under 'Widgets' of chapter 2"
    ]
    moved = [terms.Passage(2, "Gadgets", "A widget.", False)]
    assert list(terms.early([term], {2: moved})) == [
        "widget: chapter 2 has no heading 'Widgets'; it stands first under 'Gadgets'"
    ]
    assert list(terms.early([term], {1: page})) == []  # chapter 2 is not written yet


def test_capitals_in_a_pattern_are_meant(small):
    (foo,) = (t for t in terms.load(ROOT)[0] if t.name == "He initialisation")
    assert foo.pattern.search("He initialisation")
    assert not foo.pattern.search("the initialisation")
    assert terms.compiled(terms.word("part")).search("PARTS")


def test_a_banned_word_is_found(small):
    (fault,) = small(1, 1, "markdown", "A gizmo, even in chapter 2.")
    assert fault.startswith("gizmo, say widget: chapter 1")
