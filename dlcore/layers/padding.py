"""1989-2015: what stands beyond the edge of a picture (chapter 6).

Zeros, as in LeNet, or numbers of the picture itself. Names and arguments are those of
torch.nn.functional.pad and of torch.nn's padding layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from dlcore.autodiff import Tensor
from dlcore.autodiff import functional as f
from dlcore.layers.check import check_tensor
from dlcore.layers.module import Module

MODES = ("constant", "reflect", "replicate", "circular")


def pad(
    input: Any, pad: Sequence[int], mode: str = "constant", value: float | None = None
) -> Tensor:
    """More places before and after: pad = (before, after) of the last axis, then of the one before.

    mode: "constant" puts `value` (0) there; "reflect" goes back without repeating the edge,
    "replicate" repeats the edge, "circular" goes on at the other end. Negative numbers cut off,
    with "constant" only.
    Raises ValueError for another mode, an odd number of widths or more than there are axes, and
    where an axis is too short to be continued.
    """
    if mode not in MODES:
        raise ValueError(f"pad knows the modes {', '.join(MODES)}, got {mode!r}")
    check_tensor("pad", input)
    if len(pad) % 2 or len(pad) // 2 > input.ndim:
        raise ValueError(
            f"pad takes (before, after) for some of the last axes, got {tuple(pad)} for shape "
            f"{tuple(input.shape)}"
        )
    if mode == "constant":
        return f.pad(input, pad, 0.0 if value is None else value)
    for axis, (before, after) in enumerate(zip(pad[::2], pad[1::2], strict=True), 1):
        length = input.shape[-axis]
        longest = {"reflect": length - 1, "circular": length}.get(mode, max(before, after))
        if not length or not 0 <= min(before, after) <= max(before, after) <= longest:
            raise ValueError(
                f"pad cannot {mode} by ({before}, {after}) on an axis of length {length}"
            )
        places = torch.arange(-before, length + after, device=input.device)
        key = [slice(None)] * input.ndim
        key[-axis] = inside(places, length, mode)
        input = f.getitem(input, tuple(key))
    return input


def inside(places: torch.Tensor, length: int, mode: str) -> torch.Tensor:
    """For each place on an endless axis the place in 0..length−1 whose number stands there."""
    if mode == "replicate":
        return places.clamp(0, length - 1)
    if mode == "circular":
        return places % length
    last = length - 1
    return last - (last - places.abs()).abs()


class Padding(Module):
    """What all padding layers share: x (N, C, *L) or (C, *L); padding a number for all sides, or
    (before, after) of the last axis, then of the one before, as in `pad`."""

    dims, mode, value = 1, "constant", 0.0

    def __init__(self, padding: Any) -> None:
        sides = 2 * self.dims
        self.padding = (padding,) * sides if isinstance(padding, int) else tuple(padding)
        if len(self.padding) != sides:
            raise ValueError(
                f"{type(self).__name__} takes one number or {sides} of them, got {padding!r}"
            )

    def forward(self, input: Any) -> Tensor:
        check_tensor(type(self).__name__, input)
        if input.ndim not in (self.dims + 1, self.dims + 2):
            raise ValueError(
                f"{type(self).__name__} takes (N, C, …) or (C, …) with {self.dims} axes behind the "
                f"channels, got shape {tuple(input.shape)}"
            )
        return pad(input, self.padding, self.mode, self.value)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class ConstantPadding(Padding):
    """One value beyond the edge."""

    def __init__(self, padding: Any, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


def padding_layer(name: str, dims: int, mode: str) -> type[Any]:
    """ZeroPad1d and the like: torch.nn's layer of this name."""
    base = ConstantPadding if name == "Constant" else Padding
    doc = f"As torch.nn.{name}Pad{dims}d: see pad."
    body = {"dims": dims, "mode": mode, "__doc__": doc, "__module__": __name__}
    return type(f"{name}Pad{dims}d", (base,), body)


ConstantPad1d, ConstantPad2d, ConstantPad3d = (
    padding_layer("Constant", dims, "constant") for dims in (1, 2, 3)
)
ZeroPad1d, ZeroPad2d, ZeroPad3d = (padding_layer("Zero", dims, "constant") for dims in (1, 2, 3))
ReflectionPad1d, ReflectionPad2d, ReflectionPad3d = (
    padding_layer("Reflection", dims, "reflect") for dims in (1, 2, 3)
)
ReplicationPad1d, ReplicationPad2d, ReplicationPad3d = (
    padding_layer("Replication", dims, "replicate") for dims in (1, 2, 3)
)
CircularPad1d, CircularPad2d, CircularPad3d = (
    padding_layer("Circular", dims, "circular") for dims in (1, 2, 3)
)

Tensor.torch_functions["pad"] = pad
