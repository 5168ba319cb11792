"""The archives that readers take home: the notebooks as they are, and a site that opens."""

import zipfile
from pathlib import Path

import pytest
from bookpages.downloads import NOTEBOOKS, SITE

ROOT = Path(__file__).resolve().parents[2]


def test_the_archive_has_every_notebook_as_it_is(html):
    chapters = sorted((ROOT / "chapters").rglob("*[0-9][0-9]_*.ipynb"))
    with zipfile.ZipFile(html / NOTEBOOKS) as archive:
        names = {name.split("/", 1)[1]: name for name in archive.namelist()}
        for path in chapters:
            if ".ipynb_checkpoints" not in path.parts:
                name = names.pop(path.relative_to(ROOT).as_posix())
                assert archive.read(name) == path.read_bytes()
    assert sorted(names) == ["LICENSE", "LICENSE-TEXT", "README.txt"]


@pytest.fixture(scope="module")
def offline(html, tmp_path_factory):
    """The unpacked archive of the site."""
    folder = tmp_path_factory.mktemp("offline")
    with zipfile.ZipFile(html / SITE) as archive:
        archive.extractall(folder)
    return folder / Path(SITE).stem


def test_the_unpacked_site_opens(offline, visit):
    visited = visit().open((offline / "index.html").as_uri())
    visited.tab.locator("h1:visible").wait_for()
    visited.open((offline / "book" / "live_models.html").as_uri())
    visited.tab.locator("dl-live[data-ready]").first.wait_for()
    assert visited.errors == []
    assert visited.outside() == []


def test_the_downloads_are_linked(html):
    text = (html / "book" / "how_to_read.html").read_text(encoding="utf-8")
    assert f'href="../{NOTEBOOKS}"' in text
    assert f'href="../{SITE}"' in text
