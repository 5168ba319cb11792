"""A failed installation is explained in one sentence."""

import sys

import environment
import pytest

LOGS = {
    "OSError: [Errno 28] No space left on device": "disk is full",
    "fatal error: Python.h: No such file or directory": "apt-get install python3-dev",
    "HTTPSConnectionPool: Max retries exceeded with url: /simple/torch/": "cannot be reached",
    "Failed to resolve: Temporary failure in name resolution": "cannot be reached",
    "ssl.SSLError: CERTIFICATE_VERIFY_FAILED": "PIP_CERT",
    "ERROR: No matching distribution found for torch==2.13.0": "has no torch==2.13.0 for this",
    "PermissionError: Permission denied: '/x/y'": "The file /x/y may not be written",
    "something else": r"its whole log is \.venv/pip\.log",
}


@pytest.mark.parametrize(("log", "sentence"), LOGS.items())
def test_meaning(log, sentence, monkeypatch):
    class Failed:
        returncode = 1

    monkeypatch.setattr(environment.subprocess, "run", lambda *a, **k: Failed())
    monkeypatch.setattr(environment, "LOG", FakeLog(log))
    with pytest.raises(SystemExit, match=sentence):
        environment.install()


class FakeLog:
    """Where pip would have written its log."""

    def __init__(self, text):
        self.text = text

    def unlink(self, missing_ok):
        assert missing_ok

    def read_text(self, errors):
        assert errors == "replace"
        return f"many lines\n{self.text}\nmore lines"

    def relative_to(self, root):
        return environment.Path(".venv/pip.log")


def test_environment_is_usable_only_if_its_python_starts(tmp_path):
    assert environment.is_usable(sys.executable)
    assert not environment.is_usable(tmp_path / "python")


def test_environment_of_another_python_is_not_usable(monkeypatch):
    monkeypatch.setattr(environment.sys, "version_info", (3, 99, 0))
    assert not environment.is_usable(sys.executable)
