"""1970, Seppo Linnainmaa: x + y, x @ y, x[0], x == y (chapter 3).

A method is written here with its arguments, and calls the function of TORCH_NAMES that answers
for torch.<name>(Tensor): one function, two ways to write it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlcore.autodiff.torch_names import TORCH_NAMES

if TYPE_CHECKING:
    from dlcore.autodiff.tensor import Tensor


class Operators:
    """Python's operators on Tensors; comparisons give plain torch tensors."""

    __slots__ = ()
    __hash__ = object.__hash__  # == compares numbers, a dict asks for the box

    def __add__(self, other: Any) -> Tensor:
        return TORCH_NAMES["add"](self, other)

    def __radd__(self, other: Any) -> Tensor:
        return TORCH_NAMES["add"](other, self)

    def __sub__(self, other: Any) -> Tensor:
        return TORCH_NAMES["sub"](self, other)

    def __rsub__(self, other: Any) -> Tensor:
        return TORCH_NAMES["sub"](other, self)

    def __mul__(self, other: Any) -> Tensor:
        return TORCH_NAMES["mul"](self, other)

    def __rmul__(self, other: Any) -> Tensor:
        return TORCH_NAMES["mul"](other, self)

    def __truediv__(self, other: Any) -> Tensor:
        return TORCH_NAMES["div"](self, other)

    def __rtruediv__(self, other: Any) -> Tensor:
        return TORCH_NAMES["div"](other, self)

    def __matmul__(self, other: Any) -> Tensor:
        return TORCH_NAMES["matmul"](self, other)

    def __rmatmul__(self, other: Any) -> Tensor:
        return TORCH_NAMES["matmul"](other, self)

    def __floordiv__(self, other: Any) -> Tensor:
        return TORCH_NAMES["floor_divide"](self, other)

    def __rfloordiv__(self, other: Any) -> Tensor:
        return TORCH_NAMES["floor_divide"](other, self)

    def __mod__(self, other: Any) -> Tensor:
        return TORCH_NAMES["remainder"](self, other)

    def __rmod__(self, other: Any) -> Tensor:
        return TORCH_NAMES["remainder"](other, self)

    def __pow__(self, other: Any) -> Tensor:
        return TORCH_NAMES["pow"](self, other)

    def __rpow__(self, other: Any) -> Tensor:
        return TORCH_NAMES["pow"](other, self)

    def __iadd__(self, other: Any) -> Tensor:
        return TORCH_NAMES["become"](self, TORCH_NAMES["add"](self, other), "add_")

    def __isub__(self, other: Any) -> Tensor:
        return TORCH_NAMES["become"](self, TORCH_NAMES["sub"](self, other), "sub_")

    def __imul__(self, other: Any) -> Tensor:
        return TORCH_NAMES["become"](self, TORCH_NAMES["mul"](self, other), "mul_")

    def __itruediv__(self, other: Any) -> Tensor:
        return TORCH_NAMES["become"](self, TORCH_NAMES["div"](self, other), "div_")

    def __ipow__(self, other: Any) -> Tensor:
        return TORCH_NAMES["become"](self, TORCH_NAMES["pow"](self, other), "pow_")

    def __neg__(self) -> Tensor:
        return TORCH_NAMES["neg"](self)

    def __abs__(self) -> Tensor:
        return TORCH_NAMES["abs"](self)

    def __pos__(self) -> Any:
        return self

    def __eq__(self, other: Any) -> Any:
        return TORCH_NAMES["eq"](self, other)

    def __ne__(self, other: Any) -> Any:
        return TORCH_NAMES["ne"](self, other)

    def __lt__(self, other: Any) -> Any:
        return TORCH_NAMES["lt"](self, other)

    def __le__(self, other: Any) -> Any:
        return TORCH_NAMES["le"](self, other)

    def __gt__(self, other: Any) -> Any:
        return TORCH_NAMES["gt"](self, other)

    def __ge__(self, other: Any) -> Any:
        return TORCH_NAMES["ge"](self, other)

    def __getitem__(self, key: Any) -> Tensor:
        return TORCH_NAMES["getitem"](self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        """Inside no_grad() only: elsewhere a backward pass may need the numbers."""
        TORCH_NAMES["assign"](self, key, value)
