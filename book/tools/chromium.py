"""Find what only the tests need: Chromium, and bubblewrap on Linux; install both where we may.

python book/tools/chromium.py
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find():
    """Path of a Chromium, or None. The environment variable CHROMIUM names another one."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    return next(filter(None, map(shutil.which, BROWSERS)), None) or (
        str(MAC) if MAC.exists() else None
    )


def missing():
    """Names of the packages that are not there; only Linux has bubblewrap."""
    lacking = [] if find() else ["chromium"]
    if sys.platform == "linux" and not shutil.which("bwrap"):
        lacking.append("bubblewrap")
    return lacking


def install(names):
    """Install Debian packages; True if apt-get succeeded."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    update = ["apt-get", "update", "-q"]
    add = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *names]
    return all(
        subprocess.run(command, env=environment, check=False).returncode == 0
        for command in (update, add)
    )


def advice(names):
    """One sentence for a person who has to install the packages."""
    wanted = " and ".join(names)
    if os.environ.get("CHROMIUM") and "chromium" in names:
        return f"CHROMIUM={os.environ['CHROMIUM']} is not a program: name one, or unset it"
    if shutil.which("apt-get"):
        return f"The tests need {wanted}: sudo apt-get install {' '.join(names)}"
    return (
        f"The tests need {wanted}: install it with this system's package manager, or name an "
        "installed Chromium or Chrome: make test CHROMIUM=/path/to/chrome"
    )


def main():
    names = missing()
    may_install = hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")
    if names and may_install:
        print(f"Installing {' and '.join(names)} for the tests")
        if not install(names):
            print("apt-get did not succeed: is the Debian mirror reachable?", file=sys.stderr)
        names = missing()
    if names:
        raise SystemExit(f"Cannot continue. {advice(names)}.")


if __name__ == "__main__":
    main()
