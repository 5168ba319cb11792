"""Write the two scripts of a Gradescope autograder, which grade one submission at a time.

Their places and the results' form: https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

from __future__ import annotations

import zipfile
from importlib.metadata import metadata, version
from pathlib import Path

import torch

SETUP = """#!/usr/bin/env bash
# Builds the autograder's image: bubblewrap, Python, PyTorch for the CPU, and the book's package.
set -euo pipefail
apt-get update
apt-get install -y bubblewrap git python3 python3-venv
python3 -m venv /opt/grade
/opt/grade/bin/pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu \\
    "dlcore @ git+{repository}@v{version}" {pins}
"""

RUN = """#!/usr/bin/env bash
# Grades what was handed in and leaves the marks where Gradescope looks for them. Where no sandbox
# starts it writes no marks and fails, and Gradescope tells you so.
set -euo pipefail
out=$(mktemp -d)
/opt/grade/bin/dlcore-grade /autograder/submission --out "$out" {options}
cp "$out"/results/*/results.json /autograder/results/results.json
"""


def repository() -> str:
    """Return the address of the book's repository, as the installed package states it."""
    for entry in metadata("dlcore").get_all("Project-URL") or ():
        name, _, address = entry.partition(",")
        if name.strip().lower() == "repository":
            return address.strip()
    raise ValueError("the installed dlcore names no repository: install it from a checkout")


def export(out: str | Path, chapter: int, tasks_file: str | Path | None = None) -> list[Path]:
    """Write setup.sh, run_autograder and both in autograder.zip; return the three paths."""
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    pins = f"torch=={torch.__version__.split('+')[0]}"
    setup = SETUP.format(repository=repository(), version=version("dlcore"), pins=pins)
    files = {"setup.sh": setup}
    options = f"--chapter {chapter}"
    if tasks_file:
        files["tasks.py"] = Path(tasks_file).read_text(encoding="utf-8")
        options += " --tasks /autograder/source/tasks.py"
    files["run_autograder"] = RUN.format(options=options)
    with zipfile.ZipFile(out / "autograder.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            (out / name).write_text(text, encoding="utf-8")
            (out / name).chmod(0o755)
            archive.write(out / name, name)
    return [out / name for name in (*files, "autograder.zip")]
