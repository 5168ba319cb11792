"""Make a release: one version in package, notebooks, site, changelog and tag.

python book/tools/release.py address         write pyproject.toml's address into the notebooks
python book/tools/release.py prepare 0.2.0   write the version wherever one stands
python book/tools/release.py collect v0.2.0  gather what was built in dist/, if all of it agrees
python book/tools/release.py commit 0.2.0    commit it and set the tag; nothing is pushed
"""

import argparse
import datetime
import json
import re
import shutil
import subprocess
import sys
import zipfile
from itertools import chain
from pathlib import Path

import notebooks
from bookpages import downloads, launch
from package import project

ROOT = Path(__file__).resolve().parents[2]
MOST = 10  # sentences that say what is wrong
UNRELEASED = "## Unreleased"
VERSION = re.compile(r"(?m)^version = \"([^\"]*)\"$")
CITED = re.compile(r"(?m)^(version|date-released): .*\n")
INSTALLED = re.compile(r"book = \"(.*)@v(.*)\"")


def numbers(version):
    """(0, 2, 0) for "0.2.0"; ValueError for anything but three numbers."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise ValueError(f'a version is three numbers, as 0.2.0; got "{version}"')
    return tuple(map(int, version.split(".")))


def git(root, *arguments):
    """What git answers, or SystemExit with its own words."""
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"git {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout.strip()


def obstacles(root, version):
    """What forbids a release of this version, one sentence each."""
    last = project(root)["version"]
    if numbers(version) < numbers(last):
        yield f"{version} is older than {last}, which pyproject.toml states"
    if git(root, "status", "--porcelain"):
        yield "there are changes that are not committed: commit them, or `git restore .`"
    if git(root, "tag", "--list", f"v{version}"):
        yield f"the tag v{version} exists already"
    if not entry((root / "CHANGELOG.md").read_text(encoding="utf-8"), UNRELEASED):
        yield f'CHANGELOG.md says nothing under "{UNRELEASED}"'


def entry(changelog, heading):
    """What the changelog says under a heading that begins so; "" if nothing."""
    _, found, rest = f"\n{changelog}".partition(f"\n{heading}")
    return rest.partition("\n")[2].partition("\n## ")[0].strip() if found else ""


def prepare(root, version, day):
    """Write the version wherever it stands; the notebooks are not executed."""
    stated = root / "pyproject.toml"
    text = stated.read_text(encoding="utf-8")
    stated.write_text(VERSION.sub(f'version = "{version}"', text, count=1), encoding="utf-8")
    changes = root / "CHANGELOG.md"
    text = changes.read_text(encoding="utf-8")
    dated = f"{UNRELEASED}\n\n## {version} ({day})"
    changes.write_text(text.replace(UNRELEASED, dated, 1), encoding="utf-8")
    cited = root / "CITATION.cff"
    text = CITED.sub("", cited.read_text(encoding="utf-8")).rstrip("\n")
    cited.write_text(f"{text}\nversion: {version}\ndate-released: {day}\n", encoding="utf-8")
    write_address(root)


def write_address(root):
    """Put address and version of pyproject.toml into the set-up cells; returns how many changed."""
    source, changed = notebooks.setup_source(root), 0
    for path in notebooks.all_notebooks(root / "chapters"):
        notebook = notebooks.opened(path)
        notebooks.write_setup(notebook, source)
        if (text := notebooks.text_of(notebook)) != path.read_text(encoding="utf-8"):
            path.write_text(text, encoding="utf-8")
            changed += 1
    return changed


def installs(text):
    """(address, version) that the set-up cell of a notebook installs, or None."""
    sources = ("".join(cell["source"]) for cell in json.loads(text)["cells"])
    found = next(filter(None, map(INSTALLED.search, sources)), None)
    return found and found.groups()


def disagreements(root, tag):
    """Where tag, package, notebooks, site and archives do not say the same, one sentence each."""
    stated = project(root)
    version, address = stated["version"], stated["urls"]["Repository"]
    if tag != f"v{version}":
        yield f"the tag is {tag}, pyproject.toml says {version}"
    cited = (root / "CITATION.cff").read_text(encoding="utf-8")
    if f"version: {version}\n" not in cited:
        yield f"CITATION.cff does not cite version {version}"
    if not entry((root / "CHANGELOG.md").read_text(encoding="utf-8"), f"## {version} ("):
        yield f"CHANGELOG.md says nothing of {version}"
    for name, text in chain(committed(root), offered(root), packed(root)):
        if (found := installs(text)) != (address, version):
            installed = "@v".join(found) if found else "no dlcore"
            yield f"{name} installs {installed}, not {address}@v{version}"
    yield from wrong_buttons(root, tag)


def committed(root):
    """(path, text) of the notebooks as they lie in the repository."""
    for path in notebooks.all_notebooks(root / "chapters"):
        yield path.relative_to(root), path.read_text(encoding="utf-8")


def offered(root):
    """(path, text) of the notebooks that the site's pages offer."""
    for path in sorted((root / "_build/html/_sources/chapters").rglob("*.ipynb")):
        yield path.relative_to(root), path.read_text(encoding="utf-8")


