"""2016, Augustus Odena, Vincent Dumoulin and Chris Olah: enlarge first, then convolve (chapter 14).

A. Odena, V. Dumoulin, C. Olah, Deconvolution and checkerboard artifacts, Distill (2016),
https://doi.org/10.23915/distill.00003, replaced transposed convolutions, whose paint overlaps
unevenly, by interpolation and an ordinary convolution. Names, arguments and results are torch's.

Interpolation works along one axis after the other, and along an axis it is linear: each new pixel
is a weighted mean of one or two old ones, so one matrix per axis says it all.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import torch

from dlcore.autodiff import Function, Tensor
from dlcore.layers.module import Module
from dlcore.layers.window import check_pictures

LINEAR = {"linear": 1, "bilinear": 2, "trilinear": 3}


class RepeatAlong(Function):
    """Every pixel `times` times in a row along one axis; its gradients add up."""

    @staticmethod
    def forward(ctx, x, axis, times):
        ctx.axis, ctx.times = axis, times
        if x.is_contiguous():
            return repeat(x, axis, times)
        return repeat(x.movedim(1, -1), axis - 1, times).movedim(-1, 1)  # channels last in memory

    @staticmethod
    def backward(ctx, grad):
        parts = grad.unflatten(ctx.axis, (-1, ctx.times)).unbind(ctx.axis + 1)
        return functools.reduce(torch.add, parts), None, None


def repeat(x: torch.Tensor, axis: int, times: int) -> torch.Tensor:
    """Each slice along an axis of x (N, C, …) that many times in a row."""
    shape = *x.shape[: axis + 1], times, *x.shape[axis + 1 :]
    return x.unsqueeze(axis + 1).expand(shape).flatten(axis, axis + 1)


class ResampleAlong(Function):
    """y[p] = Σ_l M[p, l] · x[l] along one axis, for a fixed matrix M (P, L)."""

    @staticmethod
    def forward(ctx, x, axis, matrix):
        ctx.save_for_backward(matrix)
        ctx.axis = axis
        return (x.movedim(axis, -1) @ matrix.T).movedim(-1, axis)

    @staticmethod
    def backward(ctx, grad):
        (matrix,) = ctx.saved_tensors
        return (grad.movedim(ctx.axis, -1) @ matrix).movedim(-1, ctx.axis), None, None


def nearest_matrix(length: int, places: int, scale: float | None, exact: bool) -> torch.Tensor:
    """Row p has its 1 at ⌊p · L/P⌋ or, if exact, at ⌊(p + ½) · L/P⌋, in torch's float32."""
    ratio = torch.tensor(1 / scale if scale else length / places, dtype=torch.float32)
    at = ((torch.arange(places) + (0.5 if exact else 0.0)) * ratio).floor().long()
    return torch.eye(length, dtype=torch.float64)[at.clamp_max(length - 1)]


def linear_matrix(length: int, places: int, scale: float | None, corners: bool) -> torch.Tensor:
    """Row p weighs the two pixels around p's place on the old axis.

    With aligned corners the first and last pixels keep their places; otherwise pixels are areas,
    and the centres (p + ½) · L/P − ½ are what is compared.
    """
    p = torch.arange(places, dtype=torch.float64)
    if corners:
        at = p * ((length - 1) / (places - 1)) if places > 1 else torch.zeros_like(p)
    else:
        at = ((p + 0.5) * (1 / scale if scale else length / places) - 0.5).clamp_min(0)
    left = at.floor().long().clamp_max(length - 1)
    right, share = (left + 1).clamp_max(length - 1), (at - left).clamp_max(1).unsqueeze(1)
    pixels = torch.eye(length, dtype=torch.float64)
    return (1 - share) * pixels[left] + share * pixels[right]


