"""2017, Facebook and Microsoft announce ONNX: a trained model leaves its framework (chapter 32).

A model becomes a tree of named layers with settings and weights. Here the tree is written for the
page, where assets/live/dl-layers.js runs it; onnx_graph.py writes it as ONNX, https://onnx.ai.
"""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import torch

from dlcore.layers import (
    GELU,
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Embedding,
    Flatten,
    Identity,
    LayerNorm,
    Linear,
    MaxPool2d,
    Module,
    MultiheadAttention,
    ReLU,
    Sequential,
    Sigmoid,
    Softmax,
    Tanh,
)
from dlcore.layers.window import padding_pairs, per_axis
from dlcore.models.language.gpt import GPT, Block

# every layer that has a form outside Python, with the settings that its form needs
SETTINGS: dict[type[Module], tuple[str, ...]] = {
    Linear: (),
    Sigmoid: (),
    Tanh: (),
    ReLU: (),
    GELU: ("approximate",),
    Softmax: ("dim",),
    Conv2d: ("stride", "padding", "dilation", "groups"),
    MaxPool2d: ("kernel_size", "stride", "padding", "dilation", "ceil_mode"),
    AvgPool2d: ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad"),
    Flatten: ("start_dim", "end_dim"),
    BatchNorm1d: ("eps",),
    BatchNorm2d: ("eps",),
    LayerNorm: ("normalized_shape", "eps"),
    Embedding: (),
    MultiheadAttention: ("num_heads",),
    Block: (),
}
START = "TokensAndPositions"  # what a GPT makes of its tokens before the first block
KINDS = (*(kind.__name__ for kind in SETTINGS), START)
IDLE = (Dropout, Identity)  # do nothing once a model is trained
PER_AXIS = ("kernel_size", "stride", "dilation")


class Part(NamedTuple):
    """One layer of a model: its class, its name in the state dict, settings and weights."""

    type: str
    name: str
    settings: dict[str, Any]
    weights: dict[str, torch.Tensor]


def parts(model: Module, name: str = "") -> Iterator[Part]:
    """The layers of a trained model in the order in which they run, as evaluation uses them.

    Takes single layers, Sequential models of them, and GPT, block by block; MultiheadAttention is
    self-attention on x (N, T, D). Raises TypeError for a layer without a form, ValueError for a
    setting without one.
    """
    if isinstance(model, Sequential) and type(model).forward is Sequential.forward:
        for child, part in model.parts():
            yield from parts(part, f"{name}.{child}" if name else child)
    elif type(model) is GPT:
        yield from gpt_parts(model, f"{name}." if name else "")
    elif type(model) in SETTINGS:
        check(model, name)
        yield Part(type(model).__name__, name, settings(model), weights(model))
    elif not isinstance(model, IDLE):
        known = ", ".join(kind.__name__ for kind in SETTINGS)
        raise TypeError(
            f"export takes GPT, or a Sequential of {known}; {name or 'the model'!r} is "
            f"{type(model).__name__}: write its form in assets/live/dl-layers.js and onnx_graph.py"
        )


def gpt_parts(model: GPT, prefix: str) -> Iterator[Part]:
    """Tokens and positions, the blocks, the last norm, and the scores of the next token."""
    tables = {"tokens": model.tokens, "positions": model.positions}
    both = {key: table.weight.data.detach().cpu() for key, table in tables.items()}
    yield Part(START, prefix.removesuffix("."), {}, both)
    for i, block in enumerate(model.blocks):
        yield from parts(block, f"{prefix}blocks.{i}")
    yield from parts(model.norm, f"{prefix}norm")
    yield from parts(model.head, f"{prefix}head")


