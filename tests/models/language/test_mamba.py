"""Mamba against transformers: outputs, gradients, what it writes, and its laws."""

import pytest
import torch
import transformers

import dlcore
from dlcore import Tensor
from dlcore.layers import cross_entropy
from dlcore.models import Mamba, MambaBlock, MambaMixer
from tests.models.witness import witness
from tests.oracle import random

SIZES = {"vocab_size": 11, "d_model": 16, "num_layers": 3, "states": 5, "eps": 0.01, "rank": 2}


def theirs():
    sizes = {
        "vocab_size": 11, "hidden_size": 16, "state_size": 5, "num_hidden_layers": 3,
        "layer_norm_epsilon": 0.01, "time_step_rank": 2, "bos_token_id": 0, "eos_token_id": 0,
        "pad_token_id": 0, "residual_in_fp32": False,
    }  # fmt: skip
    other = witness(transformers.MambaForCausalLM, transformers.MambaConfig, **sizes)
    other.tie_weights()
    return other


def ours(other):
    net = Mamba(**SIZES).to(other.dtype)
    net.load_transformers(other.state_dict())
    return net


def assert_close(y, expected):
    """As near as theirs can be: norms and scans are computed in float32 there."""
    size = expected.abs().max().item()
    torch.testing.assert_close(y.data, expected.detach(), rtol=0, atol=2e-5 * size)


def tokens(*shape, seed=0):
    return torch.randint(11, shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("length", [1, 3, 20])
def test_answers_as_transformers_does(length):
    other = theirs()
    x = tokens(3, length)
    assert_close(ours(other)(x), other(x).logits)


@pytest.mark.parametrize("plain", [True, False])
def test_loss_and_every_gradient_are_those_of_transformers(plain):
    other = theirs()
    net, x = ours(other), tokens(3, 20)
    logits = other(x).logits[:, :-1].reshape(-1, 11)
    expected = torch.nn.functional.cross_entropy(logits, x[:, 1:].reshape(-1))
    expected.backward()
    if plain:
        with dlcore.plain():
            loss = cross_entropy(net(x)[:, :-1].reshape(-1, 11), x[:, 1:].reshape(-1))
    else:
        loss = cross_entropy(net(x)[:, :-1].reshape(-1, 11), x[:, 1:].reshape(-1))
    loss.backward()
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)
    mirror = Mamba(**SIZES)
    mirror.load_transformers({name: p.grad for name, p in other.named_parameters()})
    for (name, mine), grad in zip(net.named_parameters(), mirror.parameters(), strict=True):
        assert mine.grad is not None, name
        assert_close(mine.grad, grad.data)


def test_greedy_continuation_is_that_of_transformers():
    other = theirs()
    x = tokens(2, 6)
    expected = other.generate(
        x, attention_mask=torch.ones_like(x), max_new_tokens=9, min_new_tokens=9, do_sample=False,
        eos_token_id=None, pad_token_id=0,
    )  # fmt: skip
    assert torch.equal(ours(other).generate(x, 9), expected)


@pytest.mark.parametrize("selective", [True, False])
@pytest.mark.parametrize("pieces", [[1] * 12, [5, 1, 1, 5], [12], [11, 1]], ids=str)
def test_what_is_remembered_changes_nothing(pieces, selective):
    torch.manual_seed(0)
    net, x = Mamba(11, 8, 2, states=3, selective=selective).double(), tokens(2, 12)
    seen, whole = net.start(), net(x).data
    parts = [net(piece, seen).data for piece in x.split(pieces, 1)]
    size = whole.abs().max().item()
    torch.testing.assert_close(torch.cat(parts, 1), whole, rtol=0, atol=1e-12 * size)
    assert seen[0].inputs.shape == (2, 16, 3)  # as large after 12 tokens as after one
    assert seen[0].state.shape == (2, 16, 3)


def test_a_token_never_sees_its_future():
    torch.manual_seed(0)
    net, x = Mamba(11, 8, 2).double(), tokens(1, 8)
    changed = x.clone()
    changed[:, 5:] = (changed[:, 5:] + 1) % 11
    torch.testing.assert_close(net(x).data[:, :5], net(changed).data[:, :5], rtol=0, atol=1e-15)


def test_without_selection_the_mixer_without_its_gate_is_linear():
    torch.manual_seed(0)
    mixer = MambaMixer(4, states=3, selective=False).double()
    x, y = random(1, 6, 8), random(1, 6, 8, seed=1)
    whole, parts = mixer.scan(Tensor(x + y), None), [mixer.scan(Tensor(v), None) for v in (x, y)]
    torch.testing.assert_close(whole.data, parts[0].data + parts[1].data)
    mixer = MambaMixer(4, states=3).double()
    whole, parts = mixer.scan(Tensor(x + y), None), [mixer.scan(Tensor(v), None) for v in (x, y)]
    assert (whole.data - parts[0].data - parts[1].data).abs().max() > 1e-3


def test_where_it_starts():
    torch.manual_seed(0)
    mixer = MambaMixer(40, states=3)
    steps = torch.nn.functional.softplus(mixer.dt_proj.bias.data)
    assert 0.99e-3 <= steps.min() < 0.01 < steps.max() <= 0.1001
    assert mixer.dt_proj.weight.shape == (80, 3)  # rank: the width / 16, rounded up
    block = MambaBlock(8, states=3)
    assert block(torch.randn(2, 5, 8)).shape == (2, 5, 8)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="at least one block"):
        Mamba(5, 8, 0)
    with pytest.raises(ValueError, match="whole numbers of at least 1"):
        MambaMixer(8, states=0)
    net = Mamba(5, 8, 1)
    with pytest.raises(ValueError, match=r"takes tokens \(N, T ≥ 1\)"):
        net(torch.zeros(2, 0, dtype=torch.int64))
    with pytest.raises(ValueError, match="not the weights of such a Mamba"):
        net.load_transformers({})
