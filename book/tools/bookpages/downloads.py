"""What readers take home: archives of the notebooks and of the site, and the book in one file."""

import fcntl
import re
import zipfile
from pathlib import Path

FOLDER = "downloads"
NOTEBOOKS = f"{FOLDER}/deep-learning-by-hand-notebooks.zip"
SITE = f"{FOLDER}/deep-learning-by-hand-site.zip"
BOOKS = (f"{FOLDER}/deep-learning-by-hand.pdf", f"{FOLDER}/deep-learning-by-hand.epub")
PAGE = "book/how_to_read.html"  # offers them
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold: the same in every build
WELCOME = """\
The notebooks of Deep Learning by Hand.

Open one in JupyterLab, VS Code or Colab. The first cell installs the package dlcore, which all of
them use, if it is not there; it needs the network for that, once. Text and figures are under
CC BY 4.0, code under the BSD 3-Clause licence: see LICENSE-TEXT and LICENSE.
"""


def add_downloads(app, problem):
    """Write both archives into the finished site; a book printed from an older site goes."""
    if problem or app.builder.name != "html":
        return
    source, site = Path(app.srcdir), Path(app.outdir)
    (site / FOLDER).mkdir(exist_ok=True)
    for name in BOOKS:
        (site / name).unlink(missing_ok=True)
    offer(site)
    pack(site / NOTEBOOKS, notebooks(source))
    pack(site / SITE, pages(site))


def offer(site):
    """Make a button of each book in one file that is there, and of no other.

    PDF and EPUB may be made at the same time: one waits while the other writes.
    """
    page = site / PAGE
    if not page.exists():
        return
    with page.open("r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read()
        for name in BOOKS:
            place = re.compile(rf'<(a|span)[^>]* data-book="{re.escape(Path(name).name)}".*?</\1>')
            text = place.sub(button(site / name, f"../{name}"), text)
        file.seek(0)
        file.write(text)
        file.truncate()


def button(path, address):
    """The button of one book, or the place where it will be."""
    if not path.exists():
        return f'<span hidden data-book="{path.name}"></span>'
    size = f"{path.suffix[1:].upper()}, {path.stat().st_size / 1e6:.0f} MB"
    return (
        f'<a class="dl-button" href="{address}" download data-book="{path.name}">'
        f"The book ({size})</a>"
    )


def notebooks(source):
    """{name in the archive: content} of all chapters and exercises, the licences and a welcome."""
    paths = sorted((source / "chapters").rglob("*[0-9][0-9]_*.ipynb"))
    found = {
        path.relative_to(source).as_posix(): path.read_bytes()
        for path in [*paths, source / "LICENSE", source / "LICENSE-TEXT"]
        if not any(part.startswith(".") for part in path.relative_to(source).parts)
    }
    return {"README.txt": WELCOME.encode(), **found}


def pages(site):
    """{name in the archive: content} of the site but its copies in archives."""
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file()
        and path.suffix not in (".zip", ".pdf", ".epub")
        and path.name != ".buildinfo"
    }


def pack(target, contents):
    """Write a zip that depends on nothing but the contents: no dates, no order of folders."""
    root = target.stem
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(f"{root}/{name}", FIRST_DAY)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, contents[name], compresslevel=6)
