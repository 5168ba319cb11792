import pytest
import torch
import torch.nn.functional as F

from dlcore import Tensor
from dlcore.autodiff.bridge import to_torch
from dlcore.layers import scaled_dot_product_attention as sdpa
from dlcore.layers.attention import AttentionFunction, attention_weights, causal_mask
from tests.oracle import assert_like_torch, random

THEIRS = F.scaled_dot_product_attention


def qkv(*lead, t=4, s=5, d=3, e=2):
    return random(*lead, t, d), random(*lead, s, d, seed=1), random(*lead, s, e, seed=2)


def test_hand_computed():
    q, k, v = torch.tensor([[0.0]]), torch.tensor([[5.0], [-5.0]]), torch.tensor([[1.0], [3.0]])
    assert sdpa(q, k, v).tolist() == [[2]]  # equal scores: the mean of the values
    hard = sdpa(torch.tensor([[100.0]]), k, v)
    assert hard.tolist() == [[1]]  # a look-up


BOOL = random(4, 5, seed=9) > -0.5
MASKS = [None, BOOL, random(4, 5, seed=9), BOOL.expand(2, 1, 4, 5), random(2, 3, 4, 5, seed=8)]


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("scale", [None, 0.3])
def test_like_torch(mask, scale):
    inputs = qkv(2, 3)
    assert_like_torch(
        lambda *t: sdpa(*t, mask, scale=scale), lambda *t: THEIRS(*t, mask, scale=scale), inputs
    )


@pytest.mark.parametrize("lead", [(), (1,), (2,), (0, 2)])
def test_any_leading_axes(lead):
    assert_like_torch(sdpa, THEIRS, qkv(*lead))


def test_one_query_one_key():
    assert_like_torch(sdpa, THEIRS, qkv(2, t=1, s=1, d=1, e=1))


def test_leading_axes_broadcast():
    q, k, v = random(2, 3, 4, 3), random(3, 5, 3, seed=1), random(1, 3, 5, 2, seed=2)
    assert_like_torch(sdpa, THEIRS, [q, k, v])


@pytest.mark.parametrize("shape", [(4, 4), (3, 6), (6, 3)])
def test_causal(shape):
    t, s = shape
    assert_like_torch(
        lambda *x: sdpa(*x, is_causal=True), lambda *x: THEIRS(*x, is_causal=True), qkv(2, t=t, s=s)
    )


def test_the_causal_mask_leaks_nothing():
    q, k, v = qkv(t=6, s=6)
    before = sdpa(q, k, v, is_causal=True).data
    k[4:], v[4:] = 99.0, 99.0
    torch.testing.assert_close(sdpa(q, k, v, is_causal=True).data[:4], before[:4], rtol=0, atol=0)
    assert causal_mask(2, 3).tolist() == [[True, False, False], [True, True, False]]


def test_gradcheck():
    q, k, v = (x.requires_grad_() for x in qkv(2))
    function = to_torch(AttentionFunction)
    mask, kept = random(4, 5, seed=4), (random(2, 4, 5, seed=5) > 0).double() * 2
    for options in (
        (None, False, 0.5, None), (None, True, 0.5, kept), (mask, False, 0.5, None),
        (mask, True, 0.7, kept),
    ):  # fmt: skip
        assert torch.autograd.gradcheck(lambda *x, o=options: function.apply(*x, *o), (q, k, v))


def test_the_weights_are_a_softmax_over_what_may_be_seen():
    q, k, _ = qkv(2)
    p = attention_weights(q, k, None, True, 0.5)
    hidden = ~causal_mask(4, 5)
    torch.testing.assert_close(p, (0.5 * q @ k.mT).masked_fill(hidden, -torch.inf).softmax(-1))
    assert attention_weights(q, k[:, :0], None, True, 0.5).shape == (2, 4, 0)


