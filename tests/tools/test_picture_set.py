"""The page of the picture set: its parts, at a size that takes a second."""

import picture_set
import pytest

from dlcore.data import scene_captions, scenes


def test_parts_share_no_picture_and_are_centred():
    (x, y), (other, _) = picture_set.parts(0)
    assert [len(x), len(y), len(other)] == [3000, 3000, 2000]
    assert abs(x.mean()) < 0.2
    assert x.std().item() == pytest.approx(1, abs=0.2)


def test_the_ladder_is_a_table_with_a_row_each(monkeypatch):
    monkeypatch.setattr(picture_set, "SEEDS", (0, 1))
    monkeypatch.setattr(picture_set, "EXAMPLES", 96)
    monkeypatch.setattr(picture_set, "TESTED", 48)
    monkeypatch.setattr(picture_set, "EPOCHS", 4)
    rows = picture_set.ladder().splitlines()
    assert len(rows) == len(picture_set.LADDER) + 1
    assert all(row.count("|") == 6 for row in rows)
    assert rows[0].startswith("| a linear model | 3,084 |")
    assert "nearest" in rows[2]


def test_page_says_what_the_pictures_show():
    some = scenes(2, seed=0)
    page = picture_set.text("| a | row |", scene_captions(some))
    assert "{" not in page.replace("```{", "")
    assert f"- {scene_captions(some)[1]}\n" in page
    assert picture_set.ALT_SHAPES in page


def test_pictures():
    some = scenes(2, seed=0)
    assert picture_set.sheet().alt == picture_set.ALT_SHAPES
    assert picture_set.scene_sheet(some).alt == picture_set.ALT_SCENES
    marked = picture_set.outlined(some, 0)
    left, top, right, bottom = (6 * some.box[0, 0]).long().tolist()
    assert marked[top, left:right].min() == 1
    assert marked[top:bottom, right - 1].min() == 1
