"""One chapter in a real JupyterLab: run all cells, move a slider, see the picture change."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from notebook_form import shows_something

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = sorted((ROOT / "chapters").glob("ch*.ipynb"))[:1]
TOKEN = "only-for-this-test"
CELLS = """() => window.jupyterapp.shell.currentWidget.content.model.toJSON().cells
    .filter(cell => cell.cell_type === 'code')"""
SHOW_SLIDER = """() => {
    const book = window.jupyterapp.shell.currentWidget.content;
    const index = book.widgets.findIndex(cell => {
        const { source, outputs } = cell.model.toJSON();
        return source.includes('explore(') && JSON.stringify(outputs).includes('widget-view+json');
    });
    return book.scrollToItem(index).then(() => { book.activeCellIndex = index; return index; });
}"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a copy of the first chapter: JupyterLab may save what it likes."""
    place = tmp_path_factory.mktemp("lab")
    assert CHAPTER, "chapters/ holds no chapter to open"
    shutil.copy(CHAPTER[0], place)
    return place


@pytest.fixture(scope="module")
def lab(folder, tmp_path_factory):
    """Address of a JupyterLab that knows none of this user's settings."""
    home = str(tmp_path_factory.mktemp("home"))
    keep = {**os.environ, "JUPYTER_CONFIG_DIR": home, "IPYTHONDIR": home, "JUPYTER_DATA_DIR": home}
    keep.pop("TQDM_DISABLE", None)  # a learner sees the bars
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    options = ["--no-browser", "--allow-root", "--expose-app-in-browser", f"--port={port}"]
    options += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={folder}"]
    log = open(folder / "server.log", "w")  # noqa: SIM115, the server writes to it
    command = [sys.executable, "-m", "jupyter", "lab", *options]
    server = subprocess.Popen(command, env=keep, cwd=folder, stdout=log, stderr=log)
    try:
        wait_for(address + f"api?token={TOKEN}", server, folder / "server.log")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def wait_for(address, server, log, seconds=90):
    """Return when the server answers; fail with its log if it does not."""
    for _ in range(seconds * 2):
        try:
            urlopen(address, timeout=5).close()
            return
        except (URLError, OSError):
            if server.poll() is not None:
                break
            time.sleep(0.5)
    pytest.fail(f"JupyterLab does not answer at {address}:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="module")
def page(lab, browser):
    """The chapter, open in JupyterLab."""
    page = browser.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{lab}lab/tree/{CHAPTER[0].name}?token={TOKEN}")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_function("() => window.jupyterapp.shell.currentWidget.sessionContext?.session")
    yield page
    page.close()


@pytest.mark.long
def test_chapter_runs_and_its_slider_changes_the_picture(page):
    page.set_default_timeout(240_000)
    page.evaluate("() => window.jupyterapp.commands.execute('editmenu:clear-all')")
    assert not any(cell["outputs"] for cell in page.evaluate(CELLS))
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    cells = page.evaluate(CELLS)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    errors = [out for cell in cells for out in cell["outputs"] if out["output_type"] == "error"]
    assert errors == []
    shown = [cell["source"] for cell in cells if shows_something(cell["source"])]
    assert [
        cell["source"] for cell in cells if cell["outputs"] and cell["source"] in shown
    ] == shown
    move_the_first_slider(page)


def move_the_first_slider(page):
    """Press the right arrow on the first slider; the picture under it must become another."""
    assert page.evaluate(SHOW_SLIDER) >= 0, "the chapter shows no slider"
    cell = page.locator(".jp-Cell.jp-mod-active")
    handle = cell.get_by_role("slider").first
    handle.wait_for(timeout=30_000)
    picture = cell.locator(".widget-html img:visible").first
    picture.wait_for(timeout=30_000)
    before = picture.get_attribute("src")
    handle.focus()
    handle.press("ArrowRight")
    for _ in range(60):
        if (after := picture.get_attribute("src")) != before:
            break
        page.wait_for_timeout(250)
    assert before
    assert after
    assert after != before
