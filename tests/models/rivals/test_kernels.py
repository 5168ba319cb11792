"""Kernels: by hand, scikit-learn as oracle, random nets as witness, positive, refusals."""

import math

import pytest
import torch
from sklearn.metrics import pairwise

from dlcore.models.rivals.kernels import arc_cosine, linear, polynomial, rbf, relu_network

X = torch.tensor([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]]).double()
ALL = [linear, polynomial(3), rbf(0.5), arc_cosine, relu_network(3, bias=0.1)]


def test_arc_cosine_by_hand():
    # at a right angle sin θ = 1 and cos θ = 0: |x||z| / π; with itself |x|²
    table = arc_cosine(X, X)
    assert table[0, 1].item() == pytest.approx(2 / math.pi)
    assert table.diagonal().tolist() == pytest.approx([1, 4, 2])


def test_agrees_with_scikit_learn():
    torch.manual_seed(0)
    x, z = torch.randn(5, 3).double(), torch.randn(4, 3).double()
    pairs = [
        (linear, pairwise.linear_kernel(x, z)),
        (rbf(0.7), pairwise.rbf_kernel(x, z, gamma=0.7)),
        (polynomial(3, 2.0), pairwise.polynomial_kernel(x, z, degree=3, gamma=1, coef0=2)),
    ]
    for ours, theirs in pairs:
        torch.testing.assert_close(ours(x, z), torch.tensor(theirs))


def test_covariance_of_drawn_nets_agrees():
    torch.manual_seed(0)
    hidden = (X @ torch.randn(2, 400_000).double()).clamp(min=0)
    torch.testing.assert_close(arc_cosine(X, X), 2 * hidden @ hidden.T / 400_000, rtol=0.02, atol=0)
    nets, width = 4000, 64
    h = torch.relu(torch.randn(nets, width, 2).double() @ X.T)  # weights of variance 2/2
    h = h + 0  # biases of variance 0
    h = torch.relu(torch.randn(nets, width, width).double() @ h * math.sqrt(2 / width))
    out = (torch.randn(nets, 1, width).double() @ h * math.sqrt(2 / width))[:, 0]
    torch.testing.assert_close(relu_network(2)(X, X), out.T @ out / nets, rtol=0.12, atol=0)


@pytest.mark.parametrize("kernel", ALL)
def test_tables_are_symmetric_and_positive(kernel):
    torch.manual_seed(2)
    x = torch.randn(12, 4).double()
    table = kernel(x, x)
    torch.testing.assert_close(table, table.T)
    assert torch.linalg.eigvalsh(table).min() > -1e-9
    assert kernel(x[:1], x).shape == (1, 12)


@pytest.mark.parametrize("kernel", ALL)
def test_zero_vector_gives_numbers(kernel):
    assert kernel(torch.zeros(1, 2), X.float()).isfinite().all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: rbf(0), "gamma, which says how fast likeness fades, must be above 0, got 0"),
        (lambda: polynomial(0), "degree 1 or more, got 0"),
        (lambda: relu_network(0), "1 hidden layer or more, got depth=0"),
    ],
)
def test_bad_settings_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
