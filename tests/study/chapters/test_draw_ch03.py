"""The figures of chapter 3: what they draw, their alt texts, their refusals."""

import numpy as np
import pytest
import torch

from dlcore.study.chapters import draw_ch03

LIMITS = {"xlim": (-2, 2), "ylim": (-1, 1)}


def bowl(points):
    assert points.dtype == torch.float32
    return (points**2).sum(-1)


def test_the_walk_is_drawn_point_by_point_after_its_ring():
    walk = torch.tensor([[1.5, 0.5], [0.5, 0.2], [0.0, 0.0]])
    figure = draw_ch03.landscape(bowl, walk, alt="a walk into a bowl", goal=(0, 0), **LIMITS)
    line, ring, cross = figure.sheet.axes[0].lines
    assert np.allclose(np.column_stack(line.get_data()), walk)
    assert np.allclose(np.ravel(ring.get_data()), walk[0])
    assert np.allclose(np.ravel(cross.get_data()), (0, 0))
    assert figure.alt == "a walk into a bowl"
    assert figure.sheet.axes[0].get_legend() is None


def test_named_walks_have_a_key():
    walks = {"slow": [[1, 0], [0.9, 0]], "fast": [[1, 0], [0.1, 0]]}
    figure = draw_ch03.landscape(bowl, walks, alt="two walks", **LIMITS)
    legend = figure.sheet.axes[0].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["slow", "fast"]


def test_contours_enclose_the_bottom_and_the_top():
    figure = draw_ch03.landscape(bowl, [[0, 0]], alt="a bowl", levels=5, **LIMITS)
    filled = figure.sheet.axes[0].collections[0]
    assert len(filled.levels) == 6
    assert filled.levels[0] <= 1e-3
    assert filled.levels[-1] == pytest.approx(5, rel=1e-3)


def test_refusals():
    with pytest.raises(ValueError, match=r"walks of shape \(T, 2\), got \(3,\)"):
        draw_ch03.landscape(bowl, [1, 2, 3], alt="no walk", **LIMITS)
    with pytest.raises(ValueError, match="alt"):
        draw_ch03.landscape(bowl, [[0, 0]], alt="", **LIMITS)


def test_blame_runs_back_along_every_way_there():
    """Each arrow of the way there has one of the way back between the same two boxes."""
    figure = draw_ch03.blame(alt="a layer and its blame")
    axes = figure.sheet.axes[0]
    assert figure.alt == "a layer and its blame"
    kinds = [type(patch).__name__ for patch in axes.patches]
    assert kinds.count("FancyBboxPatch") == 4
    assert kinds.count("FancyArrowPatch") == 8
    texts = [text.get_text() for text in axes.texts]
    for formula in (r"\sigma(z_l)", r"W_l^\top \delta_l", r"\delta_l\, h_{l-1}^\top"):
        assert any(formula in text for text in texts), formula

    def ends(arrows):
        return {(start[0], end[0]) if start[0] != end[0] else end[1] for start, end, *_ in arrows}

    back = {(b, a) for a, b in (way for way in ends(draw_ch03.BACK) if isinstance(way, tuple))}
    assert back == {way for way in ends(draw_ch03.THERE) if isinstance(way, tuple)}
