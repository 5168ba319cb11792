"""Deep learning by hand: layers with their forward and backward pass written out.

This file is the table of contents: the names a chapter uses, in the order of the book.
"""

from importlib.metadata import version

from dlcore.autodiff import (
    Context, Function, GradcheckError, Tensor, gradcheck, is_grad_enabled, no_grad
)  # fmt: skip
from dlcore.layers import (
    CrossEntropyLoss, Linear, Module, ModuleDict, ModuleList, MSELoss, Parameter, ReLU,
    Sequential, Sigmoid, Softmax, Step, Tanh,
    ELU, GELU, HardThreshold, LeakyReLU, SiLU, Softplus, init,
)  # fmt: skip

__version__ = version("dlcore")
__all__ = [
    "ELU",
    "GELU",
    "Context",
    "CrossEntropyLoss",
    "Function",
    "GradcheckError",
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
    "Tensor",
    "gradcheck",
    "init",
    "is_grad_enabled",
    "no_grad",
]  # fmt: skip