def check(layer: Any, name: str) -> None:
    """Refuse the few settings that have no form outside Python."""
    where = f"export of {type(layer).__name__} {name!r}"
    if isinstance(layer, (BatchNorm1d, BatchNorm2d)) and not layer.track_running_stats:
        raise ValueError(f"{where} needs running statistics: make it with track_running_stats=True")
    if isinstance(layer, AvgPool2d) and layer.divisor_override is not None:
        raise ValueError(f"{where} divides by the window's pixels: leave divisor_override out")
    if isinstance(layer, Conv2d) and layer.padding_mode != "zeros":
        raise ValueError(f"{where} pads with {layer.padding_mode}: the page pads with zeros only")
    if isinstance(layer, MaxPool2d) and layer.return_indices:
        raise ValueError(f"{where} gives values only: make it with return_indices=False")
    if isinstance(layer, MultiheadAttention) and not (layer.same_width and layer.batch_first):
        raise ValueError(f"{where} is self-attention: batch_first=True, without kdim and vdim")


def settings(layer: Any) -> dict[str, Any]:
    """A layer's settings as plain numbers and lists; padding becomes (before, after) per axis."""
    if isinstance(layer, Block):
        return {"num_heads": layer.attention.nhead, **settings(layer.norm1)}
    found = {key: getattr(layer, key) for key in SETTINGS[type(layer)]}
    for key in set(PER_AXIS) & found.keys():
        found[key] = per_axis(found[key], 2, key)
    if "padding" in found:
        kernel = per_axis(layer.kernel_size, 2, "kernel_size")
        dilation = found.get("dilation", (1, 1))
        found["padding"] = padding_pairs(found["padding"], kernel, found["stride"], dilation)
    return found


def weights(layer: Module) -> dict[str, torch.Tensor]:
    """A layer's weights and running statistics, without counters."""
    state = {name: value.detach().cpu() for name, value in layer.state_dict().items()}
    return {name: value for name, value in state.items() if value.is_floating_point()}


def export_web(model: Module) -> dict[str, Any]:
    """The model as plain data for assets/live/dl-layers.js, with weights in half precision.

    {"layers": [{"type", "name", "settings", "weights": {name: {"shape", "half"}}}, …]}, where
    "half" is the base64 of the numbers (IEEE 754 binary16, little end first). Raises as `parts`
    does, and ValueError for a weight that half precision cannot hold (above 65504, or no number).
    """
    layers = []
    for part in parts(model):
        packed = {key: pack(f"{part.name}.{key}", value) for key, value in part.weights.items()}
        layers.append({**part._asdict(), "weights": packed})
    return {"layers": layers}


def pack(name: str, weight: torch.Tensor) -> dict[str, Any]:
    """A weight in half precision as base64. Raises ValueError if a number does not fit."""
    rounded = weight.half()
    if not rounded.isfinite().all():
        raise ValueError(
            f"{name} holds {weight.abs().max().item():g}, half precision ends at 65504: "
            "rescale the weights, or train again with weight decay"
        )
    numbers = rounded.contiguous().numpy().astype("<f2").tobytes()
    return {"shape": list(weight.shape), "half": base64.b64encode(numbers).decode()}


def web_script(name: str, model: Module, **about: Any) -> str:
    """The text of a script that adds the model to a page as DL.models[name].

    about: what the page says or shows of it, such as its accuracy and a few examples.
    """
    flat: dict[str, Any] = {"ensure_ascii": False, "sort_keys": True}
    layers = ",\n".join(json.dumps(layer, **flat) for layer in export_web(model)["layers"])
    data = f'{{"about": {json.dumps(about, **flat)},\n"layers": [\n{layers}\n]}}'
    return f"DL.models[{json.dumps(name)}] = {data};\n"


def in_half(model: Module) -> Any:
    """A copy of the model with the weights that the page's form has: rounded to half precision."""
    rounded = copy.deepcopy(model)
    for tensor in [p.data for p in rounded.parameters()] + list(rounded.buffers()):
        if tensor.is_floating_point():
            tensor.copy_(tensor.half())
    return rounded.eval()
