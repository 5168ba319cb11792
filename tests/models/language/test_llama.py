"""The Llama block against transformers: outputs, gradients, what it writes, and its laws."""

import pytest
import torch
import transformers

from dlcore import Tensor
from dlcore.layers import MultiheadAttention, cross_entropy
from dlcore.models import GroupedQueryAttention, Llama, LlamaBlock, SwiGLU
from dlcore.models.language.llama import SwiGLUFunction
from tests.models.witness import witness
from tests.oracle import assert_gradcheck, assert_like_torch, random

SIZES = {"vocab_size": 11, "d_model": 16, "nhead": 4, "num_layers": 3, "num_kv_heads": 2}


def theirs(**options):
    sizes = {
        "vocab_size": 11, "hidden_size": 16, "intermediate_size": 20, "num_attention_heads": 4,
        "num_key_value_heads": 2, "num_hidden_layers": 3, "rms_norm_eps": 0.01,
        "max_position_embeddings": 64, "bos_token_id": 0, "eos_token_id": 0,
        "tie_word_embeddings": False, **options,
    }  # fmt: skip
    return witness(transformers.LlamaForCausalLM, transformers.LlamaConfig, **sizes)


def ours(other, **options):
    net = Llama(**{**SIZES, "wide": 20, "eps": 0.01, **options}).to(other.dtype)
    net.load_transformers(other.state_dict())
    return net


def assert_close(y, expected):
    """As near as theirs can be: norms and turns are computed in float32 there, whatever the dtype.

    eps is large in these tests, so that its place in the norm shows all the same.
    """
    size = expected.abs().max().item()
    torch.testing.assert_close(y.data, expected.detach(), rtol=0, atol=3e-6 * size)


