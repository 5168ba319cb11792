"""How a trained model leaves dlcore: for the web page, for other programs."""

from dlcore.methods.export.onnx_graph import export_onnx
from dlcore.methods.export.web import export_web, in_half, web_script

READING_ORDER = ("web", "onnx_graph", "einops_backend")
__all__ = ["export_onnx", "export_web", "in_half", "web_script"]
