"""Measures the chapters of a built site: their weight, their length, how soon the text is there.

    python book/tools/measure_pages.py [folder of a built site]

Bytes are counted as a server sends them that compresses text (gzip). Screens are 900 px high at a
width of 1280 px, with code and side trips folded and every Predict answered. First text and first
screen are timed on Chromium's "fast 3G": 1.6 Mbit/s, 150 ms latency.
"""

import functools
import gzip
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import browsers
from playwright.sync_api import sync_playwright

SITE = Path(__file__).resolve().parents[2] / "_build" / "html"
TEXT = (".html", ".js", ".css", ".svg", ".json")
FAST_3G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 750e3 / 8,
}
SCROLL = """async () => {
    document.querySelectorAll('.dl-kept').forEach(part => part.dataset.open = '');
    for (let y = 0; y < document.body.scrollHeight; y += 700) {
        scrollTo(0, y);
        await new Promise(done => setTimeout(done, 30));
    }
    return (document.querySelector('article') ?? document.body).scrollHeight / 900;
}"""
FIRST_TEXT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


class Weight(NamedTuple):
    """Of one page: kB until it has loaded, kB when read to its end, screens, requests, seconds."""

    first: float
    whole: float
    screens: float
    requests: int
    seconds: float


class Compressing(SimpleHTTPRequestHandler):
    """A file server that compresses text, as public ones do, and counts what it sends."""

    protocol_version = "HTTP/1.1"
    sent: dict = {}

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        packed = path.suffix in TEXT
        data = gzip.compress(data, 6) if packed else data
        self.sent[self.path] = len(data)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(data)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format, *args):
        pass


def serve(folder):
    """(server, its address) for a folder."""
    handler = functools.partial(Compressing, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


def weigh(browser, address, throttled=True, watch=None):
    """Open a page as for the first time, then read it to its end; watch is told the tab before."""
    sent = Compressing.sent
    sent.clear()
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    if watch:
        watch(tab)
    if throttled:
        protocol = context.new_cdp_session(tab)
        protocol.send("Network.enable")
        protocol.send("Network.emulateNetworkConditions", FAST_3G)
    tab.goto(address, timeout=120_000)
    first = sum(sent.values())
    # A busy machine may paint only after it has loaded everything.
    seconds = tab.wait_for_function(FIRST_TEXT, timeout=120_000).json_value() / 1000
    if throttled:
        protocol.send("Network.emulateNetworkConditions", {**FAST_3G, "downloadThroughput": -1})
    screens = tab.evaluate(SCROLL)
    tab.wait_for_load_state("networkidle")
    found = Weight(first / 1000, sum(sent.values()) / 1000, screens, len(sent), seconds)
    context.close()
    return found


def main(folder=SITE):
    """Print a table of all chapters."""
    server, base = serve(folder)
    print(f"{'page':34} {'at load':>8} {'in all':>8} {'requests':>8} {'screens':>8} {'text':>6}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browsers.find(), args=["--no-sandbox"])
        for path in sorted(Path(folder).glob("chapters/ch*.html")):
            one = weigh(browser, f"{base}/chapters/{path.name}")
            print(
                f"{path.stem:34} {one.first:5.0f} kB {one.whole:5.0f} kB {one.requests:8}"
                f" {one.screens:8.1f} {one.seconds:4.1f} s"
            )
        browser.close()
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
