"""What came before a chapter, what comes next, and what the search answers first."""

import json
import re
from pathlib import Path

import pytest
from bookpages import catalogue, taught, way

ROOT = Path(__file__).resolve().parents[2]
IDEAS = """
parts: {I: {title: Neurons, years: 1943–1969}}
chapters:
  1: {part: I, title: Threshold neurons, years: 1943}
  2: {part: I, title: The perceptron, years: 1957}
  3: {part: I, title: Backpropagation, years: 1986}
needs:
  2: [unit]
  3: [rule, unit]
ideas:
  - {id: unit, name: "Unit <a & b> (of 1943)", year: "1943", kind: model, chapter: 1, mark: build,
     status: written, heading: "The unit", symbol: dlcore.models.Neuron}
  - {id: rule, name: Rule, year: "1957/58", kind: learning rule, chapter: 2, mark: demo,
     status: planned, symbol: learn}
"""


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "ideas.yml"
    path.write_text(IDEAS, encoding="utf-8")
    return catalogue.load(path)


def ids(found):
    return {number: [row["id"] for row in rows] for number, rows in found.items()}


def test_before_and_after(data):
    assert ids(way.before(data, 3)) == {1: ["unit"], 2: ["rule"]}
    assert ids(way.before(data, 1)) == {}
    assert ids(way.after(data, 1)) == {2: ["unit"], 3: ["unit"]}
    assert ids(way.after(data, 3)) == {}


def test_written_chapters_and_their_sections_are_linked(data):
    def address(number, row=None):
        return f"ch{number}.html#{row['id'] if row else ''}" if number < 3 else None

    html = way.way(data, 2, address)
    assert '<a href="ch1.html#unit">Unit &lt;a &amp; b&gt;</a>' in html
    assert '<span class="dl-coming">3. Backpropagation</span><br><small>Rule</small>' in html
    assert "What came before" not in way.way(data, 1, address)


def test_what_a_chapter_needs_comes_before_it():
    data = catalogue.load(ROOT / "book/ideas.yml")
    chapter = {row["id"]: row["chapter"] for row in data.ideas + data.beyond}
    assert set(data.needs) == set(data.chapters) - {0}
    late = [(number, name) for number, ids in data.needs.items() for name in ids
            if chapter.get(name, number) >= number]  # fmt: skip
    assert late == []


def test_a_chapter_speaks_of_the_chapters_it_needs():

    data = catalogue.load(ROOT / "book/ideas.yml")
    for number, name in catalogue.notebooks(ROOT).items():
        cells = json.loads((ROOT / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        prose = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
        said = set(map(int, re.findall(r"ch(\d\d)_", prose)))
        for first, last in re.findall(r"[Cc]hapters? (\d+)(?: to (\d+))?", prose):
            said |= set(range(int(first), int(last or first) + 1))
        said |= {int(n) for pair in re.findall(r"[Cc]hapters (\d+) and (\d+)", prose) for n in pair}
        assert set(way.before(data, number)) - said == set(), name


def test_rows_of_the_search(data):
    def place(number, heading):
        return f"ch{number}.html#unit" if number == 1 else None

    first, second = (taught.idea_row(row, data, place) for row in data.ideas)
    assert first["address"] == "ch1.html#unit"
    assert first["kind"] == "idea"
    assert "Neuron" in first["also"]  # a class may be asked for by its name, a function not
    assert second == taught.row_of(
        "planned", "Rule", "to be written", "2. The perceptron", "book/ideas.html#rule"
    )
    term = taught.term_row(1, {"term": "unit", "in": "The unit"}, data, place)
    assert term["address"] == "ch1.html#unit"
    assert taught.chapter_row(3, data, {1: "chapters/ch01_a"})["kind"] == "planned"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Inception Score, FID", ["Inception Score", "FID"]),
        ("LSTM (constant error carousel, gates)", ["LSTM", "constant error carousel", "gates"]),
        ("L2 regularisation / weight decay", ["L2 regularisation", "weight decay"]),
        ("Adam", []),
    ],
)
def test_names_inside_a_name(name, parts):
    assert taught.names(name) == parts
