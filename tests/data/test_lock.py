"""A lock is held by one process at a time, and where there is none that is said."""

import multiprocessing
import os
import subprocess
import sys
import time

import pytest

from dlcore.data import lock
from dlcore.data.lock import locked

COUNT = """
import sys
from pathlib import Path
from dlcore.data.lock import locked
place = Path(sys.argv[1])
for _ in range(20):
    with locked(place.with_name("lock")) as held:
        assert held
        place.write_text(str(int(place.read_text()) + 1))
"""


@pytest.mark.slow
def test_nothing_is_lost_between_processes(tmp_path):
    (tmp_path / "count").write_text("0")
    words = [sys.executable, "-c", COUNT, str(tmp_path / "count")]
    running = [subprocess.Popen(words) for _ in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert (tmp_path / "count").read_text() == "60"


def hold(path, ready):
    with locked(path):
        ready.set()
        time.sleep(60)


def test_a_killed_process_lets_go(tmp_path):
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=hold, args=(tmp_path / "lock", ready))
    process.start()
    ready.wait(60)
    process.kill()
    process.join()
    with locked(tmp_path / "lock") as held:
        assert held


def test_errors_of_the_block_are_its_own(tmp_path):
    with pytest.raises(OSError, match="mine"), locked(tmp_path / "lock"):
        raise OSError("mine")
    with locked(tmp_path / "lock") as held:
        assert held


def test_where_no_lock_is_to_be_had(tmp_path, monkeypatch):
    with locked(tmp_path / "no folder" / "lock") as held:
        assert not held

    def refuse(descriptor):
        raise OSError("a network drive without locks")

    monkeypatch.setattr(lock, "_wait", refuse)
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    with locked(tmp_path / "lock") as held:
        assert not held
    assert not before or len(os.listdir("/proc/self/fd")) == before
