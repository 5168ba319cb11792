"""The text form in which notebooks are reviewed."""

import nbformat
import pytest
from notebook_text import main, notebook_text


def book(value="0.5"):
    make = nbformat.v4
    cell = make.new_code_cell("x = 1\nx", id="two", metadata={"tags": ["setup"]})
    cell.outputs = [
        make.new_output("stream", text="hello\nworld\n"),
        make.new_output("display_data", {"text/plain": value, "image/png": "iVBOR" * 1000}),
        make.new_output("error", ename="ValueError", evalue="no"),
    ]
    return make.new_notebook(cells=[make.new_markdown_cell("# Title", id="one"), cell])


def test_text_shows_cells_and_outputs_but_no_pixels():
    text = list(notebook_text(book()))
    assert text[:3] == ["# %% [markdown] one", "# Title", ""]
    assert text[3:8] == ["# %% [code] two setup", "x = 1", "x", "| hello", "| world"]
    assert text[8].startswith("| <image/png, 5002 bytes, ")
    assert text[9:] == ["| 0.5", "| ValueError: no", ""]


def test_changed_number_changes_one_line():
    pairs = zip(notebook_text(book()), notebook_text(book("0.6")), strict=True)
    assert [pair for pair in pairs if pair[0] != pair[1]] == [("| 0.5", "| 0.6")]


def test_changed_picture_changes_its_fingerprint():
    changed = book()
    changed.cells[1].outputs[1].data["image/png"] = "iVBOS" * 1000
    assert list(notebook_text(book())) != list(notebook_text(changed))


def test_reads_a_file(tmp_path, capsys):
    nbformat.write(book(), tmp_path / "a.ipynb")
    main(tmp_path / "a.ipynb")
    assert "# %% [code] two setup" in capsys.readouterr().out


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16"])
def test_reads_what_editors_write(tmp_path, capsys, coding):
    (tmp_path / "a.ipynb").write_text(nbformat.writes(book()), encoding=coding)
    main(tmp_path / "a.ipynb")
    assert "# %% [code] two setup" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json", '{"cells": 3}', "[" * 100_000])
def test_a_file_that_is_no_notebook_is_printed_as_it_is(tmp_path, capsys, text):
    (tmp_path / "a.ipynb").write_text(text)
    main(tmp_path / "a.ipynb")
    assert capsys.readouterr().out == f"{text}\n"
