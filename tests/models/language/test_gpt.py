import math

import pytest
import torch
import transformers

from dlcore import Tensor, gradcheck, no_grad
from dlcore.layers import cross_entropy
from dlcore.models import GPT
from dlcore.models.language.gpt import choose, small_weights
from dlcore.training import Adam
from tests.models.witness import assert_same, witness

SIZES = {"vocab_size": 11, "context": 12, "d_model": 16, "nhead": 4, "num_layers": 3}
EXACT = {torch.float64: 1e-12, torch.float32: 1e-6}


def theirs(**options):
    sizes = {
        "vocab_size": 11, "n_positions": 12, "n_embd": 16, "n_head": 4, "n_layer": 3,
        "bos_token_id": 0, "eos_token_id": 0, "tie_word_embeddings": False,
        "resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0, **options,
    }  # fmt: skip
    return witness(transformers.GPT2LMHeadModel, transformers.GPT2Config, **sizes)


def tokens(*shape, seed=0):
    return torch.randint(11, shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture
def gpt():
    torch.manual_seed(0)
    net = GPT(**SIZES)
    small_weights(net, 0.3)  # large enough for attention to have a say
    return net


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_answers_as_transformers_does(dtype):
    other, net = theirs().to(dtype), GPT(**SIZES, tied=False).to(dtype)
    net.load_transformers(other.state_dict())
    x = tokens(3, 9)
    assert_same(net(x), other(x).logits)


def test_loss_and_every_gradient_are_those_of_transformers():
    other, net = theirs().double(), GPT(**SIZES, tied=False).double()
    net.load_transformers(other.state_dict())
    x = tokens(3, 9)
    loss = cross_entropy(net(x)[:, :-1].reshape(-1, 11), x[:, 1:].reshape(-1))
    logits = other(x).logits[:, :-1].reshape(-1, 11)
    expected = torch.nn.functional.cross_entropy(logits, x[:, 1:].reshape(-1))
    assert loss.item() == pytest.approx(expected.item(), abs=1e-10)
    loss.backward()
    expected.backward()
    mirror = GPT(**SIZES, tied=False).double()
    mirror.load_transformers({name: p.grad for name, p in other.named_parameters()})
    for (name, mine), grad in zip(net.named_parameters(), mirror.parameters(), strict=True):
        assert mine.grad is not None, name
        torch.testing.assert_close(mine.grad, grad.data, rtol=0, atol=1e-10)


def test_greedy_continuation_is_that_of_transformers():
    other, net = theirs().double(), GPT(**SIZES, tied=False).double()
    net.load_transformers(other.state_dict())
    x = tokens(2, 3)
    expected = other.generate(
        x, attention_mask=torch.ones_like(x), max_new_tokens=9, min_new_tokens=9, do_sample=False,
        eos_token_id=None, pad_token_id=0,
    )  # fmt: skip
    assert torch.equal(net.generate(x, 9, temperature=0), expected)


def test_one_table_for_input_and_output():
    other, net = theirs(tie_word_embeddings=True), GPT(**SIZES)
    net.load_transformers(other.state_dict())
    assert net.head.weight is net.tokens.weight
    assert_same(net(tokens(2, 5)), other(tokens(2, 5)).logits)
    without = {k: v for k, v in other.state_dict().items() if k != "lm_head.weight"}
    GPT(**SIZES).load_transformers(without)  # as a file holds it: once
    with pytest.raises(ValueError, match="these weights have two: use GPT.*tied=False"):
        net.load_transformers(theirs().state_dict())


def test_weights_of_another_model_are_refused():
    other = theirs(n_layer=2)
    with pytest.raises(ValueError, match=r"such a GPT: missing \['transformer.h.2.attn.c_attn"):
        GPT(**SIZES, tied=False).load_transformers(other.state_dict())


# -- laws -----------------------------------------------------------------------------------------
def test_a_token_never_sees_its_future(gpt):
    x = tokens(2, 12)
    before = gpt(x).data
    for t in range(1, 12):
        changed = x.clone()
        changed[:, t:] = (changed[:, t:] + 1) % 11
        after = gpt(changed).data
        torch.testing.assert_close(after[:, :t], before[:, :t], rtol=0, atol=0)
        assert not torch.allclose(after[:, t:], before[:, t:])


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("pieces", [[1] * 12, [5, 1, 1, 5], [3, 4, 5], [12], [11, 1]], ids=str)
def test_what_is_remembered_changes_nothing(gpt, dtype, pieces):
    gpt.to(dtype)
    x, seen = tokens(2, 12), gpt.start()
    parts = [gpt(piece, seen).data for piece in x.split(pieces, 1)]
    whole = gpt(x).data
    size = whole.abs().max().item()
    torch.testing.assert_close(torch.cat(parts, 1), whole, rtol=0, atol=EXACT[dtype] * size)
    assert [len(memory) for memory in seen] == [12] * 3


def test_generation_draws_what_a_full_computation_would(gpt):
    x, length = tokens(3, 2), 20  # longer than the context, which then slides along
    made = gpt.generate(x, length, 0.8, top_k=4, generator=torch.Generator().manual_seed(3))
    slow, generator = x, torch.Generator().manual_seed(3)
    for _ in range(length):
        logits = gpt(slow[:, -12:]).data[:, -1]
        slow = torch.cat([slow, choose(logits, 0.8, 4, generator)], 1)
    assert torch.equal(made, slow)
    assert torch.equal(made[:, :2], x)


def test_generation_leaves_no_trace(gpt):
    y = gpt.generate(tokens(1, 2), 3)
    assert isinstance(y, torch.Tensor)
    assert y.shape == (1, 5)
    assert torch.equal(gpt.generate(y, 0), y)
    assert all(parameter.grad is None for parameter in gpt.parameters())
    with no_grad():
        assert not gpt(y).requires_grad


def test_memory_passes_gradients_on(gpt):
    x, seen = tokens(2, 6), gpt.double().start()
    probe = torch.randn(2, 3, 11, dtype=torch.float64)
    gpt(x)[:, 3:].backward(probe)
    whole = gpt.tokens.weight.grad
    gpt.zero_grad()
    gpt(x[:, :3], seen)
    gpt(x[:, 3:], seen).backward(probe)
    torch.testing.assert_close(gpt.tokens.weight.grad, whole, rtol=0, atol=1e-10)


def test_gradients_against_finite_differences():
    torch.manual_seed(1)
    net = GPT(5, 4, 4, 2, 1).double()
    small_weights(net, 0.5)
    x = tokens(2, 4) % 5
    parts = [net.blocks[0].attention.qkv.weight, net.tokens.weight, net.norm.bias]
    assert gradcheck(lambda *_: net(x), parts)


def test_a_step_traces_as_one_graph():
    torch.manual_seed(0)
    net, x = GPT(11, 8, 8, 2, 1).double(), tokens(2, 8)

    def gradients(x):
        net.zero_grad()
        cross_entropy(net(x).reshape(-1, 11), x.reshape(-1)).backward()
        return [parameter.grad for parameter in net.parameters()]

    expected = gradients(x)
    traced = torch.compile(gradients, backend="eager", fullgraph=True)(x)
    for grad, other in zip(traced, expected, strict=True):
        torch.testing.assert_close(grad, other, rtol=0, atol=1e-12)


def test_choosing():
    logits = torch.tensor([[1.0, 3.0, 2.0, -1.0]])
    assert choose(logits, 0, None, None).tolist() == [[1]]
    assert choose(logits, 1.0, 1, None).tolist() == [[1]]
    assert choose(logits, 1e-6, None, None).tolist() == [[1]]
    generator = torch.Generator().manual_seed(0)
    drawn = choose(logits.expand(4000, 4), 2.0, 3, generator)
    counts = torch.bincount(drawn[:, 0], minlength=4)
    weights = torch.tensor([math.exp(0.5), math.exp(1.5), math.exp(1.0), 0.0])
    assert counts[3] == 0
    torch.testing.assert_close(counts / 4000, weights / weights.sum(), rtol=0, atol=0.03)


def test_starts_small_and_branches_smaller():
    torch.manual_seed(0)
    net = GPT(100, 64, 64, 4, 8)
    std = {name: weight.data.std().item() for name, weight in net.named_parameters()}
    assert std["tokens.weight"] == pytest.approx(0.02, rel=0.05)
    assert std["blocks.3.mlp.0.weight"] == pytest.approx(0.02, rel=0.05)
    assert std["blocks.3.mlp.2.weight"] == pytest.approx(0.02 / 4, rel=0.05)
    assert std["blocks.3.attention.out.weight"] == pytest.approx(0.02 / 4, rel=0.05)
    assert net.norm.weight.data.eq(1).all()
    assert net.blocks[0].mlp[0].bias.data.eq(0).all()
    loss = cross_entropy(net(torch.randint(100, (8, 64))).reshape(-1, 100), torch.arange(512) % 100)
    assert loss.item() == pytest.approx(math.log(100), abs=0.1)


def test_learns_by_heart():
    torch.manual_seed(0)
    net, x = GPT(11, 12, 16, 2, 1), tokens(1, 12)
    optimizer = Adam(net.parameters(), lr=0.02)
    for _ in range(60):
        optimizer.zero_grad()
        loss = cross_entropy(net(x[:, :-1])[0], x[0, 1:])
        loss.backward()
        optimizer.step()
    assert torch.equal(net.generate(x[:, :1], 11, temperature=0), x)


def test_dropout_only_in_training():
    torch.manual_seed(0)
    net, x = GPT(**SIZES, dropout=0.5), tokens(1, 8)
    assert not torch.equal(net(x).data, net(x).data)
    assert torch.equal(net.eval()(x).data, net(x).data)


@pytest.mark.parametrize("shape", [(0, 3), (1, 1), (1, 12)])
def test_edge_sizes(gpt, shape):
    assert gpt(tokens(*shape)).shape == (*shape, 11)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda net: GPT(11, 8, 10, 3, 1), "d_model=10, nhead=3"),
        (lambda net: GPT(11, 8, 10, 2, 0), "at least one block, got num_layers=0"),
        (lambda net: net(tokens(1, 13)), r"context=12, got shape \(1, 13\) after 0 earlier"),
        (lambda net: net(tokens(2, 0)), r"got shape \(2, 0\)"),
        (lambda net: net(tokens(4)), r"tokens \(N, T\) .* got shape \(4,\)"),
        (lambda net: net(tokens(1, 2) + 11), "index .* rows 0..10"),
        (lambda net: net.generate(tokens(1, 0), 3), r"T ≥ 1\), got \(1, 0\)"),
        (lambda net: net.generate(tokens(1, 1), 3, temperature=-1.0), "temperature=-1.0"),
        (lambda net: net.generate(tokens(1, 1), 3, top_k=0), "top_k=0"),
    ],
)
def test_refusals(gpt, call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(gpt)


def test_a_full_memory_is_refused(gpt):
    seen = gpt.start()
    gpt(tokens(1, 10), seen)
    with pytest.raises(ValueError, match=r"\(1, 3\) after 10 earlier ones"):
        gpt(tokens(1, 3), seen)


def test_tokens_are_whole_numbers(gpt):
    with pytest.raises(TypeError, match="whole numbers"):
        gpt(Tensor(torch.zeros(1, 2)))
