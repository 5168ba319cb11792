"""One process at a time: a lock that two notebooks, or two users of a folder, can wait for."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # Windows
    fcntl: Any = None

WAITING = 0.1  # seconds between two tries on Windows


@contextmanager
def locked(path: str | Path) -> Iterator[bool]:
    """Hold the lock `path` while a block runs, after whoever holds it now.

    Gives False where there is no lock to be had, as on some network drives: then write under a
    name of one's own. The empty file of the lock stays.
    """
    descriptor = _take(Path(path))
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            os.close(descriptor)  # which lets go of the lock


def _take(path: Path) -> int | None:
    """Return the descriptor of a locked file, None if it cannot be had."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except PermissionError:  # another user made it, and reading will do
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except OSError:
            return None
    except OSError:
        return None
    try:
        _wait(descriptor)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _wait(descriptor: int) -> None:
    """Wait until the file is ours alone."""
    if fcntl is not None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return None
    import msvcrt

    lock: Any = msvcrt
    while True:
        try:
            return lock.locking(descriptor, lock.LK_NBLCK, 1)
        except PermissionError:
            time.sleep(WAITING)
