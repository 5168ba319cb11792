"""Lasso: one weight by hand, scikit-learn as oracle, the conditions of its minimum, refusals."""

import pytest
import sklearn.linear_model
import torch

from dlcore.models.rivals.lasso import Lasso, soft_threshold


def data(count=60, features=8, seed=0):
    torch.manual_seed(seed)
    x = torch.randn(count, features).double() + 1
    w = torch.zeros(features).double()
    w[:2] = torch.tensor([2.0, -1.0])
    return x, x @ w + 0.3 * torch.randn(count).double() + 5


def test_soft_threshold_by_hand():
    z = torch.tensor([-3.0, -0.5, 0.0, 0.5, 3.0])
    assert soft_threshold(z, 1.0).tolist() == [-2.0, 0.0, 0.0, 0.0, 2.0]


def test_one_weight_by_hand():
    # x = -1, 1 and y = -2, 2: least squares gives 2, the penalty 0.5 takes 0.5 away
    model = Lasso(0.5).fit(torch.tensor([[-1.0], [1.0]]), torch.tensor([-2.0, 2.0]))
    assert (model.weight.item(), model.bias.item()) == (1.5, 0.0)


@pytest.mark.parametrize("penalty", [0.01, 0.1, 1.0, 10.0])
def test_agrees_with_scikit_learn(penalty):
    x, y = data()
    ours = Lasso(penalty, tolerance=1e-10).fit(x, y)
    theirs = sklearn.linear_model.Lasso(alpha=penalty, tol=1e-10).fit(x.numpy(), y.numpy())
    torch.testing.assert_close(ours.weight, torch.tensor(theirs.coef_), rtol=1e-6, atol=1e-6)
    assert ours.bias.item() == pytest.approx(theirs.intercept_, rel=1e-6)
    assert ((ours.weight == 0) == torch.tensor(theirs.coef_ == 0)).all()


def test_slopes_are_those_of_a_minimum():
    x, y = data()
    model = Lasso(0.2, tolerance=1e-12).fit(x, y)
    slope = (x - x.mean(0)).T @ (y - model(x)) / len(x)  # of the squared error, downwards
    kept = model.weight != 0
    assert 0 < kept.sum() < len(kept)
    torch.testing.assert_close(slope[kept], 0.2 * model.weight[kept].sign(), rtol=0, atol=1e-9)
    assert (slope[~kept].abs() <= 0.2).all()


def test_constant_feature_gets_no_weight():
    x, y = data()
    x[:, 3] = 7.0
    assert Lasso(0.01).fit(x, y).weight[3] == 0


def test_bad_settings_are_refused():
    with pytest.raises(ValueError, match="penalty must be 0 or above, got -1"):
        Lasso(-1)
    with pytest.raises(ValueError, match="one value for each"):
        Lasso().fit(torch.ones(3), torch.ones(3))
