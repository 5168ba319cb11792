"""What no limit inside counts is counted from outside."""

import os
import threading
import time

import pytest

from dlcore.grade import watch
from dlcore.grade.sandbox import Limits, run
from dlcore.grade.watch import excess, family, processor_time

TASK = {"id": "99.1", "function": "look", "cases": [[]]}
LIMITS = Limits(cpu_seconds=20, wall_seconds=60, call_seconds=15, memory=2048)


def ended(notebook, *cells):
    return run(notebook(*cells), [TASK], LIMITS).how


def test_this_process_is_in_its_own_family():
    assert family(os.getpid())[0] == os.getpid()
    assert excess([os.getpid()], 1) == ""
    assert excess([2**22 + 1], 1) == ""


def test_processor_time_is_read():
    before, known = processor_time([os.getpid()]), time.process_time()
    while time.process_time() < known + 0.3:
        pass
    assert 0.2 < processor_time([os.getpid()]) - before < 2
    assert processor_time([2**22 + 1]) == 0


def test_threads_are_counted(monkeypatch):
    monkeypatch.setattr(watch, "MOST_THREADS", threading.active_count() - 1)
    assert excess([os.getpid()], 1).startswith("it started more than")


@pytest.mark.parametrize("stack", [32 * 2**10, 2**20])
def test_a_storm_of_threads_is_ended(notebook, stack):
    storm = (
        f"import threading, time\nthreading.stack_size({stack})\n"
        "while True: threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"
    )
    by_memory = {"finished"} if stack > 2**16 else set()  # large stacks may fill it first
    assert ended(notebook, storm) in {"it started more than 512 threads"} | by_memory


def test_a_flood_of_empty_files_is_ended(notebook):
    flood = "n = 0\nwhile True:\n    open(f'/tmp/{n}', 'w').close()\n    n += 1"
    assert ended(notebook, flood) == "it made more than 10000 files"


def test_some_threads_and_files_are_fine(notebook):
    some = (
        "import threading, time\n"
        "for n in range(100):\n"
        "    threading.Thread(target=time.sleep, args=(0.5,), daemon=True).start()\n"
        "    open(f'/tmp/{n}', 'w').close()\ntime.sleep(0.4)"
    )
    assert ended(notebook, some) == "finished"
