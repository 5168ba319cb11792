"""Makes a page of the built site a page of the EPUB: strict XHTML, formulas as MathML.

Reading devices run no scripts and fold nothing: what unfolds is open, and a live model or an
explorer is the picture that stands in for it.
"""

import posixpath
import re
from html import escape
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from bs4 import BeautifulSoup, Comment
from print_book import cleaned, mark

MATHML = "http://www.w3.org/1998/Math/MathML"
MAP = "The picture is on the site. Here is what it shows, in words."
OWN_TAG = re.compile("^dl-")
SAFE = "/:?#@!$&'()*+,;=%~"  # what an address may hold as it is
LOST = re.compile(
    r"^(data-|aria-hidden$|loading$|value$|scope$)"
)  # attributes that say nothing here
HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
    ' lang="en" xml:lang="en"><head><meta charset="utf-8"/><title>{title}</title>'
    '<link rel="stylesheet" type="text/css" href="book.css"/></head><body>{body}</body></html>\n'
)


class Page(NamedTuple):
    """A page of the EPUB: file, title, its headings [(anchor, text)], pictures {name in the EPUB:
    path in the site}, and the article, whose links are still to be set.
    """

    file: str
    title: str
    headings: list
    pictures: dict
    article: Any


def read(html, name):
    """A page of the site as a Page."""
    article: Any = BeautifulSoup(html, "html.parser").find("article")
    for drawn in article.find_all("span", class_="katex-html"):  # most of a page: the sooner gone
        drawn.decompose()
    cleaned(article)
    for comment in article.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for formula in article.find_all("span", class_="katex"):
        set_formula(formula)
    for drawing in article.select("svg.dl-map"):  # a menu; the page has it in words as well
        drawing.name, drawing.attrs, drawing.string = "p", {}, MAP
    for own in article.find_all(OWN_TAG):
        own.unwrap()
    for sound in article.find_all("audio"):
        sound.name, sound.attrs, sound.string = "p", {}, "Here the site plays a sound."
    unfold(article)
    pictures = dict(place(image, name) for image in article.find_all("img"))
    for part in article.find_all(True):
        part.attrs = {key: value for key, value in part.attrs.items() if not LOST.match(key)}
    head = article.find("h1")
    found = [(part.find_parent("section"), part) for part in article.find_all("h2")]
    headings = [(part.get("id") or (section and section.get("id")), text_of(part))
                for section, part in found]  # fmt: skip
    kept = [(anchor, text) for anchor, text in headings if anchor]
    return Page(f"{mark(name)}.xhtml", text_of(head), kept, pictures, article)


def text_of(part):
    """What a heading says."""
    return " ".join(part.get_text().split())


def set_formula(formula):
    """Leave the MathML of a formula alone, with its TeX as the words for it."""
    mathml, tex = formula.find("math"), formula.find("annotation")
    words = tex.get_text().strip()
    tex.decompose()
    mathml.semantics.unwrap()
    for sign in mathml.find_all("mo"):
        if sign.find(True):
            sign.unwrap()
    mathml["alttext"], mathml["xmlns"] = words, MATHML
    box = formula.find_parent(class_="katex-display")
    (box or formula).replace_with(mathml.extract())


def unfold(article):
    """What could be folded stands open: its summary is a line above it."""
    for part in article.find_all("details"):
        part.name = "div"
        part.attrs = {key: value for key, value in part.attrs.items() if key in ("class", "id")}
    for line in article.find_all("summary"):
        if line.find(["h2", "h3", "h4"]):
            line.unwrap()
        else:
            line.name, line["class"] = "p", "summary"


def place(image, name):
    """(name in the EPUB, path in the site) of a picture, whose address becomes that name."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(image["src"])))
    image["src"] = f"images/{path.rpartition('/')[2]}"
    return image["src"], path


def set_links(page, name, pages):
    """Let links lead to pages and places of the EPUB; what it does not hold is no link any more.

    pages: {name in the site: Page}.
    """
    places = {key: {part["id"] for part in each.article.find_all(id=True)}
              for key, each in pages.items()}  # fmt: skip
    for link in page.article.find_all("a"):
        address = link.get("href", "")
        if re.match(r"https?:|mailto:", address):
            link["href"] = quote(unquote(address), safe=SAFE)
            continue
        path, _, anchor = address.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
        target = target.removesuffix(".html")
        if target not in pages:
            link.unwrap()
            continue
        anchor = f"#{anchor}" if anchor in places[target] else ""
        link["href"] = f"{pages[target].file}{anchor}"
        link.attrs.pop("download", None)


def xhtml(page):
    """The page as a file of the EPUB."""
    return HEAD.format(title=escape(page.title), body=page.article)


def plain_page(title, body):
    """A page of the EPUB that the site does not have."""
    return HEAD.format(title=escape(title), body=BeautifulSoup(body, "html.parser"))
