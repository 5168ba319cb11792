"""The index of ideas is complete, and every place that it names exists."""

import ast
import importlib
import json
import re
import shutil
from pathlib import Path

import pytest
import yaml
from pybtex.database import parse_file

ROOT = Path(__file__).parents[2]
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times as fast
CLAIM = "application/vnd.dlcore.claim+json"

# What the book must hold: chapter: (build, demo, discuss). 475 ideas in 36 chapters; the tools of
# chapter 0 are beyond the list.
COUNTS = {
    0: (0, 0, 0),
    1: (5, 2, 2), 2: (6, 2, 1), 3: (12, 2, 2), 4: (19, 1, 0), 5: (7, 0, 0), 6: (8, 3, 1),
    7: (12, 0, 0), 8: (11, 1, 2), 9: (3, 1, 3), 10: (12, 2, 0), 11: (13, 2, 0), 12: (5, 3, 6),
    13: (12, 1, 4), 14: (9, 2, 4), 15: (7, 2, 4), 16: (13, 0, 4), 17: (12, 1, 0), 18: (6, 0, 8),
    19: (8, 0, 1), 20: (7, 1, 4), 21: (7, 0, 2), 22: (8, 1, 1), 23: (5, 1, 0), 24: (6, 1, 1),
    25: (7, 0, 1), 26: (9, 2, 1), 27: (7, 2, 2), 28: (6, 3, 2), 29: (11, 2, 2), 30: (6, 3, 6),
    31: (8, 3, 1), 32: (9, 1, 1), 33: (16, 5, 5), 34: (16, 3, 1), 35: (16, 3, 2), 36: (5, 2, 14),
}  # fmt: skip
MARKS = ("build", "demo", "discuss")
FIELDS = {"id", "name", "year", "kind", "chapter", "mark", "status"}
PLACE = {"heading", "symbol", "test", "source"}


def read(root):
    return yaml.load((root / "book" / "ideas.yml").read_text(encoding="utf-8"), Loader)


def notebook(root, chapter):
    """Cells of a chapter's notebook; None if it is not written."""
    found = sorted((root / "chapters").glob(f"ch{chapter:02d}_*.ipynb"))
    return json.loads(found[0].read_text(encoding="utf-8"))["cells"] if found else None


def headings(cells):
    """Headings as the Markdown has them, without marks of emphasis and code."""
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return {plain(h) for h in re.findall(r"^#{1,4} +(.+?) *$", text, re.MULTILINE)}


def plain(heading):
    return re.sub(r"[*`_]", "", heading)


def claims(cells):
    outputs = [o for c in cells for o in c.get("outputs", [])]
    return {o["data"][CLAIM]["claim"] for o in outputs if CLAIM in o.get("data", {})}


def definitions(source):
    """Functions and classes of Python source, methods as Class::method."""
    found = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
            inner = [n for n in getattr(node, "body", []) if isinstance(n, ast.FunctionDef)]
            found |= {f"{node.name}::{n.name}" for n in inner if isinstance(node, ast.ClassDef)}
    return found


def page_functions(cells):
    code = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    plain_python = re.sub(r"^( *)[%!].*$", r"\1pass", "\n".join(code), flags=re.MULTILINE)
    return {d for d in definitions(plain_python) if "::" not in d}


def has_symbol(name, cells):
    """Whether `name` is a dotted name of dlcore, or a function or class of the page."""
    if not name.startswith("dlcore."):
        return name in page_functions(cells)
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for part in parts[cut:]:
            found = getattr(found, part, None)
        return found is not None
    return False


def has_test(name, cells, root):
    """Whether `name` is `path::test`, or `claim: text` of a claim that the page checked."""
    if name.startswith("claim: "):
        return name.removeprefix("claim: ") in claims(cells)
    path, _, test = name.partition("::")
    if not test.split("::")[-1].startswith("test_") or not (root / path).is_file():
        return False
    return test in definitions((root / path).read_text(encoding="utf-8"))


