"""Which parts of a chapter are kept back or folded, and where it counts what the reader foresaw."""

import pytest
from bookpages import folded, predict
from bs4 import BeautifulSoup
from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode

EXPLAIN = "<details><summary>Explain</summary>"


def paragraph(text, bold=None):
    strong = [nodes.strong("", bold)] if bold else []
    return nodes.paragraph("", "", *strong, nodes.Text(text))


def listed(*texts):
    items = [nodes.list_item("", paragraph(text)) for text in texts]
    return nodes.bullet_list("", *items)


def raw(text):
    return nodes.raw("", text, format="html")


def asked(text="Which?", answer="(b). It is.", options=("(a) one", "(b) two")):
    """A question, its run and its explanation."""
    question = [paragraph(text, "Predict."), listed(*options), paragraph("the run")]
    return [*question, raw(EXPLAIN), paragraph(answer), raw("</details>")]


def chapter(*nodes_of_sections):
    """A document of sections, each with its title first."""
    document = nodes.section("", nodes.title("", "Chapter"))
    for title, content in nodes_of_sections:
        document += nodes.section("", nodes.title("", title), *content)
    return document


def page(document):
    """The raw HTML of a document, and its paragraphs, as one page."""
    parts = []
    for node in document.findall():
        if isinstance(node, nodes.raw):
            parts.append(node.astext())
        elif isinstance(node, nodes.paragraph):
            parts.append(f"<p>{node.astext()}</p>")
    return BeautifulSoup("".join(parts), "html.parser")


def test_an_option_with_a_formula_is_said_in_words_too():
    formula = nodes.paragraph("", "", nodes.Text("(b) below "), nodes.math("", "10^{-6}"))
    options = listed("(a) one")
    options += nodes.list_item("", formula)
    block = asked()
    block[1] = options
    document = chapter(("One", block))
    predict.keep_back(None, document)
    option = list(document.findall(nodes.paragraph))[2]
    before, formula, after = option.children[1:]
    assert (option.astext()[:10], formula.astext()) == ("(b) below ", "10^{-6}")
    eyes = BeautifulSoup(before.astext() + "10⁻⁶" + after.astext(), "html.parser")
    assert eyes.select_one("[aria-hidden=true]").text == "10⁻⁶"
    assert eyes.select_one(".visually-hidden").text == "10 to the negative 6 power"


def test_question_and_answer_get_their_frames():
    before, after = paragraph("before"), paragraph("after")
    document = chapter(("One", [before, *asked(), after]))
    predict.keep_back(None, document)
    html = page(document)
    frame, kept = html.select_one(".dl-predict"), html.select_one(".dl-kept")
    assert frame["data-right"] == "b"
    assert [p.text for p in frame.select("p")] == ["Predict.Which?", "(a) one", "(b) two"]
    assert [p.text for p in kept.find_all("p")] == ["the run", "(b). It is."]
    assert kept.details is not None
    assert kept.find_next_sibling("p").text == "after"
    assert document.next_node(nodes.bullet_list)["classes"] == ["dl-options"]


def test_two_questions_of_a_section_keep_their_answers_apart():
    document = chapter(("One", [*asked("First?"), *asked("Second?", "(a). So.")]))
    predict.keep_back(None, document)
    frames = page(document).select(".dl-predict")
    assert [frame["data-right"] for frame in frames] == ["b", "a"]
    assert frames[0]["data-question"] != frames[1]["data-question"]
    assert len(page(document).select(".dl-kept")) == 2


def test_a_question_keeps_its_name_when_another_comes_before_it():
    alone, second = (
        chapter(("One", content)) for content in (asked("Q?"), [*asked("New?"), *asked("Q?")])
    )
    for document in (alone, second):
        predict.keep_back(None, document)
    names = [[f["data-question"] for f in page(d).select(".dl-predict")] for d in (alone, second)]
    assert names[0][0] == names[1][1]


@pytest.mark.parametrize(
    "content",
    [
        asked()[:2],
        asked(answer="Because."),
        asked(options=("one", "two")),
        asked(options=("(b) one", "(a) two")),
        [paragraph("Which? (a) one (b) two", "Predict."), *asked()[2:]],
        [asked()[0], *asked("Other?")],
    ],
    ids=["no answer", "no letter", "no letters", "wrong order", "inline", "two questions"],
)
def test_other_forms_stay_open(content):
    document = chapter(("One", content))
    predict.keep_back(None, document)
    frames = page(document).select(".dl-predict")
    assert [p.text for frame in frames for p in frame.select("p")][:1] in ([], ["Predict.Other?"])


def test_the_line_that_counts_stands_in_the_recapitulation():
    document = chapter(("One", asked()), ("What you now know", [paragraph("five")]))
    predict.keep_back(None, document)
    first = document.children[-1].children[1]
    assert 'data-questions="1"' in first.astext()


def test_a_chapter_without_recapitulation_counts_at_its_end():
    document = chapter(("One", asked()))
    predict.keep_back(None, document)
    assert "dl-score" in document.children[-1].astext()


def test_a_page_without_questions_counts_nothing():
    document = chapter(("One", [paragraph("text")]))
    predict.keep_back(None, document)
    assert page(document).select(".dl-score") == []


def test_a_side_trip_unfolds_under_its_heading():
    document = chapter(("Side trip: a proof", [paragraph("long")]), ("Main", [paragraph("road")]))
    folded.fold_side_trips(None, document, "ch01")
    side, main = document.children[1:]
    assert [type(node).__name__ for node in side] == ["raw", "title", "raw", "paragraph", "raw"]
    assert page(side).select_one("details.dl-side > summary") is not None
    assert len(main) == 2


def test_a_heading_that_unfolds_holds_no_link():
    link = '<a class="headerlink" href="#a">#</a>'
    folded_part = f'<details class="dl-side"><summary><h3>Side trip: a{link}</h3></summary>'
    context = {"body": f"<h2>b{link}</h2>{folded_part}<p>c</p></details>"}
    folded.unlink_summaries(None, "ch01", "page.html", context, None)
    assert context["body"].count("headerlink") == 1
    assert "<summary><h3>Side trip: a</h3></summary>" in context["body"]


def test_folded_code_has_one_summary_with_its_name():
    class Writer:
        body = []

    folded.open_code(Writer, HideCodeCellNode())
    folded.close_code(Writer, HideCodeCellNode())
    html = BeautifulSoup("".join(Writer.body), "html.parser")
    assert html.details["class"] == ["dl-code"]
    assert html.details.summary.text == "Show the code"
