"""Long and short branch against torch.nn's layers, and who sees what."""

import pytest
import torch

from dlcore.models import LongShortAttention
from tests.oracle import assert_like_torch, random


def pair(kernel_size=3):
    torch.manual_seed(0)
    layer = LongShortAttention(12, 3, kernel_size).double()
    attention = torch.nn.MultiheadAttention(6, 3, batch_first=True, dtype=torch.float64)
    attention.load_state_dict(layer.attention.state_dict())
    w = {k: v for k, v in layer.state_dict().items() if not k.startswith("attention")}

    def theirs(x):
        n = x.shape[1]
        hidden = torch.ones(n, n, dtype=torch.bool).triu(1)
        far = x[..., :6]
        far = attention(far, far, far, attn_mask=hidden, need_weights=False)[0]
        near = torch.nn.functional.glu(x[..., 6:] @ w["gated.weight"].T + w["gated.bias"])
        near = torch.nn.functional.pad(near.transpose(1, 2), [kernel_size - 1, 0])
        near = torch.nn.functional.conv1d(near, w["conv.weight"], w["conv.bias"], groups=6)
        near = near.transpose(1, 2) @ w["out.weight"].T + w["out.bias"]
        return torch.cat([far, near], -1)

    return layer, theirs


@pytest.mark.parametrize("length", [1, 2, 7])
@pytest.mark.parametrize("kernel_size", [1, 3])
def test_like_torch(length, kernel_size):
    layer, theirs = pair(kernel_size)
    assert_like_torch(layer, theirs, [random(2, length, 12)])


def test_attention_sees_all_before_and_the_convolution_three():
    layer, _ = pair()
    x = random(1, 9, 12)
    y = layer(x).data
    for place in range(9):
        changed = x.clone()
        changed[:, place] += 1
        moved = (layer(changed).data - y).abs()[0] > 1e-12
        far, near = moved[:, :6].any(1), moved[:, 6:].any(1)
        assert far.tolist() == [t >= place for t in range(9)]
        assert near.tolist() == [place <= t < place + 3 for t in range(9)]


@pytest.mark.parametrize("bad", [(9, 1, 3), (12, 4, 3), (12, 3, 0)])
def test_bad_sizes_are_refused(bad):
    with pytest.raises(ValueError, match="halves the width"):
        LongShortAttention(*bad)
