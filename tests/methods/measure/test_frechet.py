"""The Fréchet distance: closed forms, scipy's root as the witness, the floor, refusals."""

import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm

from dlcore.methods.measure.frechet import (
    bootstrap,
    floor_of,
    frechet_distance,
    gaussian_distance,
    moments,
    symmetric_root,
)
from tests.oracle import random


def covariance(size, seed=0):
    rows = random(size, size, seed=seed)
    return rows @ rows.mT


def test_root_is_scipys():
    matrix = covariance(6)
    root = symmetric_root(matrix)
    torch.testing.assert_close(root, torch.tensor(sqrtm(matrix.numpy())).real)
    torch.testing.assert_close(root @ root, matrix)
    torch.testing.assert_close(root, root.mT)


def test_root_of_a_matrix_that_flattens():
    row = random(1, 4)
    root = symmetric_root(row.mT @ row)
    torch.testing.assert_close(root @ root, row.mT @ row, rtol=0, atol=1e-7)


def test_by_hand():
    # one axis: (3 − 1)² + (2 − 5)²; the other: 0 + (1 − 1)²
    mean_a, mean_b = torch.tensor([3.0, 0.0]).double(), torch.tensor([1.0, 0.0]).double()
    cov_a, cov_b = torch.diag(torch.tensor([4.0, 1])), torch.diag(torch.tensor([25.0, 1]))
    found = gaussian_distance(mean_a, cov_a.double(), mean_b, cov_b.double())
    assert found == pytest.approx(4 + 9)


def test_turned_covariances_need_the_product():
    """Where the two matrices stretch along other directions, scipy takes the root of C_a C_b."""
    cov_a, cov_b, mean = covariance(5), covariance(5, seed=1), torch.zeros(5).double()
    shared = np.trace(sqrtm((cov_a @ cov_b).numpy())).real
    expected = (cov_a.trace() + cov_b.trace()).item() - 2 * shared
    assert gaussian_distance(mean, cov_a, mean, cov_b) == pytest.approx(expected)
    assert gaussian_distance(mean, cov_b, mean, cov_a) == pytest.approx(expected)


def test_clouds():
    cloud = random(50, 4)
    assert frechet_distance(cloud, cloud) == pytest.approx(0, abs=1e-7)
    shift = torch.tensor([1.0, 2, 0, 0]).double()
    assert frechet_distance(cloud, cloud + shift) == pytest.approx(5)
    assert frechet_distance(cloud, 3 * cloud + 1) == pytest.approx(
        (2 * cloud.mean(0) + 1).square().sum().item() + 4 * cloud.var(0).sum().item()
    )


def test_moments_are_numpys():
    rows = random(9, 3)
    mean, cov = moments(rows.float())
    assert mean.dtype == torch.float64
    np.testing.assert_allclose(mean, rows.numpy().mean(0), atol=1e-6)
    np.testing.assert_allclose(cov, np.cov(rows.numpy().T), atol=1e-6)
    assert moments(random(5, 1))[1].shape == (1, 1)


def test_the_floor_falls_with_the_number_of_rows():
    cloud = random(2000, 6)
    few, many = floor_of(cloud, 50), floor_of(cloud, 400)
    assert few[0] > 4 * many[0] > 0
    assert few[1] > many[1] > 0


def test_bootstrap_is_seeded_and_spreads_around_the_distance():
    a, b = random(300, 3), random(300, 3, seed=1) + 1
    found = bootstrap(a, b, draws=40)
    assert torch.equal(found, bootstrap(a, b, draws=40))
    assert not torch.equal(found, bootstrap(a, b, draws=40, seed=1))
    assert abs(found.mean().item() - frechet_distance(a, b)) < 3 * found.std().item()
    again = torch.tensor([frechet_distance(random(300, 3, seed=s), b) for s in range(40)])
    assert 0.6 < (found.std() / again.std()).item() < 1.7


def test_what_does_not_fit():
    with pytest.raises(ValueError, match=r"symmetric matrix \(D, D\), got shape \(2, 3\)"):
        symmetric_root(torch.zeros(2, 3))
    with pytest.raises(ValueError, match="a covariance is one"):
        symmetric_root(torch.tensor([[1.0, 2], [0, 1]]))
    with pytest.raises(ValueError, match=r"got shapes \(4, 2\) and \(4, 3\)"):
        frechet_distance(torch.zeros(4, 2), torch.zeros(4, 3))
    with pytest.raises(ValueError, match="two of each or more"):
        frechet_distance(torch.zeros(1, 2), torch.zeros(4, 2))
    with pytest.raises(ValueError, match="got draws=1"):
        bootstrap(torch.zeros(4, 2), torch.zeros(4, 2), draws=1)
    with pytest.raises(ValueError, match="size=1"):
        floor_of(torch.zeros(4, 2), 1)
