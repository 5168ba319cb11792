"""The built files: links lead somewhere, downloads are the notebooks, pages are light."""

import json
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from package import project

ROOT = Path(__file__).resolve().parents[2]
FRONT_LIMIT = 300_000  # bytes that the front page loads besides fonts, as sent compressed


class Page(HTMLParser):
    """What a page links to, what it loads, and the places in it."""

    def __init__(self, path):
        super().__init__()
        self.links, self.ids, self.pictures = [], set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if values.get("id"):
            self.ids.add(values["id"])
        address = values.get("href") or values.get("src")
        if address and not values.get("type", "").startswith("application/"):
            self.links.append(address)
        if tag == "img":
            self.pictures.append(values.get("src", ""))


@pytest.fixture(scope="module")
def pages(html):
    return {path: Page(path) for path in html.rglob("*.html") if "_static" not in path.parts}


def local_links(page):
    """(path, fragment) of the links that stay on the site."""
    for address in page.links:
        parts = urlsplit(address)
        if not parts.scheme and not parts.netloc:
            yield unquote(parts.path), unquote(parts.fragment)


def test_every_link_leads_somewhere(pages):
    broken = []
    for path, page in pages.items():
        for address, place in local_links(page):
            target = (path.parent / address).resolve() if address else path
            if target.is_dir():
                target /= "index.html"
            if not target.exists():
                broken.append(f"{path.name}: {address}")
            elif place and target in pages and place not in pages[target].ids:
                broken.append(f"{path.name}: {address}#{place}")
    assert broken == []


def test_the_download_is_the_notebook(chapter, html, pages):
    links = pages[html / f"{chapter}.html"].links
    notebook = next(link for link in links if link.endswith(".ipynb") and ":" not in link)
    built = ((html / chapter).parent / notebook).resolve()
    assert json.loads(built.read_text(encoding="utf-8")) == json.loads(
        (ROOT / f"{chapter}.ipynb").read_text(encoding="utf-8")
    )


def test_the_notebook_opens_in_colab(chapter, html, pages):
    colab = [link for link in pages[html / f"{chapter}.html"].links if "colab" in link]
    assert len(colab) == 1
    assert colab[0].startswith("https://colab.research.google.com/github/")
    assert colab[0].endswith(f"/blob/v{project(ROOT)['version']}/{chapter}.ipynb")


def test_the_front_page_is_light(site, visit):
    visited = visit()
    sizes = {}
    visited.tab.on("response", lambda answer: sizes.update({answer.url: len(answer.body())}))
    visited.open(f"{site}/book/index.html")
    assert sum(size for url, size in sizes.items() if "woff" not in url) <= FRONT_LIMIT
