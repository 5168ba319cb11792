"""Run a chapter with other random numbers: do its claims hold for every seed?

python tests/claims/seeds.py 1            chapter 1 with seeds 0 to 4, some ten seconds each
python tests/claims/seeds.py 4 7 8        chapter 4 with only these

For chapters whose first cells have the line `SEED = 0`; chapters 2 and 3 have files of their own.
The margins of the claims were chosen so that they hold. Not part of `make test`, for its length.
"""

import re
import sys
from pathlib import Path
from unittest.mock import MagicMock

import nbformat

from dlcore.study import ClaimError

CHAPTERS = Path(__file__).parents[2] / "chapters"
SEED = "SEED = 0"
SHOWN = ("draw", "explore", "source")  # figures have no claims


def sources(chapter, seed):
    """The code of the chapter's cells, with another seed and without Colab's installation."""
    (path,) = CHAPTERS.glob(f"ch{chapter:02}_*.ipynb")
    code = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    code[0] = re.sub(r"(?s)^.*?(?=^from dlcore import study)", "", code[0], flags=re.M)
    if SEED not in "".join(code[:2]):
        raise ValueError(f"the first cells of {path.name} have no line {SEED!r} to replace")
    return [cell.replace(SEED, f"SEED = {seed}") for cell in code[:2]] + code[2:]


def failures(chapter, seed):
    """The claims that do not hold for a seed, and the cells that then could not run."""
    names = {}
    for number, source in enumerate(sources(chapter, seed), start=1):
        try:
            exec(compile(source, f"cell {number}", "exec"), names)
        except ClaimError as error:
            yield f"seed {seed}, code cell {number}: {error}"
        if number <= 2:
            names |= {name: MagicMock() for name in SHOWN if name in names}


def main(chapter, *seeds):
    seeds = seeds or range(5)
    found = [failure for seed in seeds for failure in failures(chapter, seed)]
    print(*found, f"{len(found)} claims failed for seeds {[*seeds]}", sep="\n")
    return len(found)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(str(__doc__))
    sys.exit(min(main(*map(int, sys.argv[1:])), 1))
