"""Tables written step by step, against a loop in float64 and transformers' gated delta rule."""

import pytest
import torch
from transformers.models.qwen3_next import modeling_qwen3_next as qwen

from dlcore import Tensor
from dlcore.layers import scaled_dot_product_attention
from dlcore.models import LinearAttention
from dlcore.models.language.fast_weights import FastWeightFunction, fast_weights
from tests.autodiff.cases_of_memories import WRITTEN, written_table
from tests.oracle import assert_gradcheck, assert_like_torch, random

Q, K, V, ALPHA, BETA, TABLE = WRITTEN


def test_by_hand():
    """Two values under one key: their sum, or with the delta rule the second alone."""
    k = torch.ones(1, 2, 1)
    v = torch.tensor([[[3.0], [5.0]]])
    assert fast_weights(k, k, v)[0].data.flatten().tolist() == [3, 8]
    assert fast_weights(k, k, v, delta=True)[0].data.flatten().tolist() == [3, 5]
    half = torch.full((1, 2), 0.5)
    assert fast_weights(k, k, v, half, delta=True)[0].data.flatten().tolist() == [1.5, 3.25]
    assert fast_weights(k, k, v, alpha=half)[0].data.flatten().tolist() == [3, 6.5]


@pytest.mark.parametrize("delta", [False, True])
@pytest.mark.parametrize("result", [0, 1])
def test_values_and_gradients_against_a_loop_in_float64(delta, result):
    def ours(q, k, v, alpha, beta, table):
        return fast_weights(q, k, v, beta, alpha, table, delta)[result]

    assert_like_torch(ours, lambda *a: written_table(*a, delta)[result], WRITTEN)
    assert_gradcheck(FastWeightFunction, *WRITTEN, delta)


def test_the_delta_rule_with_fading_is_that_of_qwen():
    fading, beta = -random(2, 9, seed=3).abs(), random(2, 9, seed=4).sigmoid()
    q, k, v = (random(2, 9, width, seed=s) for s, width in ((0, 4), (1, 4), (2, 5)))
    expected, last = qwen.torch_recurrent_gated_delta_rule(
        *(x[:, :, None] for x in (q, k, v, fading, beta)), output_final_state=True
    )
    y, table = fast_weights(q / 2, k, v, beta, fading.exp(), delta=True)  # theirs divides by √D
    torch.testing.assert_close(y.data.float(), expected[:, :, 0].float(), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(table.data.float(), last[:, 0].mT.float(), rtol=1e-4, atol=1e-4)


def test_the_sum_is_attention_without_softmax():
    q, k, v = random(2, 6, 3), random(2, 6, 3, seed=1), random(2, 6, 4, seed=2)
    expected = (q @ k.mT).tril() @ v
    torch.testing.assert_close(fast_weights(q, k, v)[0].data, expected, rtol=0, atol=1e-12)


def test_it_does_not_approach_attention_with_softmax():
    q, k, v = random(1, 6, 3), random(1, 6, 3, seed=1), random(1, 6, 4, seed=2)
    with_softmax = scaled_dot_product_attention(q, k, v, is_causal=True).data
    assert (fast_weights(q, k, v)[0].data - with_softmax).abs().max() > 0.1


def test_with_orthogonal_keys_both_rules_recall_everything():
    k, v = torch.eye(4)[None], random(1, 4, 3).float()
    for delta in (False, True):
        table = fast_weights(k, k, v, delta=delta)[1].data
        torch.testing.assert_close(k @ table.mT, v)


@pytest.mark.parametrize("options", [{}, {"delta": True}, {"delta": True, "fading": True}], ids=str)
def test_the_layer_goes_on_from_its_table(options):
    torch.manual_seed(0)
    layer, x = LinearAttention(6, 3, **options).double(), random(2, 7, 6)
    first, table = layer.step(x[:, :3])
    second, table = layer.step(x[:, 3:], table)
    both = torch.cat([first.data, second.data], 1)
    torch.testing.assert_close(both, layer(x).data, rtol=0, atol=1e-12)
    assert table.shape == (2, 6, 3)
    layer(Tensor(x, True)).backward(random(2, 7, 6))
    assert all(p.grad is not None and p.grad.abs().max() > 0 for p in layer.parameters())


def test_no_example_is_a_batch_too():
    y, table = fast_weights(*(x[:0] for x in (Q, K, V)), delta=True)
    assert y.shape == (0, 3, 4)
    assert table.shape == (0, 4, 2)


def test_bad_input_is_refused():
    for bad in ((Q[0], K[0], V[0]), (Q, K[..., :1], V), (Q, K, V[:, 1:]), (Q[:, :0],) * 3):
        with pytest.raises(ValueError, match=r"takes q, k \(N, T ≥ 1, D\) and v"):
            fast_weights(*bad)
    with pytest.raises(ValueError, match=r"takes beta \(2, 3\), got \(2, 2\)"):
        fast_weights(Q, K, V, BETA[:, 1:])
    with pytest.raises(ValueError, match=r"takes alpha \(2, 3\), got \(2,\)"):
        fast_weights(Q, K, V, BETA, ALPHA[:, 0])
    with pytest.raises(ValueError, match=r"takes table \(2, 4, 2\), got \(2, 4\)"):
        fast_weights(Q, K, V, table=TABLE[..., 0])
    with pytest.raises(TypeError, match="use x.to"):
        fast_weights(Q, K.float(), V)
    with pytest.raises(ValueError, match="whole numbers of at least 1"):
        LinearAttention(4, 0)
