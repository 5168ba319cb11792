"""Layers with torch.nn's names, arguments, defaults and state-dict keys."""

from dlcore.layers.activation import (
    ReLU, Sigmoid, Softmax, Step, Tanh, relu, sigmoid, softmax, step, tanh
)  # fmt: skip
from dlcore.layers.linear import Linear
from dlcore.layers.loss import CrossEntropyLoss, MSELoss, cross_entropy, mse_loss
from dlcore.layers.module import Module, ModuleDict, ModuleList, Parameter, Sequential

READING_ORDER = ("module", "linear", "activation", "loss")
__all__ = [
    "CrossEntropyLoss", "Linear", "MSELoss", "Module", "ModuleDict", "ModuleList", "Parameter",
    "ReLU", "Sequential", "Sigmoid", "Softmax", "Step", "Tanh", "cross_entropy", "mse_loss",
    "relu", "sigmoid", "softmax", "step", "tanh",
]  # fmt: skip
