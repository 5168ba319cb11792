"""Addresses inside the book, for the pages that are generated from data."""

import posixpath

from docutils import nodes


def page_address(here, there, anchor=""):
    """Relative address of document `there` (and a place in it) as seen from document `here`."""
    path = posixpath.relpath(f"{there}.html", posixpath.dirname(here) or ".")
    return f"{path}#{anchor}" if anchor else path


def heading_anchors(env, docname):
    """{heading text: anchor} of the sections of a document."""
    anchors = {}
    for node in env.tocs[docname].findall(nodes.reference):
        anchors.setdefault(plain(node.astext()), node.get("anchorname", "").lstrip("#"))
    return anchors


def cited_as(entry):
    """An entry of the bibliography as the text cites it: Hopfield (1982)."""
    names = [" ".join(person.last_names).strip("{}") for person in entry.persons["author"]]
    if len(names) > 3:
        names = [names[0], "others"]
    *first, last = names
    who = f"{', '.join(first)} and {last}" if first else last
    return f"{who} ({entry.fields['year']})"


def plain(text):
    """A heading's words alone, so that quotes and spaces written differently still match."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())
