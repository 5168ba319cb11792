"""SVM: the margin by hand, scikit-learn as oracle, the conditions of its optimum, refusals."""

import pytest
import torch
from sklearn.svm import SVC

from dlcore.data import moons
from dlcore.models.rivals.kernels import linear, polynomial, rbf
from dlcore.models.rivals.svm import SVM


def crescents(count=120, noise=0.2, seed=0):
    points = moons(count, noise=noise, seed=seed)
    return points.x.double(), 2.0 * points.y.double() - 1


def test_street_between_two_points_by_hand():
    # between (0, 0) and (2, 0) the widest street has its middle at x₁ = 1: score = x₁ - 1
    machine = SVM(C=100.0).fit(torch.tensor([[0.0, 0.0], [2.0, 0.0]]), torch.tensor([-1, 1]))
    score = machine.score(torch.tensor([[1.0, 5.0], [2.0, 0.0], [4.0, -3.0]]))
    assert score.tolist() == pytest.approx([0, 1, 3], abs=1e-6)
    assert machine(torch.tensor([[0.0, 9.0]])).item() == -1


@pytest.mark.parametrize("C", [0.1, 1.0, 30.0])
@pytest.mark.parametrize(
    ("kernel", "settings"),
    [
        (linear, {"kernel": "linear"}),
        (rbf(2.0), {"kernel": "rbf", "gamma": 2.0}),
        (polynomial(3), {"kernel": "poly", "degree": 3, "gamma": 1.0, "coef0": 1.0}),
    ],
)
def test_agrees_with_scikit_learn(kernel, settings, C):
    x, t = crescents()
    ours = SVM(kernel, C, tolerance=1e-6).fit(x, t)
    theirs = SVC(C=C, tol=1e-6, **settings).fit(x.numpy(), t.numpy())
    expected = torch.tensor(theirs.decision_function(x.numpy()))
    torch.testing.assert_close(ours.score(x), expected, rtol=1e-3, atol=1e-3)
    assert sorted(ours.support.tolist()) == sorted(theirs.support_.tolist())


def test_optimum_keeps_its_conditions():
    x, t = crescents()
    machine = SVM(rbf(1.0), C=2.0, tolerance=1e-6).fit(x, t)
    alpha = torch.zeros_like(t).index_put((machine.support,), machine.weight) * t
    assert (alpha >= 0).all()
    assert (alpha <= 2.0).all()
    assert (alpha @ t).abs() < 1e-9
    margin = t * machine.score(x)
    assert (margin[alpha == 0] > 1 - 1e-5).all()
    assert ((margin[(alpha > 0) & (alpha < 2.0)] - 1).abs() < 1e-5).all()


def test_bad_settings_are_refused():
    with pytest.raises(ValueError, match="is above 0, got 0"):
        SVM(C=0)
    with pytest.raises(ValueError, match=r"examples of both classes, got only \+1"):
        SVM().fit(torch.randn(3, 2), torch.ones(3))
    with pytest.raises(ValueError, match=r"targets must be \+1 or -1"):
        SVM().fit(torch.randn(2, 2), torch.tensor([0.0, 1.0]))
