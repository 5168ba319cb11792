import numpy as np
import pytest
import torch

from dlcore.study import draw

CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]


def axes(figure):
    return figure.sheet.axes[0]


def test_scatter_draws_classes_apart():
    figure = draw.scatter(CORNERS, [0, 1, 1, 0], names={0: "even", 1: "odd"}, alt="XOR")
    even, odd = axes(figure).collections
    assert even.get_offsets().tolist() == [[0, 0], [1, 1]]
    assert odd.get_offsets().tolist() == [[0, 1], [1, 0]]
    assert even.get_paths()[0].vertices.shape != odd.get_paths()[0].vertices.shape
    assert [t.get_text() for t in axes(figure).get_legend().get_texts()] == ["even", "odd"]
    assert axes(figure).get_aspect() == 1


def test_scatter_draws_the_line_where_w_x_plus_b_is_zero():
    w, b = np.array([2.0, 1.0]), -1.5
    figure = draw.scatter(CORNERS, lines=[(w, b, "learned")], alt="A line")
    (line,) = axes(figure).get_lines()
    start, end = np.array(line.get_xy1()), np.array(line.get_xy2())
    assert not np.allclose(start, end)
    assert np.allclose([w @ start + b, w @ end + b], 0)
    assert line.get_label() == "learned"


def test_scales_that_differ_much_are_not_made_equal():
    figure = draw.scatter([[0, 0], [100, 1]], alt="Flat")
    assert axes(figure).get_aspect() == "auto"


def test_scatter_keeps_given_limits():
    figure = draw.scatter(CORNERS, xlim=(-1, 2), ylim=(-2, 3), alt="x")
    assert axes(figure).get_xlim() == (-1, 2)
    assert axes(figure).get_ylim() == (-2, 3)


def test_scatter_refuses_wrong_shapes():
    with pytest.raises(ValueError, match=r"points of shape \(N, 2\), got \(3,\)"):
        draw.scatter([1, 2, 3], alt="x")
    with pytest.raises(ValueError, match=r"got 4 points and labels of shape \(3,\)"):
        draw.scatter(CORNERS, [0, 1, 1], alt="x")
    with pytest.raises(ValueError, match="two weights that are not both 0"):
        draw.scatter(CORNERS, lines=[([0, 0], 1, "none")], alt="x")


def test_regions_shows_the_class_at_each_place():
    figure = draw.regions(
        lambda x: (x[:, 0] > 0.5).long(), CORNERS, [0, 0, 1, 1], xlim=(0, 1), ylim=(0, 1), alt="x"
    )
    shown = axes(figure).images[0].get_array()
    assert (shown[:, :120] == 0).all()
    assert (shown[:, -120:] == 1).all()


def test_regions_puts_the_second_axis_upwards():
    figure = draw.regions(lambda x: x[:, 1] > 0.75, xlim=(0, 1), ylim=(0, 1), alt="x")
    picture = axes(figure).images[0]
    assert picture.origin == "lower"
    assert picture.get_array().mean() == pytest.approx(0.25, abs=0.01)
    assert (picture.get_array()[-10:] == 1).all()


@pytest.mark.parametrize(("scores", "level"), [(torch.sigmoid, 0.5), (torch.tanh, 0.0)])
def test_regions_of_scores_are_centred_on_the_boundary(scores, level):
    figure = draw.regions(lambda x: scores(x[:, 0]), xlim=(-2, 2), ylim=(-2, 2), alt="x")
    picture = axes(figure).images[0]
    assert np.mean(picture.get_clim()) == pytest.approx(level)
    edge = axes(figure).collections[0].get_paths()[0].vertices
    assert np.allclose(edge[:, 0], 0, atol=1e-6)


def test_regions_of_one_class_has_no_edge():
    figure = draw.regions(lambda x: torch.zeros(len(x)).long(), CORNERS, [0] * 4, alt="x")
    assert len(axes(figure).collections) == 1


def test_regions_needs_a_window_and_one_answer_per_point():
    with pytest.raises(ValueError, match="needs points, or xlim and ylim"):
        draw.regions(lambda x: x[:, 0], alt="x")
    with pytest.raises(ValueError, match="one class or score per point"):
        draw.regions(lambda x: x, CORNERS, alt="x")


def test_key_of_a_panel_stands_below_it():
    figure = draw.panels(
        [lambda ax: draw.scatter(CORNERS, [0, 1, 1, 0], names={0: "a", 1: "b"}, ax=ax, alt="")],
        alt="A panel",
    )
    figure.png()
    ax = axes(figure)
    assert ax.get_legend().get_window_extent().y1 < ax.get_window_extent().y0


def test_a_class_keeps_its_colour_where_another_is_missing():
    def colours(figure):
        dots = {c.get_label(): c.get_facecolor().tolist() for c in axes(figure).collections}
        return dots["yes"]

    names = {0: "no", 1: "yes"}
    both = draw.scatter(CORNERS, [0, 1, 1, 0], names=names, alt="two classes")
    one = draw.scatter(CORNERS, [1, 1, 1, 1], names=names, alt="one class")
    assert colours(both) == colours(one)
    ground = draw.regions(lambda x: (x[:, 0] < 9).long(), CORNERS, [1] * 4, names=names, alt="yes")
    assert colours(ground) == colours(both)
    assert np.unique(axes(ground).images[0].get_array()).tolist() == [1]
