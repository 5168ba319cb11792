"""Strips of digits: where they stand, that nothing is shown twice, the edges."""

import pytest
import torch

from dlcore.data import digit_strips, digits


def test_fields():
    some = digit_strips(200, seed=1)
    assert some.x.shape == (200, 1, 8, 44)
    assert some.x.min() >= 0
    assert some.x.max() <= 1
    assert some.y.shape == some.left.shape == (200, 4)
    assert some.left.min() >= 0
    assert some.left.max() <= 36
    steps = some.left.diff(dim=1) - 8
    assert steps.min() == -2
    assert steps.max() == 5
    assert len(some.y.unique()) == 10


def test_the_digits_stand_where_left_says():
    """Without noise and overlap each is a bundled picture, moved by a pixel at most."""
    for part in ("train", "test"):
        some = digit_strips(30, seed=2, part=part, gaps=(0, 3), noise=0.0)
        bundled = digits(images=True)
        other = bundled.x_train if part == "train" else bundled.x_test
        names = bundled.y_train if part == "train" else bundled.y_test
        framed = torch.constant_pad_nd(other[:, 0], [0, 0, 1, 1])
        shown = torch.cat([framed[:, k : k + 8] for k in range(3)])
        for x, y, left in zip(*some):
            for name, place in zip(y.tolist(), left.tolist()):
                here = x[0, :, place : place + 8]
                same = (shown - here).abs().amax((1, 2)) < 1e-6
                assert name in names.repeat(3)[same].tolist()
            empty = torch.ones(44, dtype=torch.bool)
            for place in left.tolist():
                empty[place : place + 8] = False
            assert x[0, :, empty].eq(0).all()


def test_narrow_strips_are_drawn_together():
    some = digit_strips(100, width=32, gaps=(-3, 8))
    assert some.left.max() <= 24
    assert (some.left.diff(dim=1) >= 5).all()
    assert digit_strips(3, length=1, width=8).left.eq(0).all()
    assert digit_strips(3, gaps=(4, 4)).left.diff(dim=1).eq(12).all()


def test_seed_and_refusals():
    same = zip(digit_strips(5, seed=3), digit_strips(5, seed=3))
    assert all(torch.equal(a, b) for a, b in same)
    assert not torch.equal(digit_strips(5, seed=3).x, digit_strips(5, seed=4).x)
    assert not torch.equal(digit_strips(5, part="test").x, digit_strips(5).x)
    assert digit_strips(0).x.shape == (0, 1, 8, 44)
    for odd in ({"part": "all"}, {"length": 0}, {"count": -1}):
        with pytest.raises(ValueError, match='part "train" or "test"'):
            digit_strips(**{"count": 1, **odd})
    for odd in ({"width": 25}, {"gaps": (3, 2)}, {"gaps": (-9, 0)}):
        with pytest.raises(ValueError, match="4 digits with gaps="):
            digit_strips(1, **odd)