def interpolate(
    input: Any, size: Any = None, scale_factor: Any = None, mode: str = "nearest",
    align_corners: bool | None = None, recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:  # fmt: skip
    """A signal, picture or film (N, C, *L) with another number of pixels, as torch's interpolate.

    size: the new *L, or scale_factor: by how much it grows; a number serves all axes.
    mode: "nearest", "nearest-exact", or "linear" (N, C, L), "bilinear" (N, C, H, W), "trilinear".
    Raises ValueError for another mode or rank, or unless exactly one of the two sizes is given.
    """
    dims = max(input.ndim - 2, 1) if isinstance(input, (Tensor, torch.Tensor)) else 1
    check_pictures("interpolate", dims, input)
    check_mode(input, mode, align_corners, antialias)
    lengths = input.shape[2:]
    sizes, scales = new_sizes(lengths, size, scale_factor)
    if recompute_scale_factor:
        scales = [None] * dims
    y = input if isinstance(input, Tensor) else Tensor(input)
    for axis, (n, p, scale) in enumerate(zip(lengths, sizes, scales, strict=True), start=2):
        whole = p % n == 0 and scale in (None, p / n)
        if mode.startswith("nearest") and whole:
            y = RepeatAlong.apply(y, axis, p // n) if p > n else y
            continue
        if mode.startswith("nearest"):
            matrix = nearest_matrix(n, p, scale, mode == "nearest-exact")
        else:
            matrix = linear_matrix(n, p, scale, bool(align_corners))
        if p != n or not whole:
            y = ResampleAlong.apply(y, axis, matrix.to(dtype=y.dtype, device=y.device))
    return y


def check_mode(x: Any, mode: str, align_corners: bool | None, antialias: bool) -> None:
    """Raise ValueError for a mode or an option that interpolate does not know."""
    if mode not in LINEAR and mode not in ("nearest", "nearest-exact"):
        raise ValueError(
            f"interpolate knows mode 'nearest', 'nearest-exact', {', '.join(map(repr, LINEAR))}, "
            f"got {mode!r}"
        )
    if not 3 <= x.ndim <= 5 or x.ndim - 2 != LINEAR.get(mode, x.ndim - 2):
        wanted = f"{LINEAR[mode]} axes" if mode in LINEAR else "1 to 3 axes"
        raise ValueError(f"mode={mode!r} takes (N, C, …) with {wanted} behind the channels, got "
                         f"shape {tuple(x.shape)}")  # fmt: skip
    if align_corners is not None and mode not in LINEAR:
        raise ValueError(f"align_corners has no meaning for mode={mode!r}; leave it out")
    if antialias:
        raise ValueError("interpolate has no antialias=True; smooth with avg_pool2d first")


def new_sizes(lengths: Any, size: Any, factor: Any) -> tuple[list[int], list[Any]]:
    """(pixels, scale or None) for each axis."""
    if (size is None) == (factor is None):
        raise ValueError(f"give either size or scale_factor, got {size=} and {factor=}")
    values = factor if size is None else size
    values = list(values) if isinstance(values, (tuple, list)) else [values] * len(lengths)
    if len(values) != len(lengths):
        raise ValueError(f"interpolate takes one number per axis of {tuple(lengths)}, got {values}")
    if size is not None:
        sizes, scales = values, [None] * len(lengths)
    else:
        sizes = [math.floor(n * float(f)) for n, f in zip(lengths, values, strict=True)]
        scales = [float(f) for f in values]
    if min(sizes) < 1:
        raise ValueError(f"interpolate would give {tuple(sizes)} pixels; ask for at least one")
    return sizes, scales


class Upsample(Module):
    """More pixels (or fewer) by interpolation, as torch.nn.Upsample."""

    def __init__(
        self, size: Any = None, scale_factor: Any = None, mode: str = "nearest",
        align_corners: bool | None = None, recompute_scale_factor: bool | None = None,
    ) -> None:  # fmt: skip
        self.size, self.mode, self.align_corners = size, mode, align_corners
        if isinstance(scale_factor, tuple):
            self.scale_factor: Any = tuple(float(factor) for factor in scale_factor)
        else:
            self.scale_factor = float(scale_factor) if scale_factor else None
        self.recompute_scale_factor = recompute_scale_factor

    def forward(self, input: Any) -> Tensor:
        return interpolate(
            input, self.size, self.scale_factor, self.mode, self.align_corners,
            self.recompute_scale_factor,
        )  # fmt: skip

    def extra_repr(self) -> str:
        by_scale = self.scale_factor is not None
        amount = f"scale_factor={self.scale_factor!r}" if by_scale else f"size={self.size!r}"
        return f"{amount}, mode={self.mode!r}"


Tensor.torch_functions["interpolate"] = interpolate
