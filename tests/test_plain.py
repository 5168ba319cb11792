"""Whole networks of every kind give the same plain and fast; under plain() the book's lines run."""

import sys

import pytest
import torch

import dlcore
from dlcore import (
    GRU,
    LSTM,
    RNN,
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose2d,
    Flatten,
    GroupNorm,
    LayerNorm,
    Linear,
    MaxPool2d,
    MaxPool3d,
    Module,
    ReLU,
    RMSNorm,
    Sequential,
    Tanh,
    Tensor,
    pack_padded_sequence,
)
from dlcore.autodiff import Context, Function
from dlcore.autodiff.faster import FASTER
from dlcore.autodiff.functional import cat
from dlcore.layers.conv import Convolution
from dlcore.layers.fast import product
from dlcore.models import GPT, MambaBlock
from dlcore.training import Adam, AdamW
from tests.oracle import random


class Applied(Module):
    """A module used through a function of (module, x)."""

    def __init__(self, module, use):
        self.module, self.use = module, use

    def forward(self, x):
        return self.use(self.module, x)


class Residual(Module):
    """Two convolutions with batch norms, and the way around them."""

    def __init__(self, channels):
        layers = Conv2d(channels, channels, 3, padding=1, bias=False), BatchNorm2d(channels)
        again = Conv2d(channels, channels, 3, padding=1, bias=False), BatchNorm2d(channels)
        self.path = Sequential(*layers, ReLU(), *again)

    def forward(self, x):
        return dlcore.layers.relu(x + self.path(x))


class UNet(Module):
    """Down by a stride, up by a transposed convolution, and a bridge across."""

    def __init__(self):
        self.down, self.inner = Conv2d(3, 8, 3, 2, 1), Conv2d(8, 8, 3, padding=1)
        self.up, self.last = ConvTranspose2d(8, 5, 2, 2), Conv2d(8, 2, 1)

    def forward(self, x):
        deep = dlcore.layers.relu(self.inner(dlcore.layers.relu(self.down(x))))
        return self.last(cat([self.up(deep), x], 1))


def packed(layer, x):
    """Sequences of several lengths; the packed rows of the output."""
    return layer(pack_padded_sequence(x, [12, 9, 9, 4, 1]))[0].data


def causal(layer, x):
    return layer(x, is_causal=True)


def memory(layer, x):
    return layer(x, x[:40] * 0.5, tgt_is_causal=True)


TOKENS = torch.randint(0, 11, (3, 130), generator=torch.Generator().manual_seed(0))
NETWORKS = {
    "MLP": (lambda: Sequential(Linear(64, 200), Tanh(), Linear(200, 9)), (300, 64)),
    "LeNet": (
        lambda: Sequential(
            Conv2d(1, 6, 5, padding=2), ReLU(), MaxPool2d(2), Conv2d(6, 16, 5), ReLU(),
            AvgPool2d(2), Flatten(), Linear(64, 10),
        ),
        (20, 1, 16, 16),
    ),
    "residual": (lambda: Sequential(Conv2d(3, 64, 3), *[Residual(64)] * 2), (8, 3, 12, 12)),
    "shifted residual": (lambda: Residual(20), (8, 20, 16, 16)),
    "depthwise": (lambda: Conv2d(8, 16, 3, groups=8, padding=1), (4, 8, 9, 9)),
    "one filter each": (lambda: Conv2d(8, 8, 3, groups=8, padding=1), (4, 8, 9, 9)),
    "large filters": (lambda: Conv2d(2, 3, 31, padding=15), (2, 2, 33, 33)),
    "sound": (lambda: Sequential(Conv1d(3, 8, 5, dilation=2), BatchNorm1d(8)), (4, 3, 2000)),
    "film": (
        lambda: Sequential(Conv3d(2, 6, 3, padding=1), BatchNorm3d(6), MaxPool3d(2, 2, 1)),
        (3, 2, 12, 16, 16),
    ),
    "U-net": (UNet, (4, 3, 16, 16)),
    "norms": (lambda: Sequential(LayerNorm(64), RMSNorm(64), GroupNorm(4, 8)), (80, 8, 64)),
    "RNN": (lambda: Applied(RNN(6, 7, 2, bidirectional=True), lambda f, x: f(x)[0]), (12, 5, 6)),
    "GRU": (lambda: Applied(GRU(6, 7, 2), lambda f, x: f(x)[0]), (12, 5, 6)),
    "LSTM": (lambda: Applied(LSTM(6, 7, 2, bidirectional=True), lambda f, x: f(x)[0]), (12, 5, 6)),
    "RNN, packed": (lambda: Applied(RNN(6, 7), packed), (12, 5, 6)),
    "GRU, packed": (lambda: Applied(GRU(6, 7, bidirectional=True), packed), (12, 5, 6)),
    "LSTM, packed": (lambda: Applied(LSTM(6, 7, 2), packed), (12, 5, 6)),
    "LSTM, peepholes": (lambda: Applied(LSTM(6, 7, peephole=True), packed), (12, 5, 6)),
    "encoder": (
        lambda: dlcore.TransformerEncoder(dlcore.TransformerEncoderLayer(16, 2, 32, 0.0), 2),
        (150, 2, 16),
    ),
    "causal encoder": (
        lambda: Applied(dlcore.TransformerEncoderLayer(16, 2, 32, 0.0), causal), (150, 2, 16)
    ),
    "decoder": (
        lambda: Applied(dlcore.TransformerDecoderLayer(16, 2, 32, 0.0), memory), (150, 2, 16)
    ),
    "GPT": (lambda: Applied(GPT(11, 150, 16, 2, 2), lambda f, x: f(TOKENS)), (1,)),
    "state space": (lambda: dlcore.DiagonalSSM(6, 4), (2, 40, 6)),
    "Mamba": (lambda: MambaBlock(6, states=4), (2, 40, 6)),
    "attention weights": (
        lambda: Applied(dlcore.MultiheadAttention(16, 2), lambda f, x: f(x, x, x)[0]), (150, 2, 16)
    ),
}  # fmt: skip


