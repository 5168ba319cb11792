"""The picture set: the same for ever, true to what it says about itself, and hard enough."""

import math

import pytest
import torch

from dlcore.data import SHAPE_NAMES, captions, tiny_shapes
from dlcore.data.silhouettes import boxes

FINGERPRINT = {
    "box": [70.0, 68.0, 301.0, 309.0],
    "mask": 1315,
    "ink": [146.0517, 96.9111, 124.4183, 141.3402],
    "captions": [
        "a large dark solid disc, middle centre",
        "a small dark hollow square, top centre",
    ],
}


@pytest.fixture(scope="module")
def some():
    return tiny_shapes(600, seed=3)


def test_fields(some):
    assert some.x.shape == (600, 1, 16, 16)
    assert some.x.dtype == torch.float32
    assert some.x.min() >= 0
    assert some.x.max() <= 1
    assert some.y.dtype == torch.int64
    assert some.mask.shape == (600, 16, 16)
    assert all(
        part.dtype == torch.bool for part in (some.mask, some.solid, some.large, some.bright)
    )
    assert some.box.shape == (600, 4)
    assert some.centre.shape == (600, 2)


def test_fingerprint():
    """Other pictures under an old seed would change every chapter that learns from them."""
    some = tiny_shapes(24, seed=5)
    assert some.box.sum(0).tolist() == FINGERPRINT["box"]
    assert int(some.mask.sum()) == FINGERPRINT["mask"]
    sums = some.x.flatten(1).double().sum(1)[:4].tolist()
    assert sums == pytest.approx(FINGERPRINT["ink"], abs=1e-3)
    assert captions(some)[:2] == FINGERPRINT["captions"]


def test_the_same_again_and_another_seed_another_set(some):
    again = tiny_shapes(600, seed=3)
    assert all(torch.equal(a, b) for a, b in zip(some, again))
    assert not torch.equal(some.x, tiny_shapes(600, seed=4).x)
    state = torch.get_rng_state()
    tiny_shapes(10)
    assert torch.equal(state, torch.get_rng_state())


def test_classes_are_dealt_in_turn():
    assert tiny_shapes(26).y.bincount().tolist() == [3, 3] + [2] * 10
    assert tiny_shapes(7, classes=3).y.tolist() == [0, 1, 2, 0, 1, 2, 0]


def test_boxes_enclose_masks_tightly(some):
    rows = torch.arange(16)
    for box, mask in zip(some.box.long().tolist(), some.mask):
        left, top, right, bottom = box
        assert mask[top:bottom, left:right].sum() == mask.sum() > 0
        assert mask[:, left].any()
        assert mask[:, right - 1].any()
        assert mask[top].any()
        assert mask[bottom - 1].any()
        assert 0 <= left < right <= 16
        assert 0 <= top < bottom <= 16
    assert rows[some.mask.any(0).any(0)].tolist() == list(range(16))  # they reach everywhere


def test_the_drawing_differs_from_its_surroundings_as_it_says():
    some = tiny_shapes(600, seed=1, noise=0.0)
    solid = some.solid
    ink = (some.x[:, 0] * some.mask).sum((1, 2)) / some.mask.sum((1, 2))
    around = (some.x[:, 0] * ~some.mask).sum((1, 2)) / (~some.mask).sum((1, 2))
    assert torch.equal((ink < around)[solid], some.bright[solid])
    assert 0.55 < solid.float().mean() < 0.65
    assert 0.4 < some.bright.float().mean() < 0.6
    assert torch.equal(some.large, some.radius > 5)
    assert 0.4 < some.large.float().mean() < 0.6


def test_captions_are_true(some):
    for i, words in enumerate(captions(some)):
        first, where = words.split(", ")
        article, size, shade, form, name = first.split(" ", 4)
        assert article == "a"
        assert name == SHAPE_NAMES[some.y[i]]
        assert (size, shade, form) == (
            "large" if some.radius[i] > 5 else "small",
            "bright" if some.bright[i] else "dark",
            "solid" if some.solid[i] else "hollow",
        )
        row, part = where.split(" ")
        across, down = (some.centre[i] / 16).tolist()
        assert (row == "top") == (down < 0.42)
        assert (row == "bottom") == (down > 0.58)
        assert (part == "left") == (across < 0.42)
        assert (part == "right") == (across > 0.58)


def test_larger_pictures_show_the_same_finer():
    small, fine = (tiny_shapes(120, size=size, noise=0.0) for size in (16, 32))
    assert torch.equal(small.y, fine.y)
    assert torch.equal(small.large, fine.large)
    pooled = torch.nn.functional.avg_pool2d(fine.x, 2)
    assert (pooled - small.x).abs().mean() < 0.01
    assert (small.box - fine.box / 2).abs().max() <= 1.5
    noisy = tiny_shapes(120, size=32)
    noise = torch.nn.functional.avg_pool2d(noisy.x - fine.x, 2)
    assert noise.std().item() == pytest.approx(0.08, abs=0.006)


def test_turn():
    assert tiny_shapes(200, turn=0.0).angle.abs().max() == 0
    assert 2.9 < tiny_shapes(400, turn=math.pi).angle.abs().max() <= math.pi


@pytest.mark.parametrize("count", [0, 1])
def test_small_sets(count):
    few = tiny_shapes(count)
    assert [len(part) for part in few] == [count] * 10
    assert len(captions(few)) == count
    assert torch.equal(boxes(few.mask), few.box)


def test_a_linear_reader_is_lost(some):
    """Dark and light shapes cancel: the mean picture of a class hardly says more than chance."""
    means = torch.stack([some.x[some.y == k].mean(0).flatten() for k in range(12)])
    other = tiny_shapes(600, seed=9)
    nearest = torch.cdist(other.x.flatten(1), means).argmin(1)
    assert (nearest == other.y).float().mean() < 0.2


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"count": -1}, "the number of pictures must be 0 or more, got -1"),
        ({"count": 5, "size": 7}, "a picture of 8 pixels or more, got size=7"),
        ({"count": 5, "classes": 0}, "classes must be from 1 to 12, got 0"),
        ({"count": 5, "classes": 13}, "classes must be from 1 to 12, got 13"),
    ],
)
def test_refusals(settings, message):
    with pytest.raises(ValueError, match=message):
        tiny_shapes(**settings)
