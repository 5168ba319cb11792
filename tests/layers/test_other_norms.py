import copy

import pytest
import torch
import torch.nn.functional as F
from torch.nn.utils import spectral_norm as their_spectral_norm
from torch.nn.utils import weight_norm as their_weight_norm

import dlcore
from dlcore import Tensor
from dlcore.layers import (
    instance_norm,
    local_response_norm,
    remove_spectral_norm,
    remove_weight_norm,
    spectral_norm,
    weight_norm,
)  # fmt: skip
from tests.oracle import assert_like_torch, assert_starts_like_torch, random

SHAPES = {
    "InstanceNorm1d": (3, 4, 6),
    "InstanceNorm2d": (3, 4, 3, 2),
    "InstanceNorm3d": (2, 4, 2, 2, 3),
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("options", [{}, {"affine": True}, {"track_running_stats": True}])
def test_instance_norm_like_torch(name, options):
    assert_starts_like_torch(name, 4, **options)
    ours = getattr(dlcore, name)(4, **options).double()
    theirs = getattr(torch.nn, name)(4, **options).double()
    for batch in (random(*SHAPES[name]), random(*SHAPES[name][1:], seed=1)):
        assert_like_torch(ours, theirs, [batch])
    for key, value in theirs.state_dict().items():
        if key != "num_batches_tracked":
            torch.testing.assert_close(ours.state_dict()[key], value)
    assert_like_torch(ours.eval(), theirs.eval(), [random(*SHAPES[name], seed=2)])


def test_each_channel_of_each_example_has_mean_0_and_variance_1():
    y = instance_norm(Tensor(5 * random(2, 3, 400) + 7)).data
    assert y.mean(2).abs().max() < 1e-12
    assert (y.var(2, unbiased=False) - 1).abs().max() < 1e-5
    assert instance_norm(torch.ones(0, 3, 5)).shape == (0, 3, 5)


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize("shape", [(2, 6, 4), (2, 6, 3, 2)])
def test_local_response_like_torch(size, shape):
    settings = size, 0.3, 0.6, 2.0
    theirs = lambda x: F.local_response_norm(x, *settings)  # noqa: E731
    assert_like_torch(lambda x: local_response_norm(x, *settings), theirs, [random(*shape)])
    ours, peer = dlcore.LocalResponseNorm(size), torch.nn.LocalResponseNorm(size)
    assert_like_torch(ours, peer, [random(*shape)])
    assert repr(ours) == repr(peer)


def pair(kind, *args):
    torch.manual_seed(0)
    theirs = getattr(torch.nn, kind)(*args).double()
    ours = getattr(dlcore, kind)(*args).double()
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


def assert_same_gradients(ours, theirs):
    names = dict(theirs.named_parameters())
    assert list(names) == [name for name, _ in ours.named_parameters()]
    for name, mine in ours.named_parameters():
        torch.testing.assert_close(mine.grad, names[name].grad, rtol=0, atol=1e-9)


CASES = [("Linear", (5, 3), (4, 5)), ("Conv2d", (2, 3, 3), (1, 2, 5, 5)),
         ("ConvTranspose1d", (2, 3, 3), (1, 2, 5))]  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning")
@pytest.mark.parametrize(("kind", "sizes", "shape"), CASES)
@pytest.mark.parametrize("dim", [0, 1, None])
def test_weight_norm_like_torch(kind, sizes, shape, dim):
    ours, theirs = pair(kind, *sizes)
    before = ours.weight.data.clone()
    weight_norm(ours, dim=dim), their_weight_norm(theirs, dim=dim)
    torch.testing.assert_close(ours.weight.data, before)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for _ in range(2):
        assert_like_torch(ours, theirs, [random(*shape)])
    assert_same_gradients(ours, theirs)
    ours.load_state_dict(theirs.state_dict())
    copied = copy.deepcopy(weight_norm(dlcore.Linear(2, 2)))
    assert copied(torch.ones(1, 2)).shape == (1, 2)
    assert list(remove_weight_norm(ours).state_dict()) == ["bias", "weight"]
    torch.testing.assert_close(ours(random(*shape)).data, theirs(random(*shape)).detach())


@pytest.mark.filterwarnings("ignore:.*spectral_norm.*:FutureWarning")
@pytest.mark.parametrize(("kind", "sizes", "shape"), CASES)
def test_spectral_norm_like_torch(kind, sizes, shape):
    ours, theirs = pair(kind, *sizes)
    spectral_norm(ours, n_power_iterations=2), their_spectral_norm(theirs, n_power_iterations=2)
    assert set(ours.state_dict()) == set(theirs.state_dict())
    ours.load_state_dict(theirs.state_dict())
    for _ in range(3):
        assert_like_torch(ours, theirs, [random(*shape)])
    assert_like_torch(ours.eval(), theirs.eval(), [random(*shape)])
    assert_same_gradients(ours, theirs)
    torch.testing.assert_close(ours.weight_u, theirs.weight_u)
    assert set(remove_spectral_norm(ours).state_dict()) == {"bias", "weight"}


def test_the_largest_singular_value_becomes_1():
    layer = spectral_norm(dlcore.Linear(6, 4).double())
    for _ in range(100):
        layer(random(1, 6))
    assert torch.linalg.matrix_norm(layer.weight.data, 2).item() == pytest.approx(1, abs=1e-6)


def test_length_and_direction_by_hand():
    layer = dlcore.Linear(2, 1, bias=False)
    layer.weight.data.copy_(torch.tensor([[3.0, 4.0]]))
    weight_norm(layer)
    assert layer.weight_g.tolist() == [[5]]
    layer.weight_g.data.fill_(10)
    assert layer(torch.tensor([[1.0, 0.0]])).tolist() == [[6]]


BAD = [
    (lambda: instance_norm(torch.ones(2, 3, 1)), "more than one number per channel"),
    (lambda: instance_norm(torch.ones(2, 3, 4), use_input_stats=False), "needs running statistics"),
    (lambda: dlcore.InstanceNorm2d(3)(torch.ones(2, 4, 5, 5)), r"\(3, …\) with 2 axes .* \(2, 4,"),
    (lambda: dlcore.InstanceNorm1d(0), "InstanceNorm1d needs whole numbers"),
    (lambda: local_response_norm(torch.ones(2, 3), 2), r"with 3 axes or more, got \(2, 3\)"),
    (lambda: weight_norm(dlcore.ReLU()), "ReLU has no parameter 'weight'"),
    (lambda: spectral_norm(dlcore.Linear(2, 2), n_power_iterations=0), "n_power_iterations ≥ 1"),
    (lambda: remove_weight_norm(dlcore.Linear(2, 2)), "Linear has no WeightNorm on 'weight'"),
]


@pytest.mark.parametrize(("call", "sentence"), BAD)
def test_bad_input(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