def test_a_mask_of_numbers_and_the_future_hide_together():
    q, k, v = qkv(t=5)
    mask = random(5, 5, seed=9)
    both = mask.masked_fill(~causal_mask(5, 5), -torch.inf)
    y = AttentionFunction.apply(q, k, v, mask, True, 0.5, None)
    torch.testing.assert_close(y.data, THEIRS(q, k, v, both, scale=0.5))


@pytest.mark.parametrize("causal", [False, True])
def test_a_hidden_score_of_infinity_stays_hidden(causal):
    q, k, v = qkv(t=4, s=5)
    q, k[4] = q.abs(), torch.inf
    seen = torch.ones(4, 5, dtype=torch.bool)
    seen[:, 4] = False
    y = sdpa(q, k, v, None if causal else seen, is_causal=causal)
    torch.testing.assert_close(y.data, THEIRS(q, k[:4], v[:4], is_causal=causal))


def test_without_keys_there_are_zeros():
    q = Tensor(random(2, 3, 4), requires_grad=True)
    y = sdpa(q, random(2, 0, 4), random(2, 0, 5))
    assert torch.equal(y.data, torch.zeros(2, 3, 5).double())
    y.backward(random(2, 3, 5))
    assert torch.equal(q.grad, torch.zeros(2, 3, 4).double())


def test_a_query_that_may_look_nowhere_gets_zeros_and_finite_gradients():
    inputs = [Tensor(x, True) for x in qkv()]
    mask = torch.ones(4, 5, dtype=torch.bool)
    mask[2] = False
    y = sdpa(*inputs, mask)
    y.backward(torch.ones(4, 2).double())
    assert y.data[2].tolist() == [0, 0]
    assert all(torch.isfinite(x.grad).all() for x in inputs)
    assert inputs[0].grad[2].tolist() == [0, 0, 0]


def test_the_order_of_keys_does_not_matter():
    q, k, v = qkv()
    order = torch.tensor([3, 1, 4, 0, 2])
    torch.testing.assert_close(sdpa(q, k, v).data, sdpa(q, k[order], v[order]).data)


def test_large_scores_stay_finite():
    q, k, v = qkv()
    y = sdpa(q * 1e4, k * 1e4, v)
    assert torch.isfinite(y.data).all()


def test_dropout_keeps_the_expectation():
    torch.manual_seed(0)
    q, k, v = qkv(t=1, s=8)
    mean = torch.stack([sdpa(q, k, v, dropout_p=0.5).data for _ in range(4000)]).mean(0)
    torch.testing.assert_close(mean, sdpa(q, k, v).data, rtol=0, atol=0.05)


def test_scaling_keeps_softmax_from_saturating():
    torch.manual_seed(0)
    q, k = torch.randn(200, 1, 1024), torch.randn(200, 64, 1024)
    weights = [attention_weights(q, k, None, False, s) for s in (1.0, 1 / 32)]
    unscaled, scaled = (w.amax(-1).mean().item() for w in weights)
    assert unscaled > 0.9
    assert scaled < 0.15


BAD = [
    (lambda: sdpa(random(3), random(3), random(3)), ValueError, r"at least two axes \(T, D\) each"),
    (lambda: sdpa(random(4, 3), random(5, 2), random(5, 2)), ValueError, r"key of one width"),
    (lambda: sdpa(random(4, 3), random(5, 3), random(4, 3)), ValueError, r"as many values as keys"),
    (lambda: sdpa(*qkv(), torch.ones(4, 4) > 0), ValueError, r"shape \(4, 4\) does not fit"),
    (lambda: sdpa(*qkv(), torch.ones(9, 4, 5) > 0), ValueError, r"mask of shape \(9, 4, 5\)"),
    (lambda: sdpa(*qkv(), torch.ones(4, 5).long()), TypeError, r"booleans .*or numbers to add"),
    (lambda: sdpa(*qkv(), BOOL, is_causal=True), ValueError, r"attn_mask or is_causal, not both"),
    (lambda: sdpa(*qkv(), dropout_p=2), ValueError, r"probability between 0 and 1, got p=2"),
    (lambda: sdpa(*qkv()[:2], qkv()[2].float()), TypeError, r"attention needs one dtype"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()