def packed(root):
    """(name, text) of the notebooks in the archive."""
    with zipfile.ZipFile(root / "_build/html" / downloads.NOTEBOOKS) as archive:
        for name in archive.namelist():
            if name.endswith(".ipynb"):
                yield f"the archive's {name}", archive.read(name).decode()


def wrong_buttons(root, tag):
    """A page whose notebook does not open in Colab as the tag has it."""
    owner_name = launch.repository(root)
    for path in notebooks.all_notebooks(root / "chapters"):
        name = path.relative_to(root).with_suffix("").as_posix()
        page = root / "_build/html" / f"{name}.html"
        if not page.exists():
            yield f"the site has no {name}.html"
        elif owner_name and launch.colab_address(owner_name, name, tag[1:]) not in page.read_text(
            encoding="utf-8"
        ):
            yield f"{name}.html does not open {tag} of {owner_name} in Colab"


def collect(root, out):
    """Copy the archives and books from the site into dist/, where the wheel is; the names there."""
    site = root / "_build" / "html" / downloads.FOLDER
    wanted = (downloads.NOTEBOOKS, downloads.SITE, *downloads.BOOKS)
    for name in (Path(each).name for each in wanted):
        if not (site / name).exists():
            raise SystemExit(f"{name} has not been built: run `make dist`")
        shutil.copyfile(site / name, out / name)
    version = project(root)["version"]
    changes = entry((root / "CHANGELOG.md").read_text(encoding="utf-8"), f"## {version} (")
    (out / "NOTES.md").write_text(f"{changes}\n", encoding="utf-8")
    if not (out / f"dlcore-{version}-py3-none-any.whl").exists():
        raise SystemExit(f"dist/ has no wheel of version {version}")
    return sorted(path.name for path in out.iterdir())


def stop_if(sentences):
    """SystemExit that lists what is wrong, if anything is."""
    if found := list(sentences):
        more = [f"- and {len(found) - MOST} more like these."] if found[MOST:] else []
        raise SystemExit(
            "\n".join(["No release.", *(f"- {each}." for each in found[:MOST]), *more])
        )


def main(arguments=None, root=ROOT):
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("step", choices=["address", "prepare", "collect", "commit"])
    parser.add_argument("version", nargs="?", default="", help="as 0.2.0; collect: the tag")
    options = parser.parse_args(arguments)
    version = options.version
    if options.step == "address":
        print(f"{write_address(root)} notebooks have a new set-up cell")
    elif options.step == "prepare":
        try:
            stop_if(obstacles(root, version))
        except ValueError as problem:
            raise SystemExit(f"No release: {problem}. Try make release VERSION=0.2.0") from None
        prepare(root, version, datetime.date.today().isoformat())
    elif options.step == "collect":
        if version:
            stop_if(disagreements(root, version))
        print("dist:", *collect(root, root / "dist"), sep="\n    ")
    else:
        git(root, "commit", "--all", "--message", f"Release {version}")
        git(root, "tag", "--annotate", f"v{version}", "--message", f"Release {version}")
        print(f"To publish it: git push origin HEAD v{version}")


if __name__ == "__main__":
    sys.exit(main())
