"""Shaken batches: every picture a little different each time, and the same again from its seed."""

import pytest
import torch
from shaken import BLEND, SHIFT, Shaken, between, bolder_or_finer, moved

from dlcore.data import digits


@pytest.fixture
def pictures():
    """Sixty digits of 24 x 24 pixels in a frame of 28 x 28."""
    x = digits(images=True).x_train[:60].repeat_interleave(3, 2).repeat_interleave(3, 3)
    framed = torch.zeros(60, 1, 28, 28)
    framed[:, :, 2:-2, 2:-2] = x
    return framed


def dice():
    return torch.Generator().manual_seed(3)


def test_between_interpolates():
    picture = torch.tensor([[[1.0, 2.0, 4.0], [3.0, 5.0, 7.0]]])
    rows = torch.tensor([[[0.0, 1.0, 0.5, -0.5, 3.0, -2.0]]])
    columns = torch.tensor([[[1.0, 2.0, 0.5, 0.0, 1.0, 1.0]]])
    expected = torch.tensor([[[2.0, 7.0, (1 + 2 + 3 + 5) / 4, 0.5, 0.0, 0.0]]])
    torch.testing.assert_close(between(picture, rows, columns), expected)


def test_all_grid_points_give_the_picture_again():
    picture = torch.rand(2, 3, 4, generator=dice())
    rows, columns = torch.meshgrid(torch.arange(3.0), torch.arange(4.0), indexing="ij")
    torch.testing.assert_close(
        between(picture, rows.expand(2, 3, 4), columns.expand(2, 3, 4)), picture
    )


def middle(pictures):
    """Row and column of the centres of mass."""
    place = torch.arange(28.0)
    ink = pictures.sum((1, 2, 3))
    return torch.stack(
        [(pictures.sum(3)[:, 0] * place).sum(1) / ink, (pictures.sum(2)[:, 0] * place).sum(1) / ink]
    )


def test_moved_pictures_keep_their_place_and_ink_about(pictures):
    after = moved(pictures, dice())
    way = middle(after) - middle(pictures)
    assert 0.5 < way.abs().max() < 2 * SHIFT
    assert way.mean(1).abs().max() < SHIFT / 3, "no direction is preferred"
    ratio = after.sum((1, 2, 3)) / pictures.sum((1, 2, 3))
    assert 0.6 < ratio.min() < 0.9 < 1.1 < ratio.max() < 1.5
    assert after.min() >= 0
    assert after.max() <= 1


def test_lines_become_bolder_or_finer_by_less_than_a_pixel(pictures):
    line = torch.zeros(200, 1, 9, 9)
    line[..., 3:6] = 1
    width = bolder_or_finer(line, dice())[:, 0, 4].sum(1)
    assert 3 - BLEND < width.min() < 2.6
    assert 3.4 < width.max() < 3 + BLEND
    after = bolder_or_finer(pictures, dice())
    assert ((after >= 0) & (after <= 1)).all()


def test_every_epoch_differs_and_each_can_be_had_again(pictures):
    names = torch.arange(60)
    batches = Shaken(pictures, names, batch_size=16, seed=1)
    first, again, next_one = (list(batches.epoch(k)) for k in (0, 0, 1))
    late = list(batches.epoch(0, start=2))
    assert len(first) == len(batches) == 4
    for (x, y), (x_again, y_again) in zip(first, again, strict=True):
        assert torch.equal(x, x_again)
        assert torch.equal(y, y_again)
        assert not torch.equal(x, pictures[y])
    for (x, y), (x_late, y_late) in zip(first[2:], late, strict=True):
        assert torch.equal(x, x_late)
        assert torch.equal(y, y_late)
    order = (
        torch.cat([y for _, y in first]).argsort(),
        torch.cat([y for _, y in next_one]).argsort(),
    )
    one, other = (
        torch.cat([x for x, _ in part])[rows]
        for part, rows in zip((first, next_one), order, strict=True)
    )
    assert not any(torch.equal(a, b) for a, b in zip(one, other, strict=True))
