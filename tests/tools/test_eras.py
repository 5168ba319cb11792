"""Readers of digits through the years: held to their chapters, chosen and measured alike."""

import importlib
import inspect
import json
from pathlib import Path

import eras
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
IDEAS = {
    row["id"]: row for row in yaml.safe_load((ROOT / "book" / "ideas.yml").read_text())["ideas"]
}


@pytest.mark.parametrize("name", eras.ALL)
def test_a_reader_is_told_as_its_chapter_tells_it(name):
    reader = eras.ALL[name]
    if reader.idea:
        idea = IDEAS[reader.idea]
        assert idea["chapter"] == reader.chapter
        assert str(reader.year) in str(idea["year"])
    path, _, symbol = reader.symbol.rpartition(".")
    found = getattr(importlib.import_module(f"dlcore.{path}"), symbol)
    (chapter,) = (ROOT / "chapters").glob(f"ch{reader.chapter:02}_*.ipynb")
    named = f"(chapter {reader.chapter})" in inspect.getmodule(found).__doc__
    assert named or symbol in chapter.read_text() or not reader.idea


def test_only_named_readers_are_measured(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(eras, "KEPT", tmp_path / "eras.json")
    monkeypatch.setattr(eras, "SEEDS", range(2))
    eras.keep([eras.measured("Nearest neighbour, by angle")])
    eras.keep([eras.measured("Least squares")])
    rows = json.loads((tmp_path / "eras.json").read_text())
    assert [row["year"] for row in rows] == [1805, 1951]
    assert len(rows[0]["right"]) == 2
    assert eras.wanted(["Mamba"]) == ["Mamba, patch by patch"]
    with pytest.raises(SystemExit, match=r"no reader is called Perceiver: there are Least squares"):
        eras.wanted(["Perceiver"])


def test_the_validation_part_chooses(monkeypatch):
    reader = eras.ALL["Decision tree"]._replace(settings=(1, 9))
    setting, right = eras.chosen(reader)
    assert setting == 9
    assert right[0] < right[1]
    assert eras.chosen(eras.ALL["Least squares"]) == (None, [])
