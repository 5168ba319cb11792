"""Coloured shapes: what a cell holds is what the lists say, and questions count it."""

import pytest
import torch

from dlcore.data.coloured import (
    CELL,
    COLOURS,
    EMPTY,
    FORMS,
    coloured_shapes,
    how_many,
    in_cells,
    mask,
)


@pytest.mark.parametrize("cells", [1, 3, 4])
def test_each_cell_shows_its_shape_somewhere(cells):
    scenes = coloured_shapes(30, seed=1, cells=cells, noise=0)
    assert scenes.x.shape == (30, 3, cells * CELL, cells * CELL)
    patches = in_cells(scenes.x).view(30, cells**2, 3, CELL, CELL)
    for i in range(30):
        for j in range(cells**2):
            colour, form = int(scenes.colour[i, j]), int(scenes.form[i, j])
            patch = patches[i, j]
            if colour == EMPTY:
                assert form == EMPTY
                assert patch.sum() == 0
                continue
            lit = patch[colour] > 0
            assert (patch.sum((1, 2)) > 0).sum() == 1
            assert 0.5 <= patch.max() <= 1
            wanted = mask(FORMS[form]) > 0
            places = [(r, c) for r in range(3) for c in range(3)]
            assert any(
                (lit[r : r + 5, c : c + 5] == wanted).all() and lit.sum() == wanted.sum()
                for r, c in places
            )


def test_all_kinds_and_all_places_occur():
    scenes = coloured_shapes(200, seed=0, noise=0)
    for kinds, names in ((scenes.colour, COLOURS), (scenes.form, FORMS)):
        assert kinds.unique().tolist() == [EMPTY, *range(len(names))]
    assert abs((scenes.colour != EMPTY).float().mean().item() - 0.6) < 0.04
    corner = in_cells(scenes.x).view(-1, 3, CELL, CELL).amax(1)
    assert (corner[:, 0].sum(1) > 0).any()
    assert (corner[:, -1].sum(1) > 0).any()


def test_counts():
    scenes = coloured_shapes(50, seed=2)
    table = how_many(scenes)
    assert table.shape == (50, 9)
    assert (table.sum(1) == (scenes.colour != EMPTY).sum(1)).all()
    for i in range(50):
        cells = list(zip(scenes.colour[i].tolist(), scenes.form[i].tolist()))
        for colour in range(3):
            for form in range(3):
                assert table[i, 3 * colour + form] == cells.count((colour, form))


def test_the_same_seed_gives_the_same_and_empty_and_full_grids_exist():
    assert torch.equal(coloured_shapes(5, 7).x, coloured_shapes(5, 7).x)
    assert (coloured_shapes(5, filled=0).colour == EMPTY).all()
    assert (coloured_shapes(5, filled=1).form >= 0).all()
    assert coloured_shapes(0).x.shape == (0, 3, 21, 21)


@pytest.mark.parametrize("wrong", [{"count": -1}, {"cells": 0}, {"filled": 1.2}])
def test_bad_input(wrong):
    with pytest.raises(ValueError, match="coloured_shapes needs count ≥ 0"):
        coloured_shapes(**{"count": 3, **wrong})


def test_pictures_that_have_no_cells():
    for shape in ((2, 3, 20, 20), (2, 1, 21, 21), (2, 3, 21, 14), (3, 21, 21)):
        with pytest.raises(ValueError, match=r"in_cells takes \(N, 3, S, S\)"):
            in_cells(torch.zeros(shape))
