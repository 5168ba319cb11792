"""Pages of the site become strict pages of the EPUB, and the archive says what is in it."""

import zipfile
from xml.etree import ElementTree

import bind_epub
import epub_page
import pytest

NAMES = ("book/index", "chapters/ch01_a")
INDEX = """<html><body><article><section id="top">
<h1>Front &amp; back<a class="headerlink" href="#top">#</a></h1><!-- a remark -- of ours -->
<p>One<br>two&nbsp;<a href="../chapters/ch01_a.html#cells">one</a>
<a href="../chapters/ch01_a.html#gone">two</a> <a href="https://a.org/<b>">out</a>
<a href="../downloads/a.zip" download>zip</a></p><form><input name="q"></form>
</section></article>"""
CHAPTER = """<html><body><article><section id="one"><h1>Chapter</h1>
<section id="cells"><h2>Cells</h2>
<details class="dl-side"><summary><h3>Side trip: more</h3></summary><p>more</p></details>
<details><summary>Explain</summary>(b)</details>
<p>If <span class="math"><span class="katex"><span class="katex-mathml"><math><semantics>
<mrow><mo><mo>=</mo></mo><mi>x</mi></mrow><annotation encoding="application/x-tex">= x</annotation>
</semantics></math></span><span class="katex-html" aria-hidden="true">x</span></span></span></p>
<div class="dl-explorer" data-pause="9"><div class="dl-controls">
<label><span>noise</span> <b>0.1</b> <input type="range"></label></div>
<img src="../_images/frames/a.png" alt="A line." loading="lazy">
<script type="application/json">{}</script></div>
<dl-live model="lenet"><figure class="dl-stand-in"><img src="../_static/b.png" alt="A net.">
</figure>
</dl-live>
<audio aria-label="A tone." src="data:audio/wav;base64,AA"></audio>
<svg class="dl-map"><a href="ch02_b.html"><text>2</text></a></svg></section></section></article>"""
TOC = {"root": NAMES[0], "parts": [{"caption": "I. A & B", "chapters": [{"file": NAMES[1]}]}]}


@pytest.fixture
def pages():
    found = {name: epub_page.read(html, name) for name, html in zip(NAMES, (INDEX, CHAPTER))}
    for name, page in found.items():
        epub_page.set_links(page, name, found)
    return found


def test_pages_are_xml(pages):
    for page in pages.values():
        ElementTree.fromstring(epub_page.xhtml(page).partition("<!DOCTYPE html>")[2])
    assert pages["book/index"].title == "Front & back"


def test_links_lead_inside_or_out_or_are_none(pages):
    links = [a["href"] for a in pages["book/index"].article.find_all("a")]
    assert links == [
        "chapters-ch01_a.xhtml#cells",
        "chapters-ch01_a.xhtml",
        "https://a.org/%3Cb%3E",
    ]
    assert "zip" in pages["book/index"].article.get_text()


def test_formulas_are_mathml_with_their_tex(pages):
    (formula,) = pages["chapters/ch01_a"].article.find_all("math")
    assert formula["alttext"] == "= x"
    assert str(formula.mrow).replace("\n", "") == "<mrow><mo>=</mo><mi>x</mi></mrow>"
    assert not pages["chapters/ch01_a"].article.select(".katex, annotation")


def test_what_moves_is_a_picture_that_says_where_it_stands(pages):
    article = pages["chapters/ch01_a"].article
    assert [(img["src"], img["alt"]) for img in article.find_all("img")] == [
        ("images/a.png", "A line."),
        ("images/b.png", "A net."),
    ]
    assert article.select_one(".dl-shown").get_text() == "noise 0.1"
    assert pages["chapters/ch01_a"].pictures["images/a.png"] == "_images/frames/a.png"
    assert not article.find_all(
        ["script", "input", "dl-live", "svg", "audio", "details", "summary"]
    )
    assert "Here the site plays a sound." in article.get_text()
    assert epub_page.MAP in article.get_text()


def test_what_unfolds_is_open(pages):
    article = pages["chapters/ch01_a"].article
    assert article.find("p", class_="summary").get_text() == "Explain"
    assert article.find("h3").parent.name == "div"


def test_contents_nest_parts_chapters_and_sections(pages):
    nav = ElementTree.fromstring(f"<ol>{bind_epub.contents(TOC, pages)}</ol>")
    assert [a.get("href") for a in nav.iter("a")] == [
        "book-index.xhtml", "chapters-ch01_a.xhtml", "chapters-ch01_a.xhtml#cells",
    ]  # fmt: skip
    assert nav.find("li/span").text == "I. A & B"


def test_the_package_lists_every_file(tmp_path):
    files = {
        "nav.xhtml": "<nav/>",
        "cover.svg": bind_epub.cover(),
        "a.xhtml": "<math/>",
        "b.png": b"",
    }
    target = tmp_path / "a.epub"
    for _ in range(2):
        bind_epub.write(
            target, files, ["nav.xhtml", "a.xhtml"], "2026-12-01T00:00:00Z", "https://a"
        )
    with zipfile.ZipFile(target) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype") == b"application/epub+zip"
        listing = archive.read("OEBPS/book.opf").decode()
    ElementTree.fromstring(listing)
    assert 'href="a.xhtml" media-type="application/xhtml+xml" properties="mathml"' in listing
    assert 'href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"' in listing
    assert 'properties="cover-image"' in listing
    assert listing.count("<itemref") == 2


def test_code_has_the_light_colours():
    rule = 'html[data-theme="%s"] .highlight .k { color: #1 }\n'
    css = rule % "light" + rule % "dark"
    assert bind_epub.colours(css) == ".highlight .k { color: #1 }"
