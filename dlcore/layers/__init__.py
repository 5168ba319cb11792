"""Layers with torch.nn's names, arguments, defaults and state-dict keys."""

from dlcore.layers.activation import (
    ReLU, Sigmoid, Softmax, Step, Tanh, relu, sigmoid, softmax, step, tanh
)  # fmt: skip
from dlcore.layers.linear import Linear
from dlcore.layers.loss import CrossEntropyLoss, MSELoss, cross_entropy, mse_loss
from dlcore.layers import init
from dlcore.layers.module import Module, ModuleDict, ModuleList, Parameter, Sequential
from dlcore.layers.rectifier import (
    ELU, GELU, HardThreshold, LeakyReLU, SiLU, Softplus, elu, gelu, hard_threshold, leaky_relu,
    silu, softplus,
)  # fmt: skip

READING_ORDER = ("module", "linear", "activation", "loss", "rectifier", "init")
__all__ = [
    "ELU",
    "GELU",
    "CrossEntropyLoss",
    "HardThreshold",
    "LeakyReLU",
    "Linear",
    "MSELoss",
    "Module",
    "ModuleDict",
    "ModuleList",
    "Parameter",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Step",
    "Tanh",
    "cross_entropy",
    "elu",
    "gelu",
    "hard_threshold",
    "init",
    "leaky_relu",
    "mse_loss",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "step",
    "tanh",
]  # fmt: skip
