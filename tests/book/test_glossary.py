"""The glossary is in order, says each term once, and sends its reader to real chapters."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHAPTER = re.compile(r" \(\[chapter (\d+)\]\(\.\./chapters/(ch(\d\d)_\w+)\.ipynb\)\)$")


def entries(text):
    """(letter, term, meaning) of each entry; ValueError for a block that is none."""
    found, letter = [], ""
    for block in text.strip().split("\n\n")[2:]:  # after the title and its paragraph
        if block.startswith("## "):
            letter = block.removeprefix("## ")
            continue
        term, _, meaning = block.partition("\n: ")
        if not meaning or "\n" in meaning:
            raise ValueError(f"expected a term and its meaning on a line that starts with ': ', "
                             f"got {block!r}")  # fmt: skip
        found.append((letter, term, meaning))
    return found


def faults_of_meaning(meaning, chapters):
    link = CHAPTER.search(meaning)
    if link is None:
        return ["does not end with the chapter that first uses it"]
    if int(link[1]) != int(link[3]) or link[2] not in chapters:
        return [f"links to {link[2]}, which is not chapter {link[1]}"]
    ends = r"(?<!\b[A-Z])[.!?](?= |$)"  # the dot after an initial ends no sentence
    sentences = len(re.findall(ends, CHAPTER.sub("", meaning)))
    return [] if 1 <= sentences <= 3 else [f"takes {sentences} sentences, expected one or two"]


def problems(text, chapters):
    """What is wrong with a glossary; chapters: names of the book's notebooks, without ending."""
    found, last = [], ""
    for letter, term, meaning in entries(text):
        key = re.sub(r"[\W_]+", " ", term).casefold()
        if key <= last:
            found.append(f"{term!r} is out of order or stands twice")
        if term[0].upper() != letter:
            found.append(f"{term!r} stands under {letter}")
        found += [f"{term!r} {fault}" for fault in faults_of_meaning(meaning, chapters)]
        last = key
    return found


def chapters_of_the_book():
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    return set(re.findall(r"chapters/(ch\d\d_\w+)", contents))


def test_the_glossary():
    text = (ROOT / "book" / "glossary.md").read_text(encoding="utf-8")
    assert len(entries(text)) > 100
    assert problems(text, chapters_of_the_book()) == []


def plain(text):
    """Text without marks and hyphens, in one line of small letters."""
    return re.sub(r"[\s*_`–-]+", " ", text).casefold()


def unused(text, chapters, package):
    """Terms that neither their chapter nor the package uses; chapters: {number: text}."""
    places = {number: plain(page) for number, page in chapters.items()}
    package = plain(package)
    found = []
    for _, term, meaning in entries(text):
        link = CHAPTER.search(meaning)
        page = places.get(int(link[1]), "") if link else ""
        if plain(term) not in page and plain(term) not in package:
            found.append(term)
    return found


def test_each_term_is_one_that_its_chapter_or_the_package_uses():
    chapters = {}
    for path in sorted((ROOT / "chapters").glob("ch[0-9][0-9]_*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        chapters[int(path.name[2:4])] = "\n".join("".join(cell["source"]) for cell in cells)
    package = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "dlcore").rglob("*.py"))
    text = (ROOT / "book" / "glossary.md").read_text(encoding="utf-8")
    assert unused(text, chapters, package) == []


def test_a_term_that_nobody_uses_is_found():
    assert unused(GOOD, {3: "A *mini-batch* …"}, "bias = 0") == []
    assert unused(GOOD, {2: "A batch of bread"}, "bias = 0") == ["Batch"]


GOOD = """# Glossary

Words.

## B

Batch
: Some examples. Not all. ([chapter 3](../chapters/ch03_c.ipynb))

Bias
: A number. ([chapter 2](../chapters/ch02_b.ipynb))
"""
CHAPTERS = {"ch02_b", "ch03_c"}


def test_a_sound_glossary_passes():
    assert problems(GOOD, CHAPTERS) == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("Batch\n", "Bus\n", "'Bias' is out of order or stands twice"),
        ("Batch\n", "Bias\n", "'Bias' is out of order or stands twice"),
        ("Bias\n", "Weight\n", "'Weight' stands under B"),
        (" ([chapter 2](../chapters/ch02_b.ipynb))", "", "'Bias' does not end with the chapter"),
        ("chapter 2", "chapter 3", "'Bias' links to ch02_b, which is not chapter 3"),
        ("ch02_b", "ch02_a", "'Bias' links to ch02_a, which is not chapter 2"),
        ("A number.", "One. Two. Three. Four.", "'Bias' takes 4 sentences"),
    ],
)
def test_a_fault_is_found(old, new, complaint):
    found = problems(GOOD.replace(old, new), CHAPTERS)
    assert any(problem.startswith(complaint) for problem in found), found


def test_a_block_that_is_no_entry_is_refused():
    with pytest.raises(ValueError, match="expected a term and its meaning"):
        problems(GOOD.replace("\n: A number", "\nA number"), CHAPTERS)
