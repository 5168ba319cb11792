"""The book in one file, as PDF and as EPUB: opened, counted, and what they refer to is there."""

import posixpath
import re
import shutil
import subprocess
import zipfile
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from bookpages.downloads import BOOKS, PAGE
from package import project
from print_book import listed, mark

ROOT = Path(__file__).resolve().parents[2]
XHTML = "{http://www.w3.org/1999/xhtml}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
OPF = "{http://www.idpf.org/2007/opf}"


def names():
    return listed(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def pdf(html):
    return made(html / BOOKS[0], "pdf")


@pytest.fixture(scope="module")
def epub(html):
    return made(html / BOOKS[1], "epub")


def made(path, target):
    if not path.exists():
        pytest.fail(f"{path.name} is missing: run `make {target}` first", pytrace=False)
    return path


@cache
def pages(epub):
    """{name: XML} of the EPUB's pages; every one is well-formed."""
    with zipfile.ZipFile(epub) as archive:
        assert archive.testzip() is None
        return {
            name.removeprefix("OEBPS/"): ElementTree.fromstring(archive.read(name))
            for name in archive.namelist() if name.endswith(".xhtml")
        }  # fmt: skip


def test_both_are_offered(html, pdf, epub):
    text = (html / PAGE).read_text(encoding="utf-8")
    for path in (pdf, epub):
        size = round(path.stat().st_size / 1e6)
        assert f'href="../downloads/{path.name}" download' in text
        assert f"({path.suffix[1:].upper()}, {size} MB)" in text


def test_the_pdf_holds_every_page_of_the_book(pdf):
    data = pdf.read_bytes()
    assert data.startswith(b"%PDF")
    assert data.rstrip().endswith(b"%%EOF")
    assert len(re.findall(rb"/Type /Page\b", data)) > 15 * len(names())
    assert b"/Outlines" in data
    assert b"/StructTreeRoot" in data
    headings = re.findall(rb"/Type /StructElem\s*/S /H1\b", data)
    assert len(headings) >= len(names()), "every page begins with a heading"


def test_the_epub_reads_every_page_in_order(epub):
    with zipfile.ZipFile(epub) as archive:
        book = ElementTree.fromstring(archive.read("OEBPS/book.opf"))
        held = {name.removeprefix("OEBPS/") for name in archive.namelist()}
    items = {item.get("id"): item for item in book.iter(f"{OPF}item")}
    assert {item.get("href") for item in items.values()} == held - {
        "mimetype", "META-INF/container.xml", "book.opf",
    }  # fmt: skip
    spine = [items[ref.get("idref")].get("href") for ref in book.iter(f"{OPF}itemref")]
    assert spine == ["title.xhtml", "nav.xhtml", *(f"{mark(name)}.xhtml" for name in names())]
    assert project(ROOT)["version"] in "".join(pages(epub)["title.xhtml"].itertext())
    with zipfile.ZipFile(epub) as archive:
        assert ".highlight .k " in archive.read("OEBPS/book.css").decode(), "code has its colours"


def test_every_link_and_picture_of_the_epub_is_there(epub):
    with zipfile.ZipFile(epub) as archive:
        held = {name.removeprefix("OEBPS/") for name in archive.namelist()}
    places = {name: {part.get("id") for part in page.iter()} for name, page in pages(epub).items()}
    lost = []
    for name, page in pages(epub).items():
        for part in page.iter():
            address = part.get("href") or part.get("src") or ""
            path, _, anchor = address.partition("#")
            if not address or ":" in path:
                continue
            target = posixpath.normpath(path) if path else name
            if target not in held or (anchor and anchor not in places[target]):
                lost.append(f"{name}: {address}")
    assert lost == []


def test_pictures_have_words_and_formulas_are_mathml(epub, html):
    for name, page in pages(epub).items():
        assert [img.get("src") for img in page.iter(f"{XHTML}img") if not img.get("alt")] == [], (
            name
        )
        assert all(formula.get("alttext") for formula in page.iter(f"{MATHML}math"))
    for name in names():
        text = (html / f"{name}.html").read_text(encoding="utf-8")
        page = pages(epub)[f"{mark(name)}.xhtml"]
        words = "".join(page.itertext())
        assert len(list(page.iter(f"{MATHML}math"))) <= text.count('class="katex"')
        assert "katex" not in words
        if name.startswith("chapters/ch"):
            assert len(list(page.iter(f"{MATHML}math"))) > 20
            explorers = text.count('class="dl-explorer"')
            shown = [p for p in page.iter(f"{XHTML}p") if p.get("class") == "dl-shown"]
            assert len(shown) == explorers


def test_epubcheck_finds_no_error(epub):
    """Debian's package; where it is missing the tests above stand alone."""
    program, java = shutil.which("epubcheck"), shutil.which("java")
    if not program or not java:
        pytest.skip("epubcheck is not installed: apt-get install epubcheck")
    with open(program, "rb") as file:
        jar = file.read(2) == b"PK"  # Debian's is the archive itself, which not every system starts
    command = [java, "-jar", program] if jar else [program]
    done = subprocess.run([*command, str(epub)], capture_output=True, text=True, check=False)
    found = re.findall(r"(?m)^(?:FATAL|ERROR|WARNING)\(.*", done.stdout + done.stderr)
    assert found == []
    assert done.returncode == 0
