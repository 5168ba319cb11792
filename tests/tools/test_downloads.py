"""The archives hold what they promise, and are the same in every build."""

import zipfile
from types import SimpleNamespace

import pytest
from bookpages import downloads


@pytest.fixture
def app(tmp_path):
    """A small project with a built site."""
    files = {
        "chapters/ch01_a.ipynb": "{}",
        "chapters/exercises/ex01_a.ipynb": "{}",
        "chapters/.ipynb_checkpoints/ch01_a-checkpoint.ipynb": "old",
        "chapters/draft.ipynb": "draft",
        "LICENSE": "BSD",
        "LICENSE-TEXT": "CC",
        "site/index.html": "<p>",
        "site/_static/a.js": "1",
        "site/.buildinfo": "0",
        "site/downloads/old.zip": "zip",
        "site/downloads/deep-learning-by-hand.pdf": "printed from an older site",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    builder = SimpleNamespace(name="html")
    return SimpleNamespace(srcdir=tmp_path, outdir=tmp_path / "site", builder=builder)


def names(app, archive):
    with zipfile.ZipFile(app.outdir / archive) as found:
        assert found.testzip() is None
        return found.namelist()


def test_notebooks_come_with_their_licences(app):
    downloads.add_downloads(app, None)
    root = "deep-learning-by-hand-notebooks"
    assert names(app, downloads.NOTEBOOKS) == [
        f"{root}/{name}"
        for name in ("LICENSE", "LICENSE-TEXT", "README.txt", "chapters/ch01_a.ipynb",
                     "chapters/exercises/ex01_a.ipynb")
    ]  # fmt: skip


def test_the_site_is_whole_and_holds_no_archive(app):
    downloads.add_downloads(app, None)
    root = "deep-learning-by-hand-site"
    assert names(app, downloads.SITE) == [f"{root}/_static/a.js", f"{root}/index.html"]


def test_a_second_build_gives_the_same_bytes(app):
    downloads.add_downloads(app, None)
    before = [(app.outdir / name).read_bytes() for name in (downloads.NOTEBOOKS, downloads.SITE)]
    for path in (app.srcdir / "chapters").rglob("*.ipynb"):
        path.touch()
    downloads.add_downloads(app, None)
    assert [(app.outdir / n).read_bytes() for n in (downloads.NOTEBOOKS, downloads.SITE)] == before


def test_a_failed_build_packs_nothing(app):
    downloads.add_downloads(app, RuntimeError("failed"))
    assert not (app.outdir / downloads.SITE).exists()


PLACE = '<p><span hidden data-book="deep-learning-by-hand.pdf"></span> <b>zip</b></p>'


def test_a_book_is_offered_once_it_is_there(app):
    site = app.outdir
    (site / "book").mkdir()
    page = site / downloads.PAGE
    page.write_text(PLACE)
    downloads.add_downloads(app, None)
    assert page.read_text() == PLACE  # the older one is gone
    (site / downloads.BOOKS[0]).write_bytes(b"0" * 2_600_000)
    for _ in range(2):
        downloads.offer(site)
        assert page.read_text() == (
            '<p><a class="dl-button" href="../downloads/deep-learning-by-hand.pdf" download '
            'data-book="deep-learning-by-hand.pdf">The book (PDF, 3 MB)</a> <b>zip</b></p>'
        )
    (site / downloads.BOOKS[0]).unlink()
    downloads.offer(site)
    assert page.read_text() == PLACE
