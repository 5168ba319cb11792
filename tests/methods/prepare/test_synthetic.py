"""A bell curve per class: scores against torch's and scikit-learn's, samples, refusals."""

import pytest
import torch
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from dlcore.data import digits
from dlcore.methods.prepare.synthetic import ClassGaussians


def clouds(seed=0, count=60):
    dice = torch.Generator().manual_seed(seed)
    y = torch.arange(count) % 3
    shape = torch.tensor([[2.0, 0], [1, 0.5]], dtype=torch.float64)
    x = torch.randn(count, 2, generator=dice, dtype=torch.float64) @ shape
    return x + 3 * y[:, None], y


@pytest.mark.parametrize("common", [0.0, 0.4, 1.0])
def test_scores_are_torchs_log_probabilities(common):
    x, y = clouds()
    y[:10] = 0  # unequal shares
    model = ClassGaussians(common, rounding=0.2).fit(x, y)
    for c in range(3):
        curve = torch.distributions.MultivariateNormal(model.mean[c], scale_tril=model.factor[c])
        expected = curve.log_prob(x) + (y == c).double().mean().log()
        torch.testing.assert_close(model.scores(x)[:, c].double(), expected, atol=1e-4, rtol=1e-5)


def test_covariance_by_hand():
    x, y = clouds()
    own = torch.stack([torch.cov(x[y == c].T) for c in range(3)])
    together = own.mean(0)  # the classes are equally large
    for common, rounding in ((0.0, 0.0), (1.0, 0.0), (0.3, 0.1)):
        factor = ClassGaussians(common, rounding).fit(x, y).factor
        even = together.diagonal().mean() * torch.eye(2, dtype=torch.float64)
        mixed = (1 - rounding) * ((1 - common) * own + common * together) + rounding * even
        torch.testing.assert_close(factor @ factor.transpose(1, 2), mixed)


def test_common_covariance_answers_as_linear_discriminants():
    data = digits()
    rest = data.x_train.std(0) > 0.05
    x, test = data.x_train[:, rest], data.x_test[:, rest]
    answers = ClassGaussians(1.0, 0.0).fit(x, data.y_train).scores(test).argmax(1)
    theirs = LinearDiscriminantAnalysis().fit(x.double().numpy(), data.y_train.numpy())
    agree = (answers == torch.tensor(theirs.predict(test.double().numpy()))).double().mean()
    assert agree > 0.995


def test_samples_have_the_learned_moments():
    x, y = clouds(count=300)
    model = ClassGaussians(0.0, 0.0).fit(x, y)
    made, labels = model.sample(60_000, torch.Generator().manual_seed(0))
    assert made.dtype == torch.float32
    for c in range(3):
        own = made[labels == c].double()
        assert abs(len(own) / 60_000 - 1 / 3) < 0.01
        torch.testing.assert_close(own.mean(0), model.mean[c], atol=0.05, rtol=0)
        torch.testing.assert_close(torch.cov(own.T), torch.cov(x[y == c].T), atol=0.15, rtol=0.05)
    again, _ = model.sample(5, torch.Generator().manual_seed(3))
    assert torch.equal(again, model.sample(5, torch.Generator().manual_seed(3))[0])
    assert model.sample(1, torch.Generator())[0].shape == (1, 2)


def test_refusals():
    x, y = clouds()
    with pytest.raises(ValueError, match="between 0 and 1"):
        ClassGaussians(common=2)
    with pytest.raises(ValueError, match="two examples of each class"):
        ClassGaussians().fit(x[:4], y[:4])
    with pytest.raises(ValueError, match="got shapes"):
        ClassGaussians().fit(x[:5], y)