def faults_of_row(row, cells, root, sources):
    """What is wrong with one row; cells is None while its chapter is not written."""
    if cells is None:
        extra = sorted(set(row) - FIELDS)
        wrong = ["is in an unwritten chapter but not planned"] * (row.get("status") != "planned")
        return wrong + [f"is planned but has {', '.join(extra)}"] * bool(extra)
    if row.get("status") != "written" or set(row) - {"why"} != FIELDS | PLACE:
        return ["is in a written chapter but does not say where it stands"]
    found = []
    if plain(row["heading"]) not in headings(cells):
        found.append(f"names no heading of its chapter: {row['heading']!r}")
    for field, exists in (
        ("symbol", lambda name: has_symbol(name, cells)),
        ("test", lambda name: has_test(name, cells, root)),
    ):
        if row[field] is None and row["mark"] != "discuss":
            found.append(f"is marked {row['mark']} and has no {field}")
        elif row[field] is not None and not exists(row[field]):
            found.append(f"names a {field} that does not exist: {row[field]!r}")
    if row["source"] not in sources:
        found.append(f"names a source that is not in references.bib: {row['source']!r}")
    return found


def first_year(text):
    """The earliest year that a text names, None if it names none."""
    years = re.findall(r"\b(?:1[6-9]|20)\d\d\b", str(text or ""))
    return min(map(int, years), default=None)


def faults_of_year(row, years):
    """A year later than the row's own source or heading needs a reason; years: of the sources."""
    year = first_year(row["year"])
    if year is None or row.get("why"):
        return []
    earliest = {"source": years.get(row.get("source")), "heading": first_year(row.get("heading"))}
    return [
        f"is dated {year}, its {name} {found}; give it the earlier year, or say why"
        for name, found in earliest.items()
        if found is not None and found < year
    ]


def problems(root, data):
    """Everything that is wrong with the index of ideas of the book in root."""
    found = []
    entries = parse_file(str(root / "book" / "references.bib")).entries
    sources, years = set(entries), {k: first_year(e.fields.get("year")) for k, e in entries.items()}
    written = {chapter: notebook(root, chapter) for chapter in COUNTS}
    for row in data["ideas"]:
        if not set(row) >= FIELDS or row["mark"] not in MARKS or row["chapter"] not in COUNTS:
            found.append(f"{row.get('id')} lacks a field, or has an unknown mark or chapter")
            continue
        cells = written[row["chapter"]]
        faults = faults_of_row(row, cells, root, sources) + faults_of_year(row, years)
        found += [f"{row['id']} {fault}" for fault in faults]
    for row in data["beyond"]:  # what is written must be built
        if row["status"] == "written":
            cells, row = written[row["chapter"]], {"mark": "build"} | row
            faults = faults_of_row(row, cells, root, sources) + faults_of_year(row, years)
            found += [f"{row['id']} {fault}" for fault in faults]
    for chapter, expected in COUNTS.items():
        marks = [row.get("mark") for row in data["ideas"] if row.get("chapter") == chapter]
        counts = tuple(marks.count(mark) for mark in MARKS)
        if counts != expected:
            found.append(f"chapter {chapter} has {counts} ideas to {MARKS}, expected {expected}")
    ids = [row.get("id") for row in data["ideas"] + data["beyond"]]
    found += [f"the id {i} stands twice" for i in sorted({i for i in ids if ids.count(i) > 1})]
    return found


def test_every_idea_has_its_place():
    assert problems(ROOT, read(ROOT)) == []


def test_there_are_475_ideas():
    rows = read(ROOT)["ideas"]
    assert len(rows) == 475
    marks = [row["mark"] for row in rows]
    assert [marks.count(mark) for mark in MARKS] == [329, 58, 88]
    assert [row["chapter"] for row in rows] == sorted(row["chapter"] for row in rows)


def test_chapters_and_parts_are_those_of_the_book():
    data = read(ROOT)
    assert list(data["chapters"]) == list(COUNTS)
    assert {c["part"] for c in data["chapters"].values()} == set(data["parts"])
    for row in data["ideas"] + data["beyond"]:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["id"]), row["id"]
        assert row["year"] is None or re.match(r"\d{4}", row["year"]), row["id"]


def test_a_row_beyond_the_list_names_a_chapter():
    rows = read(ROOT)["beyond"]
    assert rows
    assert all(row["chapter"] in COUNTS for row in rows)


