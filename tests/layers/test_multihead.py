import pytest
import torch

from dlcore import MultiheadAttention, Tensor
from tests.oracle import assert_like_torch, random


def pair(*args, **options):
    torch.manual_seed(0)
    theirs = torch.nn.MultiheadAttention(*args, **options).double()
    for parameter in theirs.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    ours = MultiheadAttention(*args, **options).double()
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


def assert_same(ours, theirs, inputs, **call):
    """Output, weights, and the gradients of inputs and parameters."""
    assert_like_torch(lambda *x: ours(*x, **call)[0], lambda *x: theirs(*x, **call)[0], inputs)
    for (name, mine), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, other.grad, rtol=0, atol=1e-9, msg=name)
    weights, expected = ours(*inputs, **call)[1], theirs(*inputs, **call)[1]
    if expected is None:
        assert weights is None
    else:
        torch.testing.assert_close(weights.data, expected.detach(), rtol=0, atol=1e-9)


SHAPES = {
    "batch": ((4, 2, 6), (5, 2, 6)), "batch first": ((2, 4, 6), (2, 5, 6)),
    "single": ((4, 6), (5, 6)),
}  # fmt: skip


@pytest.mark.parametrize("layout", SHAPES)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("call", [{}, {"need_weights": False}, {"average_attn_weights": False}])
def test_like_torch(layout, bias, call):
    ours, theirs = pair(6, 3, bias=bias, batch_first=layout == "batch first")
    q, k = SHAPES[layout]
    assert_same(ours, theirs, [random(*q), random(*k, seed=1), random(*k, seed=2)], **call)


@pytest.mark.parametrize("need_weights", [True, False])
def test_self_attention_uses_one_product(need_weights):
    ours, theirs = pair(6, 2, batch_first=True)
    call = {"need_weights": need_weights}
    assert_like_torch(
        lambda x: ours(x, x, x, **call)[0], lambda x: theirs(x, x, x, **call)[0], [random(2, 4, 6)]
    )
    torch.testing.assert_close(ours.in_proj_weight.grad, theirs.in_proj_weight.grad)


def test_other_widths_for_keys_and_values():
    ours, theirs = pair(6, 2, kdim=4, vdim=5)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert_same(ours, theirs, [random(4, 2, 6), random(5, 2, 4, seed=1), random(5, 2, 5, seed=2)])


BLOCKED = torch.tensor([[False, False, False, True, True], [False] * 5])
CAUSAL = torch.ones(4, 5).triu(1) > 0
MASKS = [
    {"key_padding_mask": BLOCKED}, {"attn_mask": CAUSAL}, {"attn_mask": random(4, 5)},
    {"attn_mask": random(6, 4, 5)}, {"attn_mask": CAUSAL, "key_padding_mask": BLOCKED},
    {"attn_mask": CAUSAL.expand(6, 4, 5), "key_padding_mask": BLOCKED, "need_weights": False},
]  # fmt: skip


@pytest.mark.parametrize("call", MASKS)
def test_masks_block_where_true(call):
    ours, theirs = pair(6, 3, batch_first=True)
    inputs = [random(2, 4, 6), random(2, 5, 6, seed=1), random(2, 5, 6, seed=2)]
    assert_same(ours, theirs, inputs, **call)


def test_causal_without_a_mask_of_ones_own():
    ours, theirs = pair(6, 2, batch_first=True)
    x = random(2, 5, 6)
    future = torch.ones(5, 5).triu(1) > 0
    expected = theirs(x, x, x, attn_mask=future)[0].detach()
    torch.testing.assert_close(ours(x, x, x, is_causal=True)[0].data, expected)


def test_padding_of_a_single_sequence():
    ours, theirs = pair(6, 2)
    call = {"key_padding_mask": BLOCKED[0]}
    assert_same(ours, theirs, [random(4, 6), random(5, 6, seed=1), random(5, 6, seed=2)], **call)


@pytest.mark.parametrize("options", [{}, {"bias": False}, {"kdim": 4, "vdim": 5}])
def test_starts_as_torch_does(options):
    torch.manual_seed(3)
    ours = MultiheadAttention(6, 2, **options)
    torch.manual_seed(3)
    theirs = torch.nn.MultiheadAttention(6, 2, **options)
    for name, value in theirs.state_dict().items():
        torch.testing.assert_close(ours.state_dict()[name], value)


def test_dropout_only_in_training():
    layer = MultiheadAttention(6, 2, dropout=0.9)
    x = torch.randn(5, 1, 6)
    assert not torch.equal(layer(x, x, x)[0].data, layer(x, x, x)[0].data)
    layer.eval()
    assert torch.equal(layer(x, x, x)[0].data, layer(x, x, x)[0].data)


def test_permuting_the_sequence_permutes_the_result():
    layer = MultiheadAttention(6, 2).double()
    x, order = random(5, 1, 6), torch.tensor([3, 1, 4, 0, 2])
    whole = layer(x, x, x)[0].data
    shuffled = x[order]
    torch.testing.assert_close(layer(shuffled, shuffled, shuffled)[0].data, whole[order])


def call(query, key, **options):
    return MultiheadAttention(6, 2, **options)(query, key, key)


X = torch.randn(4, 2, 6)
BAD = [
    (lambda: MultiheadAttention(6, 4), r"evenly over its heads, got embed_dim=6, num_heads=4"),
    (lambda: MultiheadAttention(6, 2, dropout=1.5), r"MultiheadAttention takes a probability"),
    (lambda: call(X, torch.randn(5, 2, 5)), r"embed_dim=6, kdim=6, vdim=6, got \(6, 5, 5\)"),
    (lambda: call(X, torch.randn(5, 6)), r"with 2 or 3 axes"),
    (lambda: call(X, torch.randn(5, 3, 6)), r"batch_first=False the batch is axis 1"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "message"), BAD)
def test_bad_input(bad, message):
    with pytest.raises(ValueError, match=message):
        bad()


def test_weights_carry_no_gradient():
    layer = MultiheadAttention(6, 2)
    assert not layer(X, X, X)[1].requires_grad
    assert isinstance(layer(X, X, X)[1], Tensor)
