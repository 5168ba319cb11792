"""Features: codes and directions by hand, invariances, scikit-learn's k-means, refusals."""

import math
from typing import Any

import pytest
import torch
from sklearn.cluster import KMeans

from dlcore.data import digits
from dlcore.methods.prepare.features import (
    binary_patterns,
    hog,
    k_means,
    lbp,
    patches,
    visual_words,
)


def test_binary_pattern_by_hand():
    # neighbours clockwise from the top left: 5 ≥ 4 (1), 9 ≥ 4 (2), 4 ≥ 4 (4), then only 7 (32)
    picture = torch.tensor([[[5.0, 9, 4], [1, 4, 3], [2, 7, 0]]])
    assert binary_patterns(picture).tolist() == [[[1 + 2 + 4 + 32]]]


def test_patterns_do_not_see_brightness_and_contrast():
    pictures = digits(images=True).x_train[:20, 0]
    assert torch.equal(binary_patterns(pictures), binary_patterns(0.5 * pictures + 0.25))
    shares = lbp(pictures)
    assert shares.shape == (20, 256)
    torch.testing.assert_close(shares.sum(1), torch.ones(20))


def test_edge_points_in_its_direction():
    # ink grows to the right: direction 0; ink grows downwards: a quarter turn, bin 2 of 8
    ramp = torch.arange(4.0).repeat(4, 1)
    found = hog(torch.stack([ramp, ramp.T]), cell=4, bins=8)
    assert found.argmax(1).tolist() == [0, 2]
    torch.testing.assert_close(found.norm(dim=1), torch.ones(2))


def test_strength_is_shared_between_two_directions():
    # at 22.5°, half-way between bins 0 and 1 of 8, both get the same
    angle = math.pi / 8
    grid = torch.arange(5.0)
    slope = grid[None] * math.cos(angle) + grid[:, None] * math.sin(angle)
    middle = hog(slope[None], cell=5, bins=8)[0]
    inner = hog(slope[None, 1:4, 1:4], cell=1, bins=8).view(9, 8)[4]
    assert inner[0].item() == pytest.approx(inner[1].item(), rel=1e-4)
    assert middle[:2].sum() > 0.99


def test_blank_picture_has_no_edges():
    assert hog(torch.ones(1, 4, 4)).abs().sum() == 0


def test_patches_by_hand():
    picture = torch.arange(12.0).view(1, 3, 4)
    assert patches(picture).tolist() == [
        [[0, 1, 2, 4, 5, 6, 8, 9, 10], [1, 2, 3, 5, 6, 7, 9, 10, 11]]
    ]


def test_k_means_agrees_with_scikit_learn_from_the_same_start():
    torch.manual_seed(0)
    points = torch.randn(200, 3).double()
    ours = k_means(points, 5, rounds=300, seed=1)
    start = points[torch.randperm(200, generator=torch.Generator().manual_seed(1))[:5]]
    settings: Any = {"init": start.numpy(), "n_init": 1, "tol": 0, "max_iter": 300}
    theirs = KMeans(5, **settings).fit(points.numpy())
    torch.testing.assert_close(ours, torch.tensor(theirs.cluster_centers_))


def test_words_are_counted():
    words = torch.stack([torch.zeros(9), torch.ones(9)])
    picture = torch.zeros(1, 3, 5)
    picture[0, :, 2:] = 1  # patches with 3, 6 and 9 dark pixels of 9
    torch.testing.assert_close(visual_words(picture, words), torch.tensor([[1 / 3, 2 / 3]]))


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match=r"pictures \(N, H, W\) of at least 3 × 3, got \(2, 8\)"):
        lbp(torch.ones(2, 8))
    with pytest.raises(ValueError, match=r"at least k = 4 points, got 3"):
        k_means(torch.ones(3, 2), 4)
