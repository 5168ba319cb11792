"""Downloads against a small web server on this machine, with its failures under our control."""

import gzip
import hashlib
import http.server
import re
import subprocess
import sys
import threading
import tracemalloc
from contextlib import nullcontext
from pathlib import Path

import pooch
import pytest

from dlcore.data.fetch import Remote, fetch

CONTENT = bytes(range(256)) * 600
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PACKED = gzip.compress(CONTENT, mtime=0)


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves `server.files`; cuts answers off after `server.cut` bytes, if that is set."""

    server: "Mirror"

    def do_GET(self):
        asked = self.headers.get("Range")
        self.server.requests.append((self.path, asked))
        content = self.server.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        packs = "gzip" in self.headers.get("Accept-Encoding", "")  # as busy text servers do
        content = gzip.compress(content) if packs else content
        start = 0
        if asked and self.server.ranges:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                self.send_error(416)
                return
        self.send_response(206 if start else 200)
        if packs:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        stop = len(content) if self.server.cut is None else start + self.server.cut
        self.wfile.write(content[start:stop])

    def log_message(self, format, *args):
        pass


class Mirror(http.server.ThreadingHTTPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.requests, self.cut, self.ranges = {}, [], None, True

    def url(self, path):
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


@pytest.fixture
def mirror():
    with Mirror() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache of our own, no DLCORE_DATA, and no proxy between us and 127.0.0.1."""
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache" / name)
    monkeypatch.delenv("DLCORE_DATA", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    return tmp_path / "cache" / "dlcore"


def remote(*mirrors, name="set/part.bin", sha256=SHA256):
    return Remote(name, sha256, len(CONTENT), mirrors)


def get(*mirrors):
    return fetch(remote(*mirrors), progress=False)


def files_in(folder: Path):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*")
                  if path.is_file() and path.suffix != ".lock")  # fmt: skip


@pytest.mark.parametrize(("path", "content"), [("/a.bin", CONTENT), ("/a.bin.gz", PACKED)])
def test_a_download_is_checked_kept_and_not_repeated(mirror, cache, path, content):
    mirror.files[path] = content
    assert get(mirror.url(path)) == CONTENT
    assert files_in(cache) == ["set/part.bin" + (".gz" if path.endswith("gz") else "")]
    assert get(mirror.url(path)) == CONTENT
    assert len(mirror.requests) == 1


def test_gzip_headers_may_differ(mirror):
    mirror.files["/a.gz"] = gzip.compress(CONTENT, mtime=1234567890)
    assert mirror.files["/a.gz"] != PACKED
    assert get(mirror.url("/a.gz")) == CONTENT


@pytest.mark.parametrize("wrong", [b"wrong", CONTENT + b"!", CONTENT[:-1], b""])
def test_the_next_mirror_is_tried_after_a_failure(mirror, wrong):
    mirror.files.update({"/wrong": wrong, "/right": CONTENT})
    unreachable = "http://127.0.0.1:9/a"
    urls = (unreachable, mirror.url("/missing"), mirror.url("/wrong"), mirror.url("/right"))
    assert get(*urls) == CONTENT
    assert [path for path, _ in mirror.requests] == ["/missing", "/wrong", "/right"]


def test_a_wrong_file_is_never_kept_or_returned(mirror, cache):
    mirror.files["/a.gz"] = gzip.compress(CONTENT[::-1])
    with pytest.raises(OSError, match="not the expected file"):
        get(mirror.url("/a.gz"))
    assert files_in(cache) == []


