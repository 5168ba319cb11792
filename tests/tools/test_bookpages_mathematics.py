"""Formulas are set when the book is built, once each, by one node; what is wrong is named."""

import re
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from bookpages import mathematics
from bs4 import BeautifulSoup
from docutils import nodes
from notebook_form import MATHS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*(ROOT / "chapters").rglob("*.ipynb"), *(ROOT / "book").glob("*.md")])
CODE = re.compile(r"(?s)```.*?```|`[^`\n]*`")
CHILDREN = {
    **dict.fromkeys(("msub", "msup", "munder", "mover", "mfrac", "mroot"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}


@pytest.fixture(scope="module")
def setter():
    made = mathematics.Setter()
    yield made
    made.close()


@pytest.fixture
def writer(setter, monkeypatch):
    monkeypatch.setattr(mathematics, "FORMULA", setter)

    class Writer:
        body = []

    Writer.body = []
    return Writer


def page(writer):
    return BeautifulSoup("".join(writer.body), "html.parser")


def test_a_formula_is_seen_and_can_be_read_aloud(setter):
    html = BeautifulSoup(setter(r"\frac{a}{b}"), "html.parser")
    assert html.select_one(".katex-html")["aria-hidden"] == "true"
    assert html.find("math").find("mfrac") is not None


def test_each_formula_is_set_once_by_one_node(setter):
    first = setter("x^2")
    node = setter.node
    assert setter("x^2") is first
    assert setter("x^2", display=True) != first
    assert setter.node is node


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        ("10^{-6}", "10 to the negative 6 power"),
        (r"\frac{1}{3}", "one third"),
        ("h_2 = 1", "h sub 2 equals 1"),
    ],
)
def test_a_formula_has_words(setter, tex, words):
    assert setter.aloud(tex) == words
    with pytest.raises(ValueError, match=r"\\frac"):
        setter.aloud(r"\frac{")


def formulas(path):
    """The formulas of a page, as (tex, whether displayed)."""
    texts = [path.read_text(encoding="utf-8")]
    if path.suffix == ".ipynb":
        cells = nbformat.read(path, as_version=4).cells
        texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    found = {part for text in texts for part in MATHS.findall(CODE.sub("", text))}
    return {(part.strip("$"), part.startswith("$$")) for part in found}


def miscounted(html):
    """The elements of a formula with more or fewer children than MathML wants."""
    [math] = re.findall(r"(?s)<math.*</math>", html)
    nodes_of = ElementTree.fromstring(math).iter()
    counts = [(node.tag.rpartition("}")[2], len(node)) for node in nodes_of]
    return [(tag, count) for tag, count in counts if CHILDREN.get(tag, count) != count]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_each_formula_of_the_book_has_the_children_that_mathml_wants(setter, path):
    wrong = {}
    for tex, displayed in formulas(path):
        form = rf"\begin{{split}}{tex}\end{{split}}" if displayed and r"\\" in tex else tex
        wrong[tex] = miscounted(setter(form, displayed))
    assert {tex: found for tex, found in wrong.items() if found} == {}


@pytest.mark.parametrize(
    "tex",
    [r"\lambda_{\max}", r"x^{\exp}", r"a_{\min}^{\max}", r"\frac{\sin}{\cos}", r"\sqrt[\ln]{2}"],
)
def test_a_function_s_name_is_one_child(setter, tex):
    html = setter(tex)
    assert miscounted(html) == []
    assert "<mrow><mi>" in html


@pytest.mark.parametrize("tex", [r"\frac{a}", r"\nonsense", r"a \\ b é", "%"])
def test_what_is_no_formula_is_refused(setter, tex):
    with pytest.raises(ValueError, match="KaTeX parse error|LaTeX"):
        setter(tex, display=True)


def test_after_an_error_the_next_formula_is_set(setter):
    with pytest.raises(ValueError, match="KaTeX"):
        setter("{")
    assert "katex" in setter("y")


def test_text_and_display_have_their_places(writer):
    for visit, node in (
        (mathematics.inline, nodes.math("", "a_1")),
        (mathematics.display, nodes.math_block("", "a &= 1 \\\\ b &= 2", ids=["equation-sum"])),
    ):
        with pytest.raises(nodes.SkipNode):
            visit(writer, node)
    assert page(writer).select_one("span.math math") is not None
    block = page(writer).select_one("div.math#equation-sum")
    assert len(block.select("math mtr")) == 2


def test_a_mistake_is_a_warning_and_stays_legible(writer, monkeypatch):
    said = []
    monkeypatch.setattr(mathematics.LOGGER, "warning", lambda *args, **rest: said.append(args))
    with pytest.raises(nodes.SkipNode):
        mathematics.inline(writer, nodes.math("", r"\frac{a<b}"))
    assert len(said) == 1
    assert page(writer).code.text == r"\frac{a<b}"
