"""The built site, served from a local port, and pages of it in a real Chromium and Firefox."""

import functools
import shlex
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import browsers
import pytest
import yaml

from tests.site.kinds import sample

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"
AXE = ROOT / "assets" / "node_modules" / "axe-core" / "axe.min.js"


def listed_pages():
    """Every page of the table of contents, and the search page."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    rows = [row for part in toc["parts"] for row in part["chapters"]]
    rows += [exercises for row in rows for exercises in row.get("sections", ())]
    return [toc["root"], *(row["file"] for row in rows), "search"]


def pytest_generate_tests(metafunc):
    """A test that asks for `page` runs once for each page, one that asks for `chapter` likewise.

    `telling` are a few chapters that have everything the others have. A test that is marked
    two_browsers runs in Chromium and in Firefox, where such a few are opened instead of all.
    """
    both = metafunc.definition.get_closest_marker("two_browsers")
    asked = [name for name in choices() if name in metafunc.fixturenames]
    for name in asked:
        all_of_them, few = choices()[name]
        pairs = [("chromium", one) for one in all_of_them]
        pairs += [("firefox", one) for one in few] if both else []
        if "engine" in metafunc.fixturenames:
            metafunc.parametrize(("engine", name), pairs, indirect=["engine"], scope="module")
        else:
            metafunc.parametrize(name, all_of_them, scope="module")
    if both and not asked:
        metafunc.parametrize("engine", ["chromium", "firefox"], indirect=True, scope="session")


@functools.cache
def choices():
    """{name: (what it stands for in Chromium, the few in Firefox)}."""
    pages = listed_pages()
    chapters = [page for page in pages if page.startswith("chapters/ch")]
    some = of_every_kind(chapters)
    return {"page": (pages, of_every_kind(pages)), "chapter": (chapters, some),
            "telling": (some, some)}  # fmt: skip


def of_every_kind(names):
    """A few of these pages that have every kind of thing; all as long as the site is not built."""
    paths = {name: HTML / f"{name}.html" for name in names}
    if not all(path.exists() for path in paths.values()):
        return names
    return sample({name: path.read_text(encoding="utf-8") for name, path in paths.items()})


class Quiet(SimpleHTTPRequestHandler):
    """A file server that writes no log."""

    def log_message(self, format, *args):
        pass


@pytest.fixture(scope="session")
def html():
    """Folder of the built site."""
    missing = [page for page in listed_pages() if not (HTML / f"{page}.html").exists()]
    if missing:
        pytest.fail(f"the site is not built, {missing[0]} is missing: run `make book` first", False)
    return HTML


@pytest.fixture(scope="session")
def site(html):
    """Address of the built site on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(html)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Visit:
    """A page in the browser, and what it did while it opened."""

    def __init__(self, tab, scripts=True):
        self.tab = tab
        self.scripts = scripts
        self.errors = []
        self.requests = []
        tab.on("pageerror", lambda error: self.errors.append(f"script error: {error}"))
        tab.on("console", self._hear)
        tab.on("request", lambda request: self.requests.append(request.url))
        tab.on("response", self._answered)

    def _hear(self, message):
        if message.type == "error":
            self.errors.append(f"console: {message.text}")

    def _answered(self, response):
        if response.status >= 400:
            self.errors.append(f"{response.status} for {response.url}")

    def open(self, address):
        """Go there and wait until its scripts have run.

        A fresh Firefox sometimes stumbles over its first page: what is the page's own fault
        happens a second time.
        """
        self._go(address)
        if self.errors:
            self.errors.clear()
            self.requests.clear()
            self._go(address)
        return self

    def _go(self, address):
        self.tab.goto(address)
        if self.scripts:
            self.tab.wait_for_function("() => document.readyState === 'complete'")

    def outside(self):
        """Requests to anything but this site."""
        here = urlsplit(self.tab.url)
        return [url for url in self.requests if not _belongs(urlsplit(url), here)]


