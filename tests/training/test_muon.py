import pytest
import torch

from dlcore import CrossEntropyLoss, Linear, Parameter, ReLU, Sequential
from dlcore.training import CompiledStep, Muon, train_step
from dlcore.training.muon import QUINTIC, orthogonalise
from tests.oracle import random

SHAPES = [(5, 3), (3, 5), (4, 4), (1, 6), (6, 1), (1, 1)]
CASES = [
    {}, {"lr": 0.1, "momentum": 0.5, "nesterov": False}, {"weight_decay": 0.0, "lr": 0.05},
    {"adjust_lr_fn": "original", "ns_steps": 3}, {"adjust_lr_fn": "match_rms_adamw"},
    {"ns_coefficients": (1.5, -0.5, 0.0), "ns_steps": 12, "eps": 1e-3},
]  # fmt: skip


def singular(matrix):
    return torch.linalg.svdvals(matrix)


def train(kind, weights, steps=30, **options):
    optimizer = kind(weights, **options)
    for step in range(steps):
        for i, weight in enumerate(weights):
            weight.grad = random(*weight.shape, seed=100 * step + i + 7)
        optimizer.step()
    return optimizer


@pytest.mark.parametrize("options", CASES)
def test_the_trajectory_is_torchs_without_its_rounding(monkeypatch, options):
    monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)  # torch rounds here
    ours, theirs = ([random(*shape, seed=i) for i, shape in enumerate(SHAPES)] for _ in range(2))
    ours = [Parameter(w) for w in ours]
    theirs = [w.requires_grad_() for w in theirs]
    train(Muon, ours, **options)
    train(torch.optim.Muon, theirs, **options)
    for p, q in zip(ours, theirs, strict=True):
        torch.testing.assert_close(p.data, q.detach(), rtol=0, atol=1e-9)


def test_torchs_own_rounding_is_the_only_difference():
    ours, theirs = Parameter(random(8, 6)), random(8, 6).requires_grad_()
    train(Muon, [ours], lr=0.02)
    train(torch.optim.Muon, [theirs], lr=0.02)
    moved = (ours.data - random(8, 6)).norm()
    assert (ours.data - theirs.detach()).norm() < 0.02 * moved


def test_one_step_by_hand():
    """A diagonal gradient stays diagonal, and each entry goes through the polynomial."""
    w = Parameter(torch.zeros(2, 2, dtype=torch.float64))
    w.grad = torch.diag(torch.tensor([3.0, 4.0], dtype=torch.float64))
    Muon([w], lr=0.1, weight_decay=0.0, ns_steps=1).step()
    a, b, c = QUINTIC
    expected = [-0.1 * (a * s + b * s**3 + c * s**5) for s in (0.6, 0.8)]
    torch.testing.assert_close(w.data, torch.diag(torch.tensor(expected, dtype=torch.float64)))


@pytest.mark.parametrize("shape", [(20, 30), (30, 20), (2, 20, 30)])
def test_singular_values_end_near_1_and_directions_stay(shape):
    matrix = random(*shape)
    found = orthogonalise(matrix)
    assert singular(found).min() > 0.6
    assert singular(found).max() < 1.25
    u, _, v = torch.linalg.svd(matrix, full_matrices=False)
    inner = u.mT @ found @ v.mT
    torch.testing.assert_close(inner, torch.diag_embed(inner.diagonal(dim1=-2, dim2=-1)))


def test_the_cubic_polynomial_reaches_the_nearest_orthogonal_table():
    matrix = random(6, 4)
    u, _, v = torch.linalg.svd(matrix, full_matrices=False)
    found = orthogonalise(matrix, (1.5, -0.5, 0.0), steps=40)
    torch.testing.assert_close(found, u @ v)


def test_the_gradients_size_does_not_matter():
    small, large = random(4, 6) * 1e-4, random(4, 6) * 1e4
    torch.testing.assert_close(orthogonalise(small), orthogonalise(large))


def test_each_of_a_stack_is_treated_alone():
    stack = random(3, 4, 6)
    torch.testing.assert_close(orthogonalise(stack)[1], orthogonalise(stack[1]))


def test_zero_stays_zero_and_nothing_stays_nothing():
    assert torch.equal(orthogonalise(torch.zeros(3, 2)), torch.zeros(3, 2))
    for shape in ((0, 3), (3, 0)):
        weight = Parameter(torch.zeros(shape))
        weight.grad = torch.zeros(shape)
        Muon([weight]).step()
        assert weight.shape == shape


def test_decay_shrinks_a_weight_without_gradient():
    weight = Parameter(torch.ones(2, 3, dtype=torch.float64))
    weight.grad = torch.zeros(2, 3, dtype=torch.float64)
    Muon([weight], lr=0.1, weight_decay=0.5).step()
    torch.testing.assert_close(weight.data, torch.full((2, 3), 0.95, dtype=torch.float64))


def test_state_travels():
    whole, half = (Parameter(random(4, 3)) for _ in range(2))
    first = train(Muon, [half], steps=1)
    first.step()
    second = Muon([half])
    second.load_state_dict(first.state_dict())
    second.step()
    other = train(Muon, [whole], steps=1)
    other.step()
    other.step()
    assert torch.equal(whole.data, half.data)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"lr": -1.0}, r"Muon\(lr=-1.0\) must not be negative"),
        ({"eps": -1.0}, r"Muon\(eps=-1.0\) must not be negative"),
        ({"momentum": 1.0}, r"a share in 0 ≤ momentum < 1, got 1.0"),
        ({"momentum": -0.1}, r"a share in 0 ≤ momentum < 1, got -0.1"),
        ({"ns_coefficients": (1.5, -0.5)}, r"takes 3 ns_coefficients, got \(1.5, -0.5\)"),
        ({"adjust_lr_fn": "adam"}, r"adjust_lr_fn='adam'\) is none of None, 'original', 'match"),
    ],
)
def test_bad_settings(options, message):
    with pytest.raises(ValueError, match=message):
        Muon([Parameter(torch.ones(2, 2))], **options)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3, 4)])
def test_only_matrices(shape):
    with pytest.raises(ValueError, match="Muon changes matrices only, got a weight of shape"):
        Muon([Parameter(torch.ones(shape))])


def test_a_compiled_step_is_one_graph_with_the_same_weights():
    def trained(step):
        torch.manual_seed(0)
        model = Sequential(Linear(6, 8, bias=False), ReLU(), Linear(8, 3, bias=False))
        optimizer = Muon(model.parameters(), lr=0.02)
        for seed in range(5):
            x, y = random(16, 6, seed=seed).float(), torch.arange(16) % 3
            step(model, CrossEntropyLoss(), optimizer, x, y)
        return model.state_dict()

    eager, compiled = trained(train_step), trained(CompiledStep(backend="eager"))
    for name, weight in eager.items():
        torch.testing.assert_close(compiled[name], weight, rtol=1e-4, atol=1e-5)
