import pytest
import torch
import torch.nn.functional as F

from dlcore import GroupNorm, LayerNorm, RMSNorm, Tensor
from dlcore.layers.layer_norm import (
    GroupNormFunction,
    LayerNormFunction,
    RMSNormFunction,
    group_norm,
    layer_norm,
    rms_norm,
)  # fmt: skip
from tests.oracle import assert_gradcheck, assert_like_torch, random

CASES = [
    (LayerNorm, (5,), {}, (2, 3, 5)), (LayerNorm, ((3, 5),), {"eps": 1e-3}, (2, 3, 5)),
    (LayerNorm, (5,), {"bias": False}, (4, 5)),
    (LayerNorm, (5,), {"elementwise_affine": False}, (4, 5)),
    (LayerNorm, (5,), {}, (5,)), (LayerNorm, (1,), {}, (3, 1)), (LayerNorm, (5,), {}, (0, 5)),
    (RMSNorm, (5,), {}, (2, 3, 5)), (RMSNorm, ((3, 5),), {"eps": 1e-3}, (2, 3, 5)),
    (RMSNorm, (5,), {"elementwise_affine": False}, (4, 5)), (RMSNorm, (5,), {}, (0, 5)),
    (GroupNorm, (2, 6), {}, (3, 6, 4)), (GroupNorm, (6, 6), {}, (3, 6, 2, 2)),
    (GroupNorm, (1, 6), {"affine": False}, (3, 6, 4)), (GroupNorm, (3, 6), {}, (2, 6)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "args", "options", "shape"), CASES)
def test_like_torch(kind, args, options, shape):
    ours, theirs = kind(*args, **options), getattr(torch.nn, kind.__name__)(*args, **options)
    ours.double(), theirs.double()
    for i, p in enumerate(theirs.parameters()):
        p.data = random(*p.shape, seed=10 + i)
    ours.load_state_dict(theirs.state_dict())
    assert_like_torch(ours, theirs, [random(*shape)])
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, other.grad, rtol=0, atol=1e-9)


def test_gradcheck():
    x, w, b = random(2, 3, 4), random(3, 4, seed=1), random(3, 4, seed=2)
    assert_gradcheck(LayerNormFunction, x, w, b, 2, 1e-5)
    assert_gradcheck(RMSNormFunction, x, w, 2, 1e-5)
    x, w, b = random(2, 6, 3), random(6, seed=1), random(6, seed=2)
    assert_gradcheck(GroupNormFunction, x, w, b, 3, 1e-5)


def test_functional_forms_are_torchs():
    theirs = torch.nn.functional
    x, w, b = random(2, 3, 4), random(3, 4, seed=1), random(3, 4, seed=2)
    for ours in (layer_norm, theirs.layer_norm):
        assert_like_torch(
            lambda *t, f=ours: f(t[0], (3, 4), *t[1:], eps=1e-3),
            lambda *t: theirs.layer_norm(t[0], (3, 4), *t[1:], eps=1e-3),
            [x, w, b],
        )
    for ours in (rms_norm, theirs.rms_norm):
        assert_like_torch(
            lambda x, w, f=ours: f(x, [3, 4], w), lambda x, w: theirs.rms_norm(x, [3, 4], w), [x, w]
        )


def test_hand_computed():
    x = torch.tensor([[1.0, 3.0]])
    assert LayerNorm(2, eps=0.0)(x).tolist() == [[-1, 1]]
    torch.testing.assert_close(RMSNorm(2, eps=0.0)(x).data, x / 5**0.5)


def test_one_example_does_not_see_the_others():
    x = random(4, 6, 3)
    for layer in (LayerNorm(3), RMSNorm(3), GroupNorm(2, 6)):
        alone = layer.double()(x[:1]).data
        torch.testing.assert_close(layer(x).data[:1], alone, rtol=0, atol=1e-14)


def test_layer_norm_forgets_shift_and_scale_and_rms_norm_the_scale():
    x = random(4, 32)
    norm, rms = LayerNorm(32, eps=0.0).double(), RMSNorm(32, eps=0.0).double()
    torch.testing.assert_close(norm(5 * x + 3).data, norm(x).data)
    torch.testing.assert_close(rms(5 * x).data, rms(x).data)


@pytest.mark.parametrize("layer", [LayerNorm(64), RMSNorm(64)])
def test_float32_against_a_float64_oracle(layer):
    x, probe = random(256, 64), random(256, 64, seed=1)
    exact, single = Tensor(x, True), Tensor(x.float(), True)
    layer.double()(exact).backward(probe)
    weight = layer.weight.grad.clone()
    layer.zero_grad()
    layer.float()(single).backward(probe.float())
    assert (single.grad.double() - exact.grad).norm() / exact.grad.norm() < 1e-5
    assert (layer.weight.grad.double() - weight).norm() / weight.norm() < 1e-5


BAD = [
    (lambda: layer_norm(random(4, 2), [3]), r"layer_norm\(\(3,\)\) takes x whose last axes"),
    (lambda: rms_norm(random(3), (2, 3)), r"rms_norm\(\(2, 3\)\) takes x whose last axes"),
    (lambda: LayerNorm(3)(random(4, 2)), r"LayerNorm\(\(3,\)\) takes x whose last axes are \(3,\)"),
    (lambda: RMSNorm((2, 3))(random(3)), r"RMSNorm\(\(2, 3\)\) takes x whose last axes"),
    (lambda: GroupNorm(2, 6)(random(4, 5)), r"GroupNorm\(2, 6\) takes \(N, 6, …\), got shape"),
    (lambda: group_norm(random(3, 6), 4), r"group_norm divides the channels .*num_groups=4"),
    (lambda: GroupNorm(4, 6), r"evenly into groups, got num_channels=6, num_groups=4"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_group_norm_the_function_and_without_a_bias_like_torch():
    tensors = random(3, 6, 4), random(6, seed=1), random(6, seed=2)
    assert_like_torch(
        lambda x, w, b: group_norm(x, 2, w, b, 1e-3),
        lambda x, w, b: F.group_norm(x, 2, w, b, 1e-3),
        [*tensors],
    )
    assert GroupNorm(2, 6, bias=False).bias is None
    layer, theirs = GroupNorm(2, 6, bias=False).double(), torch.nn.GroupNorm(2, 6, bias=False)
    assert_like_torch(layer, theirs.double(), [tensors[0]])


def test_repr():
    for module in (LayerNorm((2, 3)), LayerNorm(3, bias=False), RMSNorm(3), GroupNorm(2, 6)):
        assert repr(module) == repr(eval(f"torch.nn.{module!r}"))
