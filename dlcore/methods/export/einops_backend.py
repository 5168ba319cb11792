"""2018, Alex Rogozhnikov: axes by their names, on Tensors (chapter 17).

A. Rogozhnikov, Einops: clear and reliable tensor manipulations with Einstein-like notation (ICLR
2022), https://openreview.net/forum?id=oapKSVM2bcj. The package einops asks each class of this kind
whether it knows a tensor; from `import dlcore.methods.export.einops_backend` on,

    rearrange(x, "n t (h d) -> n h t d", h=4)

takes a Tensor, and so do reduce, repeat, einsum, pack and unpack. Its layers for torch.nn do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from einops._backends import AbstractBackend

from dlcore.autodiff import Tensor
from dlcore.autodiff import functional as f


class TensorBackend(AbstractBackend):
    """What einops asks of tensors, answered with dlcore's steps, which have their gradients."""

    framework_name = "dlcore"

    def is_appropriate_type(self, tensor: Any) -> bool:
        """Whether this class answers for the tensor."""
        return isinstance(tensor, Tensor)

    def transpose(self, x: Tensor, axes: Sequence[int]) -> Tensor:
        """All axes in another order."""
        return f.permute(x, *axes)

    def reduce(self, x: Tensor, operation: str, axes: Sequence[int]) -> Tensor:
        """Axes put together. Raises NotImplementedError for what has no gradient."""
        one_at_once = {"min": "amin", "max": "amax"}.get(operation, operation)
        if one_at_once in ("amin", "amax", "sum", "mean"):
            return getattr(x, one_at_once)(tuple(axes))
        if operation != "prod":
            raise NotImplementedError(f"reduce on Tensors knows no {operation!r}: take x.data")
        for axis in sorted(axes, reverse=True):
            x = x.prod(axis)
        return x

    def stack_on_zeroth_dimension(self, tensors: list[Tensor]) -> Tensor:
        """Side by side along a new first axis."""
        return f.stack(tensors)

    def add_axis(self, x: Tensor, new_position: int) -> Tensor:
        """One more axis, of length 1."""
        return f.unsqueeze(x, new_position)

    def tile(self, x: Tensor, repeats: Sequence[int]) -> Tensor:
        """So many copies along each axis."""
        return x.repeat(*repeats)

    def concat(self, tensors: list[Tensor], axis: int) -> Tensor:
        """One behind the other."""
        return f.cat(tensors, axis)

    def is_float_type(self, x: Tensor) -> bool:
        """Whether a mean makes sense."""
        return x.dtype.is_floating_point

    def einsum(self, pattern: str, *tensors: Any) -> Tensor:
        """A sum of products."""
        return f.einsum(pattern, *tensors)

    def arange(self, start: int, stop: int) -> Tensor:
        """start, start + 1, … below stop."""
        return Tensor(torch.arange(start, stop))
