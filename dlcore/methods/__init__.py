"""What is done to a model, or asked of its data: measure it, bound it, question it."""

from dlcore.methods.separability import (
    dichotomies,
    hidden_units_needed,
    is_separable,
    margin,
    mistake_bound,
    order,
    threshold_functions,
    with_bias,
)

READING_ORDER = ("separability",)
__all__ = [
    "dichotomies",
    "hidden_units_needed",
    "is_separable",
    "margin",
    "mistake_bound",
    "order",
    "threshold_functions",
    "with_bias",
]
