import pytest
import torch

import dlcore
from dlcore import (
    LayerNorm,
    TransformerDecoder,
    TransformerDecoderLayer,
    TransformerEncoder,
    TransformerEncoderLayer,
)  # fmt: skip
from tests.oracle import assert_like_torch, random

OPTIONS = [
    {}, {"norm_first": True}, {"activation": "gelu", "bias": False},
    {"layer_norm_eps": 1e-2, "norm_first": True, "activation": "gelu"},
]  # fmt: skip
FUTURE = torch.ones(4, 4).triu(1) > 0
PADDED = torch.tensor([[False, False, False, True], [False] * 4])


def pair(kind, layers=0, **options):
    """Our module and torch's, with the same weights that differ from layer to layer."""
    options = {"d_model": 6, "nhead": 2, "dim_feedforward": 8, "dropout": 0.0, **options}
    name = f"Transformer{kind}Layer"
    theirs = getattr(torch.nn, name)(**options)
    ours = {"Encoder": TransformerEncoderLayer, "Decoder": TransformerDecoderLayer}[kind](**options)
    if layers:
        extra = {"enable_nested_tensor": False} if kind == "Encoder" else {}
        stack = getattr(torch.nn, f"Transformer{kind}")
        theirs = stack(theirs, layers, torch.nn.LayerNorm(6), **extra)
        ours = {"Encoder": TransformerEncoder, "Decoder": TransformerDecoder}[kind](
            ours, layers, LayerNorm(6)
        )
    for i, parameter in enumerate(theirs.parameters()):
        parameter.data = 0.5 * random(*parameter.shape, seed=i)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    ours.double().load_state_dict(theirs.state_dict())
    return ours, theirs.double()


def assert_same(ours, theirs, inputs, *masks, **call):
    assert_like_torch(
        lambda *x: ours(*x, *masks, **call), lambda *x: theirs(*x, *masks, **call), inputs
    )
    for (name, mine), other in zip(ours.named_parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, other.grad, rtol=0, atol=1e-9, msg=name)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("batch_first", [True, False])
def test_encoder_layer(options, batch_first):
    ours, theirs = pair("Encoder", batch_first=batch_first, **options)
    assert_same(ours, theirs, [random(4, 4, 6)])


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("batch_first", [True, False])
def test_decoder_layer(options, batch_first):
    ours, theirs = pair("Decoder", batch_first=batch_first, **options)
    assert_same(ours, theirs, [random(4, 4, 6), random(4, 4, 6, seed=1)])


@pytest.mark.parametrize("layers", [0, 2])
def test_masks(layers):
    ours, theirs = pair("Encoder", layers, batch_first=True)
    mask = {"src_key_padding_mask": PADDED}
    assert_same(ours, theirs, [random(2, 4, 6)], FUTURE, **mask)
    ours, theirs = pair("Decoder", layers, batch_first=True)
    masks = {"tgt_key_padding_mask": PADDED, "memory_key_padding_mask": PADDED}
    inputs = [random(2, 4, 6), random(2, 4, 6, seed=1)]
    assert_same(ours, theirs, inputs, FUTURE, FUTURE, **masks)


def test_one_sequence_without_a_batch():
    ours, theirs = pair("Encoder")
    assert_same(ours, theirs, [random(4, 6)])


def test_a_causal_encoder_sees_no_future():
    ours, _ = pair("Encoder", 2, batch_first=True)
    x = random(1, 6, 6)
    before = ours(x, is_causal=True).data
    x[:, 4:] = 9.0
    torch.testing.assert_close(ours(x, is_causal=True).data[:, :4], before[:, :4], rtol=0, atol=0)


def test_copies_start_equal_and_are_not_the_same():
    stack = TransformerEncoder(TransformerEncoderLayer(4, 2), 2)
    first, second = (list(layer.parameters()) for layer in stack.layers)
    assert all(torch.equal(a.data, b.data) for a, b in zip(first, second, strict=True))
    assert not any(a is b for a, b in zip(first, second, strict=True))


def test_starts_as_torch_does_and_dropout_stops_in_evaluation():
    torch.manual_seed(0)
    ours = TransformerEncoderLayer(6, 2, 8)
    torch.manual_seed(0)
    theirs = torch.nn.TransformerEncoderLayer(6, 2, 8)
    for name, value in theirs.state_dict().items():
        torch.testing.assert_close(ours.state_dict()[name], value)
    x = torch.randn(4, 2, 6)
    assert not torch.equal(ours(x).data, ours(x).data)
    torch.testing.assert_close(ours.eval()(x).data, theirs.eval()(x).detach())


def test_bad_input():
    with pytest.raises(ValueError, match="'relu', 'gelu' or a function, got 'swish'"):
        TransformerEncoderLayer(4, 2, activation="swish")
    with pytest.raises(ValueError, match="at least one layer, got num_layers=0"):
        TransformerEncoder(TransformerEncoderLayer(4, 2), 0)


SIZES = {"d_model": 8, "nhead": 2, "num_encoder_layers": 2, "num_decoder_layers": 2,
         "dim_feedforward": 12, "dropout": 0.0}  # fmt: skip


@pytest.mark.parametrize("options", [{}, {"batch_first": True, "norm_first": True, "bias": False}])
@pytest.mark.filterwarnings("ignore:enable_nested_tensor")
def test_the_whole_transformer_like_torch(options):
    nets = []
    for nn in (dlcore, torch.nn):
        torch.manual_seed(0)
        nets.append(nn.Transformer(**SIZES, **options).double())
    ours, theirs = nets
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for mine, other in zip(ours.state_dict().values(), theirs.state_dict().values(), strict=True):
        assert torch.equal(mine, other)
    mask = torch.nn.Transformer.generate_square_subsequent_mask(4)
    assert torch.equal(dlcore.Transformer.generate_square_subsequent_mask(4), mask)
    padding = torch.tensor([[False, False, True]] * 5) if not options else None
    masks = {"tgt_mask": mask.double(), "src_key_padding_mask": padding}
    inputs = [random(3, 5, 8), random(4, 5, 8, seed=1)]
    if options:
        inputs = [random(5, 3, 8), random(5, 4, 8, seed=1)]
    assert_like_torch(lambda *x: ours(*x, **masks), lambda *x: theirs(*x, **masks), inputs)
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, other.grad, rtol=0, atol=1e-9)


def test_stacks_take_torchs_hints():
    layer = TransformerEncoderLayer(8, 2, 12)
    assert len(TransformerEncoder(layer, 2, enable_nested_tensor=False).layers) == 2
