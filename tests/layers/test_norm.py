import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

import dlcore
from dlcore import BatchNorm1d, BatchNorm2d, BatchNorm3d, Tensor
from dlcore.layers import batch_norm, norm
from tests.oracle import assert_like_torch, random

SHAPES = {
    BatchNorm1d: [(5, 3), (2, 3, 4)],
    BatchNorm2d: [(2, 3, 4, 5)],
    BatchNorm3d: [(2, 3, 2, 2, 2)],
}
CASES = [(kind, shape) for kind, shapes in SHAPES.items() for shape in shapes]


def pair(kind, features, **options):
    """Our module and torch's with the same weights, none of them 0 or 1, in float64."""
    ours, theirs = kind(features, **options), getattr(torch.nn, kind.__name__)(features, **options)
    ours.double(), theirs.double()
    for i, p in enumerate(theirs.parameters()):
        p.data = random(features, seed=10 + i)
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


def test_hand_computed():
    y = BatchNorm1d(1, eps=0.0)(torch.tensor([[1.0], [3.0]]))
    assert y.tolist() == [[-1], [1]]


@pytest.mark.parametrize(("kind", "shape"), CASES)
@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("mode", ["train", "eval", "untracked"])
def test_like_torch(kind, shape, affine, mode):
    ours, theirs = pair(kind, 3, affine=affine, track_running_stats=mode != "untracked")
    x = random(*shape)
    if mode == "eval":
        ours(x), theirs(x)  # statistics worth using
        ours.eval(), theirs.eval()
    assert_like_torch(ours, theirs, [x])
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, other.grad, rtol=0, atol=1e-9)


@pytest.mark.parametrize("momentum", [0.1, 0.5, None])
def test_running_statistics(momentum):
    ours, theirs = pair(BatchNorm2d, 3, momentum=momentum)
    for seed in range(3):
        x = random(4, 3, 2, 2, seed=seed)
        ours(x), theirs(x)
    for name, value in theirs.state_dict().items():
        torch.testing.assert_close(ours.state_dict()[name], value, rtol=0, atol=1e-12)
    before = ours.state_dict()["running_mean"].clone()
    ours.eval()(random(4, 3, 2, 2, seed=9))
    assert torch.equal(ours.running_mean, before)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 4), st.integers(1, 4), st.lists(st.integers(1, 3), max_size=1))
def test_any_shape(n, c, rest):
    ours, theirs = pair(BatchNorm1d, c)
    assert_like_torch(ours, theirs, [random(n, c, *rest)])


def test_gradcheck():
    x, w, b = random(4, 3, 2), random(3, seed=1), random(3, seed=2)
    # only y is probed: the returned statistics carry no gradient
    bridged = dlcore.autodiff.bridge.to_torch(norm.BatchNormFunction)
    inputs = [t.requires_grad_() for t in (x, w, b)]
    assert torch.autograd.gradcheck(lambda *t: bridged.apply(*t, 1e-5)[0], inputs)
    mean, variance = random(3, seed=3), random(3, seed=4, positive=True)
    assert torch.autograd.gradcheck(
        lambda *t: dlcore.autodiff.bridge.to_torch(norm.FixedNormFunction).apply(
            *t, mean, variance, 1e-5
        ),
        inputs,
    )


def test_output_has_mean_0_and_variance_1_whatever_goes_in():
    x = 100 + 50 * random(64, 3, 5)
    y = BatchNorm1d(3).double()(x).data
    torch.testing.assert_close(y.mean((0, 2)), torch.zeros(3).double(), rtol=0, atol=1e-12)
    torch.testing.assert_close(
        y.var((0, 2), correction=0), torch.ones(3).double(), rtol=0, atol=1e-7
    )


def test_a_large_mean_does_not_eat_the_digits():
    x = (random(256, 2) + 1e4).float()
    y = BatchNorm1d(2)(x).data
    exact = F.batch_norm(x.double(), None, None, training=True)
    assert (y.double() - exact).abs().max() < 1e-3


def test_float32_against_a_float64_oracle():
    x, probe = random(64, 8, 10, 10), random(64, 8, 10, 10, seed=1)
    ours, _ = pair(BatchNorm2d, 8)
    exact = Tensor(x, True)
    ours(exact).backward(probe)
    weights = [p.grad for p in ours.parameters()]
    ours.zero_grad()
    single = Tensor(x.float(), True)
    ours.float()(single).backward(probe.float())
    for a, b in zip([single.grad, *(p.grad for p in ours.parameters())], [exact.grad, *weights]):
        assert (a.double() - b).norm() / b.norm() < 1e-5


BAD = [
    (lambda: BatchNorm1d(3)(random(4, 2)), r"BatchNorm1d\(3\) takes \(N, 3, …\) with 2 or 3 axes"),
    (lambda: BatchNorm2d(3)(random(4, 3)), r"with 4 axes, got shape \(4, 3\)"),
    (lambda: BatchNorm1d(3)(torch.ones(1, 3)), r"more than one value per channel .*or .eval\(\)"),
    (lambda: BatchNorm1d(3)(torch.ones(0, 3)), r"more than one value per channel"),
    (lambda: batch_norm(random(4, 3), None, None), "needs running_mean and running_var unless"),
    (lambda: batch_norm(random(4, 3), random(2), random(3)), r"\(4, 3\), got one of shape \(2,"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_one_example_is_enough_for_evaluation_and_none_too():
    layer = BatchNorm1d(3).eval()
    assert layer(torch.ones(1, 3)).shape == (1, 3)
    assert layer(torch.ones(0, 3)).shape == (0, 3)


@pytest.mark.parametrize("training", [True, False])
def test_the_function_like_torch(training):
    mean, variance = random(3, seed=5), random(3, seed=6).abs() + 1
    theirs = mean.clone(), variance.clone()
    assert_like_torch(
        lambda x, w, b: batch_norm(x, mean, variance, w, b, training, 0.3, 1e-3),
        lambda x, w, b: F.batch_norm(x, *theirs, w, b, training, 0.3, 1e-3),
        [random(4, 3, 2), random(3, seed=1), random(3, seed=2)],
    )
    torch.testing.assert_close((mean, variance), theirs, rtol=0, atol=1e-12)
    assert_like_torch(
        lambda x: batch_norm(x, None, None, training=True),
        lambda x: F.batch_norm(x, None, None, training=True),
        [random(4, 3)],
    )


def test_without_a_bias():
    ours, theirs = pair(BatchNorm2d, 3, bias=False)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert_like_torch(ours, theirs, [random(4, 3, 2, 2)])


def test_repr():
    for module in (BatchNorm1d(3), BatchNorm2d(3, momentum=None), BatchNorm3d(2, affine=False)):
        theirs = getattr(torch.nn, type(module).__name__)
        options = {"momentum": module.momentum, "affine": module.affine}
        assert repr(module) == repr(theirs(module.num_features, **options))
