"""Of which chapters all slips were tried, and by which files that was settled.

python tests/grade/noticed.py 6 7: tries all slips of chapters 6 and 7, some minutes, and notes the
chapters in noticed.json. Without a number: those whose files have changed since.
"""

import hashlib
import json
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2] / "book" / "tools"))

from mutants import equal, faults, files
from package import read

from dlcore.grade.registry import book_tasks

ROOT = Path(__file__).resolve().parents[2]
NOTED = Path(__file__).parent / "noticed.json"


def held():
    """The chapters whose tasks have to notice every slip that is not listed as equal."""
    chapters = sorted({task.chapter for task in book_tasks().values()})
    return [chapter for chapter in chapters if equal(chapter) is not None]


def settled_by(starts, root=ROOT):
    """These files and those of dlcore that they import, directly or through others."""
    found, waiting = set(), list(starts)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            names = [name for _, name in read(path).imports if name.split(".")[0] == "dlcore"]
            waiting += [one for one in (_file(name, root) for name in names) if one]
    return sorted(found)


def _file(name, root):
    """The file that a dotted name is, or is taken from."""
    parts = name.split(".")
    while len(parts) > 1:
        place = root.joinpath(*parts)
        for path in (place.with_suffix(".py"), place / "__init__.py"):
            if path.exists():
                return path
        parts.pop()
    return None


def fingerprint(chapter):
    """What the outcome of a chapter's slips depends on, in a few letters."""
    here = Path(__file__).parent
    tasks = (ROOT / "dlcore" / "grade" / "tasks" / f"ch{chapter:02d}").glob("*.py")
    starts = [here / "mutants.py", here / "slips.py", *files(chapter), *tasks]
    said = hashlib.sha256(torch.__version__.split("+")[0].encode())
    for path in settled_by(starts):
        said.update(f"\n{path.relative_to(ROOT).as_posix()}\n".encode())
        said.update(path.read_text(encoding="utf-8").encode())
    return said.hexdigest()[:16]


def noted():
    """{chapter: its fingerprint when all its slips had been tried}."""
    stored = json.loads(NOTED.read_text(encoding="utf-8")) if NOTED.exists() else {}
    return {int(chapter): value for chapter, value in stored.items()}


def is_changed(chapter):
    """Whether all slips of a chapter have to be tried."""
    return noted().get(chapter) != fingerprint(chapter)


def changed():
    """The chapters of which all slips have to be tried."""
    return [chapter for chapter in held() if is_changed(chapter)]


def main(*chapters):
    for chapter in chapters or changed():
        before, found = fingerprint(chapter), faults(chapter)
        print(f"chapter {chapter}:", "; ".join(found) or "noticed or listed", flush=True)
        if not found:
            table = sorted({**noted(), chapter: before}.items())
            NOTED.write_text(json.dumps(dict(table), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
