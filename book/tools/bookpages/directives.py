"""Directives of the generated pages; they are filled when all chapters have been read."""

from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from . import catalogue, chart, claims, eras, links, tables

LOGGER = logging.getLogger(__name__)
IDEAS = "book/ideas.yml"
ROBUSTNESS = "book/robustness.json"
ERAS = "book/eras.json"


class Generated(nodes.General, nodes.Element):
    """The place of a generated table; `kind` says which."""


class GeneratedPage(SphinxDirective):
    """`{book-ideas}`, `{book-timeline}`, `{book-ledger}`, `{book-path}`, `{book-map}` and
    `{book-eras}`."""

    def run(self):
        self.env.note_reread()
        return [Generated(kind=self.name.removeprefix("book-"))]


def fill(app, doctree, docname):
    """Replace each placeholder of a page by its table."""
    for node in list(doctree.findall(Generated)):
        html = WRITERS[node["kind"]](app, docname)
        node.replace_self(nodes.raw("", html, format="html"))


def _ideas(app, docname):
    data = catalogue.load(Path(app.srcdir) / IDEAS)
    return tables.ideas_table(data, placer(app.env, docname), citer(app.env, docname))


def _timeline(app, docname):
    data = catalogue.load(Path(app.srcdir) / IDEAS)
    return tables.timeline(data, placer(app.env, docname))


def _path(app, docname):
    return tables.path(catalogue.load(Path(app.srcdir) / IDEAS), addresses(app, docname))


def _map(app, docname):
    return chart.chart(catalogue.load(Path(app.srcdir) / IDEAS), addresses(app, docname))


def addresses(app, docname):
    """{number: address} of the chapters that are written, as seen from a page."""
    written = catalogue.notebooks(app.srcdir)
    return {number: links.page_address(docname, name) for number, name in written.items()}


def _ledger(app, docname):
    chapters, robust = {}, claims.robustness(Path(app.srcdir) / ROBUSTNESS)
    for number, name in catalogue.notebooks(app.srcdir).items():
        cells = claims.read_notebook(app.env.doc2path(name))
        if number in robust:
            robust[number]["current"] = claims.fingerprint(cells) == robust[number]["code"]
        found = [(c, links.page_address(docname, name, c.anchor)) for c in claims.claims_of(cells)]
        if found:
            chapters[number] = app.env.titles[name].astext(), found
    return tables.ledger(catalogue.load(Path(app.srcdir) / IDEAS), chapters, robust)


def _eras(app, docname):
    data = catalogue.load(Path(app.srcdir) / IDEAS)
    ideas, place = {row["id"]: row for row in data.ideas}, placer(app.env, docname)
    chapters = addresses(app, docname)

    def section(row):
        return place(ideas[row["idea"]]) if row["idea"] else chapters[row["chapter"]]

    return eras.eras(eras.read(Path(app.srcdir) / ERAS), section)


def placer(env, here):
    """Return place(row): the address of the section that treats an idea, None if unwritten."""
    written = catalogue.notebooks(env.srcdir)
    anchors = {number: links.heading_anchors(env, name) for number, name in written.items()}

    def place(row):
        number = row["chapter"]
        if number not in written or row.get("status") != "written":
            return None
        anchor = anchors[number].get(links.plain(row.get("heading") or ""))
        if anchor is None:
            LOGGER.warning("idea %r: no heading %r", row["id"], row.get("heading"), type="ideas")
        return links.page_address(here, written[number], anchor or "")

    return place


def citer(env, here):
    """Return cite(row): name and address of an idea's source in the references, or None."""
    shelf = env.get_domain("cite")
    anchors = {
        each.key: links.page_address(here, each.bibliography_key.docname, each.citation_id)
        for each in shelf.citations
    }

    def cite(row):
        key = row.get("source")
        if key is None:
            return None
        return links.cited_as(shelf.bibdata.data.entries[key]), anchors[key]

    return cite


WRITERS = {
    "ideas": _ideas,
    "timeline": _timeline,
    "ledger": _ledger,
    "path": _path,
    "map": _map,
    "eras": _eras,
}
