"""Drawings of two nets and of clouds over a ring: what stands on them."""

import numpy as np
import pytest
import torch
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from dlcore.study.chapters import draw_ch24


def kinds(ax, kind):
    return [patch for patch in ax.patches if type(patch) is kind]


def test_two_nets_and_the_way_back_through_one_of_them():
    (ax,) = draw_ch24.pair(alt="two nets").sheet.axes
    assert len(kinds(ax, FancyBboxPatch)) == 4
    arrows = kinds(ax, FancyArrowPatch)
    back = [a for a in arrows if a.get_linewidth() == 2]
    assert (len(arrows), len(back)) == (8, 3)
    words = [text.get_text() for text in ax.texts]
    assert {"generator G", "discriminator D", "real x", "forged G(z)"} <= set(words)


def test_clouds_over_circles():
    places = torch.tensor([[1.0, 0.0], [-1.0, 0.0]])
    clouds = {"one": torch.tensor([[1.0, 0.1]]), "two": torch.tensor([[0.5, 0.5], [2.0, -1.0]])}
    figure = draw_ch24.rings(clouds, places, alt="two clouds")
    assert [ax.get_title(loc="center") for ax in figure.sheet.axes] == ["one", "two"]
    for ax, points in zip(figure.sheet.axes, clouds.values(), strict=True):
        assert [circle.center for circle in kinds(ax, Circle)] == [(1, 0), (-1, 0)]
        assert [c.radius for c in kinds(ax, Circle)] == pytest.approx([0.2, 0.2])
        assert np.allclose(ax.collections[0].get_offsets(), points.numpy())
