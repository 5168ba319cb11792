"""1986, Rumelhart, Hinton and Williams: the fully connected layer (chapter 3)."""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore.autodiff import Function, Tensor
from dlcore.layers.check import (
    check_parameter,
    check_same_kind,
    check_sizes,
    check_tensor,
    check_width,
)
from dlcore.layers.module import Module, Parameter
from dlcore.layers.product import product


class LinearMap(Function):
    """y = x Wᵀ + b.   x (…, I)   W (O, I)   b (O,) or None   y (…, O)"""

    @staticmethod
    def forward(ctx, x, weight, bias):
        rows = as_rows(x)
        ctx.save_for_backward(rows, weight)
        return from_rows(product(rows, weight.T, bias), x)

    @staticmethod
    def backward(ctx, grad):  # (…, O)
        rows, weight = ctx.saved_tensors
        to_x, to_weight, to_bias = ctx.needs_input_grad
        over = as_rows(grad)
        return (
            from_rows(product(over, weight), grad) if to_x else None,
            product(over.T, rows) if to_weight else None,
            over.sum(0) if to_bias else None,
        )


def as_rows(x: torch.Tensor) -> torch.Tensor:
    """x (…, n) as (R, n): all axes but the last are one batch."""
    return x if x.ndim == 2 else x.reshape(-1, x.shape[-1])


def from_rows(y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """y (R, m) as (…, m), where R are the rows of x (…, n)."""
    return y if x.ndim == 2 else y.view(*x.shape[:-1], y.shape[-1])


def linear(input: Any, weight: Any, bias: Any = None) -> Tensor:
    """input Wᵀ + b over the last axis. Raises ValueError where its length is not W's width."""
    check_tensor("linear", input, weight)
    if not input.ndim or weight.ndim != 2 or input.shape[-1] != weight.shape[1]:
        raise ValueError(
            f"linear takes input (…, I) and weight (O, I), got shapes {tuple(input.shape)} and "
            f"{tuple(weight.shape)}"
        )
    check_same_kind("linear", input, weight)
    check_parameter("linear", input, bias, weight.shape[:1])
    return LinearMap.apply(input, weight, bias)


class Linear(Module):
    """y = x Wᵀ + b, as torch.nn.Linear.

    x (…, in_features), weight (out_features, in_features), bias (out_features,),
    y (…, out_features). Weights and biases start uniform in ±1/√in_features, torch's choice.
    Raises ValueError for another number of features, TypeError for another dtype.
    """

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, device: Any = None,
        dtype: Any = None,
    ) -> None:  # fmt: skip
        check_sizes("Linear", in_features=in_features, out_features=out_features)
        self.in_features, self.out_features = in_features, out_features
        bound = 1 / math.sqrt(in_features)
        like: dict[str, Any] = {"device": device, "dtype": dtype}
        weight = torch.empty(out_features, in_features, **like)
        self.weight = Parameter(weight.uniform_(-bound, bound))
        self.bias: Any = None
        if bias:
            self.bias = Parameter(torch.empty(out_features, **like).uniform_(-bound, bound))

    def forward(self, input: Any) -> Tensor:
        check_width(self, input, self.in_features, "in_features", self.weight)
        return LinearMap.apply(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


Tensor.torch_functions["linear"] = linear
