"""The claims of chapter 3 hold for other seeds: its cells run again with different random numbers.

Slow, so no part of the default run:  pytest tests/claims/seeds_ch03.py
"""

import re
from pathlib import Path
from unittest.mock import MagicMock

import nbformat
import pytest

from dlcore import study

CHAPTER = Path(__file__).parents[2] / "chapters" / "ch03_backpropagation.ipynb"
SHOWN = {"draw": MagicMock(), "explore": MagicMock(), "source": MagicMock()}
SEEDS = [
    r"(manual_seed\()(\d+)",
    r"(new_net\()(\d+)",
    r"(\bseed=)(\d+)",
]
LOOPS = r"for (seed|s) in (progress\()?range\((\w+)\)"


def cells():
    notebook = nbformat.read(CHAPTER, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [cell.source for cell in code if "setup" not in cell.metadata.get("tags", [])]


def with_other_seeds(source, run):
    """Every literal seed moves on by 1000 a run, and so does the first of a range of seeds."""
    for pattern in SEEDS:
        source = re.sub(pattern, lambda found: f"{found[1]}{int(found[2]) + 1000 * run}", source)
    return re.sub(
        LOOPS,
        lambda f: f"for {f[1]} in {f[2] or ''}range({1000 * run}, {1000 * run} + {f[3]})",
        source,
    )


@pytest.mark.parametrize("run", range(5))
def test_claims_hold(run):
    page, held = {"study": study}, []
    study.setup(seed=run)

    def counted(text, holds, measured=None, **said):
        study.claim(text, holds, measured, **said)
        held.append(text)

    for source in cells():
        exec(compile(with_other_seeds(source, run), CHAPTER.name, "exec"), page)
        page |= SHOWN | {"claim": counted}
    assert len(held) == len(set(held)) >= 36


def test_other_runs_see_other_seeds():
    source = with_other_seeds("\n".join(cells()), 3)
    assert "torch.manual_seed(3001)" in source
    assert "for seed in progress(range(3000, 3000 + seeds))" in source
    assert "for s in range(3000, 3000 + 3)" in source
    assert not re.search(r"(manual_seed|new_net)\(\d{1,3}\b", source)
