"""The generated pages' HTML: index of ideas, timeline and ledger of claims."""

from html import escape

from .catalogue import first_year

MARKS = {
    "build": "built by hand and run",
    "demo": "used or measured",
    "discuss": "told with its sources",
}
KINDS = {
    "finding": "it could have come out otherwise",
    "count": "arithmetic",
    "check": "code equals code, or a theorem",
}
VERDICTS = {
    "confirmed": "the source is confirmed here",
    "in part": "only as the claim says",
    "contradicted": "the source is contradicted here",
    "our own": "no published claim is tested",
}


def ideas_table(catalogue, place, cite):
    """Every idea under its chapter.

    place(row) is the address where the book runs it, cite(row) its source's (name, address in the
    references); both may be None.
    """
    rows = catalogue.ideas + catalogue.beyond
    groups = [_chapter_rows(catalogue, number, rows, place, cite) for number in catalogue.chapters]
    head = _columns("Year", "Idea", "Kind", "In the book")
    return (
        f'<div class="dl-finder" data-finder="ideas">{_filters(catalogue)}'
        f'<table class="dl-ideas">{head}{"".join(groups)}</table></div>'
    )


def _columns(*names):
    cells = "".join(f'<th scope="col">{name}</th>' for name in names)
    return f"<thead><tr>{cells}</tr></thead>"


def _chapter_rows(catalogue, number, rows, place, cite):
    chapter = catalogue.chapters[number]
    title = f"{number}. {escape(chapter['title'])} <small>{escape(str(chapter['years']))}</small>"
    own = [row for row in rows if row["chapter"] == number]
    lines = [_idea_row(row, chapter, place(row), cite(row)) for row in own]
    head = f'<tr class="dl-group"><th colspan="4" scope="rowgroup">{title}</th></tr>'
    return f"<tbody data-group>{head}{''.join(lines)}</tbody>"


def _idea_row(row, chapter, address, source):
    year = escape(str(row["year"])) if row.get("year") else '<span title="no single date">–</span>'
    name = escape(row["name"])
    where = f'<a href="{address}">{escape(row.get("heading") or "Read it")}</a>'
    if address is None:
        where = f'<span class="dl-coming">chapter {row["chapter"]}, to be written</span>'
    symbol = f" <code>{escape(row['symbol'])}</code>" if row.get("symbol") else ""
    said = f'<span class="dl-said">{_link(*source)}</span>' if source else ""
    mark = row.get("mark", "beyond")
    return (
        f'<tr id="{row["id"]}" data-row data-part="{chapter["part"]}" data-mark="{mark}"'
        f' data-written="{"no" if address is None else "yes"}"><td>{year}</td>'
        f'<th scope="row">{name}</th><td>{escape(row["kind"])}</td>'
        f'<td><span class="dl-mark dl-{mark}">{mark}</span> {where}{symbol}{said}</td></tr>'
    )


def _link(name, address):
    return f'<a href="{escape(address)}">{escape(name)}</a>'


def _filters(catalogue):
    return _form(
        _select("part", "Part", _parts(catalogue)),
        _select("mark", "How", {**MARKS, "beyond": "added to the list"}.items()),
        '<label class="dl-check"><input type="checkbox" name="written"> written already</label>',
    )


def _form(*controls):
    """The search form; it stays hidden until the page's script can serve it.

    A control's name is that of the rows' data attribute that it chooses by.
    """
    return (
        '<form class="dl-filters" hidden><label>Search <input type="search" name="words"'
        f' autocomplete="off"></label>{"".join(controls)}'
        '<output aria-live="polite"></output></form>'
    )


def _parts(catalogue, numerals=None):
    """(numeral, title) of the book's parts, or of those in `numerals`."""
    parts = catalogue.parts.items()
    return [(n, part["title"]) for n, part in parts if numerals is None or n in numerals]


def _select(name, label, options):
    items = "".join(
        f'<option value="{value}">{escape(f"{value}: {text}")}</option>' for value, text in options
    )
    items = f'<option value="">all</option>{items}'
    return f'<label>{label} <select name="{name}">{items}</select></label>'


