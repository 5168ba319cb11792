"""The run of a chapter with other seeds and twice the training sees what does not hold."""

import json

import nbformat
import pytest
import robust

CHAPTER = """\
from dlcore.study import budget, claim, draw
steps, seed = budget(10), SEED
draw.nothing_at_all(steps)
claim("always", True, kind="check")
claim("small seeds only", seed < 2, f"seed {seed}", kind="finding")
claim("early only", steps < 15, f"{steps} steps", kind="finding", speed=True)"""


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book with one chapter, of the form that robust.py runs."""
    (tmp_path / "chapters").mkdir()
    setup = "import nowhere\n\nfrom dlcore import study\nSEED = 0  # take another"
    chapter = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in (setup, *CHAPTER.split("\n", 1))]
    )
    nbformat.write(chapter, tmp_path / "chapters" / "ch77_tiny.ipynb")
    monkeypatch.setattr(robust, "ROOT", tmp_path)
    monkeypatch.setattr(robust, "KEPT", tmp_path / "robustness.json")
    monkeypatch.chdir(tmp_path)

    def here(chapter, seed, budget):
        monkeypatch.setenv("DLCORE_BUDGET", str(budget))
        return robust.run(chapter, seed), 0.0

    monkeypatch.setattr(robust, "run_apart", here)
    monkeypatch.setattr(robust, "WORKERS", 1)
    return tmp_path


def test_failures_are_told_from_what_is_about_speed(book, capsys):
    assert robust.main(["77", "--keep"]) == 1
    said = capsys.readouterr().out
    assert said.count("FAILED: ") == 3
    assert "FAILED: seed 4, budget × 1: small seeds only\n    measured seed 4" in said
    assert "about speed: seed 0, budget × 2: early only\n    measured 20 steps" in said
    kept = json.loads((book / "robustness.json").read_text())["ch77"]
    assert [row["seed"] for row in kept["failed"]] == [2, 3, 4]
    assert kept["claims"] == 3
    assert len(kept["speed"]) == 1


def test_fewer_seeds_may_all_hold(book, capsys):
    assert robust.main(["77", "--seeds", "0", "1"]) == 0
    assert capsys.readouterr().out.endswith("0 failed\n")
    assert not (book / "robustness.json").exists()


def test_after_a_stop_only_the_rest_is_run(book, monkeypatch):
    begun = []

    def stopped(chapter, seed, budget):
        begun.append((seed, budget))
        if begun.count((2, 1)) == 1 and seed == 2:
            raise RuntimeError("the machine stopped")
        return [("always", "None", True, False)], 1.0

    monkeypatch.setattr(robust, "run_apart", stopped)
    with pytest.raises(RuntimeError, match="stopped"):
        robust.main(["77"])
    assert robust.main(["77", "--keep"]) == 0
    assert sorted(begun) == [(0, 1), (0, 2), (1, 1), (2, 1), (2, 1), (3, 1), (4, 1)]
    begun.clear()
    assert robust.main(["77"]) == 0
    assert begun == []
    (book / "dlcore").mkdir()
    (book / "dlcore" / "changed.py").write_text("x = 1\n")
    assert robust.main(["77", "--seeds", "0"]) == 0
    assert begun == [(0, 1), (0, 2)]


def test_a_chapter_without_a_seed_to_change_is_refused():
    with pytest.raises(ValueError, match="no line SEED = 0"):
        robust.with_seed(["from dlcore import study", "x = 1"], 3)


def test_every_chapter_has_its_seed_where_it_can_be_changed():
    for path in sorted((robust.ROOT / "chapters").glob("ch*.ipynb")):
        code = robust.code_of(path)
        assert robust.with_seed(code, 3) != robust.with_seed(code, 0), path.name