def tokens(*shape, seed=0):
    return torch.randint(11, shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("few", [1, 2, 4])
def test_answers_as_transformers_does(dtype, few):
    other = theirs(num_key_value_heads=few).to(dtype)
    net = ours(other, num_kv_heads=few)
    assert_close(net(tokens(3, 9)), other(tokens(3, 9)).logits)


def test_loss_and_every_gradient_are_those_of_transformers():
    other = theirs().double()
    net, x = ours(other), tokens(3, 9)
    loss = cross_entropy(net(x)[:, :-1].reshape(-1, 11), x[:, 1:].reshape(-1))
    logits = other(x).logits[:, :-1].reshape(-1, 11)
    expected = torch.nn.functional.cross_entropy(logits, x[:, 1:].reshape(-1))
    assert loss.item() == pytest.approx(expected.item(), rel=1e-6)
    loss.backward()
    expected.backward()
    grads = {name: p.grad for name, p in other.named_parameters()}
    mirror = Llama(**SIZES, wide=20, eps=0.01).double()
    mirror.load_transformers(grads)  # their gradients under our names
    for (name, mine), grad in zip(net.named_parameters(), mirror.parameters(), strict=True):
        assert mine.grad is not None, name
        assert_close(mine.grad, grad.data)


def test_greedy_continuation_is_that_of_transformers():
    other = theirs().double()
    x = tokens(2, 3)
    expected = other.generate(
        x, attention_mask=torch.ones_like(x), max_new_tokens=9, min_new_tokens=9, do_sample=False,
        eos_token_id=None, pad_token_id=0,
    )  # fmt: skip
    assert torch.equal(ours(other).generate(x, 9), expected)


@pytest.mark.parametrize("pieces", [[1] * 12, [5, 1, 1, 5], [3, 4, 5], [12], [11, 1]], ids=str)
def test_what_is_remembered_changes_nothing(pieces):
    net, x = ours(theirs().double()), tokens(2, 12)
    seen, whole = net.start(), net(x).data
    parts = [net(piece, seen).data for piece in x.split(pieces, 1)]
    size = whole.abs().max().item()
    torch.testing.assert_close(torch.cat(parts, 1), whole, rtol=0, atol=1e-12 * size)
    assert [len(memory) for memory in seen] == [12] * 3
    assert seen[0].keys.shape == (2, 2, 12, 4)  # two heads of keys for four of queries


def test_a_token_never_sees_its_future():
    net, x = ours(theirs().double()), tokens(1, 8)
    changed = x.clone()
    changed[:, 5:] = (changed[:, 5:] + 1) % 11
    assert torch.equal(net(x).data[:, :5], net(changed).data[:, :5])


# -- its parts --------------------------------------------------------------------------------
def test_swiglu_by_hand_and_by_torch():
    y = SwiGLUFunction.apply(Tensor(torch.tensor([0.0, 1.0])), Tensor(torch.tensor([5.0, 2.0])))
    assert y.data.tolist() == pytest.approx([0.0, 2 / (1 + 2.718281828**-1)])
    a, b = random(3, 4), random(3, 4, seed=1)
    assert_like_torch(SwiGLUFunction.apply, lambda a, b: torch.nn.functional.silu(a) * b, [a, b])
    assert_gradcheck(SwiGLUFunction, a, b)
    torch.manual_seed(0)
    layer, x = SwiGLU(4, 6, bias=True).double(), random(2, 4)
    gate, up, down = (
        lambda x, m=m: x @ m.weight.data.T + m.bias.data
        for m in (layer.gate_proj, layer.up_proj, layer.down_proj)
    )
    expected = down(torch.nn.functional.silu(gate(x)) * up(x))
    torch.testing.assert_close(layer(x).data, expected)


def test_without_groups_and_rotation_it_is_multi_head_attention():
    torch.manual_seed(0)
    layer = GroupedQueryAttention(8, 2, rotary_base=None, bias=True).double()
    peer = MultiheadAttention(8, 2, batch_first=True).double()
    w = layer.state_dict()
    for part in ("weight", "bias"):
        joint = torch.cat([w[f"{name}_proj.{part}"] for name in "qkv"])
        getattr(peer, f"in_proj_{part}").data.copy_(joint)
        getattr(peer.out_proj, part).data.copy_(w[f"o_proj.{part}"])
    x = random(2, 5, 8)
    expected = peer(x, x, x, is_causal=True)[0].data
    torch.testing.assert_close(layer(x).data, expected, rtol=0, atol=1e-12)


def test_rotation_knows_distances_alone():
    torch.manual_seed(0)
    layer, x = GroupedQueryAttention(8, 2, 1).double(), random(1, 6, 8)
    q = layer.q_proj(Tensor(x)).reshape(1, 6, 2, 4).transpose(1, 2)
    k = layer.k_proj(Tensor(x)).reshape(1, 6, 1, 4).transpose(1, 2)
    scores = [layer.rotary(q, start).data @ layer.rotary(k, start).data.mT for start in (0, 7)]
    torch.testing.assert_close(*scores, rtol=0, atol=1e-12)


def test_a_block_keeps_the_shape_and_counts_as_planned():
    block = LlamaBlock(12, 3, 1)
    assert block(torch.randn(2, 5, 12)).shape == (2, 5, 12)
    assert block.mlp.gate_proj.weight.shape == (32, 12)  # 8/3 of the width
    counts = [p.numel() for p in block.parameters()]
    assert sum(counts) == 12 + 2 * 144 + 2 * 48 + 12 + 3 * 12 * 32


def test_bad_input_is_refused():
    for bad in ((8, 3), (8, 4, 3), (8, 0), (8, 4, 0)):
        with pytest.raises(ValueError, match="heads split the width evenly"):
            GroupedQueryAttention(*bad)
    with pytest.raises(ValueError, match="at least one block"):
        Llama(5, 8, 2, 0)
    net = Llama(5, 8, 2, 1)
    with pytest.raises(ValueError, match=r"takes tokens \(N, T ≥ 1\)"):
        net(torch.zeros(2, 0, dtype=torch.int64))
    with pytest.raises(ValueError, match="not the weights of such a Llama"):
        net.load_transformers({})
