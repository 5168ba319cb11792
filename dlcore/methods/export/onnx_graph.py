"""2017, Facebook and Microsoft: ONNX, a file that says which layer follows which (chapter 32).

The graph is written from the model's layers, not traced; operators: https://onnx.ai/onnx/operators.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from dlcore.layers import Module
from dlcore.methods.export.web import START, Part, parts

OPSET = 20  # the first that has Gelu
IR_VERSION = 9  # the format of the file that came with this operator set
BOOL = 9  # ONNX's number for the type of true and false


class Graph:
    """Nodes and weights of an ONNX graph while it grows; each value is known by its name."""

    def __init__(self, helper: Any) -> None:
        self.helper = helper
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def add(self, operator: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:
        """One more node; the name of its result, or a list of names where it has several."""
        names = [f"{operator.lower()}{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(self.helper.make_node(operator, inputs, names, **attributes))
        return names[0] if outputs == 1 else names

    def number(self, name: str, values: Any) -> str:
        """A weight or another fixed tensor of the graph."""
        from onnx import numpy_helper  # here: only who writes ONNX needs it

        array = torch.as_tensor(values).contiguous().numpy()
        self.weights.append(numpy_helper.from_array(array, name))
        return name

    def weight(self, part: Part, name: str, otherwise: Any = None) -> str:
        """A part's weight under its name in the state dict; "" (none) where it has none."""
        value = part.weights.get(name, otherwise)
        return "" if value is None else self.number(f"{part.name}.{name}".lstrip("."), value)


def export_onnx(model: Module, path: str | os.PathLike[str], shape: Sequence[int]) -> None:
    """Write a trained model as an ONNX graph with float32 weights and a batch of any size.

    shape: that of one example without the batch axis, (64,) or (1, 28, 28). The input is called
    "x" (int64 for GPT and a model that begins with Embedding), the output "y". The graph is checked
    before it is written. Raises as `parts` does, ImportError without the package onnx.
    """
    try:
        import onnx
    except ImportError:
        raise ImportError(
            "export_onnx needs the package onnx, which is not installed: pip install onnx"
        ) from None
    helper, graph, value = onnx.helper, Graph(onnx.helper), "x"
    layers = list(parts(model))
    for part in layers:
        value = OPERATORS[part.type](graph, part, value)
    graph.nodes.append(helper.make_node("Identity", [value], ["y"]))
    counts = bool(layers) and layers[0].type in ("Embedding", START)
    kind = onnx.TensorProto.INT64 if counts else onnx.TensorProto.FLOAT
    x = helper.make_tensor_value_info("x", kind, ["N", *shape])
    y = helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, None)
    whole = helper.make_graph(graph.nodes, type(model).__name__, [x], [y], graph.weights)
    opsets = [helper.make_opsetid("", OPSET)]
    file = helper.make_model(
        whole, opset_imports=opsets, ir_version=IR_VERSION, producer_name="dlcore"
    )
    file = onnx.shape_inference.infer_shapes(file, strict_mode=True)
    onnx.checker.check_model(file)
    path = Path(path)
    draft = path.with_name(f"{path.name}.part")
    draft.write_bytes(file.SerializeToString())
    draft.replace(path)


# -- one function per kind of layer ---------------------------------------------------------------
def linear(graph: Graph, part: Part, x: str, name: str = "") -> str:
    """x Wᵀ + b over the last axis; `name` is a prefix such as "in_proj_"."""
    weight = part.weights[f"{name}weight"].T
    y = graph.add("MatMul", x, graph.number(f"{part.name}.{name}weight.T".lstrip("."), weight))
    bias = graph.weight(part, f"{name}bias")
    return graph.add("Add", y, bias) if bias else y


def pads(part: Part) -> list[int]:
    """ONNX wants all paddings before the axes, then all after."""
    return [before for before, _ in part.settings["padding"]] + [
        after for _, after in part.settings["padding"]
    ]


def convolution(graph: Graph, part: Part, x: str) -> str:
    """Add a Conv node; the name of its output."""
    inputs = [x, graph.weight(part, "weight"), graph.weight(part, "bias")]
    return graph.add(
        "Conv", *filter(None, inputs), strides=part.settings["stride"], pads=pads(part),
        dilations=part.settings["dilation"], group=part.settings["groups"],
    )  # fmt: skip


def pool(graph: Graph, part: Part, x: str) -> str:
    """Add a MaxPool or AveragePool node; the name of its output."""
    own = part.settings
    shared = {"kernel_shape": own["kernel_size"], "strides": own["stride"], "pads": pads(part)}
    shared["ceil_mode"] = int(own["ceil_mode"])
    if part.type == "MaxPool2d":
        return graph.add("MaxPool", x, dilations=own["dilation"], **shared)
    return graph.add("AveragePool", x, count_include_pad=int(own["count_include_pad"]), **shared)


def flatten(graph: Graph, part: Part, x: str) -> str:
    """Add a Flatten node; the name of its output."""
    if (part.settings["start_dim"], part.settings["end_dim"]) != (1, -1):
        raise ValueError(
            f"export_onnx flattens everything behind the batch, got {part.settings} for "
            f"{part.name!r}: use Flatten()"
        )
    return graph.add("Flatten", x, axis=1)


