"""Make .venv what requirements.txt says, and explain a failure in plain words.

python3 book/tools/environment.py
"""

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = VENV / "pip.log"

# What pip prints, and what it means. The first that matches is shown.
MEANINGS = [
    (
        r"No space left on device",
        "The disk is full. The environment needs about 4 GB (8 GB on Linux if torch "
        "brings NVIDIA's libraries); make room and run the same command again",
    ),
    (
        r"Python\.h: No such file",
        "A package has no ready-made wheel for this machine and cannot be compiled without "
        "Python's headers. On Debian and Ubuntu: apt-get install python3-dev build-essential",
    ),
    (
        r"Max retries exceeded|NewConnectionError|Temporary failure in name resolution"
        r"|Network is unreachable|ReadTimeoutError|ProxyError|Connection (refused|reset)",
        "The package index cannot be reached. Connect to the network, set HTTPS_PROXY if you are "
        "behind a proxy, or PIP_INDEX_URL if you have a mirror, and run the same command again",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED",
        "The package index answers with a certificate that this machine does not trust. Set "
        "PIP_CERT to the file of certificates that your network uses",
    ),
    (
        r"No matching distribution found for (\S+)",
        "The package index has no {0} for this Python and machine. Use Python 3.11 on Linux "
        "(x86-64 or ARM) or on a Mac with Apple silicon: make book PYTHON=python3.11",
    ),
    (
        r"Permission denied: '([^']+)'",
        "The file {0} may not be written. Take ownership of the folder, or clone the book again as "
        "the user who runs make",
    ),
]


def meaning(log):
    """What a failed installation's log means, in one sentence."""
    for pattern, sentence in MEANINGS:
        if found := re.search(pattern, log):
            return sentence.format(*found.groups())
    return f"pip failed; its last lines are above, its whole log is {LOG.relative_to(ROOT)}"


def is_usable(python):
    """Whether an environment's Python starts and is the version that is running now."""
    command = [str(python), "-c", "import pip, sys; print(*sys.version_info[:2])"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return done.stdout.split() == [str(number) for number in sys.version_info[:2]]


def install():
    """Install the pins and dlcore itself (editable: notebooks run in chapters/)."""
    LOG.unlink(missing_ok=True)
    command = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--log", LOG]
    for wanted in (["-r", "requirements.txt"], ["--no-deps", "-e", "."]):
        done = subprocess.run([*command, *wanted], cwd=ROOT, check=False)
        if done.returncode:
            raise SystemExit(f"Cannot continue. {meaning(LOG.read_text(errors='replace'))}.")


def show_notebooks_as_text():
    """Let git show notebooks as text in diff, log and show (.gitattributes names the driver)."""
    if shutil.which("git") and (ROOT / ".git").exists():
        show = "python3 book/tools/notebook_text.py"
        git = ["git", "-C", str(ROOT), "config", "diff.notebook.textconv", show]
        subprocess.run(git, check=False)


def main():
    os.chdir(ROOT)
    if not is_usable(PYTHON):
        print("Making a virtual environment in .venv")
        venv.create(VENV, clear=True, with_pip=True)
    print("Installing the packages of requirements.txt into .venv: a few minutes, once")
    install()
    show_notebooks_as_text()


if __name__ == "__main__":
    main()
