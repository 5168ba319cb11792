"""More pictures from the same: what each change keeps, its range, one generator, refusals."""

import pytest
import torch

from dlcore.data import (
    colour_jitter,
    elastic,
    random_crop,
    random_flip,
    random_shift,
    random_turn,
    rotate,
    shift,
)
from dlcore.data.augment import even

CHANGES = {
    "shift": lambda x, dice: random_shift(x, 2, dice),
    "turn": lambda x, dice: random_turn(x, 30, dice),
    "flip": random_flip,
    "crop": lambda x, dice: random_crop(x, 5, dice),
    "jitter": lambda x, dice: colour_jitter(x, 0.2, 0.3, dice),
    "elastic": lambda x, dice: elastic(x, 1.0, 2.0, dice),
}


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def pictures(count=40):
    return torch.rand(count, 2, 7, 6, generator=dice(9), dtype=torch.float64)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_follows_the_generator_alone_and_leaves_its_input(change):
    x = pictures()
    before = x.clone()
    torch.manual_seed(1)
    first = change(x, dice(3))
    torch.manual_seed(2)
    assert torch.equal(first, change(x, dice(3)))
    assert not torch.equal(first, change(x, dice(4)))
    assert torch.equal(x, before)
    assert first.dtype == x.dtype
    assert first.shape[:2] == x.shape[:2]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_none_and_one_picture(change):
    x = pictures()
    assert len(change(x[:0], dice())) == 0
    assert len(change(x[:1], dice())) == 1


def test_each_shift_is_one_of_the_25():
    x = pictures()
    all_moves = [shift(x, d, r) for d in range(-2, 3) for r in range(-2, 3)]
    moved = random_shift(x, 2, dice())
    found = torch.stack([(m == moved).flatten(1).all(1) for m in all_moves])
    assert bool(found.any(0).all())
    assert found.any(1).sum() > 15
    assert torch.equal(random_shift(x, 0, dice()), x)


def test_turns_stay_within_their_degrees():
    angles = even(4000, 30, dice())
    assert angles.abs().max() <= 30
    assert abs(angles.mean()) < 1
    assert 16 < angles.std() < 18.5  # 30/√3
    x = pictures(3)
    assert torch.equal(random_turn(x, 30, dice(1)), rotate(x, even(3, 30, dice(1))))


def test_half_are_flipped():
    x = pictures(400)
    turned = random_flip(x, dice())
    changed = (turned != x).flatten(1).any(1)
    assert 160 < changed.sum() < 240
    assert torch.equal(turned[changed], x[changed].flip(3))


def test_crops_are_squares_of_the_picture():
    x = pictures()
    cut = random_crop(x, 5, dice())
    places = [x[:, :, i : i + 5, j : j + 5] for i in range(3) for j in range(2)]
    found = torch.stack([(p == cut).flatten(1).all(1) for p in places])
    assert bool(found.any(0).all())
    assert bool(found.any(1).all())


def test_jitter_moves_mean_and_spread_within_bounds():
    x = pictures()
    y = colour_jitter(x, 0.2, 0.3, dice())
    moved = y.mean((2, 3)) - x.mean((2, 3))
    stretched = y.std((2, 3)) / x.std((2, 3))
    assert 0.1 < moved.abs().max() <= 0.2 + 1e-9
    assert 0.7 - 1e-9 <= stretched.min() < 0.9 < 1.1 < stretched.max() <= 1.3 + 1e-9
    torch.testing.assert_close(colour_jitter(x, 0, 0, dice()), x)


def test_elastic_moves_by_its_strength():
    assert torch.equal(elastic(pictures(), 0.0, 2.0, dice()), pictures())
    # a picture whose value is its row, far from the border: the change is the displacement
    rows = torch.arange(40.0, dtype=torch.float64).view(1, 1, 40, 1).expand(30, 1, 40, 40)
    down = (elastic(rows, 1.5, 4.0, dice()) - rows)[:, :, 8:-8, 8:-8]
    assert 1.2 < down.square().mean().sqrt() < 1.8
    along = down[..., 1:] - down[..., :-1]
    assert along.square().mean().sqrt() < 0.3 * down.square().mean().sqrt()


def test_refusals():
    x = pictures()
    with pytest.raises(ValueError, match="does not fit"):
        random_crop(x, 7, dice())
    with pytest.raises(ValueError, match="0 or more"):
        colour_jitter(x, -0.1, 0, dice())
    with pytest.raises(ValueError, match="width above 0"):
        elastic(x, 1, 0, dice())
    with pytest.raises(ValueError, match="got shape"):
        random_turn(x[0], 10, dice())
