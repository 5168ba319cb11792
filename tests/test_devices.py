"""The same layers on every device and dtype there is, against float64 on the CPU."""

import copy

import pytest
import torch

import dlcore
from dlcore import Module, Sequential, Tensor
from dlcore.models import GPT, ViT
from dlcore.training import (
    LAMB,
    SGD,
    Adagrad,
    Adam,
    AdamW,
    RMSprop,
    rates_as_tensors,
    train_step,
)  # fmt: skip

DEVICES = ["cpu"]
if torch.cuda.is_available():
    DEVICES.append("cuda")
if torch.backends.mps.is_available():
    DEVICES.append("mps")
PLACES = [
    (device, dtype)
    for device in DEVICES
    for dtype in (torch.float32, torch.float64, torch.bfloat16)
    if not (device == "mps" and dtype == torch.float64)
]
TOLERANCE = {torch.float64: 1e-12, torch.float32: 1e-5, torch.bfloat16: 5e-2}


class First(Module):
    """The first of several results: what attention and recurrent layers need here."""

    def __init__(self, module, times=1):
        self.module, self.times = module, times

    def forward(self, x):
        return self.module(*[x] * self.times)[0]


LAYERS = {
    "linear": (lambda: dlcore.Linear(5, 4), (3, 5)),
    "activations": (
        lambda: Sequential(dlcore.GELU(), dlcore.Tanh(), dlcore.SiLU(), dlcore.Softmax(-1)), (3, 5)
    ),
    "rectifiers": (
        lambda: Sequential(dlcore.ELU(), dlcore.Softplus(), dlcore.LeakyReLU(), dlcore.Sigmoid()),
        (3, 5),
    ),
    "convolution": (lambda: dlcore.Conv2d(4, 6, 3, padding=1, groups=2), (2, 4, 7, 7)),
    "strided convolution": (lambda: dlcore.Conv2d(3, 5, 3, stride=2, dilation=2), (2, 3, 9, 9)),
    "transposed convolution": (lambda: dlcore.ConvTranspose2d(4, 3, 3, stride=2), (2, 4, 5, 5)),
    "pooling": (lambda: Sequential(dlcore.MaxPool2d(2), dlcore.AvgPool2d(2)), (2, 3, 8, 8)),
    "upsampling": (lambda: dlcore.Upsample(scale_factor=2, mode="bilinear"), (2, 3, 4, 4)),
    "batch norm": (lambda: dlcore.BatchNorm2d(3), (4, 3, 5, 5)),
    "layer norms": (lambda: Sequential(dlcore.LayerNorm(6), dlcore.RMSNorm(6)), (4, 6)),
    "group norm": (lambda: dlcore.GroupNorm(2, 4), (3, 4, 5)),
    "attention": (lambda: First(dlcore.MultiheadAttention(8, 2), 3), (5, 2, 8)),
    "transformer": (lambda: dlcore.TransformerEncoderLayer(8, 2, 16, 0.0, "gelu"), (5, 2, 8)),
    "rotary": (lambda: dlcore.RotaryPositions(8), (2, 5, 8)),
}  # fmt: skip


def name_of(place):
    return " ".join(str(part).removeprefix("torch.") for part in place)


def forward_backward(layer, x, probe):
    """Result, gradient of the input, gradients of the parameters, all as float64 on the CPU."""
    x = Tensor(x, True)
    y = layer(x)
    y.backward(probe.to(y.data))
    results = [y.data, x.grad, *(p.grad for p in layer.parameters())]
    return [t.cpu().double() for t in results]


@pytest.mark.parametrize("place", PLACES, ids=name_of)
@pytest.mark.parametrize("name", LAYERS)
def test_layer(name, place):
    device, dtype = place
    make, shape = LAYERS[name]
    torch.manual_seed(0)
    layer = make()
    x = torch.randn(shape, generator=torch.Generator().manual_seed(1)).to(torch.bfloat16)
    layer.to(torch.bfloat16)  # values that every dtype holds exactly
    exact = copy.deepcopy(layer).to(torch.float64)
    probe = torch.randn(exact(x.double()).shape, generator=torch.Generator().manual_seed(2))
    expected = forward_backward(exact, x.double(), probe.to(torch.bfloat16))
    got = forward_backward(layer.to(device, dtype), x.to(device, dtype), probe.to(torch.bfloat16))
    for mine, exact_value in zip(got, expected, strict=True):
        error = (mine - exact_value).norm() / (exact_value.norm() + 1e-3)
        assert error < TOLERANCE[dtype]


