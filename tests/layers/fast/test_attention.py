import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore import Tensor
from dlcore.layers.attention import AttentionFunction, scaled_dot_product_attention
from dlcore.layers.fast import attention as fast_attention
from dlcore.layers.fast.attention import TiledAttentionFunction, key_tiles
from tests.oracle import assert_gradcheck, assert_like_torch, random


def inputs(lead, t, s, d=4, e=3):
    return [random(*lead, t, d), random(*lead, s, d, seed=1), random(*lead, s, e, seed=2)]


def tiled(causal):
    return lambda q, k, v: TiledAttentionFunction.apply(q, k, v, None, causal, 0.5, None)


def plain(causal):
    return lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=causal, scale=0.5)


@pytest.fixture
def small_tiles(monkeypatch):
    """Tiles of 4 queries and 6 keys, 2 heads at a time: every edge within easy reach."""
    monkeypatch.setattr(fast_attention, "tile_sizes", lambda length: (4, 6))
    monkeypatch.setattr(fast_attention, "HEADS", 2)


@pytest.mark.usefixtures("small_tiles")
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("n", [1, 3, 4, 5, 6, 7, 12, 13, 24, 25])
def test_every_edge_of_the_tiles(n, causal):
    assert_like_torch(tiled(causal), plain(causal), inputs((3,), n, n))


@pytest.mark.usefixtures("small_tiles")
@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 3), max_size=2), st.integers(1, 14), st.integers(1, 14))
def test_any_shape(lead, t, s):
    assert_like_torch(tiled(False), plain(False), inputs(lead, t, s))


@pytest.mark.usefixtures("small_tiles")
@pytest.mark.parametrize("causal", [False, True])
def test_gradcheck(causal):
    assert_gradcheck(TiledAttentionFunction, *inputs((2,), 9, 9, 2, 2), None, causal, 0.5, None)


@pytest.mark.parametrize("causal", [False, True])
def test_real_tiles(causal):
    assert_like_torch(tiled(causal), plain(causal), inputs((2,), 300, 300), atol=1e-9)
    assert_like_torch(tiled(causal), plain(causal), inputs((1,), 1100, 1100), atol=1e-9)


def test_float32_against_a_float64_oracle():
    exact = [Tensor(x, True) for x in inputs((2,), 200, 200, 16, 16)]
    single = [Tensor(x.data.float(), True) for x in exact]
    probe = random(2, 200, 16, seed=7)
    AttentionFunction.apply(*exact, None, False, 0.25, None).backward(probe)
    TiledAttentionFunction.apply(*single, None, False, 0.25, None).backward(probe.float())
    for a, b in zip(single, exact, strict=True):
        assert (a.grad.double() - b.grad).norm() / b.grad.norm() < 1e-5


def test_long_causal_attention_takes_this_way_and_short_or_broadcast_does_not():
    q = Tensor(random(1, 128, 4), True)
    y = scaled_dot_product_attention(q, q, q, is_causal=True)
    assert y.node.function is TiledAttentionFunction
    suits = lambda q, k, mask, causal, kept: TiledAttentionFunction.suits(  # noqa: E731
        q, k, k, mask, causal, 1.0, kept
    )
    assert suits(q, q, None, True, None)
    assert not suits(q[:, :64], q[:, :64], None, True, None)
    assert not suits(q, q[:, :64], None, True, None)
    assert not suits(q, q[0], None, False, None)
    table = torch.ones(128, 128)
    assert not suits(q, q, table, False, None)
    assert not suits(q, q, None, False, table)


def test_the_future_is_skipped():
    assert list(key_tiles(10, 4, None)) == [(0, 4), (4, 8), (8, 10)]
    assert list(key_tiles(10, 4, 5)) == [(0, 4), (4, 5)]


def test_memory_grows_with_the_length_not_with_its_square():
    n = 2048
    q = Tensor(torch.randn(1, n, 8), True)
    y = TiledAttentionFunction.apply(q, q, q, None, True, 0.3, None)
    kept = sum(x.numel() for x in y.node.saved_tensors)
    assert kept < 50 * n
