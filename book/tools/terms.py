"""Find words and symbols that a chapter uses before the book has said what they mean.

python book/tools/terms.py       every use before its definition, and every banned word
python book/tools/terms.py WORD  where a word stands: chapter, heading, sentence

book/terms.yml lists the terms. A chapter may name what is to come in its first cell, in the
sections of FREE, in a side trip or a timeline, and in a sentence that names the chapter which
explains it, a later one, or links to the section.
"""

import ast
import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

import yaml
from folding import SIDE_TRIP, is_showing

ROOT = Path(__file__).resolve().parents[2]
FREE = ("Exercises", "What came next", "Sources")
POINTER = re.compile(r"\bchapters? (\d+)|\bch(\d\d)_\w+\.ipynb", re.IGNORECASE)
SECTION = "](#"
OUTSIDE = re.compile(r"\[[^\[\]]*\]\(https?://[^\s)]*\)|<!--.*?-->|<[a-z/][^<>]*>", re.DOTALL)
SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-Z*$\[(])")
SETTINGS = {"xscale", "yscale", "kind", "source", "verdict", "loc"}


class Passage(NamedTuple):
    """A sentence, or a text of a figure. free: it may name what is to come."""

    chapter: int
    heading: str
    text: str
    free: bool


class Term(NamedTuple):
    """A word or symbol, how it is found, and the section that defines it."""

    name: str
    pattern: re.Pattern
    chapter: int
    heading: str


def load(root=ROOT):
    """The terms, and the banned words {pattern: what to say in its place}."""
    data = yaml.safe_load((root / "book" / "terms.yml").read_text(encoding="utf-8"))
    terms = [
        Term(row["term"], compiled(row.get("find", word(row["term"]))), chapter, row["in"])
        for chapter, rows in data["terms"].items()
        for row in rows
    ]
    return terms, {compiled(word(name)): said for name, said in data["banned"].items()}


def word(name):
    """A pattern for a word and its plural."""
    return rf"\b{re.escape(name)}(e?s)?\b"


def compiled(pattern):
    """Small letters in a pattern stand for capitals as well; one with capitals is exact."""
    letters = re.sub(r"\\.", "", pattern)
    return re.compile(pattern, 0 if letters != letters.lower() else re.IGNORECASE)


def chapters(root=ROOT):
    """{number: passages of the chapter, in order} of the chapters that are written."""
    paths = sorted((root / "chapters").glob("ch[0-9][0-9]_*.ipynb"))
    cells = {int(path.name[2:4]): json.loads(path.read_text(encoding="utf-8")) for path in paths}
    return {number: list(passages(number, book["cells"])) for number, book in cells.items()}


def passages(number, cells):
    """The sentences of a chapter's Markdown and of its figures, in order."""
    heading, level, trip = "", 0, 0
    for index, cell in enumerate(cells):
        source = "".join(cell["source"])
        for text in sentences(source) if cell["cell_type"] == "markdown" else figures(source):
            if cell["cell_type"] == "markdown" and (found := re.match(r"(#{1,6}) +(.+)", text)):
                heading, level = plain(found[2]), len(found[1])
                trip = level if SIDE_TRIP.match(text) else (0 if level <= trip else trip)
            free = index == 0 or heading in FREE or bool(trip) or points_ahead(text, number)
            yield Passage(number, heading, plain(OUTSIDE.sub(" ", text)), free)


def points_ahead(text, number):
    """Whether a sentence of chapter `number` names a later one, or links to a section here."""
    named = [int(a or b) for a, b in POINTER.findall(text)]
    return SECTION in text or any(other > number for other in named)


def plain(text):
    """Text without the marks of emphasis and code."""
    return re.sub(r"[*`]", "", text).strip()


def sentences(markdown):
    """The sentences of a Markdown cell, its headings among them."""
    lines = filter(None, map(str.strip, markdown.split("\n")))
    return [part for line in lines for part in ([line] if line[0] == "#" else SENTENCE.split(line))]


def figures(source):
    """The texts in calls that draw, explore or claim: titles, labels, alt texts, sentences."""
    try:
        tree = ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.MULTILINE))
    except SyntaxError:
        return
    seen = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and is_showing(node.func) and not looks_ahead(node):
            yield from call_texts(node, seen)


def looks_ahead(call):
    """Whether a call draws a timeline: it names what is to come."""
    return getattr(call.func, "attr", "") == "timeline"


def call_texts(call, seen):
    """The texts of a call, each once, without those that are settings."""
    parts = [*call.args, *(k.value for k in call.keywords if k.arg not in SETTINGS)]
    for part in parts:
        for node in ast.walk(part):
            text = getattr(node, "value", None)
            if isinstance(node, ast.Constant) and isinstance(text, str) and id(node) not in seen:
                seen.add(id(node))
                if text.strip():
                    yield text


def early(terms, book):
    """Sentences that use a term before its definition, and definitions that are not there."""
    order = [passage for number in sorted(book) for passage in book[number]]
    for term in terms:
        if term.chapter not in book:
            continue
        start = beginning(term, order)
        if start is None:
            hits = [p.heading for p in book[term.chapter] if term.pattern.search(p.text)]
            where = f"; it stands first under {hits[0]!r}" if hits else ""
            yield f"{term.name}: chapter {term.chapter} has no heading {term.heading!r}{where}"
            continue
        section = [p for p in order[start:] if (p.chapter, p.heading) == term[2:]]
        if not any(term.pattern.search(p.text) for p in section):
            yield f"{term.name}: not found under {term.heading!r} of chapter {term.chapter}"
        for passage in order[:start]:
            if not passage.free and term.pattern.search(passage.text):
                yield told(term.name, passage) + f" (defined in chapter {term.chapter})"


def beginning(term, order):
    """Place of the heading under which a term is defined, None if it is not there."""
    places = (i for i, p in enumerate(order) if (p.chapter, p.heading) == term[2:])
    return next(places, None)


def told(name, passage):
    text = re.sub(r"\s+", " ", passage.text)
    return f"{name}: chapter {passage.chapter}, {passage.heading}: {text[:110]}"


def banned(words, book):
    """Sentences with words that the book does not use."""
    for pattern, said in words.items():
        for passages_ in book.values():
            for passage in passages_:
                if found := pattern.search(passage.text):
                    yield told(f"{found[0]}, say {said}", passage)


def main(*names):
    book = chapters()
    if names:
        pattern = compiled(word(names[0]))
        hits = [p for n in sorted(book) for p in book[n] if pattern.search(p.text)]
        print("\n".join(told("free" if p.free else "used", p) for p in hits))
        return
    terms, words = load()
    faults = [*early(terms, book), *banned(words, book)]
    print("\n".join(faults) or f"{len(terms)} terms, none used before its definition")


if __name__ == "__main__":
    main(*sys.argv[1:])
