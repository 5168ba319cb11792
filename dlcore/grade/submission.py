"""Find submissions and read them without trusting their names, sizes or kinds."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LARGEST = 20 * 2**20
NOTEBOOK = re.compile(r"(?i)\.ipynb(\.txt|\.json| ?\(\d+\)|\.download)?$")
# What systems and editors put beside the files of a class.
COMPANIONS = {".ipynb_checkpoints", "__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".git",
              "__pycache__", "dlcore_progress.json"}  # fmt: skip
CHECKED = re.compile(rb"check\(\s*\\?[\"'](\d{1,3})\.\d")


@dataclass(frozen=True)
class Submission:
    """A file that was handed in. name: what tells it from the others."""

    path: Path
    name: str

    def read(self) -> tuple[bytes, str]:
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

    def key(self, version: str) -> str:
        """Return what this file's marks are stored under: its name, content and the tasks."""
        data, problem = self.read()
        parts = [version.encode(), os.fsencode(self.name), problem.encode(), data]
        digest = hashlib.sha256()
        for part in parts:
            digest.update(len(part).to_bytes(8, "big") + part)
        return digest.hexdigest()[:32]


def collect(paths: Iterable[str | Path]) -> tuple[list[Submission], list[str]]:
    """Return (submissions, sentences about files that are none) of files and folders.

    Submissions are named as briefly as tells them apart. ValueError if a path does not exist.
    """
    files, told, seen = [], [], set()
    for path in map(Path, paths):
        if not os.path.lexists(path):
            raise ValueError(f"there is no {printable(path)}; nothing was graded")
        found = _handed_in(path, told) if path.is_dir() else [path]
        for file in found:
            place = os.path.realpath(file.parent) + os.sep + file.name
            files += [] if place in seen else [file]
            seen.add(place)
    stems = Counter(stem(file) for file in files)
    if len(files) == len(stems):
        return [Submission(file, stem(file)) for file in files], told
    absolute = [Path(os.path.abspath(file)) for file in files]
    common = os.path.commonpath([file.parent for file in absolute])
    names = [str(place.relative_to(common).with_name(stem(place))) for place in absolute]
    twice = Counter(names)  # ann.ipynb beside ann.ipynb.txt
    return [
        Submission(file, name if twice[name] == 1 else str(place.relative_to(common)))
        for file, place, name in zip(files, absolute, names)
    ], told


def stem(path: Path) -> str:
    """Return a file's name without the endings of a notebook, also those that browsers add."""
    return re.sub(NOTEBOOK, "", path.name) or path.name


def _handed_in(folder: Path, told: list[str]) -> list[Path]:
    """Return the notebooks under a folder; folders that are links are not entered.

    told: gets a sentence for each file that is none, and for each folder that holds none.
    """
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in COMPANIONS)
        here = sorted(Path(place, name) for name in names
                      if name not in COMPANIONS and not name.startswith("._"))  # fmt: skip
        mine = [path for path in here if re.search(NOTEBOOK, path.name)]
        found += mine
        told += [_no_notebook(path) for path in here if path not in mine]
        told += [f"{printable(Path(place, name))} is a link to a folder: it was not entered."
                 for name in folders if Path(place, name).is_symlink()]  # fmt: skip
        if not folders and not here:
            told.append(f"{printable(place)} is an empty folder.")
    return found


def _no_notebook(path: Path) -> str:
    """Say what a file is that is no notebook, and what to do about it."""
    kinds = {
        ".zip .gz .tar .tgz .7z .rar": "is an archive: unpack it and grade again",
        ".json": "is no notebook by its name: if it is one, let its name end in .ipynb",
        ".py .txt .md": "is a text, not a notebook: ask for the .ipynb file",
        ".html .htm .pdf": "is a print of a notebook: ask for the .ipynb file",
    }
    ending = path.suffix.lower() or "?"
    why = next((why for ends, why in kinds.items() if ending in ends.split()), "is no notebook")
    return f"{printable(path)} {why}."


def printable(text: Any) -> str:
    """Return a name in one line without control characters, for screens and tables."""
    shown = "".join(c if c.isprintable() else "␣" for c in str(text))
    return shown.encode("utf-8", "replace").decode()


def chapter_of(submissions: Sequence[Submission]) -> int | None:
    """Return the chapter whose exercises most submissions check, or None."""
    votes = Counter()
    for submission in submissions:
        found = Counter(
            int(number) for number in CHECKED.findall(submission.read()[0].replace(b"\0", b""))
        )
        votes.update([number for number, _ in found.most_common(1)])
    return votes.most_common(1)[0][0] if votes else None
