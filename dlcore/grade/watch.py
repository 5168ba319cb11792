"""Watch a sandbox from outside for what no limit inside counts: its threads and its files."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

WATCHING = 0.1  # seconds between two looks at what a sandbox holds
MOST_THREADS = 512
MOST_FILES = 10_000


@dataclass
class Seen:
    """When a sandbox was last looked at, and the processor time that it had used by then."""

    when: float
    cpu: float = 0.0

    def look(self, process: int, disk: int) -> str:
        """Look again, if it is time; say what the sandbox has too much of."""
        if time.monotonic() < self.when + WATCHING:
            return ""
        members = family(process)
        self.when, self.cpu = time.monotonic(), max(self.cpu, processor_time(members))
        return excess(members, disk)


def family(process: int) -> list[int]:
    """Return a process and all that descend from it, as far as they can be seen."""
    found = [process]
    for parent in found:
        try:
            words = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        except OSError:
            continue
        found += map(int, words)
    return found


def processor_time(members: Sequence[int]) -> float:
    """Return the seconds of processor time that some processes have used."""
    return sum(map(_ticks, members)) / os.sysconf("SC_CLK_TCK")


def excess(members: Sequence[int], disk: int) -> str:
    """Say what a sandbox's processes have too much of, "" if nothing. disk: bytes of its /tmp."""
    if sum(map(_threads, members)) > MOST_THREADS:
        return f"it started more than {MOST_THREADS} threads"
    if _files(members[-1], disk) > MOST_FILES:
        return f"it made more than {MOST_FILES} files"
    return ""


def _ticks(member: int) -> int:
    """Return a process's time in the kernel's units: fields 14 and 15 of proc(5)'s stat."""
    try:
        text = Path(f"/proc/{member}/stat").read_text()
    except OSError:
        return 0
    return sum(map(int, text.rpartition(")")[2].split()[11:13]))


def _threads(member: int) -> int:
    """Return how many threads a process has; 0 once it has ended."""
    try:
        return os.stat(f"/proc/{member}/task").st_nlink - 2
    except OSError:
        return 0


def _files(member: int, disk: int) -> int:
    """Return how many files a process's /tmp holds; 0 as long as it is not the private one."""
    try:
        facts = os.statvfs(f"/proc/{member}/root/tmp")
    except OSError:
        return 0
    return facts.f_files - facts.f_ffree if facts.f_blocks * facts.f_frsize == disk else 0