@pytest.fixture
def book(tmp_path):
    """A book of one chapter that has one heading, one function and one claim."""
    for name in ("book", "chapters", "tests"):
        (tmp_path / name).mkdir()
    shutil.copy(ROOT / "book" / "references.bib", tmp_path / "book" / "references.bib")
    (tmp_path / "tests" / "test_a.py").write_text("def test_it():\n    assert True\n")
    claim = {"output_type": "display_data", "data": {CLAIM: {"claim": "It holds."}}}
    cells = [
        {"cell_type": "markdown", "source": ["## The `one` heading\n", "```\n# no heading\n```"]},
        {"cell_type": "code", "source": "if 1:\n    %pip list\ndef fire(x):\n    return x"},
        {"cell_type": "code", "source": 'claim("It holds.", True)', "outputs": [claim]},
    ]
    (tmp_path / "chapters" / "ch01_a.ipynb").write_text(json.dumps({"cells": cells}))
    return tmp_path


@pytest.fixture
def index():
    """The index as that book of one chapter would have it."""
    data = read(ROOT)
    place = {"heading": "The one heading", "symbol": "fire", "test": "claim: It holds."}
    for row in data["ideas"] + data["beyond"]:
        for field in (PLACE | {"why"}) & set(row):
            del row[field]
        row["status"] = "planned"
        if row["chapter"] == 1:
            row.update(place, source="mcculloch1943", status="written", year="1943")
    return data


def test_a_sound_index_passes(book, index):
    assert problems(book, index) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"heading": "no heading"}, "names no heading"),
        ({"symbol": "fires"}, "names a symbol"),
        ({"symbol": "dlcore.models.NoSuchModel"}, "names a symbol"),
        ({"symbol": None}, "is marked build and has no symbol"),
        ({"test": None}, "is marked build and has no test"),
        ({"test": "claim: It fails."}, "names a test"),
        ({"test": "tests/test_a.py::test_other"}, "names a test"),
        ({"test": "tests/test_b.py::test_it"}, "names a test"),
        ({"test": "tests/test_a.py"}, "names a test"),
        ({"source": "nobody1900"}, "names a source"),
        ({"status": "planned"}, "does not say where it stands"),
        ({"mark": "demo"}, "chapter 1 has (4, 3, 2)"),
        ({"mark": "bild"}, "unknown mark"),
        ({"chapter": 4}, "is in an unwritten chapter"),
        ({"id": "sigmoid"}, "the id sigmoid stands twice"),
        ({"year": "1944"}, "is dated 1944, its source 1943; give it the earlier year"),
        (
            {"year": "1950/1943", "heading": "The one heading (1940)"},
            "dated 1943, its heading 1940",
        ),
    ],
)
def test_a_broken_row_is_found(book, index, change, complaint):
    index["ideas"][0].update(change)
    found = problems(book, index)
    assert any(complaint in problem for problem in found), found


def test_a_year_may_be_later_than_the_source_for_a_reason(book, index):
    index["ideas"][0].update(year="1944", why="the source has the idea without its name")
    assert problems(book, index) == []


def test_a_lost_row_is_found(book, index):
    del index["ideas"][-1]
    assert problems(book, index) == [
        "chapter 36 has (5, 2, 13) ideas to ('build', 'demo', 'discuss'), expected (5, 2, 14)"
    ]


def test_a_planned_row_that_names_a_place_is_found(book, index):
    index["ideas"][-1]["symbol"] = "fire"
    assert any("is planned but has symbol" in problem for problem in problems(book, index))


def test_a_chapter_that_appears_must_be_filled_in(book, index):
    shutil.copy(book / "chapters" / "ch01_a.ipynb", book / "chapters" / "ch02_b.ipynb")
    found = [problem for problem in problems(book, index) if "does not say where" in problem]
    assert len(found) == sum(COUNTS[2])


def test_names_in_the_package_and_tests_in_files_are_found(book):
    cells = notebook(book, 1)
    assert has_symbol("dlcore.data.digits", cells)
    assert not has_symbol("dlcore.data.nothing", cells)
    assert has_test("tests/test_a.py::test_it", cells, book)
