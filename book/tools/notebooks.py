"""Execute the book's notebooks and write them in their normal form.

python book/tools/notebooks.py                        all chapters and exercises
python book/tools/notebooks.py chapters/ch01_*.ipynb  only these
python book/tools/notebooks.py --timings              also take all timings anew
python book/tools/notebooks.py --check                execute nothing, say what is not in form

Exercises, in chapters/exercises, are the learner's copies: they are not executed.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import chapter_form
import nbformat
from folding import fold
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from normal_form import ROUNDING, keep_timings, leave_unrun, normalise
from package import project
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[2]
MAX_SECONDS = 90
MAX_GIB = 2.0
SETUP_TAG = "setup"
SETUP = """\
# Colab has no dlcore yet: install the book's. Elsewhere it is there already.
import importlib.util

if importlib.util.find_spec("dlcore") is None:
    book = "{repository}@v{version}"
    %pip install -q "dlcore @ git+{{book}}"

from dlcore import study

device = study.setup(seed=0)
"""
SETUP_END = "device = study.setup(seed=0)"
PEAK_MEMORY = """\
# Linux: of this program alone; ru_maxrss counts the one that started it as well, before its exec.
import pathlib, re, resource

status = pathlib.Path("/proc/self/status")
own = re.search(r"VmHWM:\\s*(\\d+) kB", status.read_text()) if status.exists() else None
print(own[1] if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@dataclass
class Cost:
    """What running a notebook took: seconds, the kernel's peak memory, the seconds of each cell."""

    seconds: float
    gib: float
    cells: tuple[float, ...] = ()

    def problems(self):
        if self.seconds > MAX_SECONDS:
            yield f"took {self.seconds:.0f} s; a chapter has {MAX_SECONDS} s"
        if self.gib > MAX_GIB:
            yield f"used {self.gib:.2f} GiB; a chapter has {MAX_GIB:.0f} GiB"


def opened(path):
    """Return a notebook in format 4; SystemExit says in one sentence that a file is none."""
    try:
        text = json.dumps(json.loads(Path(path).read_bytes()))  # any encoding that JSON may have
        return nbformat.reads(text, as_version=4)
    except FileNotFoundError:
        raise SystemExit(f"{path}: there is no such file") from None
    except (ValueError, RecursionError):
        raise SystemExit(f"{path} is no notebook: it is not JSON, or cut off") from None
    except (nbformat.ValidationError, KeyError, TypeError, AttributeError):
        raise SystemExit(f"{path} is JSON, but no notebook of a known format") from None


def setup_source(root=ROOT):
    """The set-up cell, with the address and the version that pyproject.toml states."""
    stated = project(root)
    address = stated.get("urls", {}).get("Repository")
    if not address or "version" not in stated:
        raise ValueError("pyproject.toml states no version or no Repository for the set-up cell")
    return SETUP.format(repository=address, version=stated["version"]).strip()


def write_setup(notebook, source):
    """Put the template into the set-up cell; what follows its last line is the chapter's own."""
    tagged = [cell for cell in notebook.cells if SETUP_TAG in cell.metadata.get("tags", ())]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if len(tagged) != 1 or tagged[0] is not code[0]:
        raise ValueError(f'the first code cell, and no other, must carry the tag "{SETUP_TAG}"')
    _, end, own = tagged[0].source.partition(SETUP_END)
    tagged[0].source = source + (own if end else "")


def execute(notebook, folder, kernel="python3", timeout: int | None = 600, **environment):
    """Run all cells in one fresh kernel and return what it cost; raises at the first error."""
    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name=kernel,
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    client.reset_execution_trackers()
    with client.setup_kernel(env={**os.environ, "TQDM_DISABLE": "1", **environment}):
        times = [time.perf_counter()]
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
            times.append(time.perf_counter())
        gib = peak_gib(client)
        client.set_widgets_metadata()
    return Cost(times[-1] - times[0], gib, tuple(b - a for a, b in pairwise(times)))


def peak_gib(client):
    """The most memory that the kernel ever held, in GiB; asked in a cell that is not kept."""
    cells = client.nb.cells
    cells.append(nbformat.v4.new_code_cell(PEAK_MEMORY))
    try:
        client.execute_cell(cells[-1], len(cells) - 1, store_history=False)
        peak = int(cells[-1].outputs[0]["text"])
    finally:
        cells.pop()
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux KiB
    return peak * unit / 2**30


def is_exercise(path):
    """Whether a notebook is a learner's copy, which is committed without outputs."""
    return path.parent.name == "exercises"


def finished(notebook, path):
    """The normal form of a chapter with its outputs, folded, or of an exercise without any."""
    normalise(notebook)
    return leave_unrun(notebook) if is_exercise(path) else fold(notebook)


def refresh(path, timings=False):
    """Format one notebook, execute it if it is a chapter, write it; returns what it cost.

    Cells that measure time keep the outputs that git has of them, unless timings is True.
    """
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(path)], check=True)
    notebook = opened(path)
    write_setup(notebook, setup_source())
    cost = Cost(0.0, 0.0)
    if not is_exercise(path):
        from arithmetic import arithmetic  # brings torch, which no check of forms needs

        cost = execute(notebook, path.parent)
        notebook.metadata[ROUNDING] = arithmetic()
    before = None if timings else committed(path)
    if before is not None:
        keep_timings(notebook, before)
    write(finished(notebook, path), path)
    return cost


