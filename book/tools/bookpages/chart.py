"""The map of the book: chapters as boxes, lines between those that stand on each other."""

import textwrap
from html import escape

from .way import before

WIDTH, BOX, GAP, TALL = 980, 112, 10, 76  # of the picture; of a box, and what lies between two
HEAD, ROW, LETTERS = 44, 158, 17  # above a row's boxes; from row to row; letters in a line
LINE = 13


def chart(data, addresses):
    """HTML of the map and of the same in words; addresses: {number: address} of what is written."""
    places = layout(data)
    height = ROW * len(data.parts)
    lines = "".join(
        line(places, start, end) for end in data.chapters for start in before(data, end)
    )
    boxes = "".join(box(n, data.chapters[n], places[n], addresses.get(n)) for n in data.chapters)
    return (
        f'<div class="dl-scroll"><svg class="dl-map" viewBox="0 0 {WIDTH} {height}">'
        f"<title>Map of the book</title><style>{lit(data.chapters)}</style>"
        f'<g aria-hidden="true">{lines}</g>{heads(data)}{boxes}</svg></div>{words(data, addresses)}'
    )


def layout(data):
    """{chapter: (left, top) of its box}: a row for each part."""
    places = {}
    for row, numeral in enumerate(data.parts):
        numbers = [n for n, chapter in data.chapters.items() if chapter["part"] == numeral]
        left = (WIDTH - len(numbers) * (BOX + GAP) + GAP) // 2
        for column, number in enumerate(numbers):
            places[number] = (left + column * (BOX + GAP), row * ROW + HEAD)
    return places


def heads(data):
    """The parts' names, each above its row."""
    return "".join(
        f'<text class="dl-map-part" x="{WIDTH // 2}" y="{row * ROW + 20}">'
        f"{numeral}. {escape(part['title'])}, {escape(str(part['years']))}</text>"
        for row, (numeral, part) in enumerate(data.parts.items())
    )


def line(places, start, end):
    """A line from a chapter to one that stands on it: down to a later row, or over the same one."""
    (x, y), (u, v) = places[start], places[end]
    x, u = x + BOX / 2, u + BOX / 2
    if y == v:
        path = f"M{x + 12:.0f} {y}C{x + 20:.0f} {y - 22} {u - 20:.0f} {y - 22} {u - 12:.0f} {v}"
    else:
        path = f"M{x:.0f} {y + TALL}C{x:.0f} {y + TALL + 50} {u:.0f} {v - 50} {u:.0f} {v}"
    return f'<path class="dl-from{start} dl-to{end}" d="{path}"/>'


def box(number, chapter, place, address):
    """A chapter; its box is a link once the chapter is written."""
    x, y = place
    titles = textwrap.wrap(f"{number}.\xa0{chapter['title']}", LETTERS, break_long_words=False)
    top = y + (TALL - LINE * len(titles)) / 2 + 11
    text = "".join(
        f'<tspan x="{x + BOX / 2:.0f}" y="{top + LINE * i:.0f}">{escape(words)} </tspan>'
        for i, words in enumerate(titles)
    )
    inner = f'<rect x="{x}" y="{y}" width="{BOX}" height="{TALL}" rx="7"/><text>{text}</text>'
    if address:
        return f'<a class="dl-box{number}" href="{address}">{inner}</a>'
    return f'<g class="dl-box{number} dl-coming">{inner}</g>'


def lit(numbers):
    """Style rules: the lines to and from a chapter stand out while it is pointed at."""
    return "".join(
        f".dl-map:has(.dl-box{n}:is(:hover,:focus-visible)) .dl-{way}{n}{{stroke:var(--dl-{hue});"
        "stroke-width:3;opacity:1}"
        for n in numbers
        for way, hue in (("to", "blue"), ("from", "vermilion"))
    )


def words(data, addresses):
    """The map as a list, for ears and for devices that draw none."""

    def name(number):
        title = f"{number}. {escape(data.chapters[number]['title'])}"
        return f'<a href="{addresses[number]}">{title}</a>' if number in addresses else title

    items = []
    for number in data.chapters:
        needs = [str(earlier) for earlier in before(data, number)]
        last = f"{', '.join(needs[:-1])} and {needs[-1]}" if needs[1:] else "".join(needs)
        kind = "chapters" if needs[1:] else "chapter"
        items.append(f"<li>{name(number)}{f' stands on {kind} {last}' if needs else ''}</li>")
    return f"<details><summary>The same in words</summary><ul>{''.join(items)}</ul></details>"
