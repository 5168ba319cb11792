"""Run chapter 5 with other random numbers: do its claims hold for every seed?

python tests/claims/seeds_ch05.py            seeds 0 to 4, half a minute each
python tests/claims/seeds_ch05.py 7 8        only these

The margins of the chapter's claims were chosen so that they do. Not part of `make test`, for its
length.
"""

import re
import sys
from pathlib import Path
from unittest.mock import MagicMock

import nbformat

from dlcore.study import ClaimError

CHAPTER = Path(__file__).parents[2] / "chapters" / "ch05_vanishing_gradients.ipynb"
SEED = "SEED = 0"
SHOWN = ("draw", "explore", "source")


def sources(seed):
    """The code of the chapter's cells, with another seed and without Colab's installation."""
    cells = [c for c in nbformat.read(CHAPTER, as_version=4).cells if c.cell_type == "code"]
    setup = re.sub(r"(?s)^.*?(?=^from dlcore import study)", "", cells[0].source, flags=re.M)
    imports = cells[1].source
    if SEED not in imports:
        raise ValueError(f"the second cell of {CHAPTER.name} has no line {SEED!r} to replace")
    seeded = imports.replace(SEED, f"SEED = {seed}")
    return [setup, seeded, *(cell.source for cell in cells[2:])]


def failures(seed):
    """The claims that do not hold for a seed, and the cells that then could not run."""
    names = {}
    for number, source in enumerate(sources(seed), start=1):
        try:
            exec(compile(source, f"cell {number}", "exec"), names)
        except ClaimError as error:
            yield f"seed {seed}, code cell {number}: {error}"
        if number == 2:
            names |= {name: MagicMock() for name in SHOWN}  # figures have no claims


def main(seeds):
    found = [failure for seed in seeds for failure in failures(seed)]
    print(*found, f"{len(found)} claims failed for seeds {seeds}", sep="\n")
    return len(found)


if __name__ == "__main__":
    sys.exit(min(main([int(seed) for seed in sys.argv[1:]] or list(range(5))), 1))