def committed(path):
    """The notebook as git has it, or None."""
    show = ["git", "show", f"HEAD:./{path.name}"]
    found = subprocess.run(show, cwd=path.parent, capture_output=True, text=True, check=False)
    return nbformat.reads(found.stdout, as_version=4) if found.returncode == 0 else None


def write(notebook, path):
    """Write by way of a temporary file, so that an interruption leaves the old notebook whole."""
    nbformat.validate(notebook)
    partial = path.with_suffix(".partial")
    partial.write_text(text_of(notebook), encoding="utf-8")
    partial.replace(path)


def text_of(notebook):
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def abnormal(path):
    """One sentence if a notebook is not in its normal form, else None."""
    notebook = opened(path)
    try:
        write_setup(notebook, setup_source())
    except ValueError as error:
        return str(error)
    if text_of(finished(notebook, path)) != path.read_text(encoding="utf-8"):
        return "is not as `make notebooks` writes it"
    return None


def misshapen(path):
    """What breaks the form of a chapter in a notebook, as one text, else None."""
    notebook = opened(path)
    rules = () if is_exercise(path) else chapter_form.RULES
    return "\n    ".join(fault for rule in rules for fault in rule(notebook)) or None


def refresh_all(paths, timings=False):
    """Execute the notebooks one after the other, with a bar; returns the problems found."""
    problems = []
    for path in (bar := tqdm(paths, unit="notebook", disable=False)):
        bar.set_description(path.stem)
        try:
            cost = refresh(path, timings)
        except (CellExecutionError, ValueError) as error:
            problems.append(f"{path.name}: {error}")
            continue
        tqdm.write(f"{path.name:44} {cost.seconds:6.1f} s {cost.gib:6.2f} GiB")
        problems += [f"{path.name}: {problem}" for problem in cost.problems()]
    return problems


def all_notebooks(chapters=ROOT / "chapters"):
    """The chapters in order, then the exercises."""
    return sorted(chapters.glob("ch*.ipynb")) + sorted(chapters.glob("exercises/ex*.ipynb"))


def main(arguments=None):
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all")
    parser.add_argument("--check", action="store_true", help="execute nothing, write nothing")
    parser.add_argument("--timings", action="store_true", help="take all timings anew")
    options = parser.parse_args(arguments)
    paths = [path.resolve() for path in options.notebooks] or all_notebooks()
    if options.check:
        found = {path.name: abnormal(path) or misshapen(path) for path in paths}
        problems = [f"{name}: {problem}" for name, problem in found.items() if problem]
    else:
        problems = refresh_all(paths, options.timings)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
