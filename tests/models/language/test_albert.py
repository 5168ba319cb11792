import pytest
import torch
import transformers

from dlcore import gradcheck
from dlcore.layers import cross_entropy
from dlcore.models import ALBERT, BERT, MaskedLanguageModel
from dlcore.models.language.gpt import small_weights
from tests.models.language.reading import PADDING, SENTENCE, assert_reads_alike, tokens
from tests.models.witness import witness

SIZES = {
    "vocab_size": 13, "context": 10, "embedding_size": 6, "d_model": 12, "nhead": 3,
    "num_layers": 3, "dim_feedforward": 20,
}  # fmt: skip


def theirs():
    sizes = {
        "vocab_size": 13, "max_position_embeddings": 10, "embedding_size": 6, "hidden_size": 12,
        "num_attention_heads": 3, "num_hidden_layers": 3, "intermediate_size": 20,
        "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "bos_token_id": 1,
        "eos_token_id": 2,
    }  # fmt: skip
    return witness(transformers.AlbertModel, transformers.AlbertConfig, **sizes)


@pytest.fixture
def albert():
    torch.manual_seed(0)
    net = ALBERT(**SIZES)
    small_weights(net, 0.4)
    return net


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_answers_as_transformers_does(dtype):
    other, net = theirs().to(dtype), ALBERT(**SIZES).to(dtype)
    net.load_transformers(other.state_dict())
    assert_reads_alike(net, other)


def test_every_gradient_is_that_of_transformers():
    other, net = theirs().double(), ALBERT(**SIZES).double()
    net.load_transformers(other.state_dict())
    x, probe = tokens(2, 7), torch.randn(2, 12, dtype=torch.float64)
    net.pool(net(x)).backward(probe)
    other(x).pooler_output.backward(probe)
    mirror = ALBERT(**SIZES).double()
    mirror.load_transformers({name: p.grad for name, p in other.named_parameters()})
    for (name, mine), grad in zip(net.named_parameters(), mirror.parameters(), strict=True):
        assert mine.grad is not None, name
        torch.testing.assert_close(mine.grad, grad.data, rtol=0, atol=1e-10)


def test_weights_of_another_model_are_refused():
    state = theirs().state_dict()
    with pytest.raises(ValueError, match=r"unknown \['pooler.bias', 'pooler.weight'\]"):
        ALBERT(**SIZES, pooler=False).load_transformers(state)


def test_depth_costs_no_weights_and_a_narrow_table_saves():
    def size(net):
        return sum(p.numel() for p in net.parameters())

    deeper = ALBERT(**{**SIZES, "num_layers": 30})
    assert size(deeper) == size(ALBERT(**SIZES))
    block = size(ALBERT(**SIZES).layer)
    bert = BERT(13, 10, 12, 3, 3, 20)
    tables = 13 + 10 + 2
    assert size(bert) - size(ALBERT(**SIZES)) == 2 * block + tables * 6 - 6 * 12 - 12 + 12


def test_one_use_is_one_layer_of_bert(albert):
    """With one use it is what a BERT of one layer does to the widened rows."""
    x = torch.randn(2, 5, 12)
    once = albert.layer(x)
    again = albert.layer(once)
    rows = {}
    albert.widen.forward = lambda _: x  # the rows that enter the block
    for albert.num_layers in (1, 2):
        rows[albert.num_layers] = albert(tokens(2, 5)).data
    torch.testing.assert_close(rows[1], once.data)
    torch.testing.assert_close(rows[2], again.data)


def test_fits_the_masked_language_model(albert):
    net = MaskedLanguageModel(albert)
    logits = net(tokens(2, 7), SENTENCE, PADDING)
    assert logits.shape == (2, 7, 13)
    cross_entropy(logits.flatten(0, 1), tokens(2, 7).flatten()).backward()
    assert albert.layer.linear1.weight.grad is not None


def test_nobody_sees_padding(albert):
    x = tokens(2, 7)
    before = albert(x, None, PADDING).data
    x[1, 4:] = 12
    after = albert(x, None, PADDING).data
    torch.testing.assert_close(after[1, :4], before[1, :4], rtol=0, atol=0)


def test_gradients_against_finite_differences():
    torch.manual_seed(1)
    net = ALBERT(5, 4, 2, 4, 2, 2, 6).double()
    small_weights(net, 0.5)
    x = tokens(2, 4) % 5
    parts = [net.widen.weight, net.layer.self_attn.in_proj_weight, net.layer.linear2.bias]
    assert gradcheck(lambda *_: net(x), parts)


@pytest.mark.parametrize("shape", [(0, 3), (1, 1), (1, 10)])
def test_edge_sizes(albert, shape):
    assert albert(tokens(*shape)).shape == (*shape, 12)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda net: ALBERT(**{**SIZES, "num_layers": 0}), "at least once, got num_layers=0"),
        (lambda net: net(tokens(1, 11)), r"context=10, got shape \(1, 11\)"),
        (lambda net: net(tokens(2, 0)), r"got shape \(2, 0\)"),
        (lambda net: ALBERT(**SIZES, pooler=False).pool(torch.zeros(1, 1, 12)), "no layer for"),
    ],
)
def test_refusals(albert, call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(albert)
