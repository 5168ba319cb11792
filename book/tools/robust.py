"""Run a chapter with other random numbers, and with twice the training: do its claims hold?

python book/tools/robust.py 6            chapter 6 with seeds 0 to 4, then with double budget
python book/tools/robust.py 6 --seeds 7  chapter 6 with seed 7 only, and double budget
make claims N=6                            the first, kept in book/robustness.json for the ledger

A claim that says it is about speed (`speed=True`) may fail with double budget, and is listed. Not
part of `make test`, for its length: seven times that of the chapter. Two runs go side by side, and
each is kept in _build/claims as it ends: after a stop, the same command goes on with the rest.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import MagicMock

import nbformat
from bookpages.claims import fingerprint, read_notebook
from folding import DRAWING

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2
KEPT = ROOT / "book" / "robustness.json"
RUNS = Path("_build") / "claims"
SEED = re.compile(r"^SEED = 0\b", re.MULTILINE)
SHOWN = ("explore", "source")  # these and all that draws have no claims
CODE_AFTER_SETUP = re.compile(r"(?s)^.*?(?=^from dlcore import study)", re.MULTILINE)


def chapter_path(chapter):
    (path,) = (ROOT / "chapters").glob(f"ch{chapter:02}_*.ipynb")
    return path


def code_of(path):
    """The code of a chapter's cells."""
    cells = nbformat.read(path, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code"]


def with_seed(code, seed):
    """The cells with another seed and without Colab's installation."""
    first = [CODE_AFTER_SETUP.sub("", code[0]), *code[1:2]]
    if not any(map(SEED.search, first)):
        raise ValueError("the chapter's first two code cells have no line SEED = 0 to replace")
    return [SEED.sub(f"SEED = {seed}", cell) for cell in first] + code[2:]


def run(chapter, seed):
    """Run the cells in this process; returns (claim, measured, holds, speed) of each claim."""
    from dlcore import study

    made, names = [], {"__name__": "__main__"}

    def noted(text, holds, measured=None, **said):
        try:
            study.claim(text, holds, measured, **said)
            held = True
        except study.ClaimError:
            held = False
        made.append((text, str(measured), held, bool(said.get("speed"))))

    os.chdir(ROOT / "chapters")
    for number, source in enumerate(with_seed(code_of(chapter_path(chapter)), seed), start=1):
        exec(compile(source, f"code cell {number}", "exec"), names)
        shown = [name for name in names if name in SHOWN or DRAWING.fullmatch(name)]
        names |= {name: MagicMock() for name in shown}
        names |= {"claim": noted} if "claim" in names else {}
    return made


def run_apart(chapter, seed, budget):
    """The same in a process of its own, with a budget; returns the claims and the seconds."""
    begin = time.perf_counter()
    command = [sys.executable, __file__, str(chapter), "--inside", str(seed)]
    environment = {**os.environ, "DLCORE_BUDGET": str(budget), "TQDM_DISABLE": "1"}
    environment.setdefault("OMP_NUM_THREADS", "1")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"seed {seed}, budget × {budget}:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1]), time.perf_counter() - begin


def package():
    """Changes when any line of dlcore does: runs of another version say nothing about this one."""
    files = sorted((ROOT / "dlcore").rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def run_or_read(chapter, version, seed, budget):
    """A run that has ended is read; another is made, and written when it ends."""
    file = ROOT / RUNS / f"ch{chapter:02}_{version}_{seed}_{budget}.json"
    if not file.exists():
        result = run_apart(chapter, seed, budget)
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".part")
        unfinished.write_text(json.dumps(result), encoding="utf-8")
        unfinished.replace(file)
    return json.loads(file.read_text(encoding="utf-8"))


def examine(chapter, seeds):
    """What fails for the seeds and with double budget, as it is kept and printed."""
    code = fingerprint(read_notebook(chapter_path(chapter)))
    version = f"{code}_{package()}"
    jobs = [(seed, 1) for seed in seeds] + [(0, 2)]
    with ThreadPoolExecutor(WORKERS) as pool:
        results = list(pool.map(lambda job: run_or_read(chapter, version, *job), jobs))
    failed, speed = [], []
    for (seed, budget), (claims, seconds) in zip(jobs, results):
        print(f"seed {seed}, budget × {budget}: {len(claims)} claims, {seconds:.0f} s")
        for text, measured, held, about_speed in claims:
            row = {"seed": seed, "budget": budget, "claim": text, "measured": measured}
            if not held:
                (speed if about_speed and budget > 1 else failed).append(row)
    return {
        "code": code,
        "claims": len(results[0][0]),
        "seeds": list(seeds),
        "failed": failed,
        "speed": speed,
    }


def keep(chapter, found):
    """Write the result of a chapter where the ledger reads it."""
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    kept[f"ch{chapter:02}"] = found
    text = json.dumps(dict(sorted(kept.items())), indent=1, ensure_ascii=False)
    KEPT.write_text(text + "\n", encoding="utf-8")


def report(found):
    for row in found["failed"] + found["speed"]:
        kind = "about speed" if row in found["speed"] else "FAILED"
        print(f"{kind}: seed {row['seed']}, budget × {row['budget']}: {row['claim']}")
        print(f"    measured {row['measured']}")
    print(f"{len(found['failed'])} failed")


def main(arguments=None):
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("chapter", type=int)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(5)))
    parser.add_argument("--keep", action="store_true", help="write book/robustness.json")
    parser.add_argument("--inside", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.inside is not None:
        claims = run(options.chapter, options.inside)
        print("\n" + json.dumps(claims))
        return 0
    found = examine(options.chapter, options.seeds)
    report(found)
    if options.keep:
        keep(options.chapter, found)
    return min(len(found["failed"]), 1)


if __name__ == "__main__":
    sys.exit(main())
