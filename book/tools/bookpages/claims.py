"""The claims that the chapters' cells checked, read from the notebooks' stored outputs."""

import ast
import hashlib
import json
import re
from pathlib import Path
from typing import NamedTuple

MIME = "application/vnd.dlcore.claim+json"
# What Colab installs is no part of a chapter's code: it counts as this, whatever the release.
INSTALLED = re.compile(r"(?m)^    book = \".*@v[\d.]+\"$")
FIRST = '    book = "https://github.com/deep-learning-by-hand/deep-learning-by-hand@v0.1.0"'


class Claim(NamedTuple):
    """A checked claim: sentence, measurement, the cell that checks it, and whom it tests, if any.

    source is that work's (name, address) or None, verdict what was found of it, "" without source.
    kind is "check", "count" or "finding"; speed says that it is about how fast a net learns.
    """

    text: str
    measured: str
    anchor: str
    cell: int
    source: tuple[str, str] | None = None
    verdict: str = ""
    kind: str = ""
    speed: bool = False


def notebook_of(path):
    """Return a notebook; ValueError if the file is none."""
    try:
        notebook = json.loads(Path(path).read_text(encoding="utf-8"))
        return {"cells": notebook["cells"], "metadata": notebook.get("metadata", {})}
    except (json.JSONDecodeError, KeyError) as problem:
        raise ValueError(f"{path} should be a Jupyter notebook: {problem!r}") from None


def read_notebook(path):
    """Return a notebook's cells."""
    return notebook_of(path)["cells"]


def claims_of(cells):
    """Claims of a notebook in reading order; `cell` is the index of the cell that made it."""
    found = []
    for index, cell in enumerate(cells):
        for output in cell.get("outputs", []):
            data = output.get("data", {}).get(MIME)
            if data:
                anchor = f"claim-{len(found) + 1}"
                said = named_link(data["source"]) if data.get("source") else None
                measured, verdict = data.get("measured") or "", data.get("verdict", "")
                kind, speed = data.get("kind", ""), bool(data.get("speed"))
                claim = Claim(data["claim"], measured, anchor, index, said, verdict, kind, speed)
                found.append(claim)
    return found


def named_link(markdown):
    """(name, address) of one Markdown link; ValueError if the text is none."""
    name, between, address = markdown.removeprefix("[").removesuffix(")").partition("](")
    if not between or markdown != f"[{name}]({address})":
        raise ValueError(f"a claim's source should be one Markdown link, got {markdown!r}")
    return name, address


def robustness(path):
    """{number: what `make claims` kept of a chapter}, of the file that it writes."""
    kept = json.loads(Path(path).read_text(encoding="utf-8")) if Path(path).exists() else {}
    return {int(name.removeprefix("ch")): found for name, found in kept.items()}


def fingerprint(cells):
    """Changes when a chapter's code does: a result that was kept belongs to one version of it.

    Neither its form counts, nor where a cell ends, nor from which file of the package names come,
    nor which release Colab installs.
    """
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    code = INSTALLED.sub(FIRST, code)
    tree = ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", code, flags=re.MULTILINE))
    tree.body = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    return hashlib.sha256(ast.unparse(tree).encode()).hexdigest()[:16]
