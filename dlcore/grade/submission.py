"""Find submissions and read them without trusting their names, sizes or kinds."""

import hashlib
import os
import re
import stat
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

LARGEST = 20 * 2**20
CHECKED = re.compile(rb"check\(\s*\\?[\"'](\d{1,3})\.\d")


@dataclass(frozen=True)
class Submission:
    """A file that was handed in. name: what tells it from the others."""

    path: Path
    name: str

    def read(self):
        """Return (its bytes, ""), or (b"", why it is not read)."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            descriptor = os.open(self.path, flags)
        except OSError as error:
            link = self.path.is_symlink()
            why = "it is a symbolic link" if link else os.strerror(error.errno or 0)
            return b"", f"The file was not read: {why}."
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            os.close(descriptor)
            return b"", "The file was not read: it is no plain file."
        with os.fdopen(descriptor, "rb") as file:
            if facts.st_size > LARGEST:
                size = f"{facts.st_size / 2**20:.0f} MiB, {LARGEST // 2**20} are allowed"
                return b"", f"The file was not read: it has {size}. Clear its outputs."
            return file.read(LARGEST + 1)[:LARGEST], ""

    def key(self, version):
        """Return what this file's marks are stored under: its name, content and the tasks."""
        data, problem = self.read()
        parts = [version.encode(), os.fsencode(self.name), problem.encode(), data]
        digest = hashlib.sha256()
        for part in parts:
            digest.update(len(part).to_bytes(8, "big") + part)
        return digest.hexdigest()[:32]


def collect(paths):
    """Return the submissions among files and folders, named as briefly as tells them apart."""
    files = []
    for path in map(Path, paths):
        found = sorted(_notebooks(path)) if path.is_dir() else [path]
        files += [file for file in found if file not in files]
    stems = Counter(file.stem for file in files)
    if len(files) == len(stems):
        return [Submission(file, file.stem) for file in files]
    absolute = [Path(os.path.abspath(file)) for file in files]
    common = os.path.commonpath([file.parent for file in absolute])
    return [
        Submission(file, str(place.relative_to(common).with_suffix("")))
        for file, place in zip(files, absolute)
    ]


def _notebooks(folder):
    """Yield the notebooks under a folder; folders that are links are not entered."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != ".ipynb_checkpoints"]
        yield from (Path(place, name) for name in names if name.endswith(".ipynb"))


def printable(text):
    """Return a name in one line without control characters, for screens and tables."""
    shown = "".join(c if c.isprintable() else "␣" for c in str(text))
    return shown.encode("utf-8", "replace").decode()


def chapter_of(submissions):
    """Return the chapter whose exercises most submissions check, or None."""
    votes = Counter()
    for submission in submissions:
        found = Counter(int(number) for number in CHECKED.findall(submission.read()[0]))
        votes.update([number for number, _ in found.most_common(1)])
    return votes.most_common(1)[0][0] if votes else None
