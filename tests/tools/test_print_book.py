"""Pages become one document: places and links stay apart, and what only a screen has goes."""

import pytest
from bs4 import BeautifulSoup
from print_book import article, bind, listed, mark, moved

NAMES = ("book/index", "chapters/ch01_a")
INDEX = """<html><head><link rel="stylesheet" href="../_static/a.css?v=1"></head><body><article>
<h1 id="top">Front<a class="headerlink" href="#top">#</a></h1>
<a href="../chapters/ch01_a.html#cells">one</a> <a href="https://a.org/b">out</a>
<noscript><p>With JavaScript more.</p></noscript><form class="dl-filters"></form>
</article></body></html>"""
CHAPTER = """<html><head><link rel="stylesheet" href="../_static/a.css?v=1"></head><body><article>
<h1>Chapter</h1><h2 id="cells">Cells</h2><details><summary>Explain</summary>(b)</details>
<script type="x">{}</script><noscript><img src="../_images/p.png" loading="lazy"></noscript>
<a href="#cells">up</a> <a href="../downloads/a.zip">zip</a></article></body></html>"""


@pytest.fixture
def whole():
    return BeautifulSoup(bind(dict(zip(NAMES, (INDEX, CHAPTER)))), "html.parser")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("#cells", "#chapters-ch01_a--cells"),
        ("../book/index.html", "#book-index"),
        ("../book/index.html#top", "#book-index--top"),
        ("../_images/p.png", "../html/_images/p.png"),
        ("https://a.org/b#c", "https://a.org/b#c"),
        ("mailto:a@b.org", "mailto:a@b.org"),
        ("data:image/png;base64,AA", "data:image/png;base64,AA"),
    ],
)
def test_addresses_move(address, expected):
    assert moved(address, "chapters/ch01_a", NAMES) == expected


def test_links_meet_their_places(whole):
    places = {part["id"] for part in whole.find_all(id=True)}
    inside = [a["href"][1:] for a in whole.find_all("a") if a["href"].startswith("#")]
    assert len(inside) == 4, "two titles in the contents, and two links of the pages"
    assert set(inside) <= places
    assert mark("chapters/ch01_a", "cells") in inside


def test_what_a_screen_needs_is_left_out(whole):
    articles = whole.find_all("article")
    assert [
        part.name for a in articles for part in a.find_all(["script", "noscript", "form"])
    ] == []
    assert whole.select(".headerlink") == []
    assert "With JavaScript" not in whole.text


def test_pictures_stand_in_and_answers_are_unfolded():
    found = article(CHAPTER, NAMES[1], NAMES)
    assert found.img["src"] == "../html/_images/p.png"
    assert "loading" not in found.img.attrs
    assert "open" in found.details.attrs


def test_each_style_sheet_comes_once(whole):
    sheets = [link["href"] for link in whole.find_all("link", rel="stylesheet")]
    assert sheets == ["../html/_static/a.css?v=1"]


def test_the_contents_are_read_in_order():
    toc = {"root": "a", "parts": [{"chapters": [{"file": "b", "sections": [{"file": "c"}]}]},
                                  {"chapters": [{"file": "d"}]}]}  # fmt: skip
    assert listed(toc) == ["a", "b", "c", "d"]
