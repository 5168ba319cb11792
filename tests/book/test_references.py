"""The bibliography parses, says where each source is, and holds all that is cited."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from pybtex.database import BibliographyData, parse_string
from pybtex.exceptions import PybtexError

ROOT = Path(__file__).parents[2]
BIB = ROOT / "book" / "references.bib"
LINK = re.compile(
    r"(?:https?://)?(?:dx\.)?(doi\.org/10|arxiv\.org/(?:abs|pdf|html))([^\s\"'<>\]]+)"
    r"|\b(doi): ?10(\.\d[^\s\"'<>\]]+)"
)
CLAIM = "application/vnd.dlcore.claim+json"
UNSEEN = re.compile(r"unpublished|no online copy found", re.IGNORECASE)


def name(prefix, rest):
    """One spelling per source: `doi:10.…` or `arxiv:…`, lower case, without version."""
    rest = unquote(rest)
    while rest.count(")") > rest.count("("):  # the bracket that closes a Markdown link
        rest = rest[: rest.rindex(")")]
    rest = rest.rstrip(".,;:*`").lower()
    if prefix.startswith("doi"):
        return f"doi:10{rest}"
    return "arxiv:" + re.sub(r"(\.pdf)?$", "", re.sub(r"v\d+(\.pdf)?$", "", rest.strip("/")))


def links(text):
    return {name(*filter(None, found.groups())) for found in LINK.finditer(text)}


def page_text(page):
    if page.suffix != ".ipynb":
        return page.read_text(encoding="utf-8")
    cells = json.loads(page.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells)


def pages(root):
    """Chapters, pages, and the package, whose docstrings cite as doi:10.…"""
    patterns = ("chapters/**/*.ipynb", "book/*.md", "dlcore/**/*.py")
    return sorted(page for pattern in patterns for page in root.glob(pattern))


def claim_links(page):
    """Addresses of the sources that a notebook's claims name."""
    cells = json.loads(page.read_text(encoding="utf-8"))["cells"]
    data = [out.get("data", {}).get(CLAIM, {}) for c in cells for out in c.get("outputs", [])]
    return [claim["source"].partition("](")[2][:-1] for claim in data if "source" in claim]


def listed(address, data: BibliographyData):
    """Whether an address is the doi, eprint or url of an entry."""
    urls = {entry.fields.get("url") for entry in data.entries.values()}
    return address in urls or bool(links(address) & known(data))


def identity(entry):
    """What two entries of the same source have in common."""
    fields = entry.fields
    if "doi" in fields:
        return f"doi:{fields['doi'].lower()}"
    if "eprint" in fields:
        return f"arxiv:{fields['eprint'].lower()}"
    return fields.get("url") or re.sub(r"\W", "", fields["title"]).lower()


def known(data: BibliographyData):
    names = set()
    for entry in data.entries.values():
        if "doi" in entry.fields:
            names.add(f"doi:{entry.fields['doi'].lower()}")
        if "eprint" in entry.fields:
            names.add(f"arxiv:{entry.fields['eprint'].lower()}")
    return names


def problems(bib: str, texts: dict[str, str]):
    """Everything that is wrong with a bibliography and the pages that cite from it."""
    data = parse_string(bib, "bibtex")
    found, seen = [], {}
    for key, entry in data.entries.items():
        fields = entry.fields
        missing = [f for f in ("title", "year", "note") if not fields.get(f)]
        if missing or not entry.persons.get("author"):
            found.append(f"{key} lacks {', '.join(missing) or 'author'}")
        if not {"doi", "eprint", "url"} & set(fields) and not UNSEEN.search(fields["note"]):
            found.append(f"{key} has no doi, eprint or url and does not say why")
        if fields.get("doi", "10.").startswith("http"):
            found.append(f"{key}: doi is a link, expected the bare 10.…")
        if identity(entry) in seen:
            found.append(f"{key} is the same source as {seen[identity(entry)]}")
        seen[identity(entry)] = key
    for place, text in texts.items():
        found += [f"{place} cites {x}, not an entry" for x in sorted(links(text) - known(data))]
    return found


def test_the_bibliography_and_every_link_of_the_book():
    texts = {str(page.relative_to(ROOT)): page_text(page) for page in pages(ROOT)}
    assert problems(BIB.read_text(encoding="utf-8"), texts) == []


def test_the_source_of_every_claim_is_listed():
    data = parse_string(BIB.read_text(encoding="utf-8"), "bibtex")
    cited = [(p.name, link) for p in ROOT.glob("chapters/*.ipynb") for link in claim_links(p)]
    assert cited
    assert [(name, link) for name, link in cited if not listed(link, data)] == []


def test_a_claim_with_a_source_that_is_not_listed_is_found(tmp_path):
    sources = ["[A](https://doi.org/10.1/x(9))", "[B](https://a.org/b)", "[C](https://a.org/c)"]
    outputs = [{"data": {CLAIM: {"claim": "a", "source": source}}} for source in sources]
    outputs += [{"data": {CLAIM: {"claim": "a"}}}, {"text": "b"}]
    page = tmp_path / "ch01.ipynb"
    page.write_text(json.dumps({"cells": [{}, {"outputs": outputs}]}))
    data = parse_string(GOOD + "@misc{b, url = {https://a.org/b}}", "bibtex")
    assert [listed(link, data) for link in claim_links(page)] == [True, True, False]


def test_each_chapter_has_its_section_in_order():
    sections = re.findall(r"^% Chapter (\d+)$", BIB.read_text(encoding="utf-8"), re.MULTILINE)
    assert sections[:4] == ["0", "1", "2", "3"]
    assert [int(n) for n in sections] == sorted({int(n) for n in sections})


GOOD = """@article{a1, author = {A, B}, title = {T}, journal = {J}, year = {1990}, note = {N.},
  doi = {10.1/X(9)}}"""


@pytest.mark.parametrize(
    ("bib", "page", "complaint"),
    [
        (GOOD.replace("doi =", "pages ="), "", "no doi, eprint or url"),
        (GOOD.replace("note =", "annote ="), "", "lacks note"),
        (GOOD.replace("10.1/X", "https://doi.org/10.1/X"), "", "doi is a link"),
        (GOOD + GOOD.replace("a1", "a2").replace("X(9)", "x(9)"), "", "same source as a1"),
        (GOOD, "[A](https://doi.org/10.1/y)", "cites doi:10.1/y"),
        (GOOD, "Physics 1, doi:10.1/z.", "cites doi:10.1/z"),
        (GOOD, "[A](https://arxiv.org/pdf/1234.5678v2.pdf)", "cites arxiv:1234.5678"),
    ],
)
def test_a_fault_is_found(bib, page, complaint):
    assert any(complaint in problem for problem in problems(bib, {"page": page}))


def test_a_sound_bibliography_passes():
    page = "[A](https://doi.org/10.1/x(9)), see https://doi.org/10.1%2FX%289%29."
    assert problems(GOOD, {"page": page}) == []


@pytest.mark.parametrize(
    "broken", [GOOD + GOOD, GOOD[:-1] + "doi = {", GOOD.replace("= {T}", "{T}")]
)
def test_what_does_not_parse_is_refused(broken):
    with pytest.raises(PybtexError):
        parse_string(broken, "bibtex")
