"""Gaussian process: one example by hand, scikit-learn as oracle, what it knows, refusals."""

from typing import Any

import pytest
import torch
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF

from dlcore.models.rivals.gaussian_process import GaussianProcess
from dlcore.models.rivals.kernels import rbf


def waves(count=15):
    torch.manual_seed(0)
    x = torch.rand(count, 1).double() * 6
    return x, x[:, 0].sin()


def test_one_example_by_hand():
    # k = 1 and s² = 1: the mean is y / 2, the variance 1 - 1/2
    process = GaussianProcess(rbf(0.5), noise=1.0).fit(torch.zeros(1, 1), torch.tensor([3.0]))
    assert process(torch.zeros(1, 1)).item() == pytest.approx(1.5)
    assert process.variance(torch.zeros(1, 1)).item() == pytest.approx(0.5)


def test_agrees_with_scikit_learn():
    x, y = waves()
    places = torch.linspace(-1, 8, 20).double()[:, None]
    ours = GaussianProcess(rbf(0.5), noise=0.01).fit(x, y)
    settings: Any = {"alpha": 0.01, "optimizer": None}
    theirs = GaussianProcessRegressor(RBF(1.0), **settings).fit(x, y)
    mean, deviation = theirs.predict(places.numpy(), return_std=True)
    torch.testing.assert_close(ours(places), torch.tensor(mean))
    torch.testing.assert_close(ours.variance(places).sqrt(), torch.tensor(deviation))
    assert ours.log_evidence == pytest.approx(theirs.log_marginal_likelihood_value_)


def test_sure_at_the_examples_and_ignorant_far_away():
    x, y = waves()
    process = GaussianProcess(rbf(0.5), noise=1e-6).fit(x, y)
    torch.testing.assert_close(process(x), y, rtol=0, atol=1e-3)
    assert process.variance(x).max() < 1e-5
    assert process.variance(torch.tensor([[100.0]]).double()).item() == pytest.approx(1)


def test_bad_settings_are_refused():
    with pytest.raises(ValueError, match="must be above 0, got 0"):
        GaussianProcess(rbf(1.0), noise=0)
    with pytest.raises(ValueError, match="one value for each"):
        GaussianProcess(rbf(1.0)).fit(torch.ones(3, 1), torch.ones(2))


def test_places_too_much_alike_are_refused():
    x = torch.linspace(0, 1, 200)[:, None]
    with pytest.raises(ValueError, match=r"noise=1e-12 .* 200 places are too much alike"):
        GaussianProcess(rbf(1.0), noise=1e-12).fit(x, torch.ones(200))
    with pytest.raises(ValueError, match="use more noise"):
        GaussianProcess(rbf(1.0), noise=1e-20).fit(x.double(), torch.ones(200).double())
