import numpy as np
import pytest
import torch

from dlcore.study import draw


def axes(figure):
    return figure.sheet.axes[0]


def test_images_draws_each_in_its_place():
    pictures = torch.arange(24.0).reshape(6, 2, 2)
    figure = draw.images(pictures, columns=3, titles="abcdef", alt="Six squares")
    spots = axes(figure).child_axes
    assert [spot.images[0].get_array().tolist() for spot in spots] == pictures.tolist()
    assert [spot.get_title() for spot in spots] == list("abcdef")
    assert {spot.images[0].get_clim() for spot in spots} == {(0.0, 23.0)}
    figure.png()
    corners = [spot.get_window_extent() for spot in spots]
    assert corners[0].y0 == pytest.approx(corners[2].y0)
    assert corners[3].y1 < corners[0].y0
    assert corners[0].x1 < corners[1].x0


def test_diverging_images_are_centred_on_zero():
    figure = draw.images([[[-1.0, 3.0]]], cmap="diverging", alt="Weights")
    assert axes(figure).child_axes[0].images[0].get_clim() == (-3, 3)


def test_images_takes_limits_and_colour():
    figure = draw.images([np.zeros((2, 2, 3)), np.ones((2, 2))], limits=(0, 4), alt="x")
    assert axes(figure).child_axes[1].images[0].get_clim() == (0, 4)


def test_images_refuses_what_it_cannot_draw():
    with pytest.raises(ValueError, match="knows cmap 'ink' and 'diverging', got 'jet'"):
        draw.images([np.ones((2, 2))], cmap="jet", alt="x")
    with pytest.raises(ValueError, match=r"got one of shape \(3,\)"):
        draw.images([np.ones(3)], alt="x")
    with pytest.raises(ValueError, match="at least one image"):
        draw.images([], alt="x")
    with pytest.raises(ValueError, match="got 1 images and 2 titles"):
        draw.images([np.ones((2, 2))], titles=["a", "b"], alt="x")


def test_heatmap_draws_the_matrix_with_a_scale():
    figure = draw.heatmap([[0, 1], [2, 3]], xticks="ab", yticks="cd", alt="A matrix")
    ax, scale = figure.sheet.axes
    assert ax.images[0].get_array().tolist() == [[0, 1], [2, 3]]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["a", "b"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["c", "d"]
    assert scale.get_ylim() == (0, 3)


def test_heatmap_writes_the_numbers_in_an_ink_that_shows():
    figure = draw.heatmap([[0.0, -1.5]], annotate=True, diverging=True, alt="Two numbers")
    ax = axes(figure)
    assert len(figure.sheet.axes) == 1
    assert [text.get_text() for text in ax.texts] == ["0", "−1.5"]
    assert ax.images[0].get_clim() == (-1.5, 1.5)
    assert ax.texts[0].get_color() != ax.texts[1].get_color()


def test_heatmap_shades_between_the_limits_it_is_given():
    figure = draw.heatmap([[0.2, 0.4]], limits=(0, 1), annotate=True, alt="Two responses")
    assert axes(figure).images[0].get_clim() == (0, 1)


def test_heatmap_refuses_wrong_shapes():
    with pytest.raises(ValueError, match=r"a matrix \(R, C\), got shape \(2,\)"):
        draw.heatmap([1, 2], alt="x")
    with pytest.raises(ValueError, match=r"expects 2 xticks for \(1, 2\), got 3"):
        draw.heatmap([[1, 2]], xticks="abc", alt="x")


def test_grid_path_draws_walls_path_and_ends():
    walls = [[0, 1], [0, 0]]
    figure = draw.grid_path(walls, [(0, 0), (1, 0), (1, 1)], alt="A small maze")
    ax = axes(figure)
    assert ax.images[0].get_array().mask.tolist() == [[True, False], [True, True]]
    assert ax.get_lines()[0].get_xydata().tolist() == [[0, 0], [0, 1], [1, 1]]
    assert [(t.get_text(), t.get_position()) for t in ax.texts] == [("S", (0, 0)), ("G", (1, 1))]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_grid_path_shades_values_of_free_cells_only():
    figure = draw.grid_path([[0, 1]], values=[[5, 7]], start=(0, 0), alt="Values")
    assert axes(figure).images[0].get_array().compressed().tolist() == [5]


def test_grid_path_refuses_cells_outside():
    with pytest.raises(ValueError, match=r"cell \(0, 2\) lies outside the maze of shape \(1, 2\)"):
        draw.grid_path([[0, 0]], [(0, 0), (0, 2)], alt="x")
    with pytest.raises(ValueError, match=r"walls of shape \(H, W\), got \(2,\)"):
        draw.grid_path([0, 0], alt="x")
