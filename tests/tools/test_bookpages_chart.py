"""The map of the book: every chapter a box in its part's row, every need a line, all in words."""

import re
from pathlib import Path

import pytest
from bookpages import catalogue, chart

IDEAS = """
parts: {I: {title: Neurons, years: 1943–1969}, II: {title: "Nets & more", years: 1986}}
chapters:
  1: {part: I, title: Threshold <neurons>, years: 1943}
  2: {part: I, title: The perceptron and its limits, years: 1957}
  3: {part: II, title: Backpropagation, years: 1986}
needs:
  2: [unit]
  3: [rule, unit]
ideas:
  - {id: unit, name: Unit, chapter: 1, status: written}
  - {id: rule, name: Rule, chapter: 2, status: planned}
"""


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "ideas.yml"
    path.write_text(IDEAS, encoding="utf-8")
    return catalogue.load(path)


def test_written_chapters_are_links(data):
    html = chart.chart(data, {1: "ch1.html", 2: "ch2.html"})
    assert '<a class="dl-box1" href="ch1.html">' in html
    assert '<g class="dl-box3 dl-coming">' in html
    assert "1.\xa0Threshold </tspan>" in html
    assert "&lt;neurons&gt; </tspan>" in html


def test_a_line_for_each_need_and_a_rule_that_lights_it(data):
    html = chart.chart(data, {})
    lines = re.findall(r'class="dl-from(\d) dl-to(\d)"', html)
    assert sorted(lines) == [("1", "2"), ("1", "3"), ("2", "3")]
    for number in data.chapters:
        assert f".dl-box{number}:is(:hover,:focus-visible)) .dl-to{number}{{" in html


def test_boxes_of_a_row_stand_side_by_side_inside_the_picture(data):
    places = chart.layout(data)
    assert places[1][1] == places[2][1] < places[3][1]
    assert places[2][0] - places[1][0] == chart.BOX + chart.GAP
    assert places[1][0] + places[2][0] + chart.BOX == chart.WIDTH  # centred


def test_no_box_of_the_book_leaves_the_picture():
    data = catalogue.load(Path(__file__).resolve().parents[2] / "book/ideas.yml")
    places = chart.layout(data)
    assert min(left for left, _ in places.values()) >= 0
    assert max(left for left, _ in places.values()) + chart.BOX <= chart.WIDTH
    for number, chapter in data.chapters.items():
        assert chart.box(number, chapter, places[number], None).count("<tspan") <= 5


def test_the_same_in_words(data):
    html = chart.words(data, {1: "ch1.html"})
    assert '<li><a href="ch1.html">1. Threshold &lt;neurons&gt;</a></li>' in html
    assert "<li>2. The perceptron and its limits stands on chapter 1</li>" in html
    assert "<li>3. Backpropagation stands on chapters 1 and 2</li>" in html
