"""1970, Seppo Linnainmaa: x + y, x.sum(), torch.exp(x): the ways to write a step (chapter 3).

What each of torch's names does to a Tensor: the table that its methods and torch's functions ask.
"""

from __future__ import annotations

import operator
from typing import Any

import torch

from dlcore.autodiff import creation, inplace, lines, special, statistics
from dlcore.autodiff import functional as f
from dlcore.autodiff.tensor import Tensor
from dlcore.autodiff.torch_names import TORCH_NAMES

JOINED = ("cat", "stack", "where", "einsum")  # no methods
METHODS = [
    "pow", "matmul", "maximum", "minimum", "masked_fill", "exp", "log", "sqrt", "abs", "sin", "cos",
    "square", "clamp", "sum", "mean", "amax", "amin", "argmax", "reshape", "flatten",
    "permute", "transpose", "unsqueeze", "squeeze", "expand", "gather", "split", "chunk", "flip",
    "cumsum", "to", "rsqrt", "clone",
    "add", "sub", "mul", "div", "neg",
]  # fmt: skip
STATISTICS = ["var", "std", "norm", "prod", "topk", "logsumexp"]
LINES = [
    "index_put", "expand_as", "logaddexp", "xlogy", "cumprod", "addcmul", "addmm", "vecdot",
    "clamp_min", "clamp_max", "sum_to_size", "unflatten", "constant_pad_nd", "linalg_vecdot",
    "contiguous", "repeat", "unbind", "tril", "triu", "outer", "t", "mm", "mv", "dot",
]  # fmt: skip
DISTANCES = ("normalize", "cosine_similarity", "pairwise_distance", "cdist")
SPECIAL = [
    "log1p", "expm1", "erf", "tan", "atan", "asin", "acos", "sinh", "cosh", "sign", "floor", "ceil",
    "round", "trunc", "log2", "log10", "reciprocal", "floor_divide", "remainder",
    "scatter_add", "index_add", "scatter", "index_select", "repeat_interleave", "roll", "sort",
    "narrow", "movedim", "masked_select",
]  # fmt: skip
OF_THE_NUMBERS = ("stride", "is_contiguous")
FILLS = ("zero_", "fill_", "normal_", "uniform_", "bernoulli_", "exponential_")
PLAIN = (  # no gradient: torch's own, on the numbers
    "multinomial", "argsort", "isnan", "isfinite", "isinf", "argmin", "bernoulli", "bincount",
    "nonzero", "allclose", "equal", "isclose", "any", "all", "count_nonzero", "is_complex",
    "is_floating_point", "logical_not", "logical_and", "logical_or",
)  # fmt: skip
OPERATORS = {"add": f.add, "sub": f.sub, "mul": f.mul, "truediv": f.div, "matmul": f.matmul}
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")


def fill() -> None:
    """Give torch's functions, and by them Tensor's methods, their dlcore form."""
    for room, names in (
        (f, (*METHODS, *JOINED)),
        (statistics, (*STATISTICS, *DISTANCES)),
        (special, SPECIAL),
        (lines, LINES),
    ):
        TORCH_NAMES.update({name: getattr(room, name) for name in names})
    TORCH_NAMES.update({"bmm": f.matmul, "concat": f.cat, "max": maximum_of, "min": minimum_of})
    TORCH_NAMES.update({name: on_numbers(getattr(torch, name)) for name in PLAIN})
    for name, function in OPERATORS.items():
        TORCH_NAMES[f"__{name}__"] = function  # torch_tensor + Tensor
        TORCH_NAMES[f"__r{name}__"] = swapped(function)  # as a compiler may call it
    TORCH_NAMES.update({"__rdiv__": swapped(f.div), "__rpow__": swapped(f.pow)})
    for name in COMPARISONS:
        comparison = compared(getattr(operator, name))
        TORCH_NAMES.update({name: comparison, f"__{name}__": comparison})
    TORCH_NAMES.update({name: creation.like(name) for name in creation.LIKE})
    TORCH_NAMES["is_tensor"] = lambda x: True


def fill_own() -> None:
    """The same for what is no function of torch, but a method of its tensors."""
    TORCH_NAMES.update({name: inplace.overwritten(name) for name in FILLS})
    TORCH_NAMES.update({n: on_numbers(getattr(torch.Tensor, n)) for n in OF_THE_NUMBERS})
    TORCH_NAMES.update({name: creation.new(name) for name in creation.NEW})
    TORCH_NAMES.update({"become": inplace.become, "copy_": inplace.copy_, "assign": inplace.assign})
    TORCH_NAMES.update({"getitem": f.getitem, "T": transposed, "without_gradient": cast})


def cast(x: Tensor, dtype: torch.dtype) -> Tensor:
    """x in a dtype of whole numbers, which have no gradient."""
    return Tensor(x.data.to(dtype))


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


fill()
fill_own()
