"""Least squares: a line by hand, scikit-learn as oracle, the right angle, refusals."""

import pytest
import torch
from sklearn.linear_model import LinearRegression

from dlcore.models import SVM, GaussianProcess, GradientBoosting, Lasso, LeastSquares, RandomForest
from dlcore.models.rivals.kernels import rbf


def test_line_through_three_points_by_hand():
    # the normal equations of (0, 0), (1, 1), (2, 3) give slope 3/2 and height -1/6
    line = LeastSquares().fit(torch.tensor([[0.0], [1.0], [2.0]]), torch.tensor([0.0, 1.0, 3.0]))
    assert line.weight.tolist() == pytest.approx([1.5])
    assert line.bias.item() == pytest.approx(-1 / 6, abs=1e-6)


@pytest.mark.parametrize(("count", "features"), [(2, 1), (30, 4), (200, 50)])
def test_agrees_with_scikit_learn(count, features):
    torch.manual_seed(count)
    x, y = torch.randn(count, features).double() + 3, torch.randn(count).double()
    ours, theirs = LeastSquares().fit(x, y), LinearRegression().fit(x.numpy(), y.numpy())
    torch.testing.assert_close(ours.weight, torch.tensor(theirs.coef_), rtol=1e-8, atol=1e-8)
    torch.testing.assert_close(ours(x), torch.tensor(theirs.predict(x.numpy())))


def test_residuals_are_at_right_angles_to_the_features():
    torch.manual_seed(1)
    x, y = torch.randn(40, 3).double(), torch.randn(40).double()
    left_over = y - LeastSquares().fit(x, y)(x)
    assert (x.T @ left_over).abs().max() < 1e-12
    assert left_over.sum().abs() < 1e-12


def test_open_questions_are_refused():
    x = torch.randn(5, 2)
    with pytest.raises(ValueError, match="5 examples with 3 features do not settle the weights"):
        LeastSquares().fit(torch.cat([x, x[:, :1] + x[:, 1:]], 1), torch.ones(5))
    with pytest.raises(ValueError, match="2 examples with 2 features do not settle"):
        LeastSquares().fit(x[:2], torch.ones(2))
    with pytest.raises(ValueError, match=r"one value for each, \(N,\), got \(5, 2\) and \(4,\)"):
        LeastSquares().fit(x, torch.ones(4))


WHOLE = {
    "least squares": LeastSquares, "lasso": lambda: Lasso(0.1), "SVM": lambda: SVM(rbf(1.0)),
    "forest": RandomForest, "process": lambda: GaussianProcess(rbf(1.0)),
    "boosting": GradientBoosting, "logistic": lambda: GradientBoosting(loss="logistic"),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_whole_numbers_are_numbers_for_all_rivals(name):
    x = torch.tensor([[1, 5], [2, 3], [4, 4], [5, 1], [0, 2]])
    y = torch.tensor([-1, -1, 1, 1, 1]) if name == "SVM" else torch.tensor([0, 0, 1, 1, 1])
    expected = WHOLE[name]().fit(x.float(), y.float())(x.float())
    torch.testing.assert_close(WHOLE[name]().fit(x, y)(x), expected)
