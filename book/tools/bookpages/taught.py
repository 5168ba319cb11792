"""What the search answers before any running text: ideas, terms, chapters and their sections."""

import json
import re
from pathlib import Path

import yaml
from docutils import nodes

from . import catalogue, links

SCRIPT = "_static/js/taught-list.js"
TERMS = "book/terms.yml"
IDEAS = "book/ideas.yml"
PARTS = re.compile(r"\s*(?:[(),;:/\"“”]|\s–\s|\band\b|\bagainst\b|\bbeside\b)\s*")


def write_list(app, problem):
    """Put the list where the search page finds it."""
    if problem or app.builder.name != "html":
        return
    rows = json.dumps(listed(app.env), ensure_ascii=False, separators=(",", ":"))
    (Path(app.outdir) / SCRIPT).write_text(f'"use strict";\nwindow.dlTaught = {rows};\n', "utf-8")


def listed(env):
    """Rows of ideas, terms, chapters and sections, as the page's script wants them."""
    data = catalogue.load(Path(env.srcdir) / IDEAS)
    written = catalogue.notebooks(env.srcdir)
    anchors = {number: links.heading_anchors(env, name) for number, name in written.items()}
    place = placer(written, anchors)
    defined = yaml.safe_load((Path(env.srcdir) / TERMS).read_text(encoding="utf-8"))["terms"]
    rows = [term_row(number, row, data, place) for number, found in defined.items()
            for row in found if number in written]  # fmt: skip
    ideas = [idea_row(row, data, place) for row in data.ideas + data.beyond]
    pages = [chapter_row(number, data, written) for number in data.chapters]
    return [*ideas, *rows, *pages, *section_rows(env, data, written)]


def placer(written, anchors):
    """Return place(chapter, heading): the section's address from the site's root, or None."""

    def place(number, heading):
        anchor = anchors.get(number, {}).get(links.plain(heading or ""))
        return links.page_address("search", written[number], anchor) if anchor else None

    return place


def row_of(kind, name, heading, chapter, address, also=(), find=""):
    """What the script knows of a row: how it is called, and where it is taught."""
    return {"kind": kind, "name": name, "also": list(also), "find": find, "heading": heading,
            "chapter": chapter, "address": address}  # fmt: skip


def term_row(number, row, data, place):
    """A term of the book: its section is the one that defines it."""
    address = place(number, row["in"]) or "book/glossary.html"
    return row_of("term", row["term"], row["in"], named(number, data), address,
                  find=row.get("find", ""))  # fmt: skip


def idea_row(row, data, place):
    """An idea; one that is still to be told leads to its row in the index."""
    address = place(row["chapter"], row.get("heading")) if row["status"] == "written" else None
    symbol = (row.get("symbol") or "").rpartition(".")[2]
    classes = [symbol] if symbol[:1].isupper() else []
    kind, heading = ("idea", row.get("heading")) if address else ("planned", "to be written")
    return row_of(kind, row["name"], heading, named(row["chapter"], data),
                  address or f"book/ideas.html#{row['id']}",
                  also=sorted({*names(row["name"]), *classes}))  # fmt: skip


def chapter_row(number, data, written):
    """A chapter; one that is still to be written leads to its place on the front page's path."""
    title = data.chapters[number]["title"]
    if number in written:
        address, heading = links.page_address("search", written[number]), "the whole chapter"
    else:
        address, heading = "book/index.html#the-path", "to be written"
    return row_of("chapter" if number in written else "planned", title, heading,
                  named(number, data), address, also=names(title))  # fmt: skip


def section_rows(env, data, written):
    """The sections of the chapters that are written, called by their headings."""
    for number, page in written.items():
        for node in env.tocs[page].findall(nodes.reference):
            if anchor := node.get("anchorname", "").lstrip("#"):
                title = node.astext()
                address = links.page_address("search", page, anchor)
                also = [part for part in (title.removeprefix("Side trip: "),) if part != title]
                yield row_of("section", title, title, named(number, data), address, also=also)


def names(name):
    """The names inside a name: "Inception Score, FID" is called either way."""
    return [part for part in PARTS.split(name) if len(part) > 1 and part != name]


def named(number, data):
    return f"{number}. {data.chapters[number]['title']}"
