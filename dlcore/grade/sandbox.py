"""Run a learner's notebook in a bubblewrap sandbox and bring back what it wrote, byte by byte.

Inside there is one process without network, home, environment, other files or other programs;
Python and its packages are read-only, /tmp is private and small. The grader never executes a
line of the notebook: it only reads the pipe, up to a limit.
"""

from __future__ import annotations

import json
import os
import platform
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from dlcore.grade import seccomp
from dlcore.grade.watch import WATCHING, Seen

Questions = list[dict[str, Any]]  # [{"id", "function", "cases"}], the cases packed

HERE = Path(__file__).parent
PACKAGE = HERE.parent
MIB = 2**20
LIBRARIES = ("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64")
ENVIRONMENT = {"HOME": "/tmp", "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
PROBE = "import dlcore, torch\nf = abs"
INSTALL = (
    "install it with `apt-get install bubblewrap` (Debian, Ubuntu) or `dnf install bubblewrap`"
)


BESIDE = ("cells.py", "plain.py", "shell.py")


class SandboxError(RuntimeError):
    """There is no working sandbox, so nothing may be graded."""


class NotStarted(RuntimeError):
    """A sandbox ended before it came to the notebook: nobody's fault but the machine's."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use; sizes in MiB, times in seconds."""

    cpu_seconds: int = 60
    wall_seconds: int = 300
    call_seconds: int = 10
    memory: int = 4096
    disk: int = 64
    output: int = 16

    def resources(self) -> dict[str, tuple[int, int]]:
        """Return {name of the RLIMIT: (soft, hard)}."""
        return {
            "AS": (self.memory * MIB, self.memory * MIB),
            "CPU": (self.cpu_seconds, self.cpu_seconds + 2),
            "FSIZE": (self.disk * MIB, self.disk * MIB),
            "NOFILE": (256, 256),
            "CORE": (0, 0),
        }


@dataclass(frozen=True)
class Ending:
    """What a sandbox wrote, and how it ended: "finished" or why it did not.

    seconds: on the wall. cpu: of processor time.
    """

    lines: list
    how: str
    seconds: float
    cpu: float = 0.0


def command(descriptors: Mapping[str, int]) -> list[str]:
    """Return bubblewrap's command line; `descriptors` are of the filter and the sandbox's files."""
    words = [_bubblewrap(), "--unshare-all", "--die-with-parent", "--new-session"]
    words += ["--cap-drop", "ALL", "--clearenv", "--hostname", "sandbox"]
    words += ["--seccomp", str(descriptors["filter"])]
    # first the private folders: what must be seen may lie below /tmp itself
    words += ["--dev", "/dev", "--size", str(descriptors["disk"]), "--tmpfs", "/tmp"]
    for path in visible():
        words += ["--ro-bind", path, path]
    for link in ("/lib", "/lib64", "/lib32"):
        words += ["--symlink", f"usr{link}", link] if os.path.islink(link) else []
    words += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    words += _own_files(descriptors)
    for name, value in ENVIRONMENT.items():
        words += ["--setenv", name, value]
    words += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"]
    return [*words, "--", sys.executable, "-I", "-B", "-X", "utf8", "/grade"]


def _own_files(descriptors: Mapping[str, int]) -> list[str]:
    """What is asked, and dlcore.grade's place, which holds no tasks here."""
    grade = str(PACKAGE / "grade")
    words = ["--size", str(MIB), "--tmpfs", grade]
    words += ["--ro-bind", str(HERE / "quiet.py"), f"{grade}/__init__.py", "--remount-ro", grade]
    for name, seen in (("inside.py", "__main__.py"), *[(name, name) for name in BESIDE]):
        words += ["--ro-bind", str(HERE / name), f"/grade/{seen}"]
    for name in ("job.json", "submission.ipynb"):
        words += ["--ro-bind-data", str(descriptors[name]), f"/grade/{name}"]
    return words


def visible() -> list[str]:
    """Return what the sandbox sees, read-only: libraries, Python, its packages, dlcore."""
    paths = [path for path in LIBRARIES if os.path.isdir(path) and not os.path.islink(path)]
    for path in (sys.base_prefix, sys.prefix, str(PACKAGE)):
        if path not in ("/usr", "/usr/local") and not _inside(path, paths):
            paths.append(path)
    link = sys.executable
    while os.path.islink(link):
        paths += [] if _inside(link, paths) else [link]
        link = os.path.normpath(os.path.join(os.path.dirname(link), os.readlink(link)))
    return paths if _inside(link, paths) else [*paths, link]


def _inside(path: str, folders: Iterable[str]) -> bool:
    return any(Path(path).is_relative_to(folder) for folder in folders)


def refuse_visible(path: str | Path) -> None:
    """Refuse a place that submissions could see: SandboxError."""
    for folder in visible():
        if Path(path).resolve().is_relative_to(Path(folder).resolve()):
            raise SandboxError(
                f"{path} lies in {folder}, which every submission can read: move it elsewhere"
            )


def _bubblewrap() -> str:
    found = shutil.which("bwrap")
    if found is None:
        raise SandboxError(f"bubblewrap is missing: {INSTALL}; nothing was graded")
    return found


def probe(limits: Limits | None = None) -> None:
    """Refuse with what to do, unless a sandbox starts here and has dlcore: SandboxError.

    limits: those that the submissions will have, which Python and PyTorch must fit into.
    """
    if not seccomp.supported():
        raise SandboxError(
            "grading needs Linux on x86_64 or aarch64 (WSL 2 will do), this is "
            f"{platform.system()} on {platform.machine()}; nothing was graded"
        )
    _bubblewrap()
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": PROBE}]}).encode()
    task = {"id": "1.1", "function": "f", "cases": [[["number", -1]]]}
    with os.fdopen(open_data(b""), "rb") as errors:
        ending = _started(notebook, [task], limits or Limits(), errors)
        errors.seek(0)
        said = errors.read(500).decode(errors="replace").strip() or ending.how
    failed = [line[2][2] for line in ending.lines if line[0] == "failed"]
    small = any(line[2][1] in ("MemoryError", "OutOfTime", "OSError", "ImportError")
                for line in ending.lines if line[0] == "failed")  # fmt: skip
    if ["started"] in ending.lines and (small or (ending.how != "finished" and not failed)):
        raise SandboxError(
            f"the limits are too narrow for Python and PyTorch alone ({said}"
            f"{': ' + failed[0] if failed else ''}): raise --memory, --seconds or --call-seconds; "
            "nothing was graded"
        )
    if failed:
        raise SandboxError(
            f"Python's packages are out of the sandbox's reach ({failed[0]}): install them into a "
            "virtual environment and run the grader from there; nothing was graded"
        )
    if ["asked", "1.1", 0, ["answer", ["number", 1], []]] not in ending.lines:
        raise SandboxError(
            f"bubblewrap is installed but no sandbox starts: {said}. Containers and some systems "
            "forbid user namespaces: see the page For teachers; nothing was graded"
        )


def _started(notebook: bytes, tasks: Questions, limits: Limits, errors: Any) -> Ending:
    try:
        return run(notebook, tasks, limits, errors=errors)
    except NotStarted as error:
        return Ending([], str(error), 0.0)


def open_data(data: bytes) -> int:
    """Return a descriptor from which `data` can be read."""
    descriptor = os.memfd_create("grade")
    while data:
        data = data[os.write(descriptor, data) :]
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def run(
    notebook: bytes, tasks: Questions, limits: Limits, errors: Any = subprocess.DEVNULL
) -> Ending:
    """Run a notebook (bytes) and ask its functions; return the Ending with the lines it wrote.

    NotStarted if the sandbox did not come so far. tasks: [{"id", "function", "cases"}], the cases
    packed. errors: where bubblewrap complains.
    """
    told = {"resources": limits.resources(), "call_seconds": limits.call_seconds}
    job = json.dumps({"tasks": tasks, "limits": told}).encode()
    contents = {"filter": seccomp.program(), "job.json": job, "submission.ipynb": notebook}
    descriptors = {name: open_data(data) for name, data in contents.items()}
    start = time.monotonic()
    try:
        process = subprocess.Popen(
            command(descriptors | {"disk": limits.disk * MIB}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            pass_fds=tuple(descriptors.values()),
            env={},
        )
    finally:
        for descriptor in descriptors.values():
            os.close(descriptor)
    output = cast(IO[bytes], process.stdout)
    seen = Seen(start)
    try:
        data, how = _read(process, output, limits, seen)
    finally:
        process.kill()
        process.wait()
        output.close()
    lines = parse(data)
    how = "finished" if ["done"] in lines[-1:] else how or death(process.returncode)
    if lines[:1] != [["started"]]:
        raise NotStarted(f"the sandbox did not start: {how}")
    end = time.monotonic()
    return Ending(lines, how, end - start, seen.cpu + min(end - seen.when, WATCHING))


def _read(
    process: subprocess.Popen[bytes], output: IO[bytes], limits: Limits, seen: Seen
) -> tuple[bytearray, str]:
    """Return (what the sandbox wrote, why it must be ended now or "")."""
    data, deadline, pipe = bytearray(), seen.when + limits.wall_seconds, output.fileno()
    while True:
        ready, _, _ = select.select([pipe], [], [], WATCHING)
        if too_much := seen.look(process.pid, limits.disk * MIB):
            return data, too_much
        if time.monotonic() > deadline:
            return data, f"it took more than {limits.wall_seconds} seconds"
        if not ready:
            continue
        chunk = os.read(pipe, MIB)
        data += chunk
        if len(data) > limits.output * MIB:
            return data, f"it wrote more than {limits.output} MiB of answers"
        if not chunk:
            break
    try:
        process.wait(max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return data, f"it took more than {limits.wall_seconds} seconds"
    return data, ""


def parse(data: bytes | bytearray) -> list[list[Any]]:
    """Return the lines that are JSON lists beginning with a word; the others are dropped."""
    lines = []
    for line in bytes(data).split(b"\n"):
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, list) and value and isinstance(value[0], str):
            lines.append(value)
    return lines


def death(status: int) -> str:
    """Say how a process ended that did not finish, from its exit status."""
    number = status - 128 if status > 128 else 0
    reasons = {
        signal.SIGXCPU: "it used up its processor time",
        signal.SIGKILL: "it was killed: too much memory or time",
        signal.SIGSEGV: "Python crashed (segmentation fault)",
        signal.SIGSYS: "it made a system call of another machine",
    }
    if number in reasons:
        return reasons[signal.Signals(number)]
    ended = f"signal {number}" if number else f"exit status {status}"
    return f"it ended its own process ({ended})"
