"""The twelve figures: known areas, edges at the right distance, boxes that fit."""

import math

import pytest
import torch

from dlcore.data import SHAPE_NAMES
from dlcore.data.silhouettes import FIGURES, Placement, boxes, cover, inside

AREAS = {  # in units of the radius squared, by hand
    "disc": math.pi * 0.95**2,
    "square": 1.64**2,
    "triangle": 3 * math.sqrt(3) * 0.55**2,
    "plus": 2 * 2.1 * 0.72 - 0.72**2,
    "bar": 0.8 * 2.2,
    "ell": 0.72 * 1.9 + 1.8 * 0.72 - 0.71 * 0.72,
    "tee": 1.9 * 0.72 + 0.72 * (1.1 - (-0.24)),
    "heart": 1.75**2 * (1 / 2 + math.pi / 8),
    "star": 5 * 1.12 * 0.45 * math.sin(math.pi / 5),
}


def one(kind: int, size: int = 200, angle: float = 0.0, solid: bool = True) -> Placement:
    centre = torch.tensor([size / 2])
    radius, line = torch.tensor([size / 2.5]), torch.tensor([4.0])
    turn = torch.tensor([angle])
    return Placement(
        torch.tensor([kind]), centre, centre, radius, turn, torch.tensor([solid]), line
    )


@pytest.mark.parametrize("name", AREAS)
def test_area(name):
    _, whole = cover(one(SHAPE_NAMES.index(name)), 200)
    assert whole.sum().item() / 80**2 == pytest.approx(AREAS[name], rel=0.01)


@pytest.mark.parametrize("kind", range(12), ids=SHAPE_NAMES)
def test_turning_keeps_the_area_and_an_outline_is_hollow(kind):
    drawn, whole = cover(one(kind), 200)
    assert torch.equal(drawn, whole)
    _, turned = cover(one(kind, angle=0.6), 200)
    assert turned.sum().item() == pytest.approx(whole.sum().item(), rel=0.01)
    outline, silhouette = cover(one(kind, solid=False), 200)
    assert torch.equal(silhouette, whole)
    assert 0.03 < outline.sum() / whole.sum() < 0.5
    assert ((outline >= 0) & (outline <= whole)).all()


def test_a_quarter_turn_is_clockwise_on_the_screen():
    arrow = SHAPE_NAMES.index("arrow")
    _, up = cover(one(arrow), 200)
    _, right = cover(one(arrow, angle=math.pi / 2), 200)
    torch.testing.assert_close(right, up.rot90(-1, (1, 2)), rtol=0, atol=1e-3)


@pytest.mark.parametrize("kind", range(12), ids=SHAPE_NAMES)
def test_depth_is_never_more_than_the_distance_to_the_outside(kind):
    """Then a line of width w drawn along the edge is w wide or wider, nowhere thinner."""
    spots = torch.linspace(-1.3, 1.3, 53)
    v, u = torch.meshgrid(spots, spots, indexing="ij")
    depth = inside(torch.tensor([kind]), u[None], v[None])[0]
    points = torch.stack([u, v], -1).reshape(-1, 2)
    deep = depth.flatten()
    nearest = torch.cdist(points[deep > 0], points[deep <= 0]).amin(1)
    assert (deep[deep > 0] <= nearest + 1e-4).all()


def test_every_name_has_its_figure():
    assert set(FIGURES) == set(SHAPE_NAMES)
    assert len(SHAPE_NAMES) == 12


def test_boxes_by_hand_and_of_nothing():
    masks = torch.zeros(2, 5, 6, dtype=torch.bool)
    masks[0, 1, 2] = masks[0, 3, 4] = True
    assert boxes(masks).tolist() == [[2, 1, 5, 4], [0, 0, 0, 0]]
    assert boxes(masks[:0]).shape == (0, 4)
    assert boxes(masks[None]).shape == (1, 2, 4)