def timeline(catalogue, place):
    """Every dated idea in the order of its first publication, grouped by decade."""
    decades = {}
    for year, _, row in sorted(_dated(catalogue.ideas + catalogue.beyond)):
        decades.setdefault(max(year, 1940) // 10 * 10, []).append(row)
    bars = _decade_bars(decades)
    lists = [_decade_list(catalogue, decade, rows, place) for decade, rows in decades.items()]
    return (
        f'<div class="dl-finder" data-finder="ideas">{bars}{_filters(catalogue)}'
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


def ledger(catalogue, chapters, robust=None):
    """Checked claims; `chapters` is {number: (title, [(claim, address of its cell), …])}.

    robust is {number: what came of other seeds and twice the training}, see `robustness`.
    """
    if not chapters:
        return "<p>No chapter has a checked claim yet.</p>"
    parts = {number: catalogue.chapters[number]["part"] for number in chapters}
    claims = [claim for _, found in chapters.values() for claim, _ in found]
    groups = [_ledger_group(parts[number], *chapters[number]) for number in chapters]
    head = _columns("Claim", "Kind", "Source", "Measured here", "Verdict", "Where")
    form = _form(
        _select("kind", "Kind", KINDS.items()),
        _select("verdict", "Verdict", VERDICTS.items()),
        _select("part", "Part", _parts(catalogue, parts.values())),
    )
    titles = {number: title for number, (title, _) in chapters.items()}
    return (
        f'<div class="dl-finder" data-finder="claims">{_tally(claims)}{form}'
        f'<table class="dl-ledger">{head}{"".join(groups)}</table></div>'
        f"{robustness(titles, robust or {})}"
    )


def _verdict(claim):
    """What became of a finding's source, "our own" without one; nothing for checks and counts."""
    return claim.verdict.split(":")[0] or ("our own" if claim.kind == "finding" else "")


def _tally(claims):
    """How many claims have each kind, and what the findings' verdicts are, in two sentences."""
    kinds, found = [claim.kind for claim in claims], [_verdict(claim) for claim in claims]
    many = ", ".join(f"{kinds.count(name)} {name}s" for name in KINDS)
    counts = ", ".join(f"{found.count(name)} {name}" for name in VERDICTS)
    return f'<p class="dl-tally">{len(claims)} claims: {many}. Of the findings: {counts}.</p>'


def _ledger_group(part, title, claims):
    head = f'<tr class="dl-group"><th colspan="6" scope="rowgroup">{escape(title)}</th></tr>'
    lines = "".join(_ledger_row(part, claim, address) for claim, address in claims)
    return f"<tbody data-group>{head}{lines}</tbody>"


def _ledger_row(part, claim, address):
    text, verdict = escape(claim.text), _verdict(claim)
    source = _link(*claim.source) if claim.source else ""
    measured = '<td class="dl-measured">holds</td>'
    if claim.measured:
        measured = f'<td class="dl-measured dl-value">{escape(claim.measured)}</td>'
    _, _, which = claim.verdict.partition(": ")
    marked = f'<span class="dl-mark dl-{verdict.replace(" ", "-")}">{verdict}</span>'
    marked += f' <span class="dl-which">{escape(which)}</span>' if which else ""
    kind = claim.kind + (", about speed" if claim.speed else "")
    return (
        f'<tr data-row data-part="{part}" data-kind="{claim.kind}" data-verdict="{verdict}">'
        f'<th scope="row">{text}</th><td class="dl-kind">{kind}</td>'
        f'<td class="dl-said">{source}</td>{measured}<td>{marked if verdict else ""}</td>'
        f'<td><a href="{address}">see the cell<span class="visually-hidden"> of the claim: '
        f"{text}</span></a></td></tr>"
    )


def robustness(titles, robust):
    """What came of the chapters' claims with other seeds and with twice the training.

    robust: {number: {"claims", "seeds", "failed", "speed", "current"}}; current says whether the
    chapter's code is still what was run.
    """
    if not robust:
        return ""
    lines = [_robust_row(titles[number], robust[number]) for number in titles if number in robust]
    head = _columns("Chapter", "Claims", "Seeds", "Failed", "About speed, and changed", "Run on")
    return (
        '<h2 id="other-seeds">Other seeds, twice the training</h2><table class="dl-robust">'
        f"{head}<tbody>{''.join(lines)}</tbody></table>"
    )


def _robust_row(title, found):
    seeds = ", ".join(map(str, found["seeds"]))
    changed = "".join(f"<li>{escape(row['claim'])}</li>" for row in found["speed"])
    cells = [
        found["claims"],
        seeds,
        len(found["failed"]),
        f"<ul>{changed}</ul>" if changed else "none",
        "this version" if found["current"] else "an earlier version of the chapter",
    ]
    rest = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr><th scope="row">{escape(title)}</th>{rest}</tr>'


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
