"""The table through the years: a line and a dot for each reader, averages with their errors."""

import json
import re
from html.parser import HTMLParser

import pytest
from bookpages import eras

ROWS = [
    {"year": 1957, "chapter": 2, "idea": "perceptron", "name": "Perceptrons, <ten>",
     "symbol": "models.Perceptron", "right": [450, 460, 470, 460, 460], "parameters": 650,
     "operations": 640, "seconds": 2.7},
    {"year": 2015, "chapter": 13, "idea": "resnet", "name": "ResNet", "symbol": "models.ResNet",
     "right": [495, 495, 495, 495, 490], "parameters": 42430, "operations": 422112,
     "seconds": 11.0},
]  # fmt: skip


@pytest.fixture
def html():
    return eras.eras(ROWS, lambda row: f"ch{row['chapter']}.html#there")


def test_a_line_says_what_was_measured(html):
    (line,) = re.findall(r'<tr data-row data-period="before 1980".*?</tr>', html)
    assert 'id="reader-perceptrons---ten-"' in line
    assert '<a href="ch2.html#there">Perceptrons, &lt;ten&gt;</a>' in line
    assert "92.0 ± 0.6" in line  # of 90, 92, 94, 92, 92: spread 1.41, over the root of 5
    assert re.findall(r'">([\d.,]+)</td>', line) == ["650", "640", "2.7"]


def test_the_picture_has_a_dot_for_each_that_leads_to_its_line(html):
    dots = re.findall(r'<a href="#(reader-[^"]+)" class="dl-era-(\w+)">', html)
    assert dots == [("reader-perceptrons---ten-", "muted"), ("reader-resnet", "blue")]
    for anchor, _ in dots:
        assert f'id="{anchor}"' in html
    places = [tuple(map(float, p)) for p in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', html)]
    assert places[0][0] < places[1][0]  # less work on the left
    assert places[0][1] < places[1][1]  # more misread at the top
    for x, y in places:
        assert eras.LEFT < x < eras.WIDTH - eras.RIGHT
        assert eras.TOP < y < eras.HEIGHT - eras.BOTTOM


def test_the_picture_says_in_words_what_it_shows(html):
    alt = re.search(r'aria-label="([^"]+)"', html)[1]
    assert "From 8.0 to 1.2 per cent and from 640 to 422,112 operations" in alt
    assert alt.endswith("the fewest are misread by: ResNet, 2015.")


def test_powers_of_ten_on_the_axis_of_work(html):
    assert re.findall(r'font-size="9">(\d)</tspan>', html) == ["3", "4", "5"]


def test_every_element_is_closed(html):
    class Tags(HTMLParser):
        def __init__(self):
            super().__init__()
            self.open = []

        def handle_starttag(self, tag, attrs):
            if tag not in ("circle", "line", "path", "input"):
                self.open.append(tag)

        def handle_endtag(self, tag):
            if self.open and self.open[-1] == tag:
                self.open.pop()

    reader = Tags()
    reader.feed(html)
    assert not reader.open


@pytest.mark.parametrize(
    ("year", "name"),
    [(1805, "before 1980"), (1979, "before 1980"), (1980, "1980 to 1999"), (2012, "since 2012")],
)
def test_years_have_their_period(year, name):
    assert eras.period({"year": year}) == name


def test_rows_come_from_the_file(tmp_path):
    path = tmp_path / "eras.json"
    path.write_text(json.dumps(ROWS))
    assert eras.read(path) == ROWS
