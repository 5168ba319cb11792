"""The book's Sphinx extension: what it reads from data and notebooks, and the HTML it makes."""

import base64
import hashlib
import json
from types import SimpleNamespace

import pytest
from bookpages import catalogue, claims, figures, launch, links, scripts, tables
from docutils import nodes
from pybtex.database import parse_string
from sphinx.builders.html._assets import _JavaScript

IDEAS = """
parts: {I: {title: Neurons, years: 1943–1969}}
chapters:
  1: {part: I, title: Threshold neurons, years: 1943}
  2: {part: I, title: The perceptron, years: 1957}
ideas:
  - {id: unit, name: "Unit <a & b>", year: "1943", kind: model, chapter: 1, mark: build,
     status: written, heading: "The unit", symbol: Neuron}
  - {id: rule, name: Rule, year: "1957/58", kind: learning rule, chapter: 2, mark: demo,
     status: planned}
  - {id: talk, name: Talk, year: null, kind: history, chapter: 2, mark: discuss, status: planned}
beyond:
  - {id: more, name: More, year: 1847/1986, kind: method, chapter: 1, status: planned}
"""


def claim_output(text, measured="3", **said):
    data = {"claim": text, "measured": measured, **said}
    return {"data": {claims.MIME: data, "text/plain": "✓"}}


@pytest.fixture
def ideas(tmp_path):
    path = tmp_path / "ideas.yml"
    path.write_text(IDEAS, encoding="utf-8")
    return catalogue.load(path)


def place(row):
    return "../chapters/ch01.html#the-unit" if row["status"] == "written" else None


def cite(row):
    return ("Block & Co (1962)", "references.html#id7") if row["status"] == "written" else None


def test_catalogue_refuses_a_row_of_an_unknown_chapter(tmp_path):
    path = tmp_path / "ideas.yml"
    path.write_text(IDEAS.replace("chapter: 2, mark: demo", "chapter: 9, mark: demo"))
    with pytest.raises(ValueError, match="'rule' is in chapter 9, which is unknown"):
        catalogue.load(path)


def test_catalogue_names_what_the_file_lacks(tmp_path):
    path = tmp_path / "ideas.yml"
    path.write_text("parts: {}\nideas: []\n")
    with pytest.raises(ValueError, match="missing: {'chapters'}"):
        catalogue.load(path)


@pytest.mark.parametrize(
    ("year", "first"), [("1957/58", 1957), (1986, 1986), (None, None), ("1960s-2005", 1960)]
)
def test_first_year(year, first):
    assert catalogue.first_year({"year": year}) == first


def test_notebooks_are_found_by_number(tmp_path):
    (tmp_path / "chapters").mkdir()
    for name in ("ch02_b.ipynb", "ch01_a.ipynb", "ch01_a.md", "draft.ipynb"):
        (tmp_path / "chapters" / name).touch()
    assert catalogue.notebooks(tmp_path) == {1: "chapters/ch01_a", 2: "chapters/ch02_b"}


def test_claims_keep_their_order_and_cell():
    cells = [{"outputs": [claim_output("one"), {"text": "x"}, claim_output("two")]}, {}]
    cells.append({"outputs": [claim_output("three", None)]})
    found = claims.claims_of(cells)
    assert [(c.text, c.measured, c.anchor, c.cell) for c in found] == [
        ("one", "3", "claim-1", 0),
        ("two", "3", "claim-2", 0),
        ("three", "", "claim-3", 2),
    ]


def test_a_claim_knows_whom_it_tests():
    source = "[Minsky (1969)](https://doi.org/10.1016/S0(69)1)"
    outputs = [claim_output("one"), claim_output("two", source=source, verdict="in part")]
    own, tested = claims.claims_of([{"outputs": outputs}])
    assert (own.source, own.verdict) == (None, "")
    assert tested.source == ("Minsky (1969)", "https://doi.org/10.1016/S0(69)1")
    assert tested.verdict == "in part"


@pytest.mark.parametrize("text", ["Minsky (1969)", "see [a](b)", "[a](b", ""])
def test_a_source_that_is_no_link_is_refused(text):
    with pytest.raises(ValueError, match="should be one Markdown link"):
        claims.named_link(text)


@pytest.mark.parametrize("text", ["not JSON", "{}"])
def test_a_file_that_is_no_notebook_is_refused(tmp_path, text):
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"a\.ipynb should be a Jupyter notebook"):
        claims.read_notebook(path)


def notebook(tmp_path, picture=b"png", alt="A unit with two inputs"):
    meta = {"image/png": {"alt": alt}} if alt else {}
    data = {"image/png": base64.b64encode(picture).decode() + "\n"}
    cell = {"outputs": [{"data": data, "metadata": meta}, claim_output("one")]}
    path = tmp_path / "ch01.ipynb"
    path.write_text(json.dumps({"cells": [cell]}))
    return path


