"""What is done to a model, or asked of its data: measure it, bound it, question it."""

from dlcore.methods.export import export_web, in_half, web_script
from dlcore.methods.features import hog, k_means, lbp, visual_words
from dlcore.methods.onnx_graph import export_onnx
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

READING_ORDER = ("separability", "features", "export", "onnx_graph")
__all__ = [
    "dichotomies",
    "export_onnx",
    "export_web",
    "hidden_units_needed",
    "hog",
    "in_half",
    "is_separable",
    "k_means",
    "lbp",
    "margin",
    "mistake_bound",
    "order",
    "threshold_functions",
    "visual_words",
    "web_script",
    "with_bias",
]
