"""Whatever is handed to a layer, it works or says in a sentence of ours what is wrong."""

import traceback

import numpy as np
import pytest
import torch

import dlcore
from dlcore import layers
from dlcore.layers.check import check_parameter

FLAT, SEQUENCE, PICTURE = (4, 3), (5, 2, 8), (2, 3, 6, 6)
MODULES = [
    (dlcore.Linear(3, 2), FLAT), (dlcore.ReLU(), FLAT), (dlcore.Sigmoid(), FLAT),
    (dlcore.Tanh(), FLAT), (dlcore.Softsign(), FLAT), (dlcore.Step(), FLAT),
    (dlcore.Softmax(1), FLAT),
    (dlcore.LogSoftmax(1), FLAT), (dlcore.ELU(), FLAT), (dlcore.GELU(), FLAT),
    (dlcore.SiLU(), FLAT), (dlcore.Softplus(), FLAT), (dlcore.LeakyReLU(), FLAT),
    (dlcore.HardThreshold(), FLAT), (dlcore.Dropout(), FLAT), (dlcore.Dropout1d(), (2, 3, 6)),
    (dlcore.Dropout2d(), PICTURE), (dlcore.Flatten(), PICTURE), (dlcore.Unflatten(1, (3, 1)), FLAT),
    (dlcore.Conv1d(3, 4, 3), (2, 3, 6)), (dlcore.Conv2d(3, 4, 3), PICTURE),
    (dlcore.Conv2d(3, 4, 3, padding=1, padding_mode="reflect"), PICTURE),
    (dlcore.Conv3d(3, 4, 3), (2, 3, 4, 4, 4)), (dlcore.ConvTranspose2d(3, 4, 3), PICTURE),
    (dlcore.MaxPool1d(2), (2, 3, 6)), (dlcore.MaxPool2d(2), PICTURE),
    (dlcore.AvgPool2d(2), PICTURE), (dlcore.AdaptiveAvgPool2d(2), PICTURE),
    (dlcore.AdaptiveMaxPool2d(2), PICTURE), (dlcore.Upsample(scale_factor=2), PICTURE),
    (dlcore.Upsample(scale_factor=2, mode="bilinear"), PICTURE), (dlcore.BatchNorm1d(3), FLAT),
    (dlcore.BatchNorm2d(3), PICTURE), (dlcore.GroupNorm(3, 3), PICTURE),
    (dlcore.LayerNorm(3), FLAT), (dlcore.RMSNorm(3), FLAT), (dlcore.RNN(8, 4), SEQUENCE),
    (dlcore.LSTM(8, 4), SEQUENCE), (dlcore.GRU(8, 4), SEQUENCE), (dlcore.RNNCell(3, 4), FLAT),
    (dlcore.LSTMCell(3, 4), FLAT), (dlcore.GRUCell(3, 4), FLAT), (dlcore.Embedding(3, 2), FLAT),
    (dlcore.TransformerEncoderLayer(8, 2, 16), SEQUENCE), (dlcore.RotaryPositions(8), SEQUENCE),
    (dlcore.SinusoidalPositions(5, 8), SEQUENCE), (dlcore.DiagonalSSM(8, 3), SEQUENCE),
    (dlcore.PReLU(), FLAT), (dlcore.ReLU6(), FLAT),
    (dlcore.Hardtanh(), FLAT), (dlcore.Hardswish(), FLAT), (dlcore.Hardsigmoid(), FLAT),
    (dlcore.SELU(), FLAT), (dlcore.Mish(), FLAT), (dlcore.LogSigmoid(), FLAT),
    (dlcore.GLU(), SEQUENCE), (dlcore.InstanceNorm2d(3), PICTURE),
    (dlcore.LocalResponseNorm(2), PICTURE), (dlcore.ZeroPad2d(1), PICTURE),
    (dlcore.ReflectionPad2d(1), PICTURE), (dlcore.PixelUnshuffle(2), PICTURE),
    (dlcore.Unfold(2), PICTURE), (dlcore.Fold(3, 2), (2, 4, 4)),
    (layers.weight_norm(dlcore.Linear(3, 2)), FLAT),
]  # fmt: skip
SIZES = {
    dlcore.Linear: (3, 2), dlcore.Conv1d: (4, 4, 3), dlcore.Conv2d: (4, 4, 3),
    dlcore.ConvTranspose2d: (4, 4, 3), dlcore.MaxPool2d: (2,), dlcore.AvgPool2d: (2,),
    dlcore.BatchNorm2d: (3,), dlcore.LayerNorm: (3,), dlcore.GroupNorm: (2, 4),
    dlcore.Embedding: (5, 3), dlcore.RNN: (3, 4), dlcore.LSTM: (3, 4), dlcore.GRUCell: (3, 4),
    dlcore.MultiheadAttention: (8, 2), dlcore.TransformerEncoderLayer: (8, 2, 16),
    dlcore.DiagonalSSM: (8, 3), dlcore.RotaryPositions: (8,), dlcore.SinusoidalPositions: (4, 8),
}  # fmt: skip
ROWS = torch.rand(FLAT)
LABELS = torch.tensor([0, 2, 1, 0])
THREE = [torch.rand(SEQUENCE)] * 3
SCAN = torch.rand(2, 5, 3), -torch.rand(3, 4), torch.rand(2, 5, 4), torch.rand(2, 5, 4)
ATTENTION = dlcore.MultiheadAttention(8, 2)
LENGTHS = torch.tensor([4, 4, 4]), torch.tensor([2, 2, 2])
CALLS = {
    "cross-entropy, scores": lambda x: layers.cross_entropy(x, LABELS),
    "cross-entropy, labels": lambda x: layers.cross_entropy(ROWS, x),
    "cross-entropy, smoothed": lambda x: layers.cross_entropy(x, LABELS, label_smoothing=0.1),
    "likelihood, scores": lambda x: layers.nll_loss(x, LABELS),
    "likelihood, labels": lambda x: layers.nll_loss(ROWS, x),
    "hinge, scores": lambda x: layers.multi_margin_loss(x, LABELS),
    "hinge, labels": lambda x: layers.multi_margin_loss(ROWS, x),
    "CTC, scores": lambda x: layers.ctc_loss(x, torch.ones(3, 2, dtype=torch.int64), *LENGTHS),
    "CTC, labels": lambda x: layers.ctc_loss(torch.rand(4, 3, 5), x, *LENGTHS),
    "triplet": lambda x: layers.triplet_margin_loss(ROWS, x, ROWS),
    "cosine, rows": lambda x: layers.cosine_embedding_loss(x, ROWS, LABELS),
    "predicted variance": lambda x: layers.gaussian_nll_loss(ROWS, ROWS, x),
    "learned slope": lambda x: layers.prelu(ROWS, x),
    "InfoNCE": lambda x: layers.info_nce(ROWS, x),
    "NT-Xent": lambda x: layers.nt_xent(x, ROWS),
    "linear, input": lambda x: layers.linear(x, torch.ones(2, 3)),
    "linear, weight": lambda x: layers.linear(ROWS, x),
    "linear, bias": lambda x: layers.linear(ROWS, torch.ones(2, 3), x),
    "convolution, weight": lambda x: layers.conv1d(torch.ones(2, 4, 5), x),
    "convolution, bias": lambda x: layers.conv1d(torch.ones(2, 4, 5), torch.ones(2, 4, 1), x),
    "transposed, weight": lambda x: layers.conv_transpose1d(torch.ones(2, 4, 5), x),
    "layer norm, weight": lambda x: layers.layer_norm(ROWS, [3], x),
    "layer norm, bias": lambda x: layers.layer_norm(ROWS, [3], None, x),
    "RMS norm, weight": lambda x: layers.rms_norm(ROWS, [3], x),
    "batch norm, weight": lambda x: layers.batch_norm(ROWS, None, None, x, None, True),
    "batch norm, mean": lambda x: layers.batch_norm(ROWS, x, torch.ones(3)),
    "group norm, bias": lambda x: layers.group_norm(ROWS, 3, None, x),
    "scan": lambda x: layers.selective_scan(x, *SCAN),
    "scan, steps": lambda x: layers.selective_scan(SCAN[0], x, *SCAN[1:]),
    "long kernel": lambda x: layers.long_convolution(SCAN[0], x),
    "attention, query": lambda x: layers.scaled_dot_product_attention(x, ROWS, ROWS),
    "attention, value": lambda x: layers.scaled_dot_product_attention(ROWS, ROWS, x),
    "attention, mask": lambda x: layers.scaled_dot_product_attention(ROWS, ROWS, ROWS, x),
    "heads, key": lambda x: ATTENTION(THREE[0], x, THREE[2]),
    "heads, mask": lambda x: ATTENTION(*THREE, attn_mask=x),
    "heads, padding": lambda x: ATTENTION(*THREE, key_padding_mask=x),
    "pad": lambda x: layers.pad(x, (1, 1)),
    "normalize": layers.normalize,
    "packing": lambda x: layers.pack_padded_sequence(x, [1, 1, 1]),
    "LSTM, state": lambda x: dlcore.LSTM(8, 4)(THREE[0], (x, x)),
    "cell, state": lambda x: dlcore.GRUCell(3, 2)(ROWS, x),
}
PAIRS = [
    layers.mse_loss, layers.l1_loss, layers.huber_loss, layers.smooth_l1_loss, layers.kl_div,
    layers.hinge_embedding_loss, layers.binary_cross_entropy,
    layers.binary_cross_entropy_with_logits,
]  # fmt: skip


