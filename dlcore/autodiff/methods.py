"""1970, Seppo Linnainmaa: x + y, x.sum(), torch.exp(x): the ways to write a step (chapter 3)."""

from __future__ import annotations

import operator
from typing import Any

import torch

from dlcore.autodiff import functional as f
from dlcore.autodiff import statistics
from dlcore.autodiff.tensor import Tensor

METHODS = [
    "pow", "matmul", "maximum", "minimum", "masked_fill", "exp", "log", "sqrt", "abs", "sin", "cos",
    "square", "clamp", "sum", "mean", "amax", "amin", "argmax", "reshape", "flatten",
    "permute", "transpose", "unsqueeze", "squeeze", "expand", "gather", "split", "chunk", "flip",
    "cumsum", "tril", "to", "rsqrt", "clone", "contiguous", "repeat", "unbind",
    "add", "sub", "mul", "div", "neg",
]  # fmt: skip
STATISTICS = ["var", "std", "norm", "prod", "topk"]
PLAIN = ("multinomial", "argsort", "isnan", "isfinite")  # no gradient: torch's own, on the numbers
OPERATORS = {"add": f.add, "sub": f.sub, "mul": f.mul, "truediv": f.div, "matmul": f.matmul}
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")


def attach() -> None:
    """Give Tensor its operators and methods, and torch's functions their dlcore form."""
    for room, names in ((f, METHODS), (statistics, STATISTICS)):
        for name in names:
            setattr(Tensor, name, getattr(room, name))
            Tensor.torch_functions[name] = getattr(room, name)
    for name in ("cat", "stack", "where", "einsum"):
        Tensor.torch_functions[name] = getattr(f, name)
    Tensor.torch_functions["bmm"] = f.matmul
    for name in PLAIN:
        setattr(Tensor, name, on_numbers(getattr(torch, name)))
        Tensor.torch_functions[name] = on_numbers(getattr(torch, name))
    for name, function in OPERATORS.items():
        setattr(Tensor, f"__{name}__", function)
        setattr(Tensor, f"__r{name}__", swapped(function))
        Tensor.torch_functions[f"__{name}__"] = function  # torch_tensor + Tensor
        Tensor.torch_functions[f"__r{name}__"] = swapped(function)  # as a compiler may call it
    Tensor.torch_functions["__rdiv__"] = swapped(f.div)
    for name in COMPARISONS:
        setattr(Tensor, f"__{name}__", compared(getattr(operator, name)))
        Tensor.torch_functions[name] = Tensor.torch_functions[f"__{name}__"] = compared(
            getattr(operator, name)
        )
    own = {"neg": f.neg, "pow": f.pow, "rpow": swapped(f.pow), "abs": f.abs, "getitem": f.getitem}
    for name, function in own.items():
        setattr(Tensor, f"__{name}__", function)
    Tensor.torch_functions["__rpow__"] = swapped(f.pow)
    setattr(Tensor, "__pos__", lambda x: x)  # noqa: B010
    setattr(Tensor, "__setitem__", refuse_assignment)  # noqa: B010
    setattr(Tensor, "view", f.reshape)  # noqa: B010
    setattr(Tensor, "max", maximum_of)  # noqa: B010
    setattr(Tensor, "min", minimum_of)  # noqa: B010
    setattr(Tensor, "T", property(transposed))  # noqa: B010
    setattr(Tensor, "mT", property(lambda x: f.transpose(x, -1, -2)))  # noqa: B010
    for name, dtype in {"float": torch.float32, "double": torch.float64}.items():
        setattr(Tensor, name, lambda x, dtype=dtype: f.to(x, dtype))
    setattr(Tensor, "cpu", lambda x: f.to(x, "cpu"))  # noqa: B010


def swapped(function: Any) -> Any:
    """The operator as Python calls it on the right-hand operand."""
    return lambda right, left: function(left, right)


def compared(comparison: Any) -> Any:
    """A comparison: its result is a plain torch tensor, since it has no gradient."""
    return lambda a, b: comparison(f.plain(a), f.plain(b))


def refuse_assignment(x: Tensor, key: Any, value: Any) -> None:
    raise TypeError(
        "x[…] = … would change numbers that a backward pass may need: write torch.where or "
        ".masked_fill(), or x.data[…] = … where no gradient is asked for"
    )


def on_numbers(function: Any) -> Any:
    """A function of torch whose result has no gradient: a plain torch tensor."""
    return lambda x, *args, **options: function(f.plain(x), *args, **options)


def transposed(x: Tensor) -> Tensor:
    """The matrix with rows and columns exchanged."""
    if x.ndim != 2:
        raise ValueError(f".T is for matrices, got shape {tuple(x.shape)}; use .mT or .permute()")
    return f.transpose(x, 0, 1)


def maximum_of(x: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """x.max(): the largest element; x.max(dim): (values, indices) as in torch."""
    if dim is None:
        return f.amax(x)
    index = f.argmax(x, dim, True)
    values = f.gather(x, dim, index)
    return (values, index) if keepdim else (f.squeeze(values, dim), index.squeeze(dim))


def minimum_of(x: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """x.min(): the smallest element; x.min(dim): (values, indices) as in torch."""
    if dim is None:
        return f.amin(x)
    values, index = maximum_of(f.neg(x), dim, keepdim)
    return f.neg(values), index


attach()
