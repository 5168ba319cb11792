"""1970, Seppo Linnainmaa: x + y, x.sum(), torch.exp(x): the ways to write a step (chapter 3)."""

from __future__ import annotations

import operator
from typing import Any

import torch

from dlcore.autodiff import creation, inplace, lines, special, statistics
from dlcore.autodiff import functional as f
from dlcore.autodiff.tensor import Tensor

METHODS = [
    "pow", "matmul", "maximum", "minimum", "masked_fill", "exp", "log", "sqrt", "abs", "sin", "cos",
    "square", "clamp", "sum", "mean", "amax", "amin", "argmax", "reshape", "flatten",
    "permute", "transpose", "unsqueeze", "squeeze", "expand", "gather", "split", "chunk", "flip",
    "cumsum", "tril", "to", "rsqrt", "clone", "contiguous", "repeat", "unbind",
    "add", "sub", "mul", "div", "neg",
]  # fmt: skip
STATISTICS = ["var", "std", "norm", "prod", "topk", "logsumexp"]
LINES = [
    "index_put", "expand_as", "logaddexp", "xlogy", "cumprod", "addcmul", "addmm", "vecdot",
    "clamp_min", "clamp_max", "sum_to_size", "unflatten", "constant_pad_nd", "linalg_vecdot",
]  # fmt: skip
DISTANCES = ("normalize", "cosine_similarity", "pairwise_distance", "cdist")
SPECIAL = [
    "log1p", "expm1", "erf", "tan", "atan", "asin", "acos", "sinh", "cosh", "sign", "floor", "ceil",
    "round", "trunc", "log2", "log10", "reciprocal", "floor_divide", "remainder",
    "scatter_add", "index_add", "scatter", "index_select", "repeat_interleave", "roll", "sort",
    "narrow", "triu", "outer", "movedim", "masked_select", "t", "mm", "mv", "dot",
]  # fmt: skip
IN_PLACE = [
    f.add, f.sub, f.mul, f.div, f.pow, f.neg, f.abs, f.exp, f.log, f.sqrt, f.clamp, f.masked_fill,
    special.round, special.floor, special.scatter, special.scatter_add, special.index_add,
    lines.index_put, lines.addcmul, lines.clamp_min, lines.clamp_max,
]  # fmt: skip
OF_THE_NUMBERS = ("stride", "is_contiguous")
FILLS = ("zero_", "fill_", "normal_", "uniform_", "bernoulli_", "exponential_")
CASTS = {"float": torch.float32, "double": torch.float64, "bfloat16": torch.bfloat16}
WHOLE = {"long": torch.int64, "int": torch.int32, "bool": torch.bool}
PLAIN = (  # no gradient: torch's own, on the numbers
    "multinomial", "argsort", "isnan", "isfinite", "isinf", "argmin", "bernoulli", "bincount",
    "nonzero", "allclose", "equal", "isclose", "any", "all", "count_nonzero", "is_complex",
    "is_floating_point", "logical_not", "logical_and", "logical_or",
)  # fmt: skip
OPERATORS = {"add": f.add, "sub": f.sub, "mul": f.mul, "truediv": f.div, "matmul": f.matmul}
CHANGES = ("__iadd__", "__isub__", "__imul__", "__itruediv__", "__ipow__")
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")


def attach() -> None:
    """Give Tensor its operators and methods, and torch's functions their dlcore form."""
    for room, names in ((f, METHODS), (statistics, STATISTICS), (special, SPECIAL), (lines, LINES)):
        for name in names:
            setattr(Tensor, name, getattr(room, name))
            Tensor.torch_functions[name] = getattr(room, name)
    for name in DISTANCES:
        Tensor.torch_functions[name] = getattr(statistics, name)
    attach_changes()
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
    attach_operators()


