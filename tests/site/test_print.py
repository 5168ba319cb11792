"""The printed book: one document in which every link and picture is there, and a PDF of it."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from print_book import bind, listed

ROOT = Path(__file__).resolve().parents[2]


def read(html, names):
    return {name: (html / f"{name}.html").read_text(encoding="utf-8") for name in names}


@pytest.fixture(scope="module")
def whole(html):
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return BeautifulSoup(bind(read(html, listed(toc))), "html.parser")


def test_every_link_inside_meets_one_place(whole):
    places = Counter(part["id"] for part in whole.find_all(id=True))
    inside = {a["href"][1:] for a in whole.find_all("a", href=True) if a["href"].startswith("#")}
    assert inside - set(places) == set()
    assert [place for place in inside if places[place] > 1] == []


def test_every_picture_is_there(whole, html):
    pictures = [img["src"] for img in whole.find_all("img") if not img["src"].startswith("data:")]
    assert pictures
    missing = [src for src in pictures if not (html.parent / "pdf" / src).resolve().exists()]
    assert missing == []


def test_chromium_prints_it(html):
    names = ["book/notation", "chapters/ch01_threshold_neurons"]
    folder = html.parent / "pdf"
    folder.mkdir(exist_ok=True)
    document, target = folder / "part.html", folder / "part.pdf"
    document.write_text(bind(read(html, names)), encoding="utf-8")
    # in a process of its own: one may not drive Chromium twice, and the other tests do
    script = "import sys; from print_book import *; print_pdf(*map(Path, sys.argv[1:]))"
    tools = ROOT / "book" / "tools"
    subprocess.run([sys.executable, "-c", script, document, target], cwd=tools, check=True)
    pdf = target.read_bytes()
    assert pdf.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", pdf)) > 15
    assert b"/Outlines" in pdf
    assert b"/StructTreeRoot" in pdf
    for path in (document, target):
        path.unlink()
