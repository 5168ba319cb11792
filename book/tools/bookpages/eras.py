"""One data set through the years: what every reader of digits reads, needs and costs."""

import json
import math
from html import escape
from statistics import mean, stdev

from .tables import _columns, _form, _select

TEST = 500  # digits that each run is judged by
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 440, 64, 20, 16, 56
PERIODS = {
    "before 1980": "muted",
    "1980 to 1999": "amber",
    "2000 to 2011": "green",
    "since 2012": "blue",
}
STARTS = (0, 1980, 2000, 2012)


def read(path):
    """The rows that `make eras` has kept, in the order of their years."""
    return json.loads(path.read_text(encoding="utf-8"))


def share(row):
    """(mean, standard error of the mean) of the right answers over the five splits, in per cent."""
    each = [100 * right / TEST for right in row["right"]]
    return mean(each), stdev(each) / math.sqrt(len(each))


def period(row):
    """The name of the years that a reader belongs to."""
    return [name for name, start in zip(PERIODS, STARTS) if row["year"] >= start][-1]


def eras(rows, place):
    """The picture and the searchable table; place(row) is the address of a reader's section."""
    lines = "".join(_row(row, place(row)) for row in rows)
    head = _columns("Year", "Reader", "Read rightly, %", "Numbers kept", "Operations a digit",
                    "Seconds to learn")  # fmt: skip
    form = _form(_select("period", "Years", [(name, "") for name in PERIODS]))
    return (
        f'{picture(rows)}<div class="dl-finder" data-finder="readers">{form}'
        f'<table class="dl-eras">{head}<tbody data-group>{lines}</tbody></table></div>'
    )


def _row(row, address):
    right, error = share(row)
    name = escape(row["name"])
    return (
        f'<tr data-row data-period="{period(row)}" id="{anchor(row)}"><td>{row["year"]}</td>'
        f'<th scope="row"><a href="{address}">{name}</a> <small>chapter {row["chapter"]}</small>'
        f"<code>{escape(row['symbol'])}</code></th>"
        f'<td data-name="read rightly">{right:.1f} ± {error:.1f}</td>'
        f'<td data-name="numbers">{row["parameters"]:,}</td>'
        f'<td data-name="operations">{row["operations"]:,}</td>'
        f'<td data-name="seconds">{row["seconds"]:g}</td></tr>'
    )


def anchor(row):
    """The id of a reader's line in the table."""
    return "reader-" + "".join(c if c.isalnum() else "-" for c in row["name"].lower())


def scale(low, high, start, end):
    """A logarithmic axis: value to place."""
    a, b = math.log10(low), math.log10(high)
    return lambda value: start + (math.log10(value) - a) / (b - a) * (end - start)


def picture(rows):
    """Digits misread against operations, both axes by powers of ten, hues by years."""
    misread = [100 - share(row)[0] for row in rows]
    work = [row["operations"] for row in rows]
    x = scale(min(work) / 2, max(work) * 2, LEFT, WIDTH - RIGHT)
    y = scale(min(misread) / 1.5, max(misread) * 1.3, HEIGHT - BOTTOM, TOP)
    grid = "".join(_tick(x(10**k), _power(k)) for k in _powers(work))
    levels = [v for v in (0.5, 1, 2, 5, 10, 20) if min(misread) / 1.5 < v < max(misread) * 1.3]
    grid += "".join(_level(y(v), f"{v:g}") for v in levels)
    dots = "".join(_dot(row, x, y) for row in rows)
    best = max(rows, key=share)
    alt = (
        f"{len(rows)} readers of digits: the share misread against the operations for a digit. "
        f"From {max(misread):.1f} to {min(misread):.1f} per cent and from {min(work):,} to "
        f"{max(work):,} operations; the fewest are misread by: {best['name']}, {best['year']}."
    )
    legend = "".join(
        f'<li class="dl-era-{hue}"><span aria-hidden="true">●</span> {name}</li>'
        for name, hue in PERIODS.items()
    )
    return (
        f'<figure class="dl-eras-picture"><div class="dl-scroll">'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(alt)}">{grid}'
        f'<text class="dl-axis" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}">multiplications '
        f"with their additions for a digit</text>"
        f'<text class="dl-axis" transform="translate(18 {(TOP + HEIGHT - BOTTOM) / 2}) '
        f'rotate(-90)">misread, %</text>{dots}</svg></div><ul>{legend}</ul></figure>'
    )


def _powers(values):
    low, high = math.log10(min(values) / 2), math.log10(max(values) * 2)
    return range(math.ceil(low), math.floor(high) + 1)


def _power(k):
    return "10" if k == 1 else f'10<tspan dy="-5" font-size="9">{k}</tspan>' if k else "1"


def _tick(x, words):
    bottom = HEIGHT - BOTTOM
    return (
        f'<line x1="{x:.0f}" x2="{x:.0f}" y1="{TOP}" y2="{bottom}"/>'
        f'<text x="{x:.0f}" y="{bottom + 18}">{words}</text>'
    )


def _level(y, words):
    return (
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.0f}" y2="{y:.0f}"/>'
        f'<text x="{LEFT - 16}" y="{y + 4:.0f}">{words}</text>'
    )


def _dot(row, x, y):
    """A dot with its error bar and its year; pointing at it shows the name."""
    right, error = share(row)
    at, up = x(row["operations"]), y(100 - right)
    high, low = y(max(100 - right - error, 0.05)), y(100 - right + error)
    return (
        f'<a href="#{anchor(row)}" class="dl-era-{PERIODS[period(row)]}">'
        f"<title>{escape(row['name'])}, {row['year']}: {right:.1f} ± {error:.1f} %</title>"
        f'<path d="M{at:.1f} {high:.1f}V{low:.1f}"/><circle cx="{at:.1f}" cy="{up:.1f}" r="6"/>'
        f'<text x="{at + 9:.1f}" y="{up - 7:.1f}">{row["year"]}</text></a>'
    )
