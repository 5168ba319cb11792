"""Wiring diagrams: boxes, arrows from edge to edge, their refusals."""

import pytest
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from dlcore.study import draw

BOXES = {"a": (0, 0), "b": (2, 0), "b|again": (2, 1.5)}


def test_wiring_joins_the_edges_of_its_boxes():
    arrows = [("a", "b", "w"), ("b", "b|again")]
    figure = draw.wiring(BOXES, arrows, marked=["b"], alt="two boxes and one more")
    patches = figure.sheet.axes[0].patches
    boxes = [p for p in patches if isinstance(p, FancyBboxPatch)]
    drawn = [p for p in patches if isinstance(p, FancyArrowPatch)]
    assert sorted(t.get_text() for t in figure.sheet.axes[0].texts) == ["a", "b", "b", "w"]
    assert len({box.get_facecolor() for box in boxes}) == 2
    assert drawn[0]._posA_posB == [(pytest.approx(0.62), 0), (pytest.approx(1.38), 0)]
    assert drawn[1]._posA_posB == [(2, pytest.approx(0.3)), (2, pytest.approx(1.2))]
    assert figure.alt == "two boxes and one more"
    assert figure.png().startswith(b"\x89PNG")


def test_wiring_refuses_an_arrow_to_nowhere():
    with pytest.raises(ValueError, match="an arrow at 'c'; boxes are"):
        draw.wiring(BOXES, [("a", "c")], alt="nothing")
