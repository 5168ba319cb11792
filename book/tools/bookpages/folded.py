"""Folds what is not the main road: side trips, and code that only draws or claims."""

import re

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode

SIDE = "Side trip:"
SUMMARY = re.compile(r'<details class="dl-side"><summary>.*?</summary>', re.DOTALL)
LINK = re.compile(r'<a class="headerlink".*?</a>', re.DOTALL)


def fold_side_trips(app, doctree, docname):
    """Let each section that is a side trip unfold under its heading."""
    for section in list(doctree.findall(nodes.section)):
        title = section.children[0] if section.children else None
        if isinstance(title, nodes.title) and title.astext().startswith(SIDE):
            section.insert(0, nodes.raw("", '<details class="dl-side"><summary>', format="html"))
            section.insert(2, nodes.raw("", "</summary>", format="html"))
            section.append(nodes.raw("", "</details>", format="html"))


def unlink_summaries(app, pagename, templatename, context, doctree):
    """Take the link out of a heading that unfolds: one thing to press must not hold another."""
    if "body" in context:
        context["body"] = SUMMARY.sub(lambda found: LINK.sub("", found[0]), context["body"])


def open_code(writer, node):
    writer.body.append('<details class="dl-code"><summary>Show the code</summary>')


def close_code(writer, node):
    writer.body.append("</details>")


def fold_code(app):
    """Give the cells tagged hide-input this book's form."""
    app.add_node(HideCodeCellNode, override=True, html=(open_code, close_code))
