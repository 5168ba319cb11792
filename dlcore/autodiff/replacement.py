"""2017, Adam Paszke and others: x.fill_(0), x.double(), x.isnan(): other methods (chapter 3).

A method is written here with its arguments, and calls the function of TORCH_NAMES that answers
for torch.<name>(Tensor): one function, two ways to write it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from dlcore.autodiff.arrangement import Arrangement
from dlcore.autodiff.torch_names import TORCH_NAMES

if TYPE_CHECKING:
    from dlcore.autodiff.tensor import Tensor


class Replacement(Arrangement):
    """Methods that change numbers in place, give them another type, or ask about them."""

    __slots__ = ()

    def add_(self, other: Any) -> Tensor:
        """Now self + other."""
        return TORCH_NAMES["become"](self, self.add(other), "add_")

    def sub_(self, other: Any) -> Tensor:
        """Now self − other."""
        return TORCH_NAMES["become"](self, self.sub(other), "sub_")

    def mul_(self, other: Any) -> Tensor:
        """Now self · other, element by element."""
        return TORCH_NAMES["become"](self, self.mul(other), "mul_")

    def div_(self, other: Any) -> Tensor:
        """Now self / other, element by element."""
        return TORCH_NAMES["become"](self, self.div(other), "div_")

    def pow_(self, exponent: Any) -> Tensor:
        """Now self to the power of the exponent."""
        return TORCH_NAMES["become"](self, self.pow(exponent), "pow_")

    def neg_(self) -> Tensor:
        """Now −self."""
        return TORCH_NAMES["become"](self, self.neg(), "neg_")

    def abs_(self) -> Tensor:
        """Now |self|."""
        return TORCH_NAMES["become"](self, self.abs(), "abs_")

    def exp_(self) -> Tensor:
        """Now eˣ."""
        return TORCH_NAMES["become"](self, self.exp(), "exp_")

    def log_(self) -> Tensor:
        """Now the natural logarithm."""
        return TORCH_NAMES["become"](self, self.log(), "log_")

    def sqrt_(self) -> Tensor:
        """Now the square root."""
        return TORCH_NAMES["become"](self, self.sqrt(), "sqrt_")

    def clamp_(self, min: Any = None, max: Any = None) -> Tensor:
        """Now no smaller than min and no larger than max."""
        return TORCH_NAMES["become"](self, self.clamp(min, max), "clamp_")

    def masked_fill_(self, mask: Any, value: Any) -> Tensor:
        """Now the value wherever the mask is True."""
        return TORCH_NAMES["become"](self, self.masked_fill(mask, value), "masked_fill_")

    def round_(self) -> Tensor:
        """Now the nearest whole numbers."""
        return TORCH_NAMES["become"](self, self.round(), "round_")

    def floor_(self) -> Tensor:
        """Now the next whole numbers below."""
        return TORCH_NAMES["become"](self, self.floor(), "floor_")

    def clamp_min_(self, min: Any) -> Tensor:
        """Now no smaller than min."""
        return TORCH_NAMES["become"](self, self.clamp_min(min), "clamp_min_")

    def clamp_max_(self, max: Any) -> Tensor:
        """Now no larger than max."""
        return TORCH_NAMES["become"](self, self.clamp_max(max), "clamp_max_")

    def addcmul_(self, a: Any, b: Any, value: Any = 1) -> Tensor:
        """Now self + value · tensor1 · tensor2."""
        return TORCH_NAMES["become"](self, self.addcmul(a, b, value), "addcmul_")

    def scatter_(self, dim: Any, index: Any, src: Any, reduce: Any = None) -> Tensor:
        """Now with src at the places that index names along `dim`."""
        return TORCH_NAMES["become"](self, self.scatter(dim, index, src, reduce), "scatter_")

    def scatter_add_(self, dim: Any, index: Any, src: Any) -> Tensor:
        """Now with src added at the places that index names along `dim`."""
        return TORCH_NAMES["become"](self, self.scatter_add(dim, index, src), "scatter_add_")

    def index_add_(self, dim: Any, index: Any, source: Any) -> Tensor:
        """Now with the slices of source added to the slices that index names."""
        return TORCH_NAMES["become"](self, self.index_add(dim, index, source), "index_add_")

    def index_put_(self, indices: Any, values: Any) -> Tensor:
        """Now with the values where the index tensors say."""
        return TORCH_NAMES["become"](self, self.index_put(indices, values), "index_put_")

    def sigmoid_(self) -> Tensor:
        """Now the sigmoid."""
        return TORCH_NAMES["become"](self, self.sigmoid(), "sigmoid_")

    def tanh_(self) -> Tensor:
        """Now the hyperbolic tangent."""
        return TORCH_NAMES["become"](self, self.tanh(), "tanh_")

    def relu_(self) -> Tensor:
        """Now 0 where it was negative."""
        return TORCH_NAMES["become"](self, self.relu(), "relu_")

    def copy_(self, src: Any, non_blocking: Any = False) -> Tensor:
        """The numbers of src, broadcast to this shape, in place."""
        return TORCH_NAMES["copy_"](self, src, non_blocking)

    def zero_(self) -> Tensor:
        """Only zeros from now on."""
        return TORCH_NAMES["zero_"](self)

    def fill_(self, value: Any) -> Tensor:
        """Only this number from now on."""
        return TORCH_NAMES["fill_"](self, value)

    def normal_(self, mean: Any = 0.0, std: Any = 1.0, *, generator: Any = None) -> Tensor:
        """Drawn anew from a normal distribution."""
        return TORCH_NAMES["normal_"](self, mean, std, generator=generator)

    def uniform_(self, from_: Any = 0.0, to: Any = 1.0, *, generator: Any = None) -> Tensor:
        """Drawn anew, evenly between two bounds."""
        return TORCH_NAMES["uniform_"](self, from_, to, generator=generator)

    def bernoulli_(self, p: Any = 0.5, *, generator: Any = None) -> Tensor:
        """Ones with this probability, else zeros."""
        return TORCH_NAMES["bernoulli_"](self, p, generator=generator)

    def exponential_(self, lambd: Any = 1.0, *, generator: Any = None) -> Tensor:
        """Drawn anew from an exponential distribution."""
        return TORCH_NAMES["exponential_"](self, lambd, generator=generator)

    def float(self) -> Tensor:
        """In float32."""
        return TORCH_NAMES["to"](self, torch.float32)

    def double(self) -> Tensor:
        """In float64."""
        return TORCH_NAMES["to"](self, torch.float64)

    def bfloat16(self) -> Tensor:
        """In bfloat16."""
        return TORCH_NAMES["to"](self, torch.bfloat16)

    def long(self) -> Tensor:
        """Whole numbers of 64 bits, which have no gradient."""
        return TORCH_NAMES["without_gradient"](self, torch.int64)

    def int(self) -> Tensor:
        """Whole numbers of 32 bits, which have no gradient."""
        return TORCH_NAMES["without_gradient"](self, torch.int32)

    def bool(self) -> Tensor:
        """Whether each number is not 0."""
        return TORCH_NAMES["without_gradient"](self, torch.bool)

    def cpu(self) -> Tensor:
        """On the processor."""
        return TORCH_NAMES["to"](self, "cpu")

    def cuda(self) -> Tensor:
        """On the GPU."""
        return TORCH_NAMES["to"](self, "cuda")

    def type_as(self, other: Any) -> Tensor:
        """In the dtype and on the device of another tensor."""
        return TORCH_NAMES["to"](self, other)

    def new_zeros(self, *size: Any, **options: Any) -> Tensor:
        """A Tensor of zeros with this dtype and device."""
        return TORCH_NAMES["new_zeros"](self, *size, **options)

    def new_ones(self, *size: Any, **options: Any) -> Tensor:
        """A Tensor of ones with this dtype and device."""
        return TORCH_NAMES["new_ones"](self, *size, **options)

    def new_full(self, *size: Any, **options: Any) -> Tensor:
        """A Tensor full of one number, with this dtype and device."""
        return TORCH_NAMES["new_full"](self, *size, **options)

    def new_empty(self, *size: Any, **options: Any) -> Tensor:
        """A Tensor with this dtype and device, its numbers left open."""
        return TORCH_NAMES["new_empty"](self, *size, **options)

    def new_tensor(self, *data: Any, **options: Any) -> Tensor:
        """A Tensor of these numbers, with this dtype and device."""
        return TORCH_NAMES["new_tensor"](self, *data, **options)

    def argmax(self, dim: Any = None, keepdim: Any = False) -> Any:
        """Where the largest number is."""
        return TORCH_NAMES["argmax"](self, dim, keepdim)

    def argmin(self, dim: Any = None, keepdim: Any = False) -> Any:
        """Where the smallest number is."""
        return TORCH_NAMES["argmin"](self, dim, keepdim)

    def argsort(self, *args: Any, **options: Any) -> Any:
        """The places in the order of their numbers."""
        return TORCH_NAMES["argsort"](self, *args, **options)

    def isnan(self) -> Any:
        """Which numbers are NaN."""
        return TORCH_NAMES["isnan"](self)

    def isfinite(self) -> Any:
        """Which numbers are neither NaN nor infinite."""
        return TORCH_NAMES["isfinite"](self)

    def isinf(self) -> Any:
        """Which numbers are infinite."""
        return TORCH_NAMES["isinf"](self)

    def is_complex(self) -> Any:
        """Whether the numbers are complex."""
        return TORCH_NAMES["is_complex"](self)

    def is_floating_point(self) -> Any:
        """Whether the numbers are floating-point ones."""
        return TORCH_NAMES["is_floating_point"](self)

    def nonzero(self, *args: Any, **options: Any) -> Any:
        """The places of all numbers but 0."""
        return TORCH_NAMES["nonzero"](self, *args, **options)

    def count_nonzero(self, *args: Any, **options: Any) -> Any:
        """How many numbers are not 0."""
        return TORCH_NAMES["count_nonzero"](self, *args, **options)

    def any(self, *args: Any, **options: Any) -> Any:
        """Whether some number is not 0."""
        return TORCH_NAMES["any"](self, *args, **options)

    def all(self, *args: Any, **options: Any) -> Any:
        """Whether no number is 0."""
        return TORCH_NAMES["all"](self, *args, **options)

    def equal(self, other: Any) -> Any:
        """Whether shape and all numbers are the same."""
        return TORCH_NAMES["equal"](self, other)

    def allclose(self, other: Any, **options: Any) -> Any:
        """Whether all numbers are about the same."""
        return TORCH_NAMES["allclose"](self, other, **options)

    def isclose(self, other: Any, **options: Any) -> Any:
        """Which numbers are about the same."""
        return TORCH_NAMES["isclose"](self, other, **options)

    def logical_not(self) -> Any:
        """Which numbers are 0."""
        return TORCH_NAMES["logical_not"](self)

    def logical_and(self, other: Any) -> Any:
        """Which numbers are both not 0."""
        return TORCH_NAMES["logical_and"](self, other)

    def logical_or(self, other: Any) -> Any:
        """Which numbers are not both 0."""
        return TORCH_NAMES["logical_or"](self, other)

    def multinomial(self, *args: Any, **options: Any) -> Any:
        """Indices drawn with these weights."""
        return TORCH_NAMES["multinomial"](self, *args, **options)

    def bernoulli(self, *args: Any, **options: Any) -> Any:
        """Ones drawn with these probabilities, else zeros."""
        return TORCH_NAMES["bernoulli"](self, *args, **options)

    def bincount(self, *args: Any, **options: Any) -> Any:
        """How often each whole number occurs."""
        return TORCH_NAMES["bincount"](self, *args, **options)

    def stride(self, *dim: Any) -> Any:
        """How far apart in memory neighbours along each axis lie."""
        return TORCH_NAMES["stride"](self, *dim)

    def is_contiguous(self) -> Any:
        """Whether the numbers lie one after the other in memory."""
        return TORCH_NAMES["is_contiguous"](self)
