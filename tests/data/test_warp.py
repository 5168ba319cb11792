"""Moved and turned pictures: by hand, by turning back, and against torch's own sampler."""

import math

import pytest
import torch

from dlcore.data import canvas, rotate, shift


def test_shift_by_hand():
    x = torch.arange(1.0, 7).view(1, 1, 2, 3)
    assert shift(x, 1, 0).tolist() == [[[[0, 0, 0], [1, 2, 3]]]]
    assert shift(x, 0, -1).tolist() == [[[[2, 3, 0], [5, 6, 0]]]]
    assert shift(x, 5, 0).abs().sum() == 0


def test_each_picture_can_move_by_its_own_amount():
    x = torch.rand(3, 2, 5, 4)
    down, right = torch.tensor([0, 1, -2]), torch.tensor([1, 0, 2])
    together = shift(x, down, right)
    for i in range(3):
        alone = shift(x[i : i + 1], down[i].item(), right[i].item())
        assert torch.equal(together[i : i + 1], alone)


def test_quarter_turns_are_exact():
    x = torch.rand(2, 1, 5, 5, dtype=torch.float64)
    for turns in range(-3, 4):
        expected = torch.rot90(x, turns, (2, 3))
        torch.testing.assert_close(rotate(x, 90 * turns), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("degrees", [10.0, -37.0, 90.0, 200.0])
def test_rotation_is_that_of_torchs_sampler(degrees):
    x = torch.rand(2, 3, 8, 8, dtype=torch.float64)
    angle = math.radians(degrees)
    turn = [[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0]]
    theta = torch.tensor([turn] * 2, dtype=torch.float64)
    places = torch.nn.functional.affine_grid(theta, [2, 3, 8, 8], align_corners=False)
    expected = torch.nn.functional.grid_sample(x, places, align_corners=False)
    torch.testing.assert_close(rotate(x, degrees), expected, rtol=0, atol=1e-12)


def test_rotation_by_one_angle_each():
    x = torch.rand(2, 1, 6, 6)
    both = rotate(x, torch.tensor([30.0, 0.0]))
    torch.testing.assert_close(both[:1], rotate(x[:1], 30.0))
    assert torch.equal(both[1:], x[1:])


def test_canvas_places_pictures():
    x = torch.rand(2, 1, 3, 3)
    assert torch.equal(canvas(x, 5)[:, :, 1:4, 1:4], x)
    page = canvas(x, 5, torch.tensor([0, 2]), 1)
    assert torch.equal(page[0, :, 0:3, 1:4], x[0])
    assert torch.equal(page[1, :, 2:5, 1:4], x[1])
    assert page.sum().item() == pytest.approx(x.sum().item())


def test_no_pictures_and_single_pixels():
    assert rotate(torch.zeros(0, 1, 4, 4), 10).shape == (0, 1, 4, 4)
    assert shift(torch.ones(1, 1, 1, 1)).item() == 1


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: shift(torch.zeros(8, 8), 1), r"as x \(N, C, H, W\), got shape \(8, 8\)"),
        (lambda: rotate(torch.zeros(3, 1, 4, 4), torch.zeros(2)), "one for each, got shape"),
        (lambda: canvas(torch.zeros(1, 1, 8, 8), 6), "size=6 cannot hold pictures of 8 × 8"),
    ],
)
def test_refusals(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
