"""What came before a chapter and what comes next, by the ideas that chapters stand on."""

from html import escape
from pathlib import Path

from docutils import nodes

from . import catalogue, links

IDEAS = "book/ideas.yml"


def before(data, number):
    """{earlier chapter: rows of its ideas that a chapter stands on}, in reading order."""
    rows = {row["id"]: row for row in data.ideas + data.beyond}
    found = {}
    for name in data.needs.get(number, ()):
        found.setdefault(rows[name]["chapter"], []).append(rows[name])
    return dict(sorted(found.items()))


def after(data, number):
    """{later chapter: rows of a chapter's ideas that it stands on}, in reading order."""
    found = {later: before(data, later).get(number) for later in data.chapters}
    return {later: rows for later, rows in found.items() if rows}


def add_way(app, doctree, docname):
    """Close each chapter with what it stands on and what stands on it."""
    written = catalogue.notebooks(app.srcdir)
    numbers = [number for number, name in written.items() if name == docname]
    sections = [node for node in doctree.children if isinstance(node, nodes.section)]
    if not numbers or not sections:
        return
    data = catalogue.load(Path(app.srcdir) / IDEAS)
    anchors = {number: links.heading_anchors(app.env, name) for number, name in written.items()}

    def address(number, row=None):
        if number not in written:
            return None
        anchor = anchors[number].get(links.plain(row.get("heading") or "")) if row else None
        return links.page_address(docname, written[number], anchor or "")

    sections[0].append(nodes.raw("", way(data, numbers[0], address), format="html"))


def way(data, number, address):
    """HTML of the two lists; address(chapter, row) is that of an idea, None if unwritten."""
    earlier = [line(data, n, idea_links(rows, address), address(n))
               for n, rows in before(data, number).items()]  # fmt: skip
    later = [line(data, n, ", ".join(names(rows)), address(n))
             for n, rows in after(data, number).items()]  # fmt: skip
    parts = [column("What came before", "This chapter stands on", earlier),
             column("What comes next", "On this chapter stand", later)]  # fmt: skip
    return f'<section class="dl-way" aria-label="Before and after">{"".join(parts)}</section>'


def column(title, words, lines):
    if not lines:
        return ""
    return (
        f'<div><p class="dl-way-title"><b>{title}.</b> {words}</p><ul>{"".join(lines)}</ul></div>'
    )


def line(data, number, ideas, address):
    """A chapter, and the ideas that bind it to this one."""
    title = f"{number}. {escape(data.chapters[number]['title'])}"
    if address:
        title = f'<a href="{address}">{title}</a>'
    else:
        title = f'<span class="dl-coming">{title}</span>'
    return f"<li>{title}<br><small>{ideas}</small></li>"


def names(rows):
    """The ideas' names without what stands in brackets."""
    return [escape(row["name"].partition(" (")[0]) for row in rows]


def idea_links(rows, address):
    return ", ".join(
        f'<a href="{address(row["chapter"], row)}">{name}</a>'
        if address(row["chapter"], row)
        else name
        for row, name in zip(rows, names(rows))
    )
