"""Drawings of dissolving data, clouds, smoothed sheets and paths: what stands on them."""

import numpy as np
import pytest
import torch

from dlcore.study.chapters import draw_ch26


def spots(figure):
    return figure.sheet.axes[0].child_axes


def titles(figure):
    return [spot.get_title() for spot in spots(figure) if spot.get_title()]


def test_a_cloud_stands_above_each_picture():
    cloud, picture = torch.tensor([[1.0, -2], [0, 3]]), torch.tensor([[-1.0, 5]])
    figure = draw_ch26.dissolve([cloud] * 2, [picture] * 2, ["data", "t = 9"], alt="dissolve")
    first, below = spots(figure)[:2]
    assert titles(figure) == ["data", "t = 9"]
    assert np.array_equal(first.lines[0].get_xydata(), cloud)
    assert np.array_equal(below.images[0].get_array(), [[-1, 1]])  # kept within the limits


def test_dissolve_wants_equally_many():
    with pytest.raises(ValueError, match="got 1 clouds, 0 pictures and 1 titles"):
        draw_ch26.dissolve([torch.zeros(1, 2)], [], ["data"], alt="dissolve")


def test_clouds_share_their_limits():
    named = {str(k): torch.full((3, 2), float(k)) for k in range(5)}
    figure = draw_ch26.clouds(named, limit=2.5, alt="clouds")
    assert titles(figure) == list(named)
    assert {spot.get_xlim() for spot in spots(figure)} == {(-2.5, 2.5)}
    assert [spot.lines[0].get_xdata()[0] for spot in spots(figure)] == [0, 1, 2, 3, 4]


def test_a_long_row_goes_on_below_and_is_named_once():
    rows = {"drawn": torch.zeros(5, 2, 2), "real": torch.ones(2, 2, 2)}
    figure = draw_ch26.sheet(rows, columns=3, alt="sheet")
    assert len(spots(figure)) == 7
    assert [text.get_text() for text in figure.sheet.axes[0].texts] == ["drawn", "", "real"]
    assert {spot.images[0].get_interpolation() for spot in spots(figure)} == {"nearest"}


def test_digits_are_smoothed_and_a_film_of_few_pixels_shows_them():
    for side, interpolation in ((8, "bicubic"), (4, "nearest")):
        figure = draw_ch26.sheet({"one": torch.zeros(3, side, side)}, alt="sheet")
        assert {s.images[0].get_interpolation() for s in spots(figure)} == {interpolation}


def test_paths_go_from_noise_to_data():
    path = [torch.zeros(3, 2), torch.ones(3, 2), torch.tensor([[2.0, 1], [2, 2], [2, 3]])]
    figure = draw_ch26.landscape(torch.eye(4), path, limit=3.0, count=2, alt="landscape")
    left, right = spots(figure)
    assert left.images[0].get_extent() == [-3, 3, -3, 3]
    assert len(right.lines) == 2 + 2  # two of the three paths, their starts, their ends
    assert np.array_equal(right.lines[0].get_xydata(), [[0, 0], [1, 1], [2, 1]])
    assert np.array_equal(right.lines[-1].get_xydata(), [[2, 1], [2, 2]])
