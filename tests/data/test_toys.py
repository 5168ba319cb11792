import math

import pytest
import torch

from dlcore import data

MAKERS = [data.blobs, data.moons, data.rings, data.separable, data.spirals, data.xor_clouds]


@pytest.mark.parametrize("make", MAKERS)
def test_every_set_has_balanced_labels_and_its_own_seed(make):
    x, y = make(101, seed=3)[:2]
    assert x.shape == (101, 2)
    assert x.dtype == torch.float32
    assert y.dtype == torch.int64
    assert y.bincount().tolist() == [51, 50]
    assert torch.equal(x, make(101, seed=3)[0])
    assert not torch.equal(x, make(101, seed=4)[0])


@pytest.mark.parametrize("make", [*MAKERS, data.gaussian, data.sides, data.letters])
def test_the_global_generator_is_left_alone(make):
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    make(20)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("make", MAKERS)
def test_too_few_points_for_the_classes(make):
    with pytest.raises(ValueError, match="1 points cannot show 2 classes"):
        make(1)


def test_blobs_lie_where_they_should():
    x, y = data.blobs(3000, classes=3, spread=0.1, distance=2.0)
    centres = torch.stack([x[y == k].mean(0) for k in range(3)])
    assert torch.allclose(centres.norm(dim=1), torch.full((3,), 2.0), atol=0.02)
    assert torch.cdist(centres, centres)[0, 1:].tolist() == pytest.approx(
        [2 * 3**0.5] * 2, abs=0.04
    )
    assert (x[y == 1] - centres[1]).std(0).tolist() == pytest.approx([0.1, 0.1], abs=0.01)
    two = data.blobs(200, spread=0.01)
    assert two.x[two.y == 0][:, 0].mean().item() == pytest.approx(-2, abs=0.01)


@pytest.mark.parametrize("dimensions", [1, 2, 3, 20])
@pytest.mark.parametrize("margin", [0.0, 0.05, 0.5, 0.999])
def test_separable_keeps_its_promises(dimensions, margin):
    points = data.separable(2000, dimensions, margin)
    x, normal = points.x.double(), points.normal.double()
    assert points.margin == margin
    assert normal.norm().item() == pytest.approx(1)
    assert x.norm(dim=1).max() <= 1
    assert ((2 * points.y - 1) * (x @ normal)).min() >= margin


def test_separable_with_a_margin_ends_the_perceptron_within_novikoffs_bound():
    points = data.separable(300, 5, margin=0.1, seed=1)
    sign, weight, mistakes = 2 * points.y - 1, torch.zeros(5), 0
    while True:
        before = mistakes
        for x, s in zip(points.x, sign):
            if s * (weight @ x) <= 0:
                weight, mistakes = weight + s * x, mistakes + 1
        if mistakes == before:
            break
    assert 0 < mistakes <= 1 / 0.1**2


def test_moons_without_noise_are_half_circles():
    x, y = data.moons(200, noise=0)
    assert x[y == 0].norm(dim=1).tolist() == pytest.approx([1.0] * 100)
    assert x[y == 0][:, 1].min() >= 0
    below = torch.tensor([1.0, 0.5]) - x[y == 1]
    assert below.norm(dim=1).tolist() == pytest.approx([1.0] * 100, abs=1e-6)
    assert below[:, 1].min() >= -1e-6


def test_spirals_arms_are_turned_copies():
    x, y = data.spirals(3000, classes=3, turns=2, noise=0)
    radius = x.norm(dim=1)
    turned = torch.atan2(x[:, 1], x[:, 0]) / (2 * math.pi) - 2 * radius
    away = (turned - y / 3 + 0.5) % 1 - 0.5
    assert away[radius > 0.01].abs().max() < 1e-3
    assert 0.95 < radius.max() <= 1.0001


def test_rings_have_their_radii():
    x, y = data.rings(300, radii=(1, 2, 4), noise=0)
    assert x.norm(dim=1).tolist() == pytest.approx([2.0**k for k in y.tolist()])


def test_xor_clouds_signs():
    x, y = data.xor_clouds(400, spread=0.01)
    assert torch.equal(y, (x[:, 0].sign() != x[:, 1].sign()).long())
    assert {tuple(row) for row in x.sign().tolist()} == {(1, 1), (1, -1), (-1, 1), (-1, -1)}
    corners = x.sign() @ torch.tensor([2.0, 1.0])
    assert corners.unique(return_counts=True)[1].tolist() == [100] * 4


def test_gaussian_has_its_covariance():
    wanted = torch.tensor([[2.0, 0.5, 0.0], [0.5, 1.0, -0.3], [0.0, -0.3, 0.5]])
    x = data.gaussian(100_000, wanted.tolist())
    assert x.dtype == torch.float32
    assert torch.allclose(x.T.cov(), wanted, atol=0.03)
    assert x.mean(0).abs().max() < 0.02


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data.gaussian(9, ((1, 2), (2, 1))), "positive definite"),
        (lambda: data.gaussian(9, ((1, 0.5), (0.4, 1))), "symmetric square"),
        (lambda: data.gaussian(9, ((1, 0.5),)), "symmetric square"),
        (lambda: data.separable(9, 2, margin=1.0), r"from 0 to 0\.999.*got 1\.0"),
        (lambda: data.separable(9, 0), "dimensions must be at least 1"),
        (lambda: data.blobs(9, classes=0), "classes must be at least 1"),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()
