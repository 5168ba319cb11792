"""2006, Kumar Chellapilla, Sidd Puri and Patrice Simard: convolution as matrix products, in blocks
that stay in the cache (chapter 30).

The plain Convolution copies all windows of a batch into one matrix, K times the size of x, and
waits for memory. Here a few pictures at a time are copied, multiplied and forgotten. With few
channels the matrix is so narrow that the product is slow; then one row holds the pixels under a
*tile* of t neighbouring windows, the filters become a Toeplitz matrix with t shifted copies of
themselves and zeros between, and more arithmetic takes less time; a pixel that is not finite, which
times 0 is NaN, is not tiled. Source: https://hal.inria.fr/inria-00112631.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

from dlcore.autodiff import Function
from dlcore.layers.conv import Convolution, windows
from dlcore.layers.fast.finite import all_finite, may_be_seen
from dlcore.layers.product import product
from dlcore.layers.window import pad, places_of, taps

BLOCK = 2**20  # numbers in one block of columns: 4 MB, which the caches hold
BLOCK_ON_GPU = 2**26
LEAST_SHARED = 16  # channels of x from which the gradient's windows pay for both gradients


@dataclass(frozen=True)
class Tiles:
    """Where tiles of `count` neighbouring windows stand on pictures (N, *L, C)."""

    kernel: tuple[int, ...]  # of one window; a tile is wider along the last axis
    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]
    places: tuple[int, ...]
    count: int = 1

    @property
    def window(self) -> tuple[int, ...]:
        return *self.kernel[:-1], self.kernel[-1] + (self.count - 1) * self.stride[-1]

    @property
    def steps(self) -> tuple[int, ...]:
        return *self.stride[:-1], self.stride[-1] * self.count

    @property
    def tiled(self) -> tuple[int, ...]:
        """How many tiles there are along each axis."""
        return *self.places[:-1], -(-self.places[-1] // self.count)

    def padded(self, size: Any) -> list[int]:
        """L with its padding, and room for the last tile, which may hang over."""
        reach = [
            (p - 1) * s + d * (k - 1) + 1
            for p, s, d, k in zip(self.tiled, self.steps, self.dilation, self.window, strict=True)
        ]
        return [max(n + sum(p), r) for n, p, r in zip(size, self.padding, reach, strict=True)]

    def inside(self, size: Any) -> tuple[slice, ...]:
        """Where the picture lies in its padding."""
        return tuple(slice(p[0], p[0] + n) for p, n in zip(self.padding, size, strict=True))

    def frame(self, size: Any) -> list[tuple[int, int]]:
        """The padding, with the room for the last tile."""
        padded = zip(size, self.padding, self.padded(size), strict=True)
        return [(before, n - size - before) for size, (before, _), n in padded]

    def views(self, frame: torch.Tensor) -> torch.Tensor:
        """(n, C, *padded) -> (n, *tiles, *window, C), a view."""
        views = windows(frame, self.window, self.steps, self.dilation)
        for axis, places in enumerate(self.tiled, start=2):  # output_padding can make room for more
            views = views.narrow(axis, 0, places)
        return views.movedim(1, -1)

    def step(self, x: torch.Tensor) -> int:
        """How many pictures make a block: x (N, …, C) has the channels of the windows."""
        limit = BLOCK if x.device.type == "cpu" else BLOCK_ON_GPU
        numbers = math.prod((*self.tiled, *self.window)) * x.shape[-1]
        return max(1, min(len(x), limit // numbers))

    def blocks(self, x: torch.Tensor) -> Iterator[tuple[slice, torch.Tensor]]:
        """(which pictures, their columns (rows, K·C)) for x (N, *L, C), block by block."""
        size, step = x.shape[1:-1], self.step(x)
        if math.prod(self.window) == 1 and not any(map(any, self.padding)):  # pixels are columns
            seen = tuple(slice(None, None, s) for s in self.stride)
            yield slice(0, len(x)), x[(slice(None), *seen)].reshape(-1, x.shape[-1])
            return
        if torch.compiler.is_compiling():  # a compiler wants fresh tensors, and no loop
            views = self.views(pad(x.movedim(-1, 1), self.frame(size)))
            yield slice(0, len(x)), views.reshape(len(x) * math.prod(self.tiled), -1)
            return
        frame = x.new_zeros(step, *self.padded(size), x.shape[-1])
        views = self.views(frame.movedim(-1, 1))
        columns = scratch(views.shape, x)
        for start in range(0, len(x), step):
            count = min(step, len(x) - start)
            frame[(slice(0, count), *self.inside(size))] = x[start : start + count]
            columns[:count].copy_(views[:count])
            flat = columns[:count].view(count * math.prod(self.tiled), -1)
            yield slice(start, start + count), flat

    def rows(self, grad: torch.Tensor) -> torch.Tensor:
        """(n, *P, O) -> (rows, t·O): the outputs of each tile side by side."""
        spare = self.tiled[-1] * self.count - self.places[-1]
        grad = torch.constant_pad_nd(grad, [0, 0, 0, spare]) if spare else grad
        return grad.reshape(-1, self.count * grad.shape[-1])

    def outputs(self, rows: torch.Tensor) -> torch.Tensor:
        """(rows, t·O) -> (n, *P, O)."""
        along = self.tiled[-1] * self.count
        y = rows.view(-1, *self.tiled[:-1], along, rows.shape[-1] // self.count)
        return y.narrow(-2, 0, self.places[-1])

    def toeplitz(self, filters: torch.Tensor) -> torch.Tensor:
        """(*K, C, O) -> (K'·C, t·O): the filters once for each window of a tile, shifted."""
        spare = (self.count - 1) * self.stride[-1]
        shifts = [(t * self.stride[-1], spare - t * self.stride[-1]) for t in range(self.count)]
        copies = [torch.constant_pad_nd(filters, [0, 0, 0, 0, *shift]) for shift in shifts]
        return torch.stack(copies, -2).reshape(-1, self.count * filters.shape[-1])

    def from_toeplitz(self, matrix: torch.Tensor, channels: int) -> torch.Tensor:
        """(K'·C, t·O) -> (*K, C, O): what arrives at the copies of a filter adds up."""
        matrix = matrix.reshape(*self.window, channels, self.count, -1)
        filters: Any = 0
        for t in range(self.count):
            at = matrix.narrow(len(self.kernel) - 1, t * self.stride[-1], self.kernel[-1])
            filters = filters + at[..., t, :]
        return filters


class Workspace(threading.local):
    """One block's memory for each kind of number, kept from call to call, one set per thread."""

    def __init__(self) -> None:
        self.kept: dict[Any, torch.Tensor] = {}


WORKSPACE = Workspace()


def scratch(shape: Any, like: torch.Tensor) -> torch.Tensor:
    """Memory that the next call overwrites: new pages would cost as much as filling them."""
    size, kind = math.prod(shape), (like.dtype, like.device)
    if size > BLOCK or like.device.type != "cpu":
        return like.new_empty(shape)
    if kind not in WORKSPACE.kept or WORKSPACE.kept[kind].numel() < size:
        WORKSPACE.kept[kind] = like.new_empty(BLOCK)
    return WORKSPACE.kept[kind][:size].view(shape)


def tile(x: torch.Tensor, channels: int, kernel: Any, stride: Any, dilation: Any) -> int:
    """How many windows of x to a tile, as measured: many where a window has few numbers."""
    gaps = max(stride[-1], dilation[-1]) > 1
    if kernel[-1] == 1 or gaps or channels >= 32 or not (may_be_seen(x) and all_finite(x)):
        return 1
    return 8 if channels == 1 else 4 if channels <= 4 else 2


def convolve_tiles(x: torch.Tensor, tiles: Tiles, filters: torch.Tensor, bias: Any) -> torch.Tensor:
    """(N, *L, C) -> (N, *P, O) with filters (*K, C, O)."""
    y = x.new_empty(len(x), *tiles.places, filters.shape[-1])
    matrix = tiles.toeplitz(filters)
    bias = bias.repeat(tiles.count) if bias is not None else None
    for pictures, columns in tiles.blocks(x):
        y[pictures] = tiles.outputs(product(columns, matrix, bias))
    return y


def filter_gradient(x: torch.Tensor, tiles: Tiles, grad: torch.Tensor) -> torch.Tensor:
    """dL/d(filters) (*K, C, O) from x (N, *L, C) and grad (N, *P, O)."""
    total: Any = 0
    for pictures, columns in tiles.blocks(x):
        total = total + product(tiles.rows(grad[pictures]).T, columns)
    return tiles.from_toeplitz(total.T, x.shape[-1])


def both_gradients(x: torch.Tensor, back: Tiles, grad: torch.Tensor, flipped: torch.Tensor) -> Any:
    """dL/dx and dL/d(flipped filters) for stride 1: the gradient's windows serve both."""
    to_x, total = x.new_empty(x.shape), torch.zeros((), dtype=x.dtype, device=x.device)
    matrix = back.toeplitz(flipped)
    for pictures, columns in back.blocks(grad):
        to_x[pictures] = back.outputs(product(columns, matrix))
        total = total + product(back.rows(x[pictures]).T, columns)
    return to_x, back.from_toeplitz(total.T, grad.shape[-1])


def input_gradient(grad: torch.Tensor, tiles: Tiles, filters: torch.Tensor, size: Any) -> Any:
    """dL/dx (N, *L, C) for any stride: every window gives back to the pixels it saw."""
    channels = filters.shape[-2]
    to_x = grad.new_empty(len(grad), *size, channels)
    matrix, step, every = tiles.toeplitz(filters).T, tiles.step(to_x), slice(None)
    frame = grad.new_empty(step, *tiles.padded(size), channels)
    for start in range(0, len(grad), step):
        part = grad[start : start + step]
        pieces = product(tiles.rows(part), matrix)
        pieces = pieces.view(len(part), *tiles.tiled, *tiles.window, channels)
        frame.zero_()
        for offset, pixels in taps(tiles.window, tiles.steps, tiles.dilation, tiles.tiled):
            frame[(slice(0, len(part)), *pixels)] += pieces[(every, *[every] * len(size), *offset)]
        to_x[start : start + step] = frame[(slice(0, len(part)), *tiles.inside(size))]
    return to_x


def gradients(x: torch.Tensor, tiles: Tiles, filters: torch.Tensor, grad: Any, needs: Any) -> Any:
    """dL/dx (N, *L, C) and dL/d(filters) (*K, C, O), each None where it is not needed."""
    needs_x, needs_filters = needs
    size, axes = x.shape[1:-1], tuple(range(x.ndim - 2))
    back, to_x, to_filters = backwards(tiles, size, grad), None, None
    if needs_x and back:
        gapped, flipped = with_gaps(grad, tiles.stride), filters.flip(axes).mT
        if needs_filters and x.shape[-1] >= LEAST_SHARED:
            to_x, to_flipped = both_gradients(x, back, gapped, flipped)
            if not may_be_seen(x) or all_finite(to_flipped):
                return to_x, to_flipped.flip(axes).mT
        to_x = convolve_tiles(gapped, back, flipped, None)
    elif needs_x:
        to_x = input_gradient(grad, tiles, filters, size)
    if needs_filters:
        to_filters = filter_gradient(x, tiles, grad)
    return to_x, to_filters


def joined(parts: list[torch.Tensor]) -> torch.Tensor:
    """The groups' channels side by side: (N, *P, O/G) each -> (N, O, *P)."""
    return (parts[0] if len(parts) == 1 else torch.cat(parts, -1)).movedim(-1, 1)


class TiledConvolution(Function):
    """Convolution's arguments and result: im2col in blocks and tiles, group by group."""

    plain = Convolution

    @staticmethod
    def suits(x, weight, bias, stride, padding, dilation, groups) -> bool:
        return x.numel() > 0 and (groups == 1 or not torch.compiler.is_compiling())

    @staticmethod
    def forward(ctx, x, weight, bias, stride, padding, dilation, groups):
        ctx.save_for_backward(x, weight)
        kernel = tuple(weight.shape[2:])
        places = places_of(x.shape[2:], kernel, stride, padding, dilation)
        count = tile(x, weight.shape[1], kernel, stride, dilation)
        ctx.tiles = Tiles(kernel, stride, padding, dilation, places, count)
        ctx.groups = groups
        biases = [None] * groups if bias is None else bias.chunk(groups)
        filters = [w.movedim((0, 1), (-1, -2)) for w in weight.chunk(groups)]  # (*K, C/G, O/G)
        parts = [
            convolve_tiles(rows, ctx.tiles, w, b)
            for rows, w, b in zip(x.movedim(1, -1).chunk(groups, -1), filters, biases, strict=True)
        ]
        return joined(parts)

    @staticmethod
    def backward(ctx, grad):  # (N, O, *P)
        x, weight = ctx.saved_tensors
        groups, needs = ctx.groups, ctx.needs_input_grad
        grad = grad.movedim(1, -1)
        pixels, arrived = x.movedim(1, -1).chunk(groups, -1), grad.chunk(groups, -1)
        filters = [w.movedim((0, 1), (-1, -2)) for w in weight.chunk(groups)]  # (*K, C/G, O/G)
        each = zip(pixels, filters, arrived, strict=True)
        found = [gradients(rows, ctx.tiles, w, g, needs[:2]) for rows, w, g in each]
        to_x = joined([part for part, _ in found]) if needs[0] else None
        to_weight = None
        if needs[1]:
            to_weight = torch.cat([part.movedim((-1, -2), (0, 1)) for _, part in found])
        to_bias = grad.reshape(-1, grad.shape[-1]).sum(0) if needs[2] else None
        return to_x, to_weight, to_bias, None, None, None, None


def backwards(tiles: Tiles, size: Any, grad: torch.Tensor) -> Tiles | None:
    """The windows of grad (N, *P, O) through which a pixel of x looks back; None with gaps."""
    reach = [d * (k - 1) for k, d in zip(tiles.kernel, tiles.dilation, strict=True)]
    length = [(p - 1) * s + 1 for p, s in zip(tiles.places, tiles.stride, strict=True)]
    padding = tuple(
        (r - before, n - m + before)
        for r, n, m, (before, _) in zip(reach, size, length, tiles.padding, strict=True)
    )
    gaps = max(tiles.stride) > 1 or min(map(min, padding)) < 0
    if gaps and not torch.compiler.is_compiling():
        return None
    ones = (1,) * len(size)
    count = tile(grad, grad.shape[-1], tiles.kernel, ones, tiles.dilation)
    return Tiles(tiles.kernel, ones, padding, tiles.dilation, tuple(size), count)


def with_gaps(x: torch.Tensor, stride: Any) -> torch.Tensor:
    """(N, *P, C) with stride − 1 zeros between neighbours."""
    for axis, step in enumerate(stride, start=1):
        if step > 1:
            before, places, behind = x.shape[:axis], x.shape[axis], x.shape[axis + 1 :]
            zeros = x.new_zeros(*before, places, step - 1, *behind)
            x = torch.cat([x.unsqueeze(axis + 1), zeros], axis + 1)
            x = x.reshape(*before, places * step, *behind).narrow(axis, 0, (places - 1) * step + 1)
    return x
