"""The claims of chapter 2 hold for other seeds: its cells run again with different data.

Slow, so no part of the default run:  pytest tests/claims/seeds_ch02.py
"""

import re
from pathlib import Path
from unittest.mock import MagicMock

import nbformat
import pytest

from dlcore.study import claim, setup

CHAPTER = Path(__file__).parents[2] / "chapters" / "ch02_perceptron.ipynb"
SHOWN = {"draw": MagicMock(), "explore": MagicMock(), "source": MagicMock()}


def cells():
    notebook = nbformat.read(CHAPTER, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [cell.source for cell in code if "setup" not in cell.metadata.get("tags", [])]


def with_other_data(source, run):
    """Every literal seed moves on, and so does the first of a range of seeds."""
    source = re.sub(r"seed=(\d+)", lambda found: f"seed={int(found[1]) + 1000 * run}", source)
    return re.sub(
        r"for (seed|s) in range\((\w+)\)",
        lambda found: f"for {found[1]} in range({1000 * run}, {1000 * run} + {found[2]})",
        source,
    )


@pytest.mark.parametrize("run", range(5))
def test_claims_hold(run):
    setup(seed=run)
    held = []

    def counted(text, holds, measured=None, **said):
        claim(text, holds, measured, **said)
        held.append(text)

    page = {}
    for source in cells():
        exec(compile(with_other_data(source, run), CHAPTER.name, "exec"), page)
        page |= SHOWN | {"claim": counted}
    assert len(held) == len(set(held)) >= 30


def test_other_runs_see_other_data():
    source = "\n".join(cells())
    assert with_other_data(source, 0) == source.replace("range(5)", "range(0, 0 + 5)").replace(
        "for s in range(draws)", "for s in range(0, 0 + draws)"
    )
    assert "seed=3001" in with_other_data(source, 3)
    assert "for seed in range(3000, 3000 + 5)" in with_other_data(source, 3)