def attach_operators() -> None:
    """Give Tensor Python's operators of one kind, its short names, and those for other dtypes."""
    own = {"neg": f.neg, "pow": f.pow, "rpow": swapped(f.pow), "abs": f.abs, "getitem": f.getitem,
           "floordiv": special.floor_divide, "rfloordiv": swapped(special.floor_divide),
           "mod": special.remainder, "rmod": swapped(special.remainder)}  # fmt: skip
    for name, function in own.items():
        setattr(Tensor, f"__{name}__", function)
    Tensor.torch_functions["__rpow__"] = swapped(f.pow)
    setattr(Tensor, "__pos__", lambda x: x)  # noqa: B010
    setattr(Tensor, "view", f.reshape)  # noqa: B010
    Tensor.torch_functions["concat"] = f.cat
    for name, function in {"max": maximum_of, "min": minimum_of}.items():
        setattr(Tensor, name, function)
        Tensor.torch_functions[name] = function
    setattr(Tensor, "T", property(transposed))  # noqa: B010
    setattr(Tensor, "mT", property(lambda x: f.transpose(x, -1, -2)))  # noqa: B010
    for name, dtype in CASTS.items():
        setattr(Tensor, name, lambda x, dtype=dtype: f.to(x, dtype))
    for name, dtype in WHOLE.items():  # of numbers that have no gradient
        setattr(Tensor, name, lambda x, dtype=dtype: Tensor(x.data.to(dtype)))
    for name in ("cpu", "cuda"):
        setattr(Tensor, name, lambda x, name=name: f.to(x, name))


def attach_changes() -> None:
    """Give Tensor what overwrites numbers, and torch's names for new tensors like it."""
    for function in IN_PLACE:
        change = inplace.in_place(function)
        setattr(Tensor, change.__name__, change)
        if (operator := f"__i{'truediv' if function is f.div else function.__name__}__") in CHANGES:
            setattr(Tensor, operator, change)
    for name in OF_THE_NUMBERS:
        setattr(Tensor, name, on_numbers(getattr(torch.Tensor, name)))
    for name in FILLS:
        setattr(Tensor, name, inplace.overwritten(name))
    setattr(Tensor, "copy_", inplace.copy_)  # noqa: B010
    setattr(Tensor, "__setitem__", inplace.assign)  # noqa: B010
    for name in creation.LIKE:
        Tensor.torch_functions[name] = creation.like(name)
    for name in creation.NEW:
        setattr(Tensor, name, creation.new(name))
    for name in ("view_as", "reshape_as"):
        setattr(Tensor, name, lambda x, other: f.reshape(x, tuple(other.shape)))
    setattr(Tensor, "type_as", lambda x, other: f.to(x, f.plain(other)))  # noqa: B010
    Tensor.torch_functions["is_tensor"] = lambda x: True


def swapped(function: Any) -> Any:
    """The operator as Python calls it on the right-hand operand."""
    return lambda right, left: function(left, right)


def compared(comparison: Any) -> Any:
    """A comparison: its result is a plain torch tensor, since it has no gradient."""
    return lambda a, b: comparison(f.plain(a), f.plain(b))


def on_numbers(function: Any) -> Any:
    """A function of torch whose result has no gradient: a plain torch tensor."""
    return lambda x, *args, **options: function(f.plain(x), *args, **options)


def transposed(x: Tensor) -> Tensor:
    """The matrix with rows and columns exchanged."""
    if x.ndim != 2:
        raise ValueError(f".T is for matrices, got shape {tuple(x.shape)}; use .mT or .permute()")
    return f.transpose(x, 0, 1)


def maximum_of(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """x.max(): the largest element; x.max(dim): (values, indices) as in torch; of two tensors the
    larger numbers."""
    if dim is None:
        return f.amax(x)
    if isinstance(dim, (Tensor, torch.Tensor)):
        return f.maximum(x, dim)
    index = f.argmax(x, dim, True)
    values = f.gather(x, dim, index)
    if not keepdim:
        values, index = f.squeeze(values, dim), index.squeeze(dim)
    return special.Extreme(values, index)


def minimum_of(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """x.min(): the smallest element; x.min(dim): (values, indices) as in torch; of two tensors the
    smaller numbers."""
    if dim is None:
        return f.amin(x)
    if isinstance(dim, (Tensor, torch.Tensor)):
        return f.minimum(x, dim)
    values, index = maximum_of(f.neg(x), dim, keepdim)
    return special.Extreme(f.neg(values), index)


attach()