def batch_norm(graph: Graph, part: Part, x: str) -> str:
    """Add a BatchNormalization node; the name of its output."""
    channels = len(part.weights["running_mean"])
    fixed = {"weight": torch.ones(channels), "bias": torch.zeros(channels)}
    names = ("weight", "bias", "running_mean", "running_var")
    values = [graph.weight(part, name, fixed.get(name)) for name in names]
    return graph.add("BatchNormalization", x, *values, epsilon=part.settings["eps"])


def layer_norm(graph: Graph, part: Part, x: str) -> str:
    """Add a LayerNormalization node; the name of its output."""
    shape = part.settings["normalized_shape"]
    values = [graph.weight(part, "weight", torch.ones(shape)), graph.weight(part, "bias")]
    axis, epsilon = -len(shape), part.settings["eps"]
    return graph.add("LayerNormalization", x, *filter(None, values), axis=axis, epsilon=epsilon)


def attention(graph: Graph, part: Part, x: str) -> str:
    """Self-attention between the linear layer that makes q, k and v and the one that joins them."""
    width = part.weights["out_proj.weight"].shape[0]
    y = heads(graph, part, linear(graph, part, x, "in_proj_"), width)
    return linear(graph, part, y, "out_proj.")


def heads(graph: Graph, part: Part, joint: str, width: int, causal: bool = False) -> str:
    """softmax(Q Kᵀ / √d) V for every head; q, k, v side by side in (N, T, 3 width)."""
    count, name = part.settings["num_heads"], f"{part.name}.".lstrip(".")
    split = graph.number(f"{name}heads", [0, 0, count, width // count])
    q, k, v = [
        graph.add("Reshape", slab, split)
        for slab in graph.add("Split", joint, outputs=3, axis=-1, num_outputs=3)
    ]
    q, v = [graph.add("Transpose", t, perm=[0, 2, 1, 3]) for t in (q, v)]  # (N, heads, T, d)
    k = graph.add("Transpose", k, perm=[0, 2, 3, 1])
    scale = graph.number(f"{name}scale", torch.tensor(1 / math.sqrt(width // count)))
    scores = graph.add("Mul", graph.add("MatMul", q, k), scale)
    if causal:  # no place sees a later one
        true = graph.helper.make_tensor("true", BOOL, [1], [True])
        every = graph.add("ConstantOfShape", graph.add("Shape", scores), value=true)
        later = graph.add("Trilu", every, graph.number(f"{name}diagonal", 1), upper=1)
        never = graph.number(f"{name}never", torch.tensor(-math.inf))
        scores = graph.add("Where", later, never, scores)
    y = graph.add("MatMul", graph.add("Softmax", scores, axis=-1), v)
    y = graph.add("Transpose", y, perm=[0, 2, 1, 3])
    return graph.add("Reshape", y, graph.number(f"{name}join", [0, 0, width]))


def tokens_and_positions(graph: Graph, part: Part, x: str) -> str:
    """The rows of two tables: that of the tokens x (N, T), and that of the places 0 … T − 1."""
    name = f"{part.name}.".lstrip(".")
    zero, one = (graph.number(f"{name}{i}", i) for i in (0, 1))
    places = graph.add("Range", zero, graph.add("Gather", graph.add("Shape", x), one), one)
    tables = [graph.weight(part, key) for key in ("tokens", "positions")]
    return graph.add(
        "Add", *[graph.add("Gather", t, i) for t, i in zip(tables, (x, places), strict=True)]
    )


def block(graph: Graph, part: Part, x: str) -> str:
    """x + attention(norm(x)), then x + mlp(norm(x)): a block of GPT."""

    def inner(name: str) -> Part:
        own = {k.removeprefix(name): w for k, w in part.weights.items() if k.startswith(name)}
        return Part("", f"{part.name}.{name}".strip("."), part.settings, own)

    y = linear(graph, inner("attention.qkv."), layer_norm(graph, inner("norm1."), x))
    y = heads(graph, part, y, part.weights["norm1.weight"].shape[0], causal=True)
    y = linear(graph, inner("attention.out."), y)
    x = graph.add("Add", x, y)
    y = linear(graph, inner("mlp.0."), layer_norm(graph, inner("norm2."), x))
    y = linear(graph, inner("mlp.2."), graph.add("Gelu", y, approximate="tanh"))
    return graph.add("Add", x, y)


def plain(operator: str, **attributes: str) -> Callable[[Graph, Part, str], str]:
    """A layer that is one operator; `attributes` maps the operator's names to the settings'."""
    return lambda graph, part, x: graph.add(
        operator, x, **{name: part.settings[key] for name, key in attributes.items()}
    )


OPERATORS: dict[str, Callable[[Graph, Part, str], str]] = {
    "Linear": linear,
    "Sigmoid": plain("Sigmoid"),
    "Tanh": plain("Tanh"),
    "ReLU": plain("Relu"),
    "GELU": plain("Gelu", approximate="approximate"),
    "Softmax": plain("Softmax", axis="dim"),
    "Conv2d": convolution,
    "MaxPool2d": pool,
    "AvgPool2d": pool,
    "Flatten": flatten,
    "BatchNorm1d": batch_norm,
    "BatchNorm2d": batch_norm,
    "LayerNorm": layer_norm,
    "Embedding": lambda graph, part, x: graph.add("Gather", graph.weight(part, "weight"), x),
    "MultiheadAttention": attention,
    START: tokens_and_positions,
    "Block": block,
}
