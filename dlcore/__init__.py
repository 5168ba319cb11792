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
)  # fmt: skip

__version__ = version("dlcore")
__all__ = [
    "Context", "CrossEntropyLoss", "Function", "GradcheckError", "Linear", "MSELoss", "Module",
    "ModuleDict", "ModuleList", "Parameter", "ReLU", "Sequential", "Sigmoid", "Softmax", "Step",
    "Tanh", "Tensor", "gradcheck", "is_grad_enabled", "no_grad",
]  # fmt: skip
