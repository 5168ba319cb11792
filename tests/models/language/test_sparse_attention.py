"""Few scores against the mask that says the same, counts of pairs, gradients, what is reached."""

import pytest
import torch

from dlcore import Tensor
from dlcore.layers import scaled_dot_product_attention
from dlcore.models import SparseSelfAttention
from dlcore.models.language.sparse_attention import (
    local_attention,
    local_mask,
    strided_attention,
    strided_mask,
)  # fmt: skip
from tests.oracle import assert_like_torch, random

FORMS = [(local_attention, local_mask), (strided_attention, strided_mask)]


def test_masks_by_hand():
    assert local_mask(4, 2).int().tolist() == [
        [1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]
    ]  # fmt: skip
    assert strided_mask(5, 2).int().tolist() == [
        [1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [1, 0, 1, 0, 0], [0, 1, 0, 1, 0], [1, 0, 1, 0, 1]
    ]  # fmt: skip
    assert local_mask(0, 3).shape == (0, 0)


@pytest.mark.parametrize("step", [1, 3, 4, 12, 20])
@pytest.mark.parametrize(("form", "mask"), FORMS)
def test_as_torch_with_the_mask(form, mask, step):
    inputs = [random(2, 3, 12, 4, seed=i) for i in range(3)]
    allowed = mask(12, step)

    def theirs(q, k, v):
        return torch.nn.functional.scaled_dot_product_attention(q, k, v, allowed)

    assert_like_torch(lambda q, k, v: form(q, k, v, step), theirs, inputs)


@pytest.mark.parametrize("length", [1, 5, 7])
@pytest.mark.parametrize(("form", "mask"), FORMS)
def test_lengths_that_blocks_do_not_divide(form, mask, length):
    q, k, v = (random(1, length, 4, seed=i) for i in range(3))
    allowed = mask(length, 3)[None]
    expected = scaled_dot_product_attention(q, k, v, allowed).data
    torch.testing.assert_close(form(q, k, v, 3).data, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("form", [local_attention, strided_attention])
def test_values_of_another_width_and_no_places(form):
    q, k, v = random(1, 6, 4), random(1, 6, 4, seed=1), random(1, 6, 3, seed=2)
    assert form(q, k, v, 2).shape == (1, 6, 3)
    assert form(q[:, :0], k[:, :0], v[:, :0], 2).shape == (1, 0, 3)


def test_two_looks_reach_every_earlier_place():
    one = local_mask(30, 5) | strided_mask(30, 5)
    two = (one.int() @ one.int()) > 0
    assert torch.equal(two, torch.ones(30, 30, dtype=torch.bool).tril())
    assert not torch.equal(one, two)
    near = local_mask(30, 5).int()
    assert not torch.equal((near @ near) > 0, two)


def test_the_layer_joins_both_kinds_of_heads():
    torch.manual_seed(0)
    layer = SparseSelfAttention(8, 2, 3).double()
    x = random(2, 7, 8)
    q, k, v = layer.qkv(Tensor(x)).data.split(8, 2)
    near = scaled_dot_product_attention(
        q[..., :4], k[..., :4], v[..., :4], local_mask(7, 3).expand(2, 7, 7)
    )
    far = scaled_dot_product_attention(
        q[..., 4:], k[..., 4:], v[..., 4:], strided_mask(7, 3).expand(2, 7, 7)
    )
    expected = layer.out(torch.cat([near.data, far.data], 2)).data
    torch.testing.assert_close(layer(x).data, expected, rtol=0, atol=1e-12)


def test_the_layer_never_looks_ahead():
    torch.manual_seed(0)
    layer, x = SparseSelfAttention(8, 4, 3).double(), random(1, 10, 8)
    changed = x.clone()
    changed[:, 6:] += 1
    assert torch.equal(layer(x).data[:, :6], layer(changed).data[:, :6])


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="window or stride ≥ 1, got 4 and 0"):
        local_mask(4, 0)
    with pytest.raises(ValueError, match="window or stride ≥ 1, got -1 and 2"):
        strided_mask(-1, 2)
    for bad in ((8, 1, 2), (8, 3, 2), (9, 2, 2), (8, 2, 0)):
        with pytest.raises(ValueError, match="even number of heads"):
            SparseSelfAttention(*bad)
