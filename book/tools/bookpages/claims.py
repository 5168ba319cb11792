"""The claims that the chapters' cells checked, read from the notebooks' stored outputs."""

import json
from pathlib import Path
from typing import NamedTuple

MIME = "application/vnd.dlcore.claim+json"


class Claim(NamedTuple):
    """One checked claim: its sentence, what was measured, and the cell that checks it."""

    text: str
    measured: str
    anchor: str
    cell: int


def read_notebook(path):
    """Return a notebook's cells; ValueError if the file is no notebook."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    except (json.JSONDecodeError, KeyError) as problem:
        raise ValueError(f"{path} should be a Jupyter notebook: {problem!r}") from None


def claims_of(cells):
    """Claims of a notebook in reading order; `cell` is the index of the cell that made it."""
    found = []
    for index, cell in enumerate(cells):
        for output in cell.get("outputs", []):
            data = output.get("data", {}).get(MIME)
            if data:
                anchor = f"claim-{len(found) + 1}"
                found.append(Claim(data["claim"], data.get("measured") or "", anchor, index))
    return found
