"""The discrepancy against loops over pairs, its gradient against torch's, and what it can see."""

import math

import pytest
import torch

from dlcore import Tensor
from dlcore.methods.adapt.discrepancy import mmd, squared_distances, typical
from tests.oracle import random


def by_loops(x, y, widths):
    """The definition, pair by pair, on lists of rows."""
    both = [*x, *y]
    apart = [((a - b) ** 2).sum().item() for i, a in enumerate(both) for b in both[:i]]
    scale = sum(apart) / len(apart)

    def alike(first, second):
        total = 0.0
        for a in first:
            for b in second:
                d = ((a - b) ** 2).sum().item()
                total += sum(math.exp(-d / (w * scale)) for w in widths) / len(widths)
        return total / (len(first) * len(second))

    return alike(x, x) + alike(y, y) - 2 * alike(x, y)


@pytest.mark.parametrize("widths", [(1.0,), (0.25, 1.0, 4.0)])
def test_value_of_the_loops(widths):
    x, y = random(5, 3), random(4, 3, seed=1) + 0.5
    assert mmd(Tensor(x), Tensor(y), widths).item() == pytest.approx(by_loops(x, y, widths))


def test_by_hand():
    x, y = torch.tensor([[0.0]]), torch.tensor([[2.0]])
    # one pair, at the typical distance: 1 + 1 − 2/e
    assert mmd(x, y, (1.0,)).item() == pytest.approx(2 - 2 / math.e)
    assert typical(x, y) == pytest.approx(4)
    assert squared_distances(x, y).tolist() == [[4.0]]


def test_gradient_is_torchs():
    x, y = random(5, 3), random(4, 3, seed=1)
    boxed = Tensor(x, True), Tensor(y, True)
    mmd(*boxed).backward()
    given = [v.clone().requires_grad_() for v in (x, y)]
    both = torch.cat(given).detach()
    scale = (torch.cdist(both, both) ** 2).sum() / (9 * 8)

    def alike(a, b):
        apart = ((a[:, None] - b[None]) ** 2).sum(2) / scale
        return torch.stack([torch.exp(-apart / w).mean() for w in (0.25, 0.5, 1, 2, 4)]).mean()

    a, b = given
    (alike(a, a) + alike(b, b) - 2 * alike(a, b)).backward()
    for mine, other in zip(boxed, given, strict=True):
        torch.testing.assert_close(mine.grad, other.grad, rtol=0, atol=1e-12)


def test_what_it_sees():
    x = random(200, 2)
    assert mmd(x, x).item() == pytest.approx(0, abs=1e-12)
    assert mmd(x, x[torch.randperm(200)]).item() == pytest.approx(0, abs=1e-12)
    alike = mmd(x, random(200, 2, seed=1)).item()
    moved = mmd(x, random(200, 2, seed=1) + 1).item()
    wider = mmd(x, 2 * random(200, 2, seed=1)).item()  # means agree, spreads do not
    assert 0 < alike < 0.2 * min(moved, wider)
    assert mmd(3 * x, 3 * x + 3).item() == pytest.approx(mmd(x, x + 1).item())


def test_single_points_and_refusals():
    same = torch.ones(1, 2)
    assert mmd(same, same).item() == 0
    with pytest.raises(ValueError, match=r"rows x \(N ≥ 1, D\).*\(0, 2\)"):
        mmd(torch.ones(0, 2), same)
    with pytest.raises(ValueError, match="mmd takes rows"):
        mmd(torch.ones(2, 3), same)
    with pytest.raises(ValueError, match="widths above 0"):
        mmd(same, same, (0.0,))
    with pytest.raises(TypeError, match="mmd"):
        mmd(torch.ones(1, 2, dtype=torch.int64), same)
