import math

import pytest
import torch

from dlcore import Parameter
from dlcore.training import LAMB, Adagrad, Adam, AdamW, RMSprop

CASES = [
    (Adagrad, {}),
    (Adagrad, {"lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 1}),
    (RMSprop, {}), (RMSprop, {"alpha": 0.9, "momentum": 0.9, "weight_decay": 0.1}),
    (RMSprop, {"centered": True, "momentum": 0.5}), (Adam, {}),
    (Adam, {"betas": (0.5, 0.9), "eps": 1e-3, "weight_decay": 0.1}), (AdamW, {}),
    (AdamW, {"weight_decay": 0.5, "lr": 0.1}),
]  # fmt: skip


def gradients(step):
    generator = torch.Generator().manual_seed(step)
    return [torch.randn(s, dtype=torch.float64, generator=generator) for s in ((4, 3), (3,), ())]


def start():
    return [g.clone() for g in gradients(1000)]


@pytest.mark.parametrize(("kind", "options"), CASES)
def test_the_trajectory_is_torchs(kind, options):
    ours, theirs = [Parameter(w) for w in start()], [w.requires_grad_() for w in start()]
    a, b = kind(ours, **options), getattr(torch.optim, kind.__name__)(theirs, **options)
    for step in range(50):
        for p, q, g in zip(ours, theirs, gradients(step), strict=True):
            p.grad, q.grad = g.clone(), g.clone()
        a.step()
        b.step()
    for p, q in zip(ours, theirs, strict=True):
        torch.testing.assert_close(p.data, q.detach(), rtol=0, atol=1e-9)


@pytest.mark.parametrize("kind", [Adagrad, RMSprop, Adam, AdamW, LAMB])
def test_the_defaults_are_documented_settings_and_it_goes_downhill(kind):
    w = Parameter(torch.tensor([5.0, -3.0], dtype=torch.float64))
    optimizer = kind([w], lr=0.5 if kind is Adagrad else 0.1)
    for _ in range(500):
        w.grad = w.data * torch.tensor([1.0, 100.0])
        optimizer.step()
    assert w.data.abs().max() < 1


def test_the_first_adam_step_has_length_lr_whatever_the_gradient():
    for scale in (1e-3, 1.0, 1e3):
        w = Parameter(torch.zeros(3, dtype=torch.float64))
        w.grad = torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64) * scale
        Adam([w], lr=0.01).step()
        torch.testing.assert_close(w.data, -0.01 * w.grad.sign(), rtol=1e-4, atol=0)


def test_lamb_by_hand():
    w = Parameter(torch.tensor([3.0, 4.0], dtype=torch.float64))
    w.grad = torch.tensor([1.0, 1.0], dtype=torch.float64)
    LAMB([w], lr=0.1, eps=0.0, weight_decay=0.5).step()
    direction = torch.tensor([1 + 1.5, 1 + 2.0], dtype=torch.float64)  # m̂/√v̂ = 1, plus λ w
    expected = torch.tensor([3.0, 4.0]).double() - 0.1 * 5 / direction.norm() * direction
    torch.testing.assert_close(w.data, expected)


def lamb_of_the_paper(x, grads, eta, betas, eps, decay):
    """Algorithm 2 of arXiv 1904.00962, line by line, with φ(z) = z."""
    m, v = torch.zeros_like(x), torch.zeros_like(x)
    for t, g in enumerate(grads, start=1):
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g**2
        r = (m / (1 - betas[0] ** t)) / (torch.sqrt(v / (1 - betas[1] ** t)) + eps)
        u = r + decay * x
        x = x - eta * torch.linalg.norm(x) / torch.linalg.norm(u) * u
    return x


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_lambs_trajectory_is_the_papers(decay):
    ours, options = [Parameter(w) for w in start()], {"betas": (0.8, 0.95), "eps": 1e-4}
    optimizer = LAMB(ours, lr=0.02, weight_decay=decay, **options)
    for step in range(50):
        for p, g in zip(ours, gradients(step), strict=True):
            p.grad = g
        optimizer.step()
    for i, (p, w) in enumerate(zip(ours, start(), strict=True)):
        grads = [gradients(step)[i] for step in range(50)]
        expected = lamb_of_the_paper(w, grads, 0.02, decay=decay, **options)
        torch.testing.assert_close(p.data, expected, rtol=0, atol=1e-9)


def test_lamb_moves_a_weight_of_zero():
    w = Parameter(torch.zeros(2))
    w.grad = torch.ones(2)
    LAMB([w], lr=0.1).step()
    assert torch.isfinite(w.data).all()
    assert (w.data < 0).all()


@pytest.mark.parametrize("kind", [Adagrad, RMSprop, Adam, AdamW, LAMB])
def test_state_travels(kind):
    def run(steps, optimizer, parameters, first=0):
        for step in range(first, first + steps):
            for p, g in zip(parameters, gradients(step), strict=True):
                p.grad = g
            optimizer.step()

    whole = [Parameter(w) for w in start()]
    run(6, kind(whole), whole)
    half = [Parameter(w) for w in start()]
    before = kind(half)
    run(3, before, half)
    after = kind(half)
    after.load_state_dict(before.state_dict())
    run(3, after, half, first=3)
    assert all(torch.equal(p.data, q.data) for p, q in zip(whole, half, strict=True))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: Adam(p, lr=-1), r"Adam\(lr=-1\) must not be negative"),
        (lambda p: AdamW(p, betas=(0.9, 1.0)), r"AdamW averages with shares in 0 ≤ β < 1, got 1.0"),
        (lambda p: RMSprop(p, alpha=2), r"RMSprop averages with shares"),
        (lambda p: Adagrad(p, lr_decay=math.nan), r"Adagrad\(lr_decay=nan\) must not be negative"),
    ],
)
def test_bad_settings(call, message):
    with pytest.raises(ValueError, match=message):
        call([Parameter(torch.ones(1))])