def _belongs(url, here):
    return url.scheme in ("data", "blob") or (url.scheme, url.netloc) == (here.scheme, here.netloc)


@pytest.fixture(scope="session")
def engine(request):
    """Name of the browser that `visit` opens."""
    return getattr(request, "param", "chromium")


@pytest.fixture(scope="session")
def firefox(playwright, tmp_path_factory):
    """firefox(**settings) starts a Firefox, once for each choice of settings."""
    path = browsers.find(browsers.FIREFOX)
    if path is None:
        pytest.fail(browsers.advice(["firefox-esr"]), pytrace=False)
    starter = tmp_path_factory.mktemp("firefox") / "firefox"
    command = [sys.executable, str(ROOT / "tests" / "firefox.py"), path]
    starter.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
    starter.chmod(0o755)
    running = {}

    def start(**settings):
        key = tuple(sorted(settings.items()))
        if key not in running:
            running[key] = playwright.firefox.launch(
                channel="moz-firefox", executable_path=starter, firefox_user_prefs=settings
            )
            running[key].new_page().goto("about:blank")  # its own start is over before a test's
        return running[key]

    yield start
    for one in running.values():
        one.close()


def firefox_visit(firefox, width=1280, colours="light", scripts=True, calm=True):
    """A tab in Firefox, where system and scripts are chosen when the browser starts."""
    running = firefox(**{
        "layout.css.prefers-color-scheme.content-override": 0 if colours == "dark" else 1,
        "ui.prefersReducedMotion": int(calm),
        "javascript.enabled": scripts,
    })  # fmt: skip
    context = running.new_context(viewport={"width": width, "height": 900})
    return Visit(context.new_page(), scripts)


def new_visit(browser, width=1280, colours="light", scripts=True, calm=True, touch=False):
    """An empty tab of its own: no cookies, no memory of other pages."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        has_touch=touch,
        color_scheme=colours,
        reduced_motion="reduce" if calm else "no-preference",
        java_script_enabled=scripts,
    )
    return Visit(context.new_page(), scripts)


@pytest.fixture(scope="session")
def new_tab(request, engine):
    """new_tab(width=…, colours=…, scripts=…) opens an empty tab of the browser."""
    opener = {"chromium": (new_visit, "browser"), "firefox": (firefox_visit, "firefox")}
    open_tab, fixture = opener[engine]
    return functools.partial(open_tab, request.getfixturevalue(fixture))


@pytest.fixture
def visit(new_tab):
    """The same, and all are closed after the test."""
    visits = []

    def make(**options):
        visits.append(new_tab(**options))
        return visits[-1]

    yield make
    for visited in visits:
        visited.tab.context.close()


@pytest.fixture(scope="module")
def kept():
    """What `share` opened for the tests of a file."""
    visits = {}
    yield visits
    for visited in visits.values():
        visited.tab.context.close()


@pytest.fixture
def share(engine, new_tab, kept):
    """share(address, width=…) opens a page once for all tests of a file; each makes it its own.

    No script of the page may fail while it opens, nor during a test.
    """
    used = []

    def make(address, **options):
        key = (engine, address, *sorted(options.items()))
        if key not in kept:
            kept[key] = new_tab(**options).open(address)
        used.append(kept[key])
        kept[key].tab.bring_to_front()
        return kept[key].tab

    yield make
    errors = [error for visited in used for error in visited.errors]
    for visited in used:
        visited.errors.clear()
    assert errors == []


@pytest.fixture(scope="module")
def opened(page, html, new_tab):
    """A page from a folder, on a phone: opened once for all tests of a module."""
    visited = new_tab(width=360).open((html / f"{page}.html").as_uri())
    yield visited
    visited.tab.context.close()


@pytest.fixture(scope="session")
def axe():
    """Source of axe-core, which finds barriers in a page."""
    if not AXE.exists():
        pytest.fail("axe-core is missing: run `make book`, which fetches it", pytrace=False)
    return AXE.read_text(encoding="utf-8")
