"""The generated pages' HTML: index of ideas, timeline and ledger of claims."""

from html import escape

from .catalogue import first_year

MARKS = {
    "build": "built by hand and run",
    "demo": "used or measured",
    "discuss": "told with its sources",
}


def ideas_table(catalogue, place):
    """Every idea under its chapter; `place(row)` is the address where the book runs it, or None."""
    rows = catalogue.ideas + catalogue.beyond
    groups = [_chapter_rows(catalogue, number, rows, place) for number in catalogue.chapters]
    head = _columns("Year", "Idea", "Kind", "In the book")
    return (
        f'<div class="dl-finder" data-finder="ideas">{_filters(catalogue)}'
        f'<table class="dl-ideas">{head}{"".join(groups)}</table></div>'
    )


def _columns(*names):
    cells = "".join(f'<th scope="col">{name}</th>' for name in names)
    return f"<thead><tr>{cells}</tr></thead>"


def _chapter_rows(catalogue, number, rows, place):
    chapter = catalogue.chapters[number]
    title = f"{number}. {escape(chapter['title'])} <small>{escape(str(chapter['years']))}</small>"
    lines = [_idea_row(row, chapter, place(row)) for row in rows if row["chapter"] == number]
    head = f'<tr class="dl-group"><th colspan="4" scope="rowgroup">{title}</th></tr>'
    return f"<tbody data-group>{head}{''.join(lines)}</tbody>"


def _idea_row(row, chapter, address):
    year = escape(str(row["year"])) if row.get("year") else '<span title="no single date">–</span>'
    name = escape(row["name"])
    where = f'<a href="{address}">{escape(row.get("heading") or "Read it")}</a>'
    if address is None:
        where = f'<span class="dl-coming">chapter {row["chapter"]}, to be written</span>'
    symbol = f" <code>{escape(row['symbol'])}</code>" if row.get("symbol") else ""
    mark = row.get("mark", "beyond")
    return (
        f'<tr id="{row["id"]}" data-row data-part="{chapter["part"]}" data-mark="{mark}"'
        f' data-written="{"no" if address is None else "yes"}"><td>{year}</td>'
        f'<th scope="row">{name}</th><td>{escape(row["kind"])}</td>'
        f'<td><span class="dl-mark dl-{mark}">{mark}</span> {where}{symbol}</td></tr>'
    )


def _filters(catalogue):
    """The search form; it stays hidden until the page's script can serve it."""
    parts = [(numeral, f"{numeral}. {part['title']}") for numeral, part in catalogue.parts.items()]
    marks = [(mark, f"{mark}: {meaning}") for mark, meaning in MARKS.items()]
    marks.append(("beyond", "beyond: added to the list"))
    return (
        '<form class="dl-filters" hidden><label>Search <input type="search" name="words"'
        ' autocomplete="off"></label>'
        f"{_select('part', 'Part', parts)}{_select('mark', 'How', marks)}"
        '<label class="dl-check"><input type="checkbox" name="written"> written already</label>'
        '<output aria-live="polite"></output></form>'
    )


def _select(name, label, options):
    items = "".join(
        f'<option value="{value}">{escape(text)}</option>'
        for value, text in [("", "all"), *options]
    )
    return f'<label>{label} <select name="{name}">{items}</select></label>'


def timeline(catalogue, place):
    """Every dated idea in the order of its first publication, grouped by decade."""
    decades = {}
    for year, _, row in sorted(_dated(catalogue.ideas + catalogue.beyond)):
        decades.setdefault(max(year, 1940) // 10 * 10, []).append(row)
    bars = _decade_bars(decades)
    lists = [_decade_list(catalogue, decade, rows, place) for decade, rows in decades.items()]
    return (
        f'<div class="dl-finder" data-finder="entries">{bars}{_filters(catalogue)}'
        f'<div class="dl-timeline">{"".join(lists)}</div></div>'
    )


def _dated(rows):
    """(year, place in the list, row) of each row that has a year."""
    for place, row in enumerate(rows):
        year = first_year(row)
        if year is not None:
            yield year, place, row


def _decade_name(decade):
    return "before 1950" if decade == 1940 else f"{decade}s"


def _decade_bars(decades):
    most = max(len(rows) for rows in decades.values())
    bars = "".join(
        f'<li><a href="#decade-{decade}"><span class="dl-count">{len(rows)}</span>'
        f'<span class="dl-bar" style="height:{100 * len(rows) / most:.0f}%"></span>'
        f'<span class="dl-decade">{_decade_name(decade)}</span></a></li>'
        for decade, rows in decades.items()
    )
    return f'<nav aria-label="Ideas per decade"><ol class="dl-decades">{bars}</ol></nav>'


def _decade_list(catalogue, decade, rows, place):
    items = []
    for row in rows:
        part = catalogue.chapters[row["chapter"]]["part"]
        address, name = place(row), escape(row["name"])
        title = f'<a href="{address}">{name}</a>' if address else name
        written = "yes" if address else "no"
        items.append(
            f'<li data-row data-part="{part}" data-mark="{row.get("mark", "beyond")}"'
            f' data-written="{written}"><b>{escape(str(row["year"]))}</b> <span>{title}'
            f" <small>chapter {row['chapter']}</small></span></li>"
        )
    return (
        f'<section data-group><h2 id="decade-{decade}">{_decade_name(decade).capitalize()}</h2>'
        f"<ol>{''.join(items)}</ol></section>"
    )


def ledger(chapters):
    """Checked claims; `chapters` is a list of (title, [(claim, address of its cell), …])."""
    groups = []
    for title, claims in chapters:
        head = f'<tr class="dl-group"><th colspan="3" scope="rowgroup">{escape(title)}</th></tr>'
        lines = "".join(
            f'<tr data-row><th scope="row">{escape(claim.text)}</th>{_measured(claim)}'
            f'<td><a href="{address}">see the cell<span class="visually-hidden"> of the claim: '
            f"{escape(claim.text)}</span></a></td></tr>"
            for claim, address in claims
        )
        groups.append(f"<tbody data-group>{head}{lines}</tbody>")
    head = _columns("Claim", "Measured here", "Where")
    return (
        f'<table class="dl-ledger">{head}{"".join(groups)}</table>'
        if groups
        else "<p>No chapter has a checked claim yet.</p>"
    )


def _measured(claim):
    if not claim.measured:
        return "<td>holds</td>"
    return f'<td class="dl-measured">{escape(claim.measured)}</td>'


def path(catalogue, addresses):
    """The book's way through the years: its parts and chapters, those written as links."""
    parts = []
    for numeral, part in catalogue.parts.items():
        numbers = [n for n, chapter in catalogue.chapters.items() if chapter["part"] == numeral]
        lines = "".join(_path_chapter(n, catalogue.chapters[n], addresses.get(n)) for n in numbers)
        parts.append(
            f'<li class="dl-part"><p class="dl-years">{escape(str(part["years"]))}</p>'
            f'<p class="dl-title"><b>{numeral}.</b> {escape(part["title"])}</p>'
            f'<ol start="{numbers[0]}">{lines}</ol></li>'
        )
    return f'<ol class="dl-path">{"".join(parts)}</ol>'


def _path_chapter(number, chapter, address):
    title = escape(chapter["title"])
    if address:
        return f'<li value="{number}"><a href="{address}">{title}</a></li>'
    return f'<li value="{number}" class="dl-coming">{title}</li>'
