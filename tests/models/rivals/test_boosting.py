"""Boosting: two rounds by hand, scikit-learn as oracle, the stages add up, refusals."""

import pytest
import torch
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor

from dlcore.models.rivals.boosting import GradientBoosting


def test_two_rounds_by_hand():
    # start 4; residuals -4, -4, 8 → stump -4 | 8, half of it: 2, 2, 8; residuals -2, -2, 4
    x, y = torch.tensor([[0.0], [1.0], [2.0]]), torch.tensor([0.0, 0.0, 12.0])
    model = GradientBoosting(rounds=2, rate=0.5).fit(x, y)
    assert model.staged(x).tolist() == [[4, 4, 4], [2, 2, 8], [1, 1, 10]]


@pytest.mark.parametrize("depth", [1, 3])
def test_squared_loss_agrees_with_scikit_learn(depth):
    x, y = load_diabetes(return_X_y=True)
    ours = GradientBoosting(20, depth).fit(torch.tensor(x), torch.tensor(y))
    theirs = GradientBoostingRegressor(n_estimators=20, max_depth=depth, random_state=0).fit(x, y)
    torch.testing.assert_close(ours(torch.tensor(x)), torch.tensor(theirs.predict(x)))


def test_logistic_loss_agrees_with_scikit_learn():
    x, y = load_breast_cancer(return_X_y=True)
    ours = GradientBoosting(20, loss="logistic").fit(torch.tensor(x), torch.tensor(y))
    theirs = GradientBoostingClassifier(n_estimators=20, max_depth=1, random_state=0).fit(x, y)
    expected = torch.tensor(theirs.decision_function(x))
    torch.testing.assert_close(ours(torch.tensor(x)), expected, rtol=1e-6, atol=1e-6)


def test_stages_lead_to_the_answer_and_the_loss_falls():
    torch.manual_seed(0)
    x = torch.randn(80, 2)
    y = x[:, 0].sin() + x[:, 1] ** 2
    model = GradientBoosting(30).fit(x, y)
    stages = model.staged(x)
    torch.testing.assert_close(stages[-1], model(x))
    losses = ((stages - y) ** 2).mean(1)
    assert (losses[1:] < losses[:-1]).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"loss": "hinge"}, 'loss is "squared" or "logistic", got \'hinge\''),
        ({"rounds": 0}, "rounds must be 1 or more"),
        ({"rate": 2.0}, "rate in 0..1, got 100 and 2.0"),
    ],
)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        GradientBoosting(**settings)


def test_logistic_loss_refuses_other_targets():
    with pytest.raises(ValueError, match="needs targets 0 and 1, and both"):
        GradientBoosting(loss="logistic").fit(torch.randn(3, 1), torch.tensor([0.0, 2.0, 1.0]))
    with pytest.raises(ValueError, match="needs targets 0 and 1, and both"):
        GradientBoosting(loss="logistic").fit(torch.randn(3, 1), torch.ones(3))
