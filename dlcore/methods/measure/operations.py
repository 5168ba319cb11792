"""2015, Kaiming He and others: what a net costs per picture, counted from shapes (chapter 13).

Deep residual learning for image recognition, https://arxiv.org/abs/1512.03385, table 1, gives
"FLOPs (multiply-adds)": one multiplication together with the addition after it is counted once.
Counters that count both print twice as much for the same net.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch

from dlcore.autodiff import Tensor, no_grad
from dlcore.layers import Linear, Module
from dlcore.layers.conv import ConvNd
from dlcore.layers.conv_transpose import ConvTransposeNd


class Cost(NamedTuple):
    """What one layer costs: its dotted name, its class, its weights and biases, its multiply-adds
    for the whole batch, and the shape of what it gives."""

    name: str
    kind: str
    parameters: int
    multiply_adds: int
    shape: tuple[int, ...]


def layer_costs(model: Module, *shape: int) -> list[Cost]:
    """A row for each run of a convolution, transposed convolution or linear layer, in order.

    shape is the input's, such as (1, 3, 224, 224). Biases, norms, responses, pooling and products
    of two computed tensors are not counted, as in published tables. On the meta device only shapes
    are computed: make the model inside `with torch.device("meta"):`, and ResNet-152 takes no time
    and no memory. The model runs in eval mode and is left as it was.
    """
    rows: list[Cost] = []
    layers = {part: name for name, part in model.named_modules() if costly(part)}
    modes = [(part, part.training) for part in model.modules()]
    handles = [part.register_forward_hook(record(rows, name)) for part, name in layers.items()]
    weight = next(model.parameters(), None)
    like = {} if weight is None else {"device": weight.device, "dtype": weight.dtype}
    try:
        model.eval()
        with no_grad():
            model(torch.zeros(shape, **like))
    finally:
        for handle in handles:
            handle.remove()
        for part, training in modes:
            part.training = training
    return rows


def costly(part: Module) -> bool:
    """Whether a part is counted: a convolution, a transposed one or a linear layer."""
    return isinstance(part, ConvNd | ConvTransposeNd | Linear)


def record(rows: list[Cost], name: str) -> Any:
    """A hook (layer, arguments, result) that appends the layer's row under this name."""

    def hook(layer: Any, args: tuple[Any, ...], result: Tensor) -> None:
        parameters = sum(p.numel() for p in layer.parameters(recurse=False))
        count = products(layer, args[0].shape, result.shape)
        rows.append(Cost(name, type(layer).__name__, parameters, count, tuple(result.shape)))

    return hook


def products(layer: Any, before: Any, after: Any) -> int:
    """Multiply-adds of a layer from (N, …) to (N, …).

    Convolution: each output sums C/groups · K products. Transposed: each input is sent to
    O/groups · K places. Linear: I products for each output.
    """
    if isinstance(layer, Linear):
        return math.prod(after) * layer.in_features
    kernel = math.prod(layer.kernel_size)
    if isinstance(layer, ConvTransposeNd):
        return math.prod(before) * (layer.out_channels // layer.groups) * kernel
    return math.prod(after) * (layer.in_channels // layer.groups) * kernel


def multiply_adds(model: Module, *shape: int) -> int:
    """Multiply-adds of all convolutions and linear layers for an input of this shape."""
    return sum(row.multiply_adds for row in layer_costs(model, *shape))


def parameters(model: Module) -> int:
    """How many numbers the model learns; a shared one counts once."""
    return sum(p.numel() for p in model.parameters())