def odd_ones(shape):
    """Inputs that are wrong for most layers that take `shape`."""
    x = torch.rand(shape)
    return {
        "a list": [1.0], "nothing": None, "NumPy": x.numpy(), "a word": "x",
        "whole numbers": torch.ones(shape, dtype=torch.int64), "booleans": x > 0.5,
        "double precision": x.double(), "a number": torch.tensor(1.0), "one axis": torch.rand(2),
        "an axis too many": x[None], "two too many": x[None, None], "an axis too few": x[0],
        "wider": torch.rand(*shape[:-1], shape[-1] + 3), "no example": x[:0],
        "more channels": torch.rand(shape[0], shape[1] + 1, *shape[2:]), "no width": x[..., :0],
    }  # fmt: skip


def works_or_explains(call, *arguments):
    try:
        call(*arguments)
    except (ValueError, TypeError) as error:
        where, sentence = traceback.extract_tb(error.__traceback__)[-1], str(error)
        assert "dlcore" in where.filename, f"{where}: {sentence}"
        assert len(sentence) > 20, sentence


@pytest.mark.parametrize(("module", "shape"), MODULES, ids=lambda value: type(value).__name__)
def test_module(module, shape):
    for x in odd_ones(shape).values():
        works_or_explains(module, x)


@pytest.mark.parametrize("name", CALLS)
def test_call(name):
    for x in odd_ones(FLAT).values():
        works_or_explains(CALLS[name], x)


