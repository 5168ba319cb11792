"""1970, Seppo Linnainmaa: x.exp(), x.clamp(0), x.matmul(y): methods that compute (chapter 3).

A method is written here with its arguments, and calls the function of TORCH_NAMES that answers
for torch.<name>(Tensor): one function, two ways to write it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlcore.autodiff.operators import Operators
from dlcore.autodiff.torch_names import TORCH_NAMES

if TYPE_CHECKING:
    import torch

    from dlcore.autodiff.tensor import Tensor


class Computation(Operators):
    """Methods that compute number by number, and products."""

    __slots__ = ()

    def add(self, other: Any) -> Tensor:
        """self + other."""
        return TORCH_NAMES["add"](self, other)

    def sub(self, other: Any) -> Tensor:
        """self − other."""
        return TORCH_NAMES["sub"](self, other)

    def mul(self, other: Any) -> Tensor:
        """self · other, number by number."""
        return TORCH_NAMES["mul"](self, other)

    def div(self, other: Any) -> Tensor:
        """self / other."""
        return TORCH_NAMES["div"](self, other)

    def pow(self, exponent: Any) -> Tensor:
        """self to this power, a number's or a tensor's."""
        return TORCH_NAMES["pow"](self, exponent)

    def neg(self) -> Tensor:
        """−self."""
        return TORCH_NAMES["neg"](self)

    def abs(self) -> Tensor:
        """The distance of each number from 0; at 0 its slope is 0."""
        return TORCH_NAMES["abs"](self)

    def exp(self) -> Tensor:
        """e to the power of each number."""
        return TORCH_NAMES["exp"](self)

    def expm1(self) -> Tensor:
        """exp(x) − 1, exact for small numbers."""
        return TORCH_NAMES["expm1"](self)

    def log(self) -> Tensor:
        """The natural logarithm."""
        return TORCH_NAMES["log"](self)

    def log1p(self) -> Tensor:
        """log(1 + x), exact for small numbers."""
        return TORCH_NAMES["log1p"](self)

    def log2(self) -> Tensor:
        """The logarithm to base 2."""
        return TORCH_NAMES["log2"](self)

    def log10(self) -> Tensor:
        """The logarithm to base 10."""
        return TORCH_NAMES["log10"](self)

    def sqrt(self) -> Tensor:
        """The square root."""
        return TORCH_NAMES["sqrt"](self)

    def rsqrt(self) -> Tensor:
        """1 / √x."""
        return TORCH_NAMES["rsqrt"](self)

    def square(self) -> Tensor:
        """x²."""
        return TORCH_NAMES["square"](self)

    def reciprocal(self) -> Tensor:
        """1 / x."""
        return TORCH_NAMES["reciprocal"](self)

    def sin(self) -> Tensor:
        """The sine."""
        return TORCH_NAMES["sin"](self)

    def cos(self) -> Tensor:
        """The cosine."""
        return TORCH_NAMES["cos"](self)

    def tan(self) -> Tensor:
        """The tangent."""
        return TORCH_NAMES["tan"](self)

    def asin(self) -> Tensor:
        """The angle whose sine this is."""
        return TORCH_NAMES["asin"](self)

    def acos(self) -> Tensor:
        """The angle whose cosine this is."""
        return TORCH_NAMES["acos"](self)

    def atan(self) -> Tensor:
        """The angle whose tangent this is."""
        return TORCH_NAMES["atan"](self)

    def sinh(self) -> Tensor:
        """The hyperbolic sine."""
        return TORCH_NAMES["sinh"](self)

    def cosh(self) -> Tensor:
        """The hyperbolic cosine."""
        return TORCH_NAMES["cosh"](self)

    def tanh(self) -> Tensor:
        """The hyperbolic tangent."""
        return TORCH_NAMES["tanh"](self)

    def erf(self) -> Tensor:
        """The error function."""
        return TORCH_NAMES["erf"](self)

    def sigmoid(self) -> Tensor:
        """1 / (1 + e⁻ˣ)."""
        return TORCH_NAMES["sigmoid"](self)

    def relu(self) -> Tensor:
        """max(x, 0)."""
        return TORCH_NAMES["relu"](self)

    def sign(self) -> Tensor:
        """−1, 0 or 1; its slope is 0."""
        return TORCH_NAMES["sign"](self)

    def floor(self) -> Tensor:
        """The next whole number below; its slope is 0."""
        return TORCH_NAMES["floor"](self)

    def ceil(self) -> Tensor:
        """The next whole number above; its slope is 0."""
        return TORCH_NAMES["ceil"](self)

    def round(self) -> Tensor:
        """The nearest whole number; its slope is 0."""
        return TORCH_NAMES["round"](self)

    def trunc(self) -> Tensor:
        """The whole part; its slope is 0."""
        return TORCH_NAMES["trunc"](self)

    def floor_divide(self, other: Any) -> Tensor:
        """⌊self / other⌋."""
        return TORCH_NAMES["floor_divide"](self, other)

    def remainder(self, other: Any) -> Tensor:
        """self − other · ⌊self / other⌋."""
        return TORCH_NAMES["remainder"](self, other)

    def clamp(self, min: Any = None, max: Any = None) -> Tensor:
        """Each number held between two bounds."""
        return TORCH_NAMES["clamp"](self, min, max)

    def maximum(self, other: Any) -> Tensor:
        """The larger of two numbers, place by place; of equal ones each gets half the slope."""
        return TORCH_NAMES["maximum"](self, other)

    def minimum(self, other: Any) -> Tensor:
        """The smaller of two numbers, place by place."""
        return TORCH_NAMES["minimum"](self, other)

    def masked_fill(self, mask: Any, value: Any) -> Tensor:
        """`value` where the mask is true, self elsewhere."""
        return TORCH_NAMES["masked_fill"](self, mask, value)

    def matmul(self, other: Any) -> Tensor:
        """self @ other. Raises ValueError where the inner lengths differ."""
        return TORCH_NAMES["matmul"](self, other)

    def mm(self, other: Any) -> Tensor:
        """The product of two matrices, (A, I) and (I, B)."""
        return TORCH_NAMES["mm"](self, other)

    def mv(self, other: Any) -> Tensor:
        """A matrix (A, I) times a vector (I,)."""
        return TORCH_NAMES["mv"](self, other)

    def dot(self, other: Any) -> Tensor:
        """Σ xᵢ yᵢ of two vectors (I,)."""
        return TORCH_NAMES["dot"](self, other)

    def outer(self, other: Any) -> Tensor:
        """All products of two vectors: (A,) and (B,) give (A, B)."""
        return TORCH_NAMES["outer"](self, other)

    def clamp_min(self, min: Any) -> Tensor:
        """Each number, but none smaller than min."""
        return TORCH_NAMES["clamp_min"](self, min)

    def clamp_max(self, max: Any) -> Tensor:
        """Each number, but none larger than max."""
        return TORCH_NAMES["clamp_max"](self, max)

    def logaddexp(self, other: Any) -> Tensor:
        """log(eˣ + eʸ), without overflow."""
        return TORCH_NAMES["logaddexp"](self, other)

    def xlogy(self, other: Any) -> Tensor:
        """x log y, which is 0 where x is."""
        return TORCH_NAMES["xlogy"](self, other)

    def addcmul(self, a: Any, b: Any, value: Any = 1) -> Tensor:
        """self + value · a · b."""
        return TORCH_NAMES["addcmul"](self, a, b, value)

    def addmm(self, a: Any, b: Any) -> Tensor:
        """self + a @ b."""
        return TORCH_NAMES["addmm"](self, a, b)

    def bmm(self, other: Any) -> Tensor:
        """The products of two batches of matrices."""
        return TORCH_NAMES["matmul"](self, other)

    def where(self, condition: Any, other: Any) -> Tensor:
        """x where the condition holds, else other."""
        return TORCH_NAMES["where"](condition, self, other)

    def eq(self, other: Any) -> torch.Tensor:
        """Where x == other: booleans."""
        return TORCH_NAMES["eq"](self, other)

    def ne(self, other: Any) -> torch.Tensor:
        """Where x ≠ other."""
        return TORCH_NAMES["ne"](self, other)

    def lt(self, other: Any) -> torch.Tensor:
        """Where x < other."""
        return TORCH_NAMES["lt"](self, other)

    def le(self, other: Any) -> torch.Tensor:
        """Where x ≤ other."""
        return TORCH_NAMES["le"](self, other)

    def gt(self, other: Any) -> torch.Tensor:
        """Where x > other."""
        return TORCH_NAMES["gt"](self, other)

    def ge(self, other: Any) -> torch.Tensor:
        """Where x ≥ other."""
        return TORCH_NAMES["ge"](self, other)

    # torch's second names
    clip, multiply, divide, subtract = clamp, mul, div, sub
    negative, absolute = neg, abs
