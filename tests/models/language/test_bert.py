import pytest
import torch
import transformers

from dlcore import gradcheck
from dlcore.layers import cross_entropy
from dlcore.models import BERT, MaskedLanguageModel
from dlcore.models.language.gpt import small_weights
from dlcore.training import Adam
from tests.models.language.reading import PADDING, SENTENCE, assert_reads_alike, tokens
from tests.models.witness import assert_same, witness

SIZES = {
    "vocab_size": 13, "context": 10, "d_model": 12, "nhead": 3, "num_layers": 2,
    "dim_feedforward": 20, "dropout": 0.0,
}  # fmt: skip
DTYPES = [torch.float64, torch.float32]


def theirs(kind, **options):
    sizes = {
        "vocab_size": 13, "max_position_embeddings": 10, "hidden_size": 12,
        "num_attention_heads": 3, "num_hidden_layers": 2, "intermediate_size": 20,
        "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "bos_token_id": 1,
        "eos_token_id": 2, "tie_word_embeddings": False, **options,
    }  # fmt: skip
    return witness(kind, transformers.BertConfig, **sizes)


@pytest.fixture
def bert():
    torch.manual_seed(0)
    net = BERT(**SIZES)
    small_weights(net, 0.4)
    return net


@pytest.mark.parametrize("dtype", DTYPES)
def test_encoder_answers_as_transformers_does(dtype):
    other, net = theirs(transformers.BertModel).to(dtype), BERT(**SIZES).to(dtype)
    net.load_transformers(other.state_dict())
    assert_reads_alike(net, other)
    x = tokens(2, 7)
    assert_same(net(x), other(x).last_hidden_state)


@pytest.mark.parametrize("dtype", DTYPES)
def test_masked_language_model_answers_as_transformers_does(dtype):
    other = theirs(transformers.BertForMaskedLM).to(dtype)
    net = MaskedLanguageModel(BERT(**SIZES, pooler=False)).to(dtype)
    net.load_transformers(other.state_dict())
    x = tokens(2, 7)
    expected = other(x, token_type_ids=SENTENCE, attention_mask=(~PADDING).long())
    assert_same(net(x, SENTENCE, PADDING), expected.logits)


def test_loss_and_every_gradient_are_those_of_transformers():
    other = theirs(transformers.BertForMaskedLM).double()
    net = MaskedLanguageModel(BERT(**SIZES, pooler=False)).double()
    net.load_transformers(other.state_dict())
    x, labels = tokens(2, 7), torch.full((2, 7), -100)
    labels[:, [1, 4]] = tokens(2, 2, seed=1)
    loss = cross_entropy(net(x).reshape(-1, 13), labels.reshape(-1))
    logits = other(x).logits.reshape(-1, 13)
    expected = torch.nn.functional.cross_entropy(logits, labels.reshape(-1))
    assert loss.item() == pytest.approx(expected.item(), abs=1e-10)
    loss.backward()
    expected.backward()
    mirror = MaskedLanguageModel(BERT(**SIZES, pooler=False)).double()
    mirror.load_transformers({name: p.grad for name, p in other.named_parameters()})
    for (name, mine), grad in zip(net.named_parameters(), mirror.parameters(), strict=True):
        assert mine.grad is not None, name
        torch.testing.assert_close(mine.grad, grad.data, rtol=0, atol=1e-10)


def test_weights_of_another_model_are_refused():
    state = theirs(transformers.BertModel).state_dict()
    with pytest.raises(ValueError, match=r"such a MaskedLanguageModel: missing .* unknown"):
        MaskedLanguageModel(BERT(**SIZES)).load_transformers(state)
    with pytest.raises(ValueError, match=r"unknown \['pooler.dense.bias', 'pooler.dense.weight'\]"):
        BERT(**SIZES, pooler=False).load_transformers(state)


def test_a_mask_of_ones_for_tokens_is_told_from_one_of_padding(bert):
    kept = (~PADDING).long()
    with pytest.raises(TypeError, match=r"True where a key may NOT be seen.*write mask == 0"):
        bert(tokens(2, 7), None, kept)
    expected = bert(tokens(2, 7), padding=PADDING).data
    assert torch.equal(bert(tokens(2, 7), padding=kept == 0).data, expected)


