"""Pages are weighed as a server sends them that compresses text, pictures as they come near."""

import gzip
from urllib.request import urlopen

import pytest
from measure_pages import Compressing, serve, weigh

STYLE = "p { margin: 0 }" * 400
PAGE = """<!DOCTYPE html><title>t</title><link rel="stylesheet" href="a.css"><article>
<p>text</p><div style="height: 9000px"></div>
<img src="a.png" loading="lazy" height="10"></article>"""


@pytest.fixture
def address(tmp_path):
    (tmp_path / "a.css").write_text(STYLE)
    (tmp_path / "a.png").write_bytes(bytes(5000))
    (tmp_path / "index.html").write_text(PAGE)
    server, address = serve(tmp_path)
    yield address
    server.shutdown()
    server.server_close()


def test_text_is_sent_compressed_and_pictures_as_they_are(address):
    with urlopen(f"{address}/a.css") as answer:
        assert gzip.decompress(answer.read()).decode() == STYLE
    with urlopen(f"{address}/a.png") as answer:
        assert answer.read() == bytes(5000)
    assert Compressing.sent["/a.css"] < 200
    assert Compressing.sent["/a.png"] == 5000


def test_a_page_is_weighed_at_its_start_and_at_its_end(address, browser):
    weight = weigh(browser, f"{address}/index.html", throttled=False)
    assert weight.first < 1
    assert 5 < weight.whole < 6
    assert weight.screens == pytest.approx(10, abs=0.2)
    assert weight.requests == 3
    assert 0 < weight.seconds < 60
