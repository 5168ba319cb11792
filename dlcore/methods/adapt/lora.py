"""2021, Edward Hu and others: what fine-tuning adds to a weight has low rank (chapter 20).

LoRA: low-rank adaptation of large language models (2021), https://arxiv.org/abs/2106.09685,
section 4.1. The trained weight W stays; beside it a thin pair A and B learns what to add. Once
trained the pair can be added into W, and using the model costs what it did before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import torch

from dlcore import layers as nn
from dlcore.autodiff import Tensor
from dlcore.layers.check import check_sizes

SAVED_UNDER = "base_model.model."  # how the package peft begins the names in a file of adapters


def freeze(model: nn.Module) -> nn.Module:
    """Learn none of a model's numbers; the model itself."""
    for parameter in model.parameters():
        parameter.requires_grad = False
    return model


class LoRALinear(nn.Module):
    """y = W x + b + (alpha / r) B A x.   x (…, I)   W (O, I)   A (r, I)   B (O, r)   y (…, O)

    base_layer is the trained Linear, which is frozen. lora_A starts as a Linear does and lora_B at
    0, so that nothing has changed yet. Raises ValueError for what is no Linear and for r < 1.
    """

    def __init__(self, base_layer: nn.Linear, r: int = 8, alpha: float | None = None) -> None:
        if not isinstance(base_layer, nn.Linear):
            kind = type(base_layer).__name__
            raise ValueError(f"LoRALinear adds to a trained Linear, got a {kind}")
        check_sizes("LoRALinear", r=r)
        like = {"device": base_layer.weight.device, "dtype": base_layer.weight.dtype}
        self.base_layer = base_layer
        freeze(base_layer)
        self.lora_A = nn.Linear(base_layer.in_features, r, bias=False, **like)
        self.lora_B = nn.Linear(r, base_layer.out_features, bias=False, **like)
        nn.init.zeros_(self.lora_B.weight)
        self.r, self.scaling = r, (r if alpha is None else alpha) / r

    def forward(self, x: Any) -> Tensor:
        return self.base_layer(x) + self.scaling * self.lora_B(self.lora_A(x))

    def merged(self) -> nn.Linear:
        """One Linear that computes the same: its weight is W + (alpha / r) B A."""
        base = self.base_layer
        like = {"device": base.weight.device, "dtype": base.weight.dtype}
        has_bias = base.bias is not None
        whole = nn.Linear(base.in_features, base.out_features, has_bias, **like)
        added = self.lora_B.weight.data @ self.lora_A.weight.data
        whole.weight.data = base.weight.data + self.scaling * added
        if has_bias:
            whole.bias.data = base.bias.data.clone()
        return whole

    def extra_repr(self) -> str:
        return f"r={self.r}, scaling={self.scaling:g}"


def slots(model: nn.Module) -> Iterator[tuple[str, nn.Module, str, nn.Module]]:
    """(dotted name, what holds the part, its name there, the part), for every part of a model."""
    for place, holder in list(model.named_modules()):
        for name, part in list(holder.parts()):
            yield (f"{place}.{name}" if place else name), holder, name, part


def add_lora(
    model: nn.Module, r: int = 8, alpha: float | None = None, targets: Iterable[str] | None = None
) -> nn.Module:
    """Freeze a model, and put a LoRALinear in the place of its Linear layers; the model itself.

    targets: the dotted names to adapt, or their last words ("qkv"); None means every Linear.
    Raises ValueError where no Linear has such a name.
    """
    freeze(model)
    wanted = None if targets is None else set(targets)
    found = 0
    for name, holder, last, part in slots(model):
        if isinstance(part, nn.Linear) and (wanted is None or {name, last} & wanted):
            setattr(holder, last, LoRALinear(part, r, alpha))
            found += 1
    if not found:
        linears = [name for name, _, _, part in slots(model) if isinstance(part, nn.Linear)]
        asked = "a Linear" if wanted is None else f"one of {sorted(wanted)}"
        raise ValueError(f"add_lora found no layer to adapt: asked for {asked}, there is {linears}")
    return model


def merge_lora(model: nn.Module) -> nn.Module:
    """Put one Linear back in the place of every LoRALinear, with the sum of both; the model."""
    for _, holder, last, part in slots(model):
        if isinstance(part, LoRALinear):
            setattr(holder, last, part.merged())
    return model


def lora_state_dict(model: nn.Module) -> dict[str, torch.Tensor]:
    """What was learned, under the names of peft's adapter_model.safetensors."""
    return {
        f"{SAVED_UNDER}{name}": value
        for name, value in model.state_dict().items()
        if ".lora_A." in f".{name}" or ".lora_B." in f".{name}"
    }


def trainable(model: nn.Module) -> tuple[int, int]:
    """How many numbers of a model are trained, and how many it has."""
    sizes = [(p.data.numel(), p.requires_grad) for p in model.parameters()]
    return sum(size for size, learns in sizes if learns), sum(size for size, _ in sizes)
