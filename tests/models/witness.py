"""Models of the package transformers, small and with random weights, as witnesses."""

import os

os.environ["HF_HUB_OFFLINE"] = "1"  # nothing here is downloaded

import torch

from tests.oracle import random

TOLERANCE = {torch.float64: 1e-8, torch.float32: 1e-5}


def witness(kind, config, **sizes):
    """A model of that class without dropout, every weight and bias a random number of its own."""
    model = kind(config(**sizes)).eval()
    for seed, (name, parameter) in enumerate(model.named_parameters()):
        values = 0.3 * random(*parameter.shape, seed=seed)
        parameter.data = (values + ("norm" in name.lower() or "ln_" in name)).float()
    return model


def assert_same(y, expected):
    """Equal up to what the dtype can tell apart, relative to the largest number."""
    scale = expected.abs().max().item()
    torch.testing.assert_close(
        y.data, expected.detach(), rtol=0, atol=TOLERANCE[expected.dtype] * scale
    )
