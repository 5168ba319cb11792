"""The skeleton of a chapter has the normal form, and says what is still to fill in."""

import shutil
from pathlib import Path

import chapter_form
import nbformat
import new_chapter
import notebooks
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def book(tmp_path):
    """A copy of what a new chapter changes."""
    for folder in ("chapters/exercises", "dlcore/grade/tasks", "tests/grade/solutions", "book"):
        (tmp_path / folder).mkdir(parents=True)
    for file in ("_toc.yml", "book/ideas.yml"):
        shutil.copyfile(ROOT / file, tmp_path / file)
    return tmp_path


def contents(book):
    parts = yaml.safe_load((book / "_toc.yml").read_text())["parts"]
    return {p["caption"]: [c["file"] for c in p["chapters"]] for p in parts}


def test_a_chapter_appears_in_normal_form_with_its_places_to_fill(book):
    page, sheet, tasks, answers, *_ = new_chapter.make(book, 36, "claims")
    assert notebooks.abnormal(page) is None
    assert notebooks.abnormal(sheet) is None
    faults = {
        rule.__name__: list(rule(nbformat.read(page, as_version=4))) for rule in chapter_form.RULES
    }
    assert len(faults.pop("nothing_is_left_to_fill")) >= 12
    assert len(faults.pop("reading_time_is_told")) == 1
    assert not any(faults.values()), faults
    for path in (tasks, answers):
        compile(path.read_text(), path.name, "exec")
        assert "TODO" in path.read_text()


def test_contents_and_index_know_the_new_chapter(book):
    known = contents(book)
    new_chapter.make(book, 36, "claims")
    parts = contents(book)
    assert parts["VII. Scale, trust and society"] == ["chapters/ch36_claims"]
    assert {name: parts[name] for name in known} == known
    rows = yaml.safe_load((book / "book/ideas.yml").read_text())["ideas"]
    own = [row for row in rows if row["chapter"] == 36]
    assert {row["status"] for row in own} == {"written"}
    assert {row["heading"] for row in own} == {"TODO"}
    assert all(row["status"] == "planned" for row in rows if row["chapter"] == 35)


def test_two_chapters_of_a_part_stand_in_order(book):
    new_chapter.make(book, 35, "security")
    new_chapter.make(book, 36, "claims")
    found = contents(book)["VII. Scale, trust and society"]
    assert found == ["chapters/ch35_security", "chapters/ch36_claims"]


@pytest.mark.parametrize(
    ("number", "name", "complaint"),
    [(36, "Claims!", "small letters"), (99, "claims", "no chapter 99"), (36, "again", "exists")],
)
def test_what_cannot_be_made_is_refused(book, number, name, complaint):
    (book / "chapters" / "ch36_there.ipynb").touch()
    before = sorted(book.rglob("*"))
    with pytest.raises(ValueError, match=complaint):
        new_chapter.make(book, number, name)
    assert sorted(book.rglob("*")) == before
