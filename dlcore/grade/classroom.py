"""Grade a class: several submissions at once, each stored when it is done, so that a run that was
killed goes on where it stopped."""

import hashlib
import json
import os
import secrets
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from dlcore.grade import sandbox
from dlcore.grade.marking import Plan, marks, question

HERE = Path(__file__).parent


def version(tasks, files=()):
    """Return a fingerprint of the grader, the tasks and a teacher's files of tasks."""
    digest = hashlib.sha256(" ".join(task.id for task in tasks).encode())
    for path in [*sorted(HERE.rglob("*.py")), *map(Path, files)]:
        data = path.read_bytes()
        digest.update(f"{path.name} {len(data)} ".encode() + data)
    return digest.hexdigest()[:16]


def write(path, text):
    """Write a file whole or not at all, also if the machine stops meanwhile."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    with open(draft, "w", encoding="utf-8", errors="replace", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def read(path):
    """Return a stored result, None if there is none that can be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


@contextmanager
def alone(out):
    """Hold the folder of marks for one grader: RuntimeError if another one works in it."""
    import fcntl  # Linux's and macOS's; elsewhere the grader has refused before

    out.mkdir(parents=True, exist_ok=True)
    with open(out / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RuntimeError(f"another grader is working in {out}: wait for it") from None
        yield


def class_seed(out):
    """Return the seed of this class's inputs: drawn once, the same when grading goes on."""
    path = out / "seed.json"
    stored = read(path)
    if isinstance(stored, dict) and isinstance(stored.get("seed"), int):
        return stored["seed"]
    seed = secrets.randbits(64)
    write(path, json.dumps({"seed": seed}) + "\n")
    return seed


def grade(submissions, tasks, out, *, jobs, limits, files=()):
    """Return (marks of all submissions in their order, sentences about what the grader failed at).

    Results are stored under `out`/submissions; those that are there are not graded again.
    """
    out = Path(out)
    for folder in {item.path.parent for item in submissions} | {Path(file) for file in files}:
        sandbox.refuse_visible(folder)
    store = out / "submissions"
    store.mkdir(parents=True, exist_ok=True)
    plan = Plan(list(tasks), class_seed(out), limits)
    stamp = version(tasks, files)
    places = {item: store / f"{item.key(stamp)}.json" for item in submissions}
    done = {item: read(place) for item, place in places.items()}
    failures = _grade_rest([item for item in submissions if not done[item]], places, plan, jobs)
    done = {item: read(place) for item, place in places.items()}
    return [found for found in done.values() if found], failures


def _grade_rest(waiting, places, plan, jobs):
    """Interview in `jobs` threads, judge and store here; return what went wrong in the grader."""
    failures = []
    with ThreadPoolExecutor(max_workers=jobs) as pool, _bar(len(waiting)) as bar:
        running = {pool.submit(question, item, plan): item for item in waiting}
        try:
            for future in as_completed(running):
                item = running[future]
                try:
                    result = marks(item, future.result(), plan)
                    write(places[item], json.dumps(result, ensure_ascii=True) + "\n")
                except Exception as error:
                    kind = type(error).__name__
                    failures.append(f"{item.name}: the grader failed with {kind}: {error}")
                bar.update()
        except KeyboardInterrupt:
            print("\nStopped. The same command goes on from here.", file=sys.stderr)
            sys.stderr.flush()
            os._exit(130)  # the sandboxes end with this process
    return failures


def _bar(total):
    return tqdm(total=total, desc="grading", unit="submission", disable=not total or None)
