"""Reverse-mode differentiation: boxes that remember, steps that know their derivative."""

from dlcore.autodiff import bridge, methods  # refuses torch's Functions; fills the table
from dlcore.autodiff.faster import plain
from dlcore.autodiff.function import Context, Function
from dlcore.autodiff.gradcheck import GradcheckError, gradcheck
from dlcore.autodiff.tensor import Tensor, is_grad_enabled, no_grad, values_can_be_read
from dlcore.autodiff.twice import grad

READING_ORDER = (
    "torch_names", "operators", "computation", "arrangement", "replacement", "tensor", "function",
    "faster", "ops", "shape", "functional", "statistics", "special", "lines", "creation", "inplace",
    "methods", "second_run", "twice", "gradcheck", "bridge",
)  # fmt: skip
__all__ = [
    "Context", "Function", "GradcheckError", "Tensor", "grad", "gradcheck", "is_grad_enabled",
    "no_grad", "plain", "values_can_be_read",
]  # fmt: skip
