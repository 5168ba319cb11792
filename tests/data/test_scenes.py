"""Pictures with several shapes: slots, boxes, masks and captions say the same."""

import pytest
import torch

from dlcore.data import SHAPE_NAMES, scene_captions, scenes
from dlcore.data.silhouettes import boxes

FINGERPRINT = {
    "shapes": [3, 1, 2, 1, 3, 2, 2, 3, 1, 2, 2, 1],
    "box": [179.0, 249.0, 394.0, 481.0],
    "ink": [598.981, 480.5051, 495.6938, 512.9679],
    "caption": (
        "a large bright solid crescent, top right; a small dark solid"
        " heart, middle left; a large dark solid square, bottom right"
    ),
}


@pytest.fixture(scope="module")
def some():
    return scenes(300, seed=2)


def test_fields(some):
    assert some.x.shape == (300, 1, 32, 32)
    assert some.mask.shape == (300, 3, 32, 32)
    assert some.box.shape == (300, 3, 4)
    assert some.centre.shape == (300, 3, 2)
    assert some.x.min() >= 0
    assert some.x.max() <= 1
    assert some.shapes.bincount(minlength=4).tolist()[0] == 0
    assert set(some.y.unique().tolist()) == set(range(-1, 12))


def test_fingerprint():
    some = scenes(12, seed=5)
    assert some.shapes.tolist() == FINGERPRINT["shapes"]
    assert some.box.sum((0, 1)).tolist() == FINGERPRINT["box"]
    sums = some.x.flatten(1).double().sum(1)[:4].tolist()
    assert sums == pytest.approx(FINGERPRINT["ink"], abs=1e-3)
    assert scene_captions(some)[0] == FINGERPRINT["caption"]


def test_the_same_again(some):
    assert all(torch.equal(a, b) for a, b in zip(some, scenes(300, seed=2)))
    assert not torch.equal(some.x, scenes(300, seed=3).x)


def test_slots_are_filled_from_the_first(some):
    filled = some.y >= 0
    assert torch.equal(filled.sum(1), some.shapes)
    assert torch.equal(filled, torch.arange(3) < some.shapes[:, None])
    empty = ~filled
    for part in (some.box, some.mask, some.centre, some.solid, some.large, some.bright):
        assert not part[empty].any()


def test_boxes_enclose_masks_tightly(some):
    assert torch.equal(boxes(some.mask), some.box)
    filled = some.y >= 0
    assert some.mask[filled].any(-1).any(-1).all()
    width, height = (some.box[..., 2:] - some.box[..., :2])[filled].unbind(-1)
    assert width.min() >= 2
    assert height.min() >= 2
    assert max(width.max(), height.max()) <= 16


def test_they_hardly_overlap():
    covered = scenes(200, seed=7).mask.sum(1)
    assert (covered > 1).flatten(1).any(1).float().mean() < 0.03


def test_shades_are_true():
    quiet = scenes(200, seed=1, most=1, noise=0.0)
    ink = (quiet.x[:, 0] * quiet.mask[:, 0]).sum((1, 2)) / quiet.mask[:, 0].sum((1, 2))
    solid = quiet.solid[:, 0]
    assert (ink[solid & quiet.bright[:, 0]] < 0.5).all()
    assert (ink[solid & ~quiet.bright[:, 0]] > 0.5).all()


def test_captions_are_true(some):
    for i, words in enumerate(scene_captions(some)):
        parts = words.split("; ")
        assert len(parts) == some.shapes[i]
        for j, part in enumerate(parts):
            name, where = part.split(" ", 4)[4].split(", ")
            assert name == SHAPE_NAMES[some.y[i, j]]
            assert part.startswith(f"a {'large' if some.large[i, j] else 'small'} ")
            assert (" bright " in part) == bool(some.bright[i, j])
            assert (" solid " in part) == bool(some.solid[i, j])
            assert where.startswith("top") == bool(some.centre[i, j, 1] < 0.42 * 32)


@pytest.mark.parametrize("count", [0, 1])
def test_small_sets(count):
    few = scenes(count, most=2)
    assert [len(part) for part in few] == [count] * 9
    assert len(scene_captions(few)) == count
    assert few.y.shape == (count, 2)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"count": -2}, "the number of pictures must be 0 or more, got -2"),
        ({"count": 3, "size": 12}, "16 pixels and 1 shape.*got size=12, most=3"),
        ({"count": 3, "most": 0}, "16 pixels and 1 shape.*got size=32, most=0"),
        ({"count": 3, "classes": 20}, "scenes knows 12 shapes: classes must be from 1 to 12"),
    ],
)
def test_refusals(settings, message):
    with pytest.raises(ValueError, match=message):
        scenes(**settings)
