"""Swin against transformers, and what its windows let through."""

import pytest
import torch
import transformers

from dlcore import Tensor, gradcheck
from dlcore.models.vision.swin import (
    PatchMerging,
    Swin,
    SwinBlock,
    WindowAttention,
    joined,
    neighbours_only,
    windows,
)
from tests.models.witness import assert_same, witness
from tests.oracle import random

SIZES = {"patch_size": 2, "d_model": 8, "depths": (2, 2), "heads": (2, 4), "size": 2,
         "channels": 1, "mlp_ratio": 2}  # fmt: skip


def theirs():
    sizes = {
        "image_size": 16, "patch_size": 2, "num_channels": 1, "embed_dim": 8, "depths": [2, 2],
        "num_heads": [2, 4], "window_size": 2, "mlp_ratio": 2, "hidden_dropout_prob": 0.0,
        "drop_path_rate": 0.0, "attention_probs_dropout_prob": 0.0,
    }  # fmt: skip
    return witness(transformers.SwinModel, transformers.SwinConfig, **sizes).double()


def test_map_and_gradients_are_those_of_transformers():
    other, net = theirs(), Swin(**SIZES).double()
    net.load_transformers(other.state_dict())
    x, probe = random(3, 1, 16, 16), random(3, 4, 4, 16, seed=1)
    y, expected = net(x), other(x).last_hidden_state.reshape(3, 4, 4, 16)
    assert_same(y, expected)
    y.backward(probe)
    expected.backward(probe)
    first = other.encoder.layers[0].blocks[1].attention
    for mine, grad in [
        (net.patches.weight.grad, other.embeddings.patch_embeddings.projection.weight.grad),
        (
            net.stages[0][1].attention.bias.grad,
            first.relative_position_bias.relative_position_bias_table.grad,
        ),
        (net.stages[0][1].attention.out.weight.grad, first.o_proj.weight.grad),
        (net.merges[0].norm.weight.grad, other.encoder.layers[0].downsample.norm.weight.grad),
        (net.norm.weight.grad, other.layernorm.weight.grad),
    ]:
        torch.testing.assert_close(mine, grad, rtol=0, atol=1e-9)


def test_windows_by_hand():
    x = torch.arange(16).view(1, 4, 4, 1)
    cut = windows(x, 2)
    assert cut[:, :, 0].tolist() == [[0, 1, 4, 5], [2, 3, 6, 7], [8, 9, 12, 13], [10, 11, 14, 15]]
    assert torch.equal(joined(cut, 2, 4, 4), x)


def test_what_met_by_the_roll_alone_is_hidden():
    mask = neighbours_only(4, 4, 2, 1)
    assert mask.shape == (4, 1, 4, 4)
    assert torch.equal(mask[0, 0], torch.zeros(4, 4))  # wholly inside
    beside = mask[1, 0] == 0  # the right edge: left column with itself, right column likewise
    assert beside.tolist() == [
        [True, False, True, False], [False, True, False, True],
        [True, False, True, False], [False, True, False, True],
    ]  # fmt: skip
    assert torch.equal(mask[3, 0] == 0, torch.eye(4, dtype=torch.bool))  # the corner


def reach(*blocks, place=(1, 1)):
    """Which places of an 8 × 8 map the answer at `place` depends on."""
    x = Tensor(random(1, 8, 8, 4), True)
    y = x
    for block in blocks:
        y = block.double()(y)
    y[:, place[0], place[1]].backward(random(1, 4, seed=1))
    return x.grad[0].abs().sum(2) > 0


def test_without_a_shift_nothing_crosses_a_window():
    torch.manual_seed(0)
    seen = reach(SwinBlock(4, 2, 4), SwinBlock(4, 2, 4))
    expected = torch.zeros(8, 8, dtype=torch.bool)
    expected[:4, :4] = True
    assert torch.equal(seen, expected)


def test_a_shifted_block_joins_the_windows_around():
    torch.manual_seed(0)
    seen = reach(SwinBlock(4, 2, 4), SwinBlock(4, 2, 4, shift=2), place=(3, 3))
    assert seen.all()
    assert not reach(SwinBlock(4, 2, 4), SwinBlock(4, 2, 4, shift=2), place=(0, 0))[4:].any()


def test_one_window_is_not_shifted():
    torch.manual_seed(0)
    block, x = SwinBlock(4, 2, 4, shift=2).double(), random(2, 4, 4, 4)
    moved = block(x).data
    block.shift = 0
    assert torch.equal(moved, block(x).data)


def test_gradients_by_nudging():
    torch.manual_seed(0)
    look = WindowAttention(4, 2, 2).double()
    for weight in look.parameters():
        weight.data = random(*weight.shape)
    assert gradcheck(look, (Tensor(random(4, 4, 4), True), neighbours_only(4, 4, 2, 1)))


def test_merging_by_hand():
    merge = PatchMerging(1).double()
    merge.reduction.weight.data = torch.eye(2, 4).double()
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]]).double().view(1, 2, 2, 1)
    spread = 1.25**0.5
    expected = torch.tensor([(1 - 2.5) / spread, (3 - 2.5) / spread]).double()
    torch.testing.assert_close(merge(x).data.flatten(), expected, rtol=0, atol=1e-4)


def test_what_does_not_fit():
    with pytest.raises(ValueError, match=r"0 ≤ shift < size, got d_model=8, .* shift=4"):
        SwinBlock(8, 2, 4, shift=4)
    with pytest.raises(ValueError, match="heads that divide the width"):
        SwinBlock(8, 3, 4)
    with pytest.raises(ValueError, match="whole windows, got 6 × 8"):
        SwinBlock(8, 2, 4)(random(1, 6, 8, 8).float())
    with pytest.raises(ValueError, match=r"halves both sides of a map, got \(1, 3, 4, 2\)"):
        PatchMerging(2)(random(1, 3, 4, 2).float())


def test_other_weights_are_refused():
    state = theirs().state_dict()
    del state["layernorm.bias"]
    with pytest.raises(ValueError, match=r"missing \['bias'\]"):
        Swin(**SIZES).load_transformers(state)
