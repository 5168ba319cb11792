"""Find what only the tests need: two browsers, and bubblewrap on Linux; install it where we may.
Where we may, epubcheck comes too; without it one test is skipped.

python book/tools/browsers.py
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple


class Browser(NamedTuple):
    """A browser: Debian's package, names of its program, where a Mac has it, the variable to name
    another one."""

    package: str
    programs: tuple
    mac: str
    variable: str


CHROMIUM = Browser(
    "chromium",
    ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "CHROMIUM",
)
FIREFOX = Browser(
    "firefox-esr",
    ("firefox-esr", "firefox"),
    "/Applications/Firefox.app/Contents/MacOS/firefox",
    "FIREFOX",
)


def find(browser=CHROMIUM):
    """Path of a browser, or None. An environment variable, CHROMIUM or FIREFOX, names another."""
    if named := os.environ.get(browser.variable):
        return shutil.which(named)
    found = next(filter(None, map(shutil.which, browser.programs)), None)
    return found or (browser.mac if Path(browser.mac).exists() else None)


def missing():
    """Names of the packages that are not there; only Linux has bubblewrap."""
    lacking = [browser.package for browser in (CHROMIUM, FIREFOX) if not find(browser)]
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
    for browser in (CHROMIUM, FIREFOX):
        named = os.environ.get(browser.variable)
        if named and browser.package in names:
            return f"{browser.variable}={named} is not a program: name one, or unset it"
    if shutil.which("apt-get"):
        return f"The tests need {wanted}: sudo apt-get install {' '.join(names)}"
    return (
        f"The tests need {wanted}: install it with this system's package manager, or name an "
        "installed browser: make test CHROMIUM=/path/to/chrome FIREFOX=/path/to/firefox"
    )


def main():
    names = missing()
    may_install = hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")
    extra = [] if shutil.which("epubcheck") else ["epubcheck"]
    for wanted in filter(None, (names, extra) if may_install else ()):
        print(f"Installing {' and '.join(wanted)} for the tests")
        if not install(wanted):
            print("apt-get did not succeed: is the Debian mirror reachable?", file=sys.stderr)
    names = missing()
    if names:
        raise SystemExit(f"Cannot continue. {advice(names)}.")


if __name__ == "__main__":
    main()
