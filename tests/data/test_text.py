import dataclasses
import hashlib
from pathlib import Path

import pytest

from dlcore.data import text, tiny_shakespeare

REAL = Path(__file__).parents[3] / "shared" / "data"


def test_the_text_comes_from_dlcore_data(tmp_path, monkeypatch):
    content = b"First Citizen:\nBefore we proceed any further, hear me speak.\n"
    (tmp_path / "tinyshakespeare").mkdir()
    (tmp_path / "tinyshakespeare/input.txt").write_bytes(content)
    monkeypatch.setenv("DLCORE_DATA", str(tmp_path))
    known = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    monkeypatch.setattr(
        text, "TINY_SHAKESPEARE", dataclasses.replace(text.TINY_SHAKESPEARE, **known)
    )
    assert tiny_shakespeare() == content.decode()


def test_another_text_is_refused(tmp_path, monkeypatch):
    (tmp_path / "tinyshakespeare").mkdir()
    (tmp_path / "tinyshakespeare/input.txt").write_text("To be, or not to be")
    monkeypatch.setenv("DLCORE_DATA", str(tmp_path))
    with pytest.raises(ValueError, match="not the expected file"):
        tiny_shakespeare()


@pytest.mark.skipif(not (REAL / "tinyshakespeare").is_dir(), reason="no text in ../shared/data")
def test_the_real_file(monkeypatch):
    monkeypatch.setenv("DLCORE_DATA", str(REAL))
    content = tiny_shakespeare()
    assert len(content) == 1_115_394
    assert len(set(content)) == 65
