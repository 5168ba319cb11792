import pytest
import torch

from dlcore.data import letter, letters, sides
from dlcore.data.shapes import LETTERS


def test_sides_are_filled_rectangles_in_one_half():
    x, y = sides(400)
    assert x.shape == (400, 400)
    assert x.unique().tolist() == [0, 1]
    for picture, side in zip(x.view(-1, 20, 20), y.tolist()):
        lit = picture.nonzero()
        (top, left), (bottom, right) = lit.amin(0).tolist(), lit.amax(0).tolist()
        assert picture.sum() == (bottom - top + 1) * (right - left + 1)
        assert (left >= 10) if side else (right < 10)
        assert bottom - top + 1 >= 5
        assert right - left + 1 >= 2


def test_sides_reach_every_cell():
    assert sides(2000).x.amax(0).min() == 1


def test_letters_are_their_glyph_moved_about():
    names = "EX"
    x, y = letters(60, names)
    for picture, k in zip(x.view(-1, 20, 20), y.tolist()):
        top, left = picture.nonzero().amin(0).tolist()
        assert torch.equal(picture[top : top + 14, left : left + 10], letter(names[k]))
        assert picture.sum() == letter(names[k]).sum()
    tops = {picture.nonzero().amin(0)[0].item() for picture in x.view(-1, 20, 20)}
    assert tops == set(range(7))


def test_the_font_has_well_formed_and_different_letters():
    assert all(letter(name).shape == (14, 10) for name in LETTERS)
    pictures = {tuple(letter(name).flatten().tolist()) for name in LETTERS}
    assert len(pictures) == len(LETTERS)


@pytest.mark.parametrize("make", [sides, letters])
def test_noise_flips_that_share_of_the_cells(make):
    clean, noisy = make(500, seed=5).x, make(500, seed=5, noise=0.1).x
    assert (clean != noisy).float().mean().item() == pytest.approx(0.1, abs=0.01)
    assert torch.equal(make(50, noise=1.0).x, 1 - make(50).x)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sides(9, noise=1.5), "fraction of flipped cells, from 0 to 1, got 1.5"),
        (lambda: sides(9, size=7), "even and at least 4"),
        (lambda: letters(9, "AB"), 'no letter "B".*choose from ACEF'),
        (lambda: letters(9, "AC", size=13), "at least 14, got 13"),
        (lambda: letters(1, "AC"), "1 points cannot show 2 classes"),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()
