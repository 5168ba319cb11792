"""Chapters run at full scale: what differs from the page is told, and nothing else."""

import full_scale
import nbformat
import pytest

CELL = """\
from dlcore import study

size = 60_000 if study.scale() == "full" else 1_500
study.claim("There are enough digits.", size > 1000, measured=str(size), kind="count")
study.claim("One and one are two.", 1 + 1 == 2, measured="2", kind="count")"""


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book of two chapters, of which only the second has a larger form."""
    (tmp_path / "chapters").mkdir()
    for name, source in (("ch01_small", "1 + 1"), ("ch02_counting", CELL)):
        notebook = nbformat.v4.new_notebook()
        title = nbformat.v4.new_markdown_cell(f"# {int(name[2:4])}. Counting (1900)\n\nText.")
        part = nbformat.v4.new_markdown_cell("## How many | in all\n\n```\n# no heading\n```")
        notebook.cells = [title, part, nbformat.v4.new_code_cell(source)]
        path = tmp_path / "chapters" / f"{name}.ipynb"
        if source == CELL:  # the other one makes no claims
            full_scale.execute(notebook, path.parent)
        nbformat.write(notebook, path)
    monkeypatch.setattr(full_scale, "ROOT", tmp_path)
    monkeypatch.setattr(full_scale, "PAGE", tmp_path / "full_scale.md")
    return tmp_path


@pytest.mark.slow
def test_the_page_tells_what_differs(book):
    before = (book / "chapters/ch02_counting.ipynb").read_bytes()
    full_scale.main([])
    page = (book / "full_scale.md").read_text()
    assert page.startswith("# At full scale\n")
    assert "## 2. Counting (1900)\n" in page
    assert "| How many \\| in all | There are enough digits. | 1500 | **60000** |" in page
    assert "One and one" not in page
    assert "`DLCORE_SCALE=full python book/tools/full_scale.py 2`" in page
    assert "(../chapters/ch02_counting.ipynb) took " in page
    assert (book / "chapters/ch02_counting.ipynb").read_bytes() == before


@pytest.mark.slow
def test_other_chapters_sections_stay(book):
    (book / "full_scale.md").write_text(
        "# At full scale\n\n## 1. One\n\nkept\n\n## 2. Two\n\nold\n"
    )
    full_scale.main(["2"])
    page = (book / "full_scale.md").read_text()
    assert "## 1. One\n\nkept\n\n## 2. Counting (1900)\n" in page
    assert "old" not in page


@pytest.mark.slow
def test_a_chapter_without_a_larger_form(book):
    with pytest.raises(ValueError, match=r"chapter 1 has no larger form; these have: \[2\]"):
        full_scale.main(["1"])
