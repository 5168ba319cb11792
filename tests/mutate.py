"""Does the twin test of a file notice when one of its lines is wrong?

python tests/mutate.py dlcore/layers/loss.py [10 [SEED]]: changes a sample of places, one at a time,
in a copy of the package, runs tests/layers/test_loss.py there, and prints what it did not notice.
"""

import ast
import os
import random
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "grade"))

from mutants import _line, _places, _put  # noqa: E402
from slips import expressions, statements  # noqa: E402

COPIED = ("dlcore", "tests", "book/tools", "pyproject.toml")
NOT_RUN = ("returns", "annotation", "decorator_list")  # what only a reader or a checker sees
SLOWER = 5  # times the untouched run, and the seconds below: longer than that a mutant has ended
PATIENCE = 20.0


@dataclass(frozen=True)
class Wrong:
    """One change. text: the whole file with it."""

    line: int
    change: str
    text: str


def wrongs(text):
    """Every change of one place below the functions and classes of a file."""
    tree = ast.parse(text)
    roots = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    found = []
    for holder, field, index, statement in [place for root in roots for place in _places(root)]:
        node = getattr(holder, field)
        node = node if index is None else node[index]
        if field in NOT_RUN or is_docstring(node):
            continue
        before, line = _line(statement), node.lineno
        for changed in statements(node) if isinstance(node, ast.stmt) else expressions(node):
            _put(holder, field, index, changed)
            after = _line(changed if statement is node else statement)
            if after != before:
                found.append(Wrong(line, f"{before} → {after}", ast.unparse(tree)))
            _put(holder, field, index, node)
    return found


def is_docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def twin(path, root=ROOT):
    """The test of a file of dlcore: tests/layers/test_loss.py for dlcore/layers/loss.py."""
    inside = Path(path).resolve().relative_to(root / "dlcore")
    test = Path("tests") / inside.parent / f"test_{inside.name}"
    if not (root / test).exists():
        raise SystemExit(f"{path} has no twin test {test}")
    return test


def copy(root, folder):
    """A copy of all that the tests need, so that the working tree is never touched."""
    for name in COPIED:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        copier = shutil.copytree if (root / name).is_dir() else shutil.copyfile
        copier(root / name, target)


def passes(folder, test, seconds=None):
    """Whether the test passes in a folder; one that does not end has failed."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", str(test)]
    variables = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    variables.pop("PYTHONPATH", None)
    try:
        done = subprocess.run(command, cwd=folder, env=variables, capture_output=True,
                              timeout=seconds, check=False)  # fmt: skip
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def survivors(path, count, seed, folder, root=ROOT, say=print):
    """Try a sample of the wrong files; return those that the twin test lets pass."""
    path, test = Path(path).resolve(), twin(path, root)
    copy(root, folder)
    start = time.monotonic()
    if not passes(folder, test):
        raise SystemExit(f"{test} fails without any change: mend that first")
    limit = SLOWER * (time.monotonic() - start) + PATIENCE
    chosen = wrongs(path.read_text(encoding="utf-8"))
    chosen = random.Random(seed).sample(chosen, min(count, len(chosen)))
    left = []
    for wrong in sorted(chosen, key=lambda one: one.line):
        (folder / path.relative_to(root)).write_text(wrong.text, encoding="utf-8")
        alive = passes(folder, test, limit)
        left += [wrong] if alive else []
        say(f"{'SURVIVED' if alive else 'killed  '} line {wrong.line}: {wrong.change}")
    say(f"{len(chosen) - len(left)} of {len(chosen)} killed by {test}")
    return left


def main(path, count="10", seed="0"):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        survivors(path, int(count), int(seed), Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
