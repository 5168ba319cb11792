"""Run the chapters on their full data and write what they measured to book/full_scale.md.

python book/tools/full_scale.py        all chapters that have a larger form
python book/tools/full_scale.py 3 6    only these; what the page says of the others stays

The data come from the folder DLCORE_DATA, or are downloaded. The notebooks are not changed.
"""

import argparse
import os
import platform
import re
import sys

import nbformat
import torch
from bookpages.claims import Claim, claims_of
from notebooks import ROOT, execute
from tqdm import tqdm

PAGE = ROOT / "book" / "full_scale.md"
MARK = "study.scale()"  # a notebook that asks for the scale has a larger form
INTRODUCTION = """\
# At full scale

On the pages of this book the experiments run on small sets that come with the packages, so that
a chapter takes no download and less than 90 seconds. The same cells also run on the sets that made
history: `DLCORE_SCALE=full` in the environment asks for them. Here is what they measured then,
next to what stands in the chapter. The seconds are those of one run, with whatever else the
machine was doing. `make full` wrote this page.
"""
HEADER = """\
| section | claim | page scale | full scale |
|---|---|---|---|
"""


def full_run(path):
    """(claims on the page, claims at full scale, cost, notebook as it was run)."""
    notebook = nbformat.read(path, as_version=4)
    page = claims_of(notebook.cells)
    cost = execute(notebook, path.parent, timeout=None, DLCORE_SCALE="full")
    return page, claims_of(notebook.cells), cost, notebook


def section(path):
    """What the page says of one chapter: the claims whose measurement differs, and the cost."""
    page, full, cost, notebook = full_run(path)
    rows = [
        f"| {heading(notebook.cells, ours.cell)} | {plain(ours.text)} | {beside(small, ours)} "
        f"| **{plain(ours.measured)}** |\n"
        for small, ours in pairs(page, full)
        if (small.text, small.measured) != (ours.text, ours.measured)
    ]
    title = notebook.cells[0].source.splitlines()[0].removeprefix("# ")
    cells = ", ".join(
        f"{heading(notebook.cells, index)} {seconds:.0f} s"
        for index, seconds in longest(cost.cells)
    )
    return (
        f"## {title}\n\n"
        f"[The chapter](../chapters/{path.name}) took {cost.seconds:.0f} seconds and at most "
        f"{cost.gib:.1f} GiB: {machine()}. Its longest cells: {cells}.\n\n"
        f"`DLCORE_SCALE=full python book/tools/full_scale.py {int(path.name[2:4])}`\n\n"
        f"{HEADER}{''.join(rows)}"
    )


def pairs(page, full):
    """(claim on the page, claim at full scale) of the same cell; a claim that the page lacks there
    is paired with an empty one, and one that only the page has is left out."""
    for index in sorted({claim.cell for claim in full}):
        theirs = [claim for claim in page if claim.cell == index]
        ours = [claim for claim in full if claim.cell == index]
        same = len(ours) == len(theirs)
        for number, claim in enumerate(ours):
            yield (theirs[number] if same else Claim("", "–", "", index)), claim


def beside(small, ours):
    """What the page measured, with its sentence where that is another one."""
    same = small.text in ("", ours.text)
    return plain(small.measured if same else f"{small.measured}: {small.text}")


def longest(seconds, count=3):
    """(index, seconds) of the cells that took longest."""
    return sorted(enumerate(seconds), key=lambda pair: -pair[1])[:count]


def heading(cells, index):
    """The last heading before a cell."""
    lines = [line for cell in cells[:index] if cell.cell_type == "markdown" for line in
             re.sub(r"(?ms)^```.*?^```", "", cell.source).splitlines()]  # fmt: skip
    found = [line.lstrip("# ") for line in lines if line.startswith("#")]
    return plain(found[-1]) if found else "set-up"


def plain(text):
    """Text as it can stand in a cell of a table."""
    return text.replace("|", "\\|")


def machine():
    """Processor, graphics card if there is one, and versions, in words."""
    cores = os.cpu_count()
    card = f", {torch.cuda.get_device_name()}" if torch.cuda.is_available() else ""
    version = torch.__version__.split("+")[0]
    return f"{platform.machine()}, {cores} cores{card}, PyTorch {version}"


def sections(text):
    """{"6": what the page says of chapter 6}, in the page's order."""
    parts = re.split(r"(?m)^(?=## )", text)[1:]
    return {part.removeprefix("## ").partition(".")[0]: part.rstrip() + "\n" for part in parts}


def chapters(numbers=()):
    """The notebooks of these chapters, or of all that have a larger form."""
    found = {int(path.name[2:4]): path for path in sorted((ROOT / "chapters").glob("ch*.ipynb"))}
    larger = [n for n, path in found.items() if MARK in path.read_text(encoding="utf-8")]
    unknown = sorted(set(numbers) - set(larger))
    if unknown:
        raise ValueError(f"chapter {unknown[0]} has no larger form; these have: {larger}")
    return [found[number] for number in numbers or larger]


def main(arguments=None):
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("chapters", nargs="*", type=int, help="default: all with a larger form")
    options = parser.parse_args(arguments)
    told = sections(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else {}
    for path in tqdm(chapters(options.chapters), unit="chapter"):
        told[str(int(path.name[2:4]))] = section(path)
        ordered = sorted(told, key=int)
        text = "\n".join([INTRODUCTION, *(told[number] for number in ordered)])
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