@pytest.mark.parametrize("loss", PAIRS, ids=lambda loss: loss.__name__)
def test_loss_of_a_pair(loss):
    for x in odd_ones(FLAT).values():
        works_or_explains(loss, x, ROWS)
        works_or_explains(loss, ROWS, x)


@pytest.mark.parametrize("kind", SIZES)
def test_sizes(kind):
    for place in range(len(SIZES[kind])):
        for odd in (0, -1, 2.5, "x", None, (), (1, 2, 3, 0)):
            sizes = [*SIZES[kind][:place], odd, *SIZES[kind][place + 1 :]]
            with pytest.raises(ValueError, match="got") as found:
                kind(*sizes)
            assert "dlcore" in found.traceback[-1].path.parts


def test_parameters_that_do_not_fit():
    check_parameter("conv2d", ROWS, None, (5,))
    check_parameter("conv2d", ROWS, torch.ones(5), [5])
    with pytest.raises(ValueError, match=r"of shape \(5,\) for x of shape \(4, 3\), got .* \(4,\)"):
        check_parameter("conv2d", ROWS, torch.ones(4), (5,))
    with pytest.raises(TypeError, match=r"has torch.float64 weights and got torch.float32 input"):
        check_parameter("conv2d", ROWS, torch.ones(5).double(), (5,))


def test_two_kinds_of_numbers_are_not_mixed():
    for call in (layers.mse_loss, layers.l1_loss, layers.info_nce):
        with pytest.raises(TypeError, match=r"float64"):
            call(ROWS, ROWS.double())
    for module in (
        dlcore.LayerNorm(3),
        dlcore.BatchNorm1d(3),
        dlcore.RMSNorm(3),
        dlcore.Linear(3, 2),
    ):
        with pytest.raises(TypeError, match=r"has torch.float32 weights and got torch.float64"):
            module(ROWS.double())
    with pytest.raises(TypeError, match="matmul multiplies numbers of one kind"):
        dlcore.Tensor(ROWS) @ ROWS.double().T


@pytest.mark.parametrize("layer", [dlcore.Linear(3, 2), dlcore.BatchNorm1d(3)])
def test_devices_are_not_mixed(layer):
    """The meta device is there on every machine."""
    with pytest.raises(ValueError, match="lives on cpu and got input on meta"):
        layer(torch.ones(4, 3, device="meta"))
    with pytest.raises(ValueError, match="move one of them"):
        layers.mse_loss(ROWS, ROWS.to("meta"))


def test_numpy_is_named():
    with pytest.raises(TypeError, match=r"relu takes a Tensor, got ndarray; wrap it: Tensor\(x\)"):
        dlcore.ReLU()(np.ones(3))