@pytest.mark.parametrize("device", DEVICES)
def test_losses_and_embedding(device):
    index = torch.tensor([[0, 2], [1, 1]], device=device)
    layer = Sequential(dlcore.Embedding(3, 4), dlcore.Flatten(0, 1), dlcore.Linear(4, 3)).to(device)
    loss = dlcore.CrossEntropyLoss(label_smoothing=0.1)(layer(index), index.flatten())
    loss.backward()
    assert loss.device.type == device
    assert all(p.grad.device.type == device for p in layer.parameters())
    with pytest.raises(ValueError, match="label 3, but 3 scores"):
        dlcore.CrossEntropyLoss()(layer(index), index.flatten() + 1)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("kind", [SGD, Adam, AdamW])
def test_training_goes_downhill(device, kind):
    torch.manual_seed(0)
    model = Sequential(dlcore.Linear(4, 16), dlcore.ReLU(), dlcore.Linear(16, 2)).to(device)
    x = torch.randn(64, 4).to(device)
    y = (x[:, 0] * x[:, 1] > 0).long()
    optimizer = kind(model.parameters(), lr=0.5 if kind is SGD else 0.02)
    losses = [train_step(model, dlcore.CrossEntropyLoss(), optimizer, x, y) for _ in range(200)]
    assert losses[-1] < 0.5 * losses[0]


@pytest.mark.skipif(DEVICES == ["cpu"], reason="needs a second device")
def test_mixed_devices_get_a_sentence():
    layer = dlcore.Linear(3, 2).to(DEVICES[1])
    with pytest.raises(ValueError, match="move one of them"):
        layer(torch.ones(1, 3))


class LastToken(Module):
    """What a language model expects after the last token."""

    def __init__(self, model):
        self.model = model

    def forward(self, x):
        return self.model(x)[:, -1]


class LastOutput(Module):
    """Class scores from what a recurrent layer says last."""

    def __init__(self, layer):
        self.layer, self.head = layer, dlcore.Linear(8, 3)

    def forward(self, x):
        y = self.layer(x)
        return self.head((y[0] if isinstance(y, tuple) else y)[-1])


def convnet():
    return Sequential(
        dlcore.Conv2d(3, 16, 3, padding=1), dlcore.BatchNorm2d(16), dlcore.ReLU(),
        dlcore.MaxPool2d(2), dlcore.Conv2d(16, 8, 3, stride=2), dlcore.GELU(),
        dlcore.ConvTranspose2d(8, 8, 3), dlcore.GroupNorm(2, 8), dlcore.Upsample(scale_factor=2),
        dlcore.AdaptiveAvgPool2d(1), dlcore.Flatten(), dlcore.Dropout(0.1), dlcore.Linear(8, 3),
    )  # fmt: skip


NETWORKS = {
    "perceptrons": (
        lambda: Sequential(dlcore.Linear(5, 8), dlcore.Tanh(), dlcore.Linear(8, 3)),
        torch.randn(4, 5),
    ),
    "convolutions": (convnet, torch.randn(4, 3, 16, 16)),
    "LSTM": (lambda: LastOutput(dlcore.LSTM(5, 8, 2)), torch.randn(6, 4, 5)),
    "GRU": (lambda: LastOutput(dlcore.GRU(5, 4, bidirectional=True)), torch.randn(6, 4, 5)),
    "encoder": (
        lambda: LastOutput(Sequential(dlcore.TransformerEncoderLayer(8, 2, 16))),
        torch.randn(6, 4, 8),
    ),
    "GPT": (lambda: LastToken(GPT(7, 6, 8, 2, 2, 0.1)), torch.ones(4, 6, dtype=torch.int64)),
    "ViT": (lambda: ViT(8, 4, 3, 8, 2, 1), torch.randn(4, 3, 8, 8)),
}  # fmt: skip


def recorded(monkeypatch):
    """As inside the recording of a CUDA graph: the checks that read numbers stay out."""
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_current_stream_capturing", lambda: True)


@pytest.mark.parametrize("kind", [SGD, Adagrad, RMSprop, Adam, AdamW, LAMB])
@pytest.mark.parametrize("name", NETWORKS)
def test_a_step_reads_no_number_and_stays_on_the_device(monkeypatch, name, kind):
    """A meta tensor has no numbers to read, and the CPU's cannot be mixed with it."""
    make, x = NETWORKS[name]
    model, labels = make().to("meta"), torch.zeros(4, dtype=torch.int64, device="meta")
    optimizer = kind(model.parameters())
    recorded(monkeypatch)
    with rates_as_tensors(optimizer, []):
        for _ in range(2):
            loss = train_step(model, dlcore.CrossEntropyLoss(), optimizer, x.to("meta"), labels)
    assert loss.is_meta
    assert all(p.data.is_meta for p in model.parameters())
    assert all(t.is_meta for state in optimizer.state for t in state.values())


def test_reading_a_number_would_be_noticed():
    labels = torch.zeros(4, dtype=torch.int64, device="meta")
    with pytest.raises(RuntimeError, match="meta"):
        dlcore.CrossEntropyLoss()(Tensor(torch.ones(4, 3, device="meta")), labels)