# -- laws -----------------------------------------------------------------------------------------
def test_every_token_sees_every_other(bert):
    x = tokens(1, 6)
    before = bert(x).data
    for t in range(6):
        changed = x.clone()
        changed[0, t] = (changed[0, t] + 1) % 13
        moved = (bert(changed).data - before).abs().amax(-1)
        assert (moved > 1e-6).all()


def test_nobody_sees_padding(bert):
    x = tokens(2, 7)
    before = bert(x, padding=PADDING).data[~PADDING]
    changed = torch.where(PADDING, (x + 5) % 13, x)
    torch.testing.assert_close(bert(changed, padding=PADDING).data[~PADDING], before)
    alone = bert(x[1:, :4]).data[0]
    torch.testing.assert_close(before[7:], alone, rtol=0, atol=1e-5)


def test_without_positions_order_does_not_matter(bert):
    bert.double().positions.weight.data.zero_()
    x, order = tokens(1, 6), torch.tensor([3, 0, 5, 1, 4, 2])
    expected = bert(x).data[:, order]
    torch.testing.assert_close(bert(x[:, order]).data, expected, rtol=0, atol=1e-12)


def test_gradients_against_finite_differences():
    torch.manual_seed(1)
    net = MaskedLanguageModel(BERT(5, 4, 4, 2, 1, dim_feedforward=6, dropout=0.0)).double()
    small_weights(net, 0.5)
    x = tokens(1, 4) % 5
    parts = [net.bert.segments.weight, net.bert.layers[0].linear1.weight, net.decoder.bias]
    assert gradcheck(lambda *_: net(x), parts)


def test_learns_to_fill_a_blank():
    torch.manual_seed(0)
    net = MaskedLanguageModel(BERT(13, 8, 16, 2, 1, dropout=0.0))
    optimizer = Adam(net.parameters(), lr=0.01)
    x = torch.arange(1, 13).view(2, 6)  # two sentences; 0 hides a token
    hidden = x.repeat_interleave(6, 0)
    labels = torch.full_like(hidden, -100)
    places = torch.arange(6).repeat(2)
    labels[torch.arange(12), places] = hidden[torch.arange(12), places]
    hidden[torch.arange(12), places] = 0
    for _ in range(60):
        optimizer.zero_grad()
        loss = cross_entropy(net(hidden).reshape(-1, 13), labels.reshape(-1))
        loss.backward()
        optimizer.step()
    guess = net(hidden).data.argmax(-1)
    assert torch.equal(guess[labels >= 0], labels[labels >= 0])


def test_dropout_only_in_training():
    torch.manual_seed(0)
    net, x = BERT(**{**SIZES, "dropout": 0.5}), tokens(1, 8)
    assert not torch.equal(net(x).data, net(x).data)
    assert torch.equal(net.eval()(x).data, net(x).data)


def test_layers_start_small_and_unlike_each_other():
    net = BERT(**SIZES)
    first, second = (layer.linear1.weight.data for layer in net.layers)
    assert not torch.equal(first, second)
    assert first.std().item() == pytest.approx(0.02, rel=0.2)
    assert net.layers[0].self_attn.in_proj_bias.data.eq(0).all()
    assert net.norm.weight.data.eq(1).all()


@pytest.mark.parametrize("shape", [(0, 3), (1, 1), (1, 10)])
def test_edge_sizes(bert, shape):
    assert bert(tokens(*shape)).shape == (*shape, 12)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda net: net(tokens(1, 11)), r"context=10, got shape \(1, 11\)"),
        (lambda net: net(tokens(2, 0)), r"got shape \(2, 0\)"),
        (lambda net: net(tokens(4)), r"tokens \(N, T\) .* got shape \(4,\)"),
        (lambda net: net(tokens(1, 2) + 13), "index .* rows 0..12"),
        (lambda net: net(tokens(1, 2), torch.tensor([[0, 2]])), "index 2, but has rows 0..1"),
        (lambda net: BERT(**SIZES, pooler=False).pool(torch.zeros(1, 2, 12)), "with a pooler"),
        (lambda net: BERT(13, 10, 12, 5, 1), "embed_dim=12, num_heads=5"),
    ],
)
def test_refusals(bert, call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(bert)