def annotated(path, picture=b"png"):
    """The image and the cell of a page after `annotate`."""
    image = nodes.image(uri=f"_build/{hashlib.sha256(picture).hexdigest()}.png")
    cell = nodes.container("", image, nb_element="cell_code", cell_index=0)
    document = nodes.section("", cell)
    env = SimpleNamespace(docname="ch01", doc2path=lambda name: str(path))
    figures.annotate(SimpleNamespace(env=env), document)
    return image, cell


def test_alt_text_reaches_the_picture_and_the_claim_gets_a_place(tmp_path):
    image, cell = annotated(notebook(tmp_path))
    assert image["alt"] == "A unit with two inputs"
    assert cell["ids"] == ["claim-1"]


def test_a_picture_without_alt_text_is_a_warning(tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(figures.LOGGER, "warning", lambda text, **rest: said.append(text))
    annotated(notebook(tmp_path, alt=None))
    assert said == ["a picture has no alt text"]


def test_pictures_load_late_and_keep_their_room(tmp_path):
    (tmp_path / "a.png").write_bytes(
        bytes(16) + (640).to_bytes(4, "big") + (480).to_bytes(4, "big")
    )
    env = SimpleNamespace(images={"a.png": (set(), "a1.png")})
    body = '<img alt="x" src="../_images/a1.png" style="" /><img src="../_images/other.png">'
    context = {"body": body}
    figures.load_late(SimpleNamespace(srcdir=tmp_path, env=env), "p", "t", context, None)
    assert context["body"] == body.replace(
        '<img alt="x"', '<img loading="lazy" width="640" height="480" alt="x"'
    )


def test_ideas_table_links_written_rows_and_says_what_is_to_come(ideas):
    html = tables.ideas_table(ideas, place, cite)
    assert html.count("data-row") == 4
    assert "Unit &lt;a &amp; b&gt;" in html
    assert '<a href="../chapters/ch01.html#the-unit">The unit</a> <code>Neuron</code>' in html
    assert html.count("to be written") == 3
    assert html.count('<a href="references.html#id7">Block &amp; Co (1962)</a>') == 1
    assert 'data-mark="beyond"' in html


def test_timeline_is_in_the_order_of_years_and_leaves_undated_ideas_out(ideas):
    html = tables.timeline(ideas, place)
    assert [html.index(name) for name in ("More", "Unit", "Rule")] == sorted(
        html.index(name) for name in ("More", "Unit", "Rule")
    )
    assert "Talk" not in html
    assert 'id="decade-1940"' in html
    assert 'href="#decade-1950"' in html


def test_path_links_the_chapters_that_are_written(ideas):
    html = tables.path(ideas, {1: "ch01.html"})
    assert '<a href="ch01.html">Threshold neurons</a>' in html
    assert '<li value="2" class="dl-coming">The perceptron</li>' in html


def test_ledger_lists_claims_under_their_chapter(ideas):
    source = "Q & A (1990)", "https://doi.org/10.1/a&b"
    part = claims.Claim("b < c", "7 %", "claim-2", 0, source, "in part: c < 9", "finding", True)
    found = [
        (claims.Claim("a < b", "", "claim-1", 0, kind="check"), "ch01.html#claim-1"),
        (part, "ch01.html#claim-2"),
        (claims.Claim("c < d", "8", "claim-3", 0, kind="finding"), "ch01.html#claim-3"),
    ]
    html = tables.ledger(ideas, {1: ("Chapter 1", found)})
    checked, tested, own = html.split("<tr data-row")[1:]
    assert "3 claims: 2 findings, 0 counts, 1 checks. Of the findings: 0 confirmed" in html
    assert "1 in part, 0 contradicted, 1 our own." in html
    assert 'data-kind="check" data-verdict=""' in checked
    assert '<th scope="row">a &lt; b</th><td class="dl-kind">check</td>' in checked
    assert 'holds</td><td></td><td><a href="ch01.html#claim-1"' in checked
    assert 'data-part="I" data-kind="finding" data-verdict="in part"' in tested
    assert '<td class="dl-kind">finding, about speed</td>' in tested
    assert '<a href="https://doi.org/10.1/a&amp;b">Q &amp; A (1990)</a>' in tested
    assert '<span class="dl-mark dl-in-part">in part</span>' in tested
    assert '<span class="dl-which">c &lt; 9</span>' in tested
    assert '8</td><td><span class="dl-mark dl-our-own">our own</span>' in own


def test_ledger_tells_what_other_seeds_and_longer_training_did(ideas):
    found = [(claims.Claim("a < b", "", "claim-1", 0, kind="check"), "ch01.html#claim-1")]
    rows = [{"claim": "it is < faster"}]
    robust = {1: {"claims": 7, "seeds": [0, 1], "failed": [], "speed": rows, "current": False}}
    html = tables.ledger(ideas, {1: ("Chapter 1", found)}, robust)
    assert '<th scope="row">Chapter 1</th><td>7</td><td>0, 1</td><td>0</td>' in html
    assert "<li>it is &lt; faster</li>" in html
    assert "an earlier version of the chapter" in html
    assert "Other seeds" not in tables.ledger(ideas, {1: ("Chapter 1", found)})


def test_what_was_kept_belongs_to_one_version_of_the_code(tmp_path):
    path = tmp_path / "robustness.json"
    assert claims.robustness(path) == {}
    path.write_text('{"ch07": {"claims": 3}}')
    assert claims.robustness(path) == {7: {"claims": 3}}
    words = {"cell_type": "markdown", "source": ["a"]}
    code = {"cell_type": "code", "source": ["x = 1\n", "y = 2"]}
    assert claims.fingerprint([words, code]) == claims.fingerprint([code])
    assert claims.fingerprint([code]) != claims.fingerprint([code | {"source": ["x = 1"]}])
    halves = [code | {"source": [half]} for half in ("x = 1\n", "\ny = 2\n")]
    assert claims.fingerprint(halves) == claims.fingerprint([code])
    setup = {
        "cell_type": "code",
        "source": ["from a import (\n", "  b)\n", "if b:\n", "    %pip c"],
    }
    moved = setup | {"source": ["from d import b\n", "if b:\n", "    %pip c"]}
    assert claims.fingerprint([setup, code]) == claims.fingerprint([moved, code])


def test_ledger_without_claims(ideas):
    assert "No chapter has a checked claim yet" in tables.ledger(ideas, {})


@pytest.mark.parametrize(
    ("authors", "name"),
    [
        ("Hopfield, J. J.", "Hopfield (1990)"),
        ("{The New York Times}", "The New York Times (1990)"),
        ("van den Oord, A. and Li, Y.", "Oord and Li (1990)"),
        ("A, B and C, D and E, F", "A, C and E (1990)"),
        ("A, B and C, D and E, F and G, H", "A and others (1990)"),
    ],
)
def test_a_source_is_named_as_the_text_cites_it(authors, name):
    bib = f"@misc{{x, author = {{{authors}}}, year = {{1990}}}}"
    assert links.cited_as(parse_string(bib, "bibtex").entries["x"]) == name


def test_a_release_does_not_change_a_chapters_code():
    cell = {"cell_type": "code", "source": ['if True:\n    book = "https://a.org/b@v0.1.0"\n']}
    later = {"cell_type": "code", "source": ['if True:\n    book = "https://c.org/d@v1.2.3"\n']}
    assert claims.fingerprint([cell]) == claims.fingerprint([later])


def test_page_address_is_relative():
    assert links.page_address("book/ideas", "chapters/ch01", "x") == "../chapters/ch01.html#x"
    assert links.page_address("index", "book/ideas") == "book/ideas.html"


def test_headings_match_whatever_their_quotes():
    assert links.plain("From “page” to package: XOR") == links.plain('From "page" to package – xor')


def test_repository_is_read_from_pyproject(tmp_path):
    assert launch.repository(tmp_path) is None
    path = tmp_path / "pyproject.toml"
    path.write_text('[project.urls]\nRepository = "https://github.com/some-one/a.book.git"\n')
    assert launch.repository(tmp_path) == "some-one/a.book"
    path.write_text('[project.urls]\nRepository = "https://example.org/some-one/book"\n')
    assert launch.repository(tmp_path) is None


def test_colab_address():
    assert launch.colab_address("some-one/book", "chapters/ch01", "0.2.0") == (
        "https://colab.research.google.com/github/some-one/book/blob/v0.2.0/chapters/ch01.ipynb"
    )


def test_scripts_only_where_the_page_asks_for_them():
    assert scripts.own_files('<div data-finder="ideas">') == ["js/finder.js", "css/pages.css"]
    assert scripts.own_files("<p>text</p>") == []
    assert scripts.own_files('<span class="katex">') == ["vendor/katex/katex.css"]
    assert not scripts.is_used("_static/copybutton.js", "<p>text</p>")
    assert scripts.is_used("_static/copybutton.js", '<div class="highlight">')
    assert scripts.is_used("js/site.js", "<p>text</p>")


def test_deferring_a_script_leaves_it_as_it_is_for_other_pages():
    script = _JavaScript("doctools.js", priority=500)
    assert scripts.deferred(script).attributes["defer"] == "defer"
    assert "defer" not in script.attributes
    for at_once in (_JavaScript("documentation_options.js"), _JavaScript(None, body="let a = 1")):
        assert scripts.deferred(at_once) is at_once