def there_and_back(model, x):
    """Result, gradient of x and of all weights, under a random probe."""
    boxed = Tensor(x, True)
    model.zero_grad()
    y = model(boxed)
    y.backward(random(*y.shape, seed=1))
    found = [y.data, boxed.grad, *(p.grad for p in model.parameters())]
    return [tensor for tensor in found if tensor is not None]  # tokens have no gradient


def functions_of(result):
    """The Functions that made a result."""
    seen, waiting = set(), [result.node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Context) and node not in seen:
            seen.add(node)
            waiting += node.before
    return {node.function for node in seen}


def made_plain_and_fast(name):
    torch.manual_seed(0)
    make, shape = NETWORKS[name]
    return make().double(), random(*shape)


@pytest.fixture(params=[True, False], ids=["as it is", "without oneDNN"])
def library(request, monkeypatch):
    """Which convolution is fastest depends on whether oneDNN multiplies."""
    if not request.param:
        monkeypatch.setattr(product, "ONEDNN", None)


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_gives_the_same_plain_and_fast(name):
    model, x = made_plain_and_fast(name)
    fast = there_and_back(model, x)
    with dlcore.plain():
        plain = there_and_back(model, x)
    for mine, expected in zip(fast, plain, strict=True):
        torch.testing.assert_close(mine, expected, rtol=1e-10, atol=1e-10)


def test_every_fast_form_is_met_by_some_network_and_none_under_plain(monkeypatch):
    monkeypatch.setattr(product, "ONEDNN", None)
    met = set()
    for name in NETWORKS:
        model, x = made_plain_and_fast(name)
        met |= functions_of(model(Tensor(x, True)))
        with dlcore.plain():
            shown = functions_of(model(Tensor(x, True)))
        assert all(function.plain is None for function in shown), name
    forms = {f for fast in FASTER.values() for f in fast if issubclass(f, Function)}
    assert {f.__name__ for f in forms - met} == set()


@pytest.mark.parametrize("kind", [Adam, AdamW])
def test_training_goes_the_same_way_plain_and_fast(kind):
    found = []
    for plain in (False, True):
        model, x = made_plain_and_fast("LeNet")
        optimizer = kind(model.parameters(), lr=0.01, weight_decay=0.1)
        for _ in range(5):
            there_and_back(model, x)
            if plain:
                with dlcore.plain():
                    optimizer.step()
            else:
                optimizer.step()
        found.append([p.data for p in model.parameters()])
    for fast, plain in zip(*found, strict=True):
        torch.testing.assert_close(fast, plain, rtol=1e-10, atol=1e-10)


def lines_run(function, call):
    """How many lines of a function run during a call: what a debugger would stop at."""
    lines = []

    def trace(frame, event, _):
        if frame.f_code is function.__code__:
            lines.append((event, frame.f_lineno))
            return trace
        return None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return len([line for line in lines if line[0] == "line"])


def test_a_breakpoint_in_what_the_book_shows_is_met_under_plain_only():
    layer, x = Conv2d(2, 3, 3), torch.ones(1, 2, 5, 5)
    assert lines_run(Convolution.forward, lambda: layer(x)) == 0
    with dlcore.plain():
        assert lines_run(Convolution.forward, lambda: layer(x)) > 5
        layer(Tensor(x, True)).sum().backward()


def test_a_line_put_into_the_plain_form_speaks_under_plain_only(monkeypatch, capsys):
    def spoken(ctx, *arguments):
        print("a convolution")
        return before(ctx, *arguments)

    before = Convolution.forward
    monkeypatch.setattr(Convolution, "forward", staticmethod(spoken))
    Conv2d(2, 3, 3)(torch.ones(1, 2, 5, 5))
    assert capsys.readouterr().out == ""
    with dlcore.plain():
        Conv2d(2, 3, 3)(torch.ones(1, 2, 5, 5))
    assert capsys.readouterr().out == "a convolution\n"


def test_every_fast_form_says_what_it_stands_for():
    for plain, forms in FASTER.items():
        for form in forms:
            assert form.plain is plain
            assert callable(form.suits)
            if issubclass(form, Function):
                assert Context(form, ()).name == plain.__name__
