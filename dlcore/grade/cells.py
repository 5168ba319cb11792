"""The code cells of a notebook file, as Jupyter, Colab, VS Code and older programs write it.

This file also runs alone inside the sandbox, so it imports the standard library only.
"""

from __future__ import annotations

import json
import re
from typing import Any

NOT_A_NOTEBOOK = "The file is JSON but not a notebook of version 3 or 4."


def code_cells(data: bytes) -> tuple[list[str], str]:
    """Return (sources of the code cells, "") of a notebook file, or ([], what is wrong with it)."""
    try:
        notebook = json.loads(data)  # UTF-8, UTF-16 and UTF-32, with and without a mark
    except (ValueError, RecursionError):
        return [], f"The file is not a notebook: {_why(data)}."
    try:
        cells, metadata = _cells(notebook), notebook.get("metadata", {})
        sources = ["".join(_source(cell)) for cell in cells if _is_python(cell)]
    except (KeyError, TypeError, AttributeError):
        return [], NOT_A_NOTEBOOK
    language = language_of(metadata)
    if language != "python":
        return [], f"The notebook is written in {language}, not in Python."
    if not sources:
        return [], "The notebook has no code cells."
    return sources, ""


def _why(data: bytes) -> str:
    """Say why a file cannot be read."""
    text = data.strip()
    if not text:
        return "it is empty"
    if text[:1] == b"{" and text[-1:] != b"}":
        return "its end is missing, as if the upload had been cut off"
    if b"\n<<<<<<< " in data:
        return "it holds both sides of a merge conflict"
    if text[:2] == b"PK":
        return "it is an archive, or a document of an office program"
    if text[:1] == b"<":
        return "it is a web page: download the notebook itself"
    return "it is not JSON"


def _cells(notebook: Any) -> list[Any]:
    """Return the cells; version 3 has them in worksheets."""
    if "cells" not in notebook and notebook["nbformat"] == 3:
        return [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]
    return notebook["cells"]


def _source(cell: Any) -> Any:
    """Return a cell's text, whole or in lines; in version 3 it is called input."""
    return cell["input"] if "source" not in cell else cell["source"]


def _is_python(cell: Any) -> bool:
    """Whether a cell is code; VS Code says of a cell in another language that it is."""
    if cell["cell_type"] != "code":
        return False
    editor = cell.get("metadata", {}).get("vscode", {})
    return _known(editor.get("languageId") or cell.get("language") or "python")


def _known(language: Any) -> bool:
    return re.match(r"i?python", str(language).lower()) is not None


def language_of(metadata: Any) -> str:
    """Return the notebook's language, python where it does not say; a kernel's name is none."""
    said = "python"
    for part, key in (("kernelspec", "language"), ("language_info", "name")):
        entry = metadata.get(part) if isinstance(metadata, dict) else None
        if isinstance(entry, dict) and entry.get(key):
            said = entry[key]
    return "python" if _known(said) else str(said)[:40]
