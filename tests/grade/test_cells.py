"""Notebooks are read as people save them, or refused in one sentence."""

import codecs
import json

import pytest

from dlcore.grade.cells import code_cells, language_of


def cell(source="x = 1", **more):
    return {"cell_type": "code", "source": source, "metadata": {}} | more


def whole(*cells, **more):
    return {"cells": list(cells or [cell()]), "metadata": {}, "nbformat": 4} | more


def read(notebook):
    return code_cells(json.dumps(notebook).encode())


FOUND = (["x = 1"], "")


@pytest.mark.parametrize("minor", range(6))
def test_all_versions_of_four(minor):
    assert (
        read(whole(cell(), {"cell_type": "markdown", "source": "x"}, nbformat_minor=minor)) == FOUND
    )
    assert read(whole(cell(["x =", " 1"], id="a"), {"cell_type": "raw", "source": "x"})) == FOUND


def test_version_three_has_worksheets():
    old = {"cell_type": "code", "input": ["x = 1"], "language": "python", "outputs": []}
    other = old | {"language": "R", "input": "x <- 1"}
    sheets = [{"cells": [{"cell_type": "heading", "source": "A"}, old, other]}]
    assert read({"metadata": {"name": ""}, "nbformat": 3, "worksheets": sheets}) == FOUND


@pytest.mark.parametrize(
    "coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_encodings(coding):
    notebook = json.dumps(whole(cell("x = 'ü王'")), ensure_ascii=False)
    assert code_cells(notebook.encode(coding)) == (["x = 'ü王'"], "")
    assert code_cells(codecs.BOM_UTF8 + notebook.encode()) == (["x = 'ü王'"], "")


def test_editors():
    colab = {
        "colab": {"provenance": []},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
    }
    assert read(whole(cell(metadata={"id": "aB3", "cellView": "form"}), metadata=colab)) == FOUND
    html = cell("<p>", metadata={"vscode": {"languageId": "html"}})
    python = cell(metadata={"vscode": {"languageId": "python"}})
    assert read(whole(python, html)) == FOUND
    jupytext = {"jupytext": {"text_representation": {}}, "kernelspec": {"name": "torch"}}
    assert read(whole(metadata=jupytext)) == FOUND


@pytest.mark.parametrize("name", ["conda-env-dl-py", "torch", "course", "venv", "python3", "ir"])
def test_a_kernels_name_is_no_language(name):
    assert (
        language_of({"kernelspec": {"name": name, "display_name": "Python [conda env:dl]"}})
        == "python"
    )


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"kernelspec": {"name": "x", "language": "R"}}, "R"),
        ({"kernelspec": {"language": "python"}, "language_info": {"name": "julia"}}, "julia"),
        ({"kernelspec": 3, "language_info": []}, "python"),
        ({"language_info": {"name": ""}}, "python"),
        (None, "python"),
    ],
)
def test_languages(metadata, language):
    assert language_of(metadata) == language


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it is empty"),
        (b"PK\x03\x04", "it is an archive"),
        (b"<!doctype html>", "it is a web page"),
        (json.dumps(whole()).encode()[:-20], "its end is missing"),
        (b'{"cells": [\n<<<<<<< HEAD\n=======\n>>>>>>> x\n]}', "both sides of a merge conflict"),
        (b"x = 1", "it is not JSON"),
        (b"[]", "not a notebook of version 3 or 4"),
        (b'{"worksheets": []}', "not a notebook of version 3 or 4"),
        (b'{"cells": []}', "no code cells"),
        (
            json.dumps(whole(metadata={"language_info": {"name": "R"}})).encode(),
            "written in R, not",
        ),
    ],
)
def test_what_is_no_notebook_is_told_in_one_sentence(data, words):
    cells, problem = code_cells(data)
    assert cells == []
    assert words in problem
    assert problem.endswith(".")