def test_a_gzip_file_that_holds_far_more_is_refused(mirror, cache):
    mirror.files["/bomb.gz"] = gzip.compress(bytes(50_000_000))
    tracemalloc.start()
    with pytest.raises(OSError, match="not the expected file"):
        get(mirror.url("/bomb.gz"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000
    assert files_in(cache) == []


@pytest.mark.parametrize("broken", [b"not gzip", PACKED[:-9], PACKED[:30] + b"?" * 20])
def test_a_broken_gzip_file_is_refused(mirror, cache, broken):
    mirror.files["/a.gz"] = broken
    with pytest.raises(OSError, match="not a whole gzip file|not the expected file"):
        get(mirror.url("/a.gz"))
    assert files_in(cache) == []


def test_a_download_that_broke_off_is_taken_up_where_it_stopped(mirror, cache):
    mirror.files["/a.bin"], mirror.cut = CONTENT, 100_000
    with pytest.raises(OSError, match=r"could not be downloaded"):
        get(mirror.url("/a.bin"))
    assert files_in(cache) == ["set/part-part.bin"]
    held = (cache / "set/part-part.bin").stat().st_size
    assert 0 < held <= 100_000
    mirror.cut = None
    assert get(mirror.url("/a.bin")) == CONTENT
    assert mirror.requests[-1] == ("/a.bin", f"bytes={held}-")
    assert files_in(cache) == ["set/part.bin"]


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("left", [b"rubbish", CONTENT, CONTENT + b"more"])
def test_what_an_earlier_attempt_left_never_spoils_a_download(mirror, cache, left, ranges):
    """Rubbish, a whole file, too long a file; and a server that ignores ranges."""
    mirror.files["/a.bin"], mirror.ranges = CONTENT, ranges
    (cache / "set").mkdir(parents=True)
    (cache / "set/part-part.bin").write_bytes(left)
    assert get(mirror.url("/a.bin")) == CONTENT
    assert files_in(cache) == ["set/part.bin"]


def test_a_damaged_cache_is_replaced(mirror, cache):
    mirror.files["/a.gz"] = PACKED
    (cache / "set").mkdir(parents=True)
    (cache / "set/part.bin").write_bytes(b"damaged")
    (cache / "set/part.bin.gz").write_bytes(b"damaged")
    assert get(mirror.url("/a.gz")) == CONTENT
    assert files_in(cache) == ["set/part.bin.gz"]
    assert (cache / "set/part.bin.gz").read_bytes() == PACKED


def test_without_a_network_the_error_tells_the_manual_way(cache):
    with pytest.raises(OSError, match="could not be downloaded") as caught:
        get("http://127.0.0.1:9/a.gz", "http://127.0.0.1:9/b.gz")
    message = str(caught.value)
    for part in ("9/a.gz failed", "9/b.gz failed", "<folder>/set/part.bin", "DLCORE_DATA", SHA256):
        assert part in message


@pytest.mark.parametrize("packed", [False, True])
def test_dlcore_data_comes_first(tmp_path, monkeypatch, mirror, packed):
    mirror.files["/a.bin"] = CONTENT
    (tmp_path / "own/set").mkdir(parents=True)
    name = "own/set/part.bin.gz" if packed else "own/set/part.bin"
    (tmp_path / name).write_bytes(PACKED if packed else CONTENT)
    monkeypatch.setenv("DLCORE_DATA", str(tmp_path / "own"))
    assert get(mirror.url("/a.bin")) == CONTENT
    assert mirror.requests == []


def test_a_wrong_file_in_dlcore_data_is_reported_and_left_alone(tmp_path, monkeypatch, mirror):
    mirror.files["/a.bin"] = CONTENT
    (tmp_path / "set").mkdir()
    (tmp_path / "set/part.bin").write_bytes(b"mine")
    monkeypatch.setenv("DLCORE_DATA", str(tmp_path))
    with pytest.raises(ValueError, match=rf"{re.escape(str(tmp_path))}.*expected {SHA256}; delete"):
        get(mirror.url("/a.bin"))
    assert (tmp_path / "set/part.bin").read_bytes() == b"mine"
    assert mirror.requests == []


def test_a_file_that_dlcore_data_lacks_is_downloaded(tmp_path, monkeypatch, mirror):
    mirror.files["/a.bin"] = CONTENT
    monkeypatch.setenv("DLCORE_DATA", str(tmp_path / "empty"))
    assert get(mirror.url("/a.bin")) == CONTENT


def test_the_progress_bar_shows_the_file(mirror, capsys):
    mirror.files["/a.bin"] = CONTENT
    assert fetch(remote(mirror.url("/a.bin"))) == CONTENT
    assert "set/part.bin" in capsys.readouterr().err


FETCH = """
import sys
from dlcore.data.fetch import Remote, fetch
print(len(fetch(Remote("set/part.bin", sys.argv[1], int(sys.argv[2]), (sys.argv[3],)), False)))
"""


@pytest.mark.slow
def test_two_processes_that_want_one_file_both_get_it(mirror, tmp_path, monkeypatch):
    mirror.files["/a"] = CONTENT
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    words = [sys.executable, "-c", FETCH, SHA256, str(len(CONTENT)), mirror.url("/a")]
    running = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate()[0] for process in running] == [f"{len(CONTENT)}\n"] * 3
    assert len(mirror.requests) == 1


def test_without_a_lock_each_has_a_part_of_its_own(mirror, cache, monkeypatch):
    monkeypatch.setattr(sys.modules[Remote.__module__], "locked", lambda path: nullcontext(False))
    mirror.files["/a"] = CONTENT
    (cache / "set").mkdir(parents=True)
    (cache / "set/part-part.bin").write_bytes(b"another's")
    assert fetch(remote(mirror.url("/a"))) == CONTENT
    assert (cache / "set/part-part.bin").read_bytes() == b"another's"


def test_a_packed_file_is_handed_over_as_it_comes(tmp_path, monkeypatch):
    content = gzip.compress(b"some rows")
    about = Remote("set/rows.gz", hashlib.sha256(content).hexdigest(), len(content), (), True)
    monkeypatch.setenv("DLCORE_DATA", str(tmp_path))
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "rows.gz").write_bytes(content)
    assert fetch(about) == content
    (tmp_path / "set" / "rows.gz").write_bytes(gzip.compress(b"other rows"))
    with pytest.raises(ValueError, match="is not the expected file"):
        fetch(about)


def test_advice_for_a_packed_file_speaks_of_no_other_form(tmp_path, monkeypatch):
    monkeypatch.setattr("pooch.os_cache", lambda name: tmp_path)
    monkeypatch.delenv("DLCORE_DATA", raising=False)
    about = Remote("set/rows.gz", "0" * 64, 1, ("http://127.0.0.1:9/rows.gz",), True)
    with pytest.raises(OSError, match=r"put it at <folder>/set/rows\.gz and set"):
        fetch(about, progress=False)
