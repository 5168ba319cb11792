"""Trained models of every exported kind, with inputs: their forms outside Python must match."""

from __future__ import annotations

from typing import Any

import torch

from dlcore import Tensor, layers
from dlcore.layers import Module, Sequential
from dlcore.models import GPT, MLP, LeNet
from dlcore.models.language.gpt import Block

MODELS = {
    "Linear": (lambda: layers.Linear(5, 3), (5,)),
    "Linear without bias, on rows": (lambda: layers.Linear(5, 3, bias=False), (4, 5)),
    "Sigmoid": (layers.Sigmoid, (7,)),
    "Tanh": (layers.Tanh, (7,)),
    "ReLU": (layers.ReLU, (7,)),
    "GELU": (layers.GELU, (31,)),
    "GELU by tanh": (lambda: layers.GELU("tanh"), (31,)),
    "Softmax": (layers.Softmax, (6,)),
    "Softmax over channels": (lambda: layers.Softmax(1), (3, 4, 2)),
    "Conv2d": (lambda: layers.Conv2d(2, 3, 3), (2, 6, 5)),
    "Conv2d with all settings": (
        lambda: layers.Conv2d(4, 6, (3, 2), (2, 1), (1, 2), (1, 2), groups=2, bias=False),
        (4, 7, 6),
    ),
    "Conv2d same": (lambda: layers.Conv2d(2, 2, (2, 3), padding="same"), (2, 5, 5)),
    "MaxPool2d": (lambda: layers.MaxPool2d(2), (3, 6, 4)),
    "MaxPool2d with all settings": (
        lambda: layers.MaxPool2d((3, 2), (2, 1), (1, 0), (1, 2), ceil_mode=True),
        (2, 6, 7),
    ),
    "MaxPool2d, last window behind the picture": (
        lambda: layers.MaxPool2d(2, 2, 1, ceil_mode=True),
        (1, 3, 5),
    ),
    "AvgPool2d": (lambda: layers.AvgPool2d(2), (3, 6, 4)),
    "AvgPool2d with padding": (lambda: layers.AvgPool2d(3, 2, 1), (2, 7, 6)),
    "AvgPool2d beyond the padding": (lambda: layers.AvgPool2d(3, 2, 1, ceil_mode=True), (2, 6, 6)),
    "AvgPool2d of pixels only": (
        lambda: layers.AvgPool2d(3, 2, 1, count_include_pad=False),
        (2, 7, 6),
    ),
    "Flatten": (layers.Flatten, (3, 2, 2)),
    "BatchNorm1d": (lambda: layers.BatchNorm1d(4), (4,)),
    "BatchNorm2d": (lambda: layers.BatchNorm2d(3), (3, 2, 4)),
    "BatchNorm2d without weights": (lambda: layers.BatchNorm2d(3, affine=False), (3, 2, 4)),
    "BatchNorm2d without a bias": (lambda: layers.BatchNorm2d(3, bias=False), (3, 2, 4)),
    "LayerNorm": (lambda: layers.LayerNorm((3, 4), eps=1e-3), (2, 3, 4)),
    "LayerNorm without bias": (lambda: layers.LayerNorm(4, bias=False), (3, 4)),
    "LayerNorm without weights": (lambda: layers.LayerNorm(4, elementwise_affine=False), (3, 4)),
    "Embedding": (lambda: layers.Embedding(9, 4), (5,)),
    "MultiheadAttention": (lambda: layers.MultiheadAttention(6, 3, batch_first=True), (4, 6)),
    "MultiheadAttention without bias": (
        lambda: layers.MultiheadAttention(6, 2, bias=False, batch_first=True),
        (5, 6),
    ),
    "MultiheadAttention with one head": (
        lambda: layers.MultiheadAttention(5, 1, batch_first=True),
        (4, 5),
    ),
    "Block": (lambda: Block(6, 2), (5, 6)),
    "GPT": (lambda: GPT(9, 8, 6, 3, 2), (5,)),
    "GPT in a Sequential, one head, untied": (
        lambda: Sequential(GPT(9, 4, 8, 1, 1, tied=False), layers.Softmax(-1)),
        (4,),
    ),
    "LeNet": (lambda: LeNet(12, (2, 3), (7,)), (1, 12, 12)),
    "MLP": (lambda: MLP(8, 5, 3, output=layers.Softmax), (8,)),
    "LeNet's kind": (
        lambda: Sequential(
            Sequential(layers.Conv2d(1, 4, 5, padding=2), layers.Tanh(), layers.AvgPool2d(2)),
            layers.Dropout(0.5),
            layers.Flatten(),
            layers.Linear(64, 10),
        ),
        (1, 8, 8),
    ),
}


def model(name: str) -> Module:
    """One of MODELS with random weights and statistics, ready for evaluation."""
    torch.manual_seed(1)
    made = MODELS[name][0]()
    for key, value in made.state_dict().items():
        if value.is_floating_point():
            value.normal_().mul_(0.5)
            if key.endswith("running_var"):
                value.abs_().add_(0.1)
    return made.eval()


def batch(name: str) -> torch.Tensor:
    """Three examples for it, numbers from about −4 to 4."""
    dice = torch.Generator().manual_seed(2)
    shape = (3, *MODELS[name][1])
    if name.startswith(("Embedding", "GPT")):
        return torch.randint(9, shape, generator=dice)
    return 2 * torch.randn(shape, generator=dice)


def answer(model: Any, x: torch.Tensor) -> torch.Tensor:
    """What the model says to x in dlcore; attention is asked about x itself."""
    y = model(x, x, x)[0] if isinstance(model, layers.MultiheadAttention) else model(x)
    return y.data if isinstance(y, Tensor) else y
