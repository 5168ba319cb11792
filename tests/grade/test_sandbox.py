"""What a sandbox shows, what it refuses, and how its end is told."""

import json
import os
import platform
import re
import shutil
import sys
from pathlib import Path

import pytest

from dlcore.grade import sandbox
from dlcore.grade.sandbox import Limits, NotStarted, SandboxError, death, parse, run, visible

TASK = {"id": "99.1", "function": "look", "cases": [[]]}
QUICK = Limits(cpu_seconds=5, wall_seconds=60, call_seconds=2, memory=1024, disk=8, output=1)


def look(notebook, body, limits=QUICK):
    """Return what a function with this body answers in the sandbox, and how the sandbox ended."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    ending = run(notebook(f"import os, sys\ndef look():\n{lines}"), [TASK], limits)
    answers = [line[3] for line in ending.lines if line[0] == "asked"]
    return (answers or [None])[0], ending.how


def test_a_sandbox_starts_here():
    sandbox.probe()


def test_nothing_is_visible_but_python_and_the_job(notebook):
    """Every file outside the libraries is one that the grader put there; tasks are not."""
    known = [os.path.realpath(path) for path in visible()] + visible()
    answer, _ = look(
        notebook,
        f"known = {known!r}\n"
        "found = []\n"
        "for folder, folders, files in os.walk('/'):\n"
        "    folders[:] = [f for f in folders if os.path.join(folder, f) not in known]\n"
        "    found += [os.path.join(folder, file) for file in files]\n"
        "return sorted(f for f in found if not f.startswith('/dev/') and f not in known)",
    )
    seen = [item[1] for item in answer[1][1]]
    names = ["__main__.py", "cells.py", "job.json", "plain.py", "shell.py", "submission.ipynb"]
    ours = [f"/grade/{name}" for name in names]
    assert [path for path in seen if path != "/etc/ld.so.cache"] == ours


def test_the_graders_package_is_hidden(notebook):
    grade = str(sandbox.PACKAGE / "grade")
    answer, _ = look(
        notebook, f"return [os.listdir({grade!r}), open({grade!r} + '/__init__.py').read()]"
    )
    names, text = (item[1] for item in answer[1][1])
    assert names == [["text", "__init__.py"]]
    assert text == Path(grade, "quiet.py").read_text()


def test_environment_home_and_descriptors(notebook, monkeypatch):
    monkeypatch.setenv("SECRET", "hidden")
    answer, _ = look(
        notebook,
        "opened = []\n"
        "for number in range(256):\n"
        "    try:\n"
        "        os.fstat(number)\n"
        "        opened.append(number)\n"
        "    except OSError:\n"
        "        pass\n"
        "return [sorted(os.environ), os.getcwd(), os.listdir('/tmp'), len(opened)]",
    )
    names, place, files, opened = (item[1] for item in answer[1][1])
    assert {item[1] for item in names} <= {*sandbox.ENVIRONMENT, "PWD", "LC_CTYPE"}
    assert place == "/tmp"
    below = [Path(path) for path in sandbox.visible() if Path(path).is_relative_to("/tmp")]
    assert {item[1] for item in files} == {path.parts[2] for path in below}  # a checkout in /tmp
    assert opened == 4  # standard input, output and error, which lead nowhere, and the pipe


@pytest.mark.parametrize(
    "attempt",
    [
        "os.fork()",
        "__import__('subprocess').run(['true'])",
        "__import__('multiprocessing').Process(target=print).start()",
        "__import__('socket').socket()",
        "os.memfd_create('x')",
        "os.unshare(os.CLONE_NEWUSER)",
        "open('/x', 'w')",
        "open('/dev/x', 'w')",
        "open('/dev/shm/x', 'w')",
        "open('/grade/plain.py', 'w')",
        "open('/grade/x', 'w')",
        "os.remove('/grade/submission.ipynb')",
        "open(os.__file__, 'a')",
        "__import__('resource').setrlimit(9, (-1, -1))",
        "bytearray(30 * 2**30)",
        "open('/tmp/x', 'wb').write(bytes(9 * 2**20))",
        "[open(f'/tmp/{n}', 'wb').write(bytes(2**20)) for n in range(9)]",
        "[open('/dev/null') for n in range(300)]",
        "__import__('zlib').decompress(__import__('zlib').compress(bytes(2**30)), bufsize=2**31)",
    ],
)
def test_attempts_are_refused(notebook, attempt):
    if "unshare" in attempt and not hasattr(os, "unshare"):
        attempt = "__import__('ctypes').CDLL(None).unshare(0x10000000) or 1 / 0\nraise OSError"
    answer, how = look(notebook, attempt)
    assert how == "finished"
    assert answer[0] == "raised"
    errors = {"PermissionError", "OSError", "MemoryError", "ValueError", "FileNotFoundError"}
    assert answer[1] in errors, answer


def test_threads_are_allowed(notebook):
    body = (
        "import threading\nfound = []\nthread = threading.Thread(target=found.append, args=(3,))\n"
        "thread.start()\nthread.join()\nreturn found[0]"
    )
    assert look(notebook, body)[0] == ["answer", ["number", 3], []]


@pytest.mark.parametrize(
    ("body", "how"),
    [
        ("os._exit(0)", r"it ended its own process \(exit status 0\)"),
        ("os._exit(7)", r"it ended its own process \(exit status 7\)"),
        ("os.abort()", r"it ended its own process \(signal 6\)"),
        ("__import__('ctypes').string_at(0)", "Python crashed"),
        (
            "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
            "used up its processor time",
        ),
        (
            "for number in range(3, 256):\n"
            "    try:\n"
            "        while True: os.write(number, b'x' * 65536)\n"
            "    except OSError: pass",
            "wrote more than 1 MiB",
        ),
    ],
)
def test_ends_are_told(notebook, body, how):
    limits = Limits(cpu_seconds=1, wall_seconds=60, call_seconds=9, memory=1024, disk=8, output=1)
    assert re.search(how, look(notebook, body, limits)[1])


@pytest.mark.parametrize("close", ["", "os.closerange(0, 256)\n"])
def test_sleeper_is_ended_in_time(notebook, close):
    body = f"import signal, time\nsignal.setitimer(signal.ITIMER_REAL, 0)\n{close}time.sleep(600)"
    limits = Limits(wall_seconds=2)
    assert look(notebook, body, limits)[1] == "it took more than 2 seconds"


def test_statuses_have_words():
    assert death(128 + 9) == "it was killed: too much memory or time"
    assert death(128 + 24) == "it used up its processor time"
    assert death(3) == "it ended its own process (exit status 3)"


def test_lines_that_are_no_reports_are_dropped():
    deep = b"[" * 200_000
    data = b'["done"]\n\xff\n{}\n[]\n[1]\n"done"\n' + deep + b"\nNaN\n" + b"9" * 5000 + b"\n"
    assert parse(data) == [["done"]]


def test_without_bubblewrap_nothing_is_graded(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SandboxError, match="apt-get install bubblewrap.*nothing was graded"):
        sandbox.probe()


def test_on_other_systems_nothing_is_graded(monkeypatch):
    monkeypatch.setattr(sandbox.seccomp, "supported", lambda: False)
    with pytest.raises(SandboxError, match="grading needs Linux.*nothing was graded"):
        sandbox.probe()


def test_bubblewrap_that_cannot_start_is_told(monkeypatch, tmp_path):
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(fake))
    with pytest.raises(SandboxError, match=r"no sandbox starts: bwrap: No permissions to create"):
        sandbox.probe()


def test_packages_out_of_reach_are_told(monkeypatch):
    monkeypatch.setattr(sandbox, "PROBE", "import dlcore_that_is_not_there")
    with pytest.raises(SandboxError, match="No module named .*virtual environment.*nothing was"):
        sandbox.probe()


def test_places_that_submissions_see_are_refused(tmp_path):
    sandbox.refuse_visible(tmp_path)
    with pytest.raises(SandboxError, match="every submission can read: move it elsewhere"):
        sandbox.refuse_visible(Path(sys.prefix) / "class")


def test_job_holds_no_more_than_names_and_inputs(notebook):
    answer, _ = look(notebook, "return open('/grade/job.json').read()")
    assert set(json.loads(answer[1][1])) == {"tasks", "limits"}
    assert json.loads(answer[1][1])["tasks"] == [TASK]


@pytest.mark.parametrize("limits", [Limits(memory=150), Limits(cpu_seconds=1, call_seconds=1)])
def test_limits_that_are_too_narrow_for_python_are_refused(limits):
    with pytest.raises(SandboxError, match="limits are too narrow|no sandbox starts"):
        sandbox.probe(limits)


def test_sandbox_that_does_not_come_to_the_notebook_is_nobodys_fault(
    notebook, monkeypatch, tmp_path
):
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(fake))
    with pytest.raises(
        NotStarted, match=r"did not start: it ended its own process \(exit status 1"
    ):
        run(notebook("x = 1"), [TASK], QUICK)


def test_processor_time_is_told(notebook):
    work = "import time\nend = time.process_time() + 1\nwhile time.process_time() < end: pass"
    ending = run(notebook(work), [TASK], QUICK)
    assert 1 <= ending.cpu < 5


@pytest.mark.parametrize("name", ["vmsplice", "splice", "tee"])
def test_memory_in_pipes_is_refused(notebook, name):
    numbers = {"vmsplice": (278, 75), "splice": (275, 76), "tee": (276, 77)}[name]
    number = numbers[platform.machine() == "aarch64"]
    body = (
        "import ctypes\nlibrary = ctypes.CDLL(None, use_errno=True)\n"
        f"return [library.syscall({number}, -1, 0, 0, 0), ctypes.get_errno()]"
    )
    answer, _ = look(notebook, body)
    assert answer[1] == ["tuple", [["number", -1], ["number", 1]]]  # EPERM, not EBADF
