"""2017, Adam Paszke and others: new numbers like those of another tensor (chapter 3).

Names, arguments and results are torch's; what is made has no history.
"""

from __future__ import annotations

from typing import Any

import torch

from dlcore.autodiff.functional import plain
from dlcore.autodiff.tensor import Tensor

LIKE = ("zeros_like", "ones_like", "full_like", "empty_like", "rand_like", "randn_like")
NEW = ("new_zeros", "new_ones", "new_full", "new_empty", "new_tensor")


def like(name: str) -> Any:
    """torch.zeros_like(x) and its kin: a Tensor of x's shape, dtype and device."""
    make = getattr(torch, name)

    def create(x: Any, *args: Any, requires_grad: bool = False, **options: Any) -> Tensor:
        return Tensor(make(plain(x), *args, **options), requires_grad)

    create.__name__ = name
    create.__doc__ = f"torch.{name}, in a Tensor without history."
    return create


def new(name: str) -> Any:
    """x.new_zeros(2, 3) and its kin: a Tensor of another shape, of x's dtype and device."""

    def create(x: Tensor, *args: Any, requires_grad: bool = False, **options: Any) -> Tensor:
        return Tensor(getattr(x.data, name)(*args, **options), requires_grad)

    create.__name__ = name
    create.__doc__ = f"torch.Tensor.{name}, in a Tensor without history."
    return create
