"""1970, Seppo Linnainmaa: a number that remembers how it was made, and the walk back (chapter 3).

S. Linnainmaa, Taylor expansion of the accumulated rounding error, BIT 16 (1976) 146-160,
https://doi.org/10.1007/BF01931367.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

import torch

from dlcore.autodiff.replacement import Replacement
from dlcore.autodiff.torch_names import TORCH_NAMES

HINTS = ("_stacklevel", "compute_mode")  # what torch's functions hand on and only they need,
UNSET = (*HINTS, "out", "dtype", "size_average", "reduce")  # and what is left out where it is None


class Tensor(Replacement):
    """A box around a plain torch tensor that can remember the Function which made it.

    data           the torch tensor, any shape
    grad           dL/d(data) after `backward`: a plain torch tensor of the same shape, or None;
                   a Tensor after backward(create_graph=True)
    requires_grad  True for what is learned and for all that is computed from it
    node           the record of the call that made this tensor; None for a leaf
    """

    __slots__ = ("data", "grad", "node", "output_index", "requires_grad")

    torch_functions = TORCH_NAMES  # torch.<name>(Tensor) -> dlcore's function
    __array_ufunc__ = None  # numpy_array + Tensor is ours to compute

    def __init__(self, data: Any, requires_grad: bool = False) -> None:
        if not isinstance(data, torch.Tensor):
            if isinstance(data, Tensor):
                raise TypeError("Tensor() got a Tensor; use it as it is, or pass its .data")
            data = numbers(data)
        if data.dtype is torch.float16:
            raise TypeError(
                "Tensor() takes no float16, whose sums overflow at 65504 and lose their digits; "
                "use x.bfloat16() or x.float()"
            )
        if data.requires_grad:
            raise ValueError(
                "Tensor() got a torch tensor with requires_grad=True, which torch.autograd would "
                "follow as well; pass x.detach() and ask dlcore with Tensor(x, requires_grad=True)"
            )
        if requires_grad and not data.is_floating_point():
            raise ValueError(
                f"only real floating-point tensors have gradients, got {data.dtype}; use .float()"
            )
        self.data = data
        self.grad: Any = None
        self.requires_grad = requires_grad
        self.node: Any = None
        self.output_index = 0

    # -- what torch tensors also answer -------------------------------------------------------
    shape = property(lambda self: self.data.shape)
    dtype = property(lambda self: self.data.dtype)
    device = property(lambda self: self.data.device)
    ndim = property(lambda self: self.data.ndim)
    is_leaf = property(lambda self: self.node is None)

    def dim(self) -> int:
        """How many axes there are."""
        return self.data.ndim

    def size(self, dim: int | None = None) -> Any:
        """The shape, or the length of one axis."""
        return self.data.shape if dim is None else self.data.shape[dim]

    def numel(self) -> int:
        """How many numbers there are."""
        return self.data.numel()

    nelement, ndimension = numel, dim  # torch's second names
    is_cuda = property(lambda self: self.data.is_cuda)

    def item(self) -> float:
        """The only number, as a Python one."""
        return self.data.item()

    def tolist(self) -> Any:
        """The numbers as nested lists."""
        return self.data.tolist()

    def numpy(self) -> Any:
        """The numbers as a NumPy array; memory is shared."""
        return self.data.numpy()

    def detach(self) -> Tensor:
        """The same numbers without their history; memory is shared."""
        return Tensor(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self.data)))

    def __float__(self) -> float:
        return float(self.data)

    def __int__(self) -> int:
        return int(self.data)

    def __bool__(self) -> bool:
        return bool(self.data)

    def __round__(self, digits: int | None = None) -> float:
        return round(self.data.item(), digits)

    def __format__(self, spec: str) -> str:
        """f"{loss:.3f}" formats the number of a tensor with one element."""
        return format(self.data.item(), spec) if spec else str(self)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """np.asarray(x): the numbers, without their history."""
        return self.data.detach().cpu().__array__(dtype)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Ask for gradients of a leaf, or no longer; the tensor itself."""
        self.requires_grad = requires_grad
        return self

    def __repr__(self) -> str:
        numbers = repr(self.data).removeprefix("tensor(").removesuffix(")")
        history = ", requires_grad=True" if self.requires_grad else ""
        if self.node is not None:
            history = f", made by {self.node.name}"
        return f"{type(self).__name__}({numbers}{history})"

    @classmethod
    def __torch_function__(
        cls, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Serve torch.cat, torch.exp, torch_tensor + Tensor … from one explicit table."""
        ours = cls.torch_functions.get(func.__name__)
        if ours is None:
            raise TypeError(
                f"torch.{func.__name__} has no hand-written derivative in dlcore; "
                "use a dlcore function, or .data where no gradient is needed"
            )
        if not kwargs:
            return ours(*args)
        return ours(
            *args, **{k: v for k, v in kwargs.items() if k not in (UNSET if v is None else HINTS)}
        )

    # -- the walk back ------------------------------------------------------------------------
    def retain_grad(self) -> None:
        """Ask `backward` to keep this intermediate result's gradient in `.grad` as well."""
        if not self.requires_grad:
            raise ValueError("retain_grad() needs a tensor that requires a gradient")
        if self.node is not None:
            self.node.watched.append(self)

    def backward(
        self, gradient: Any = None, retain_graph: bool | None = None, create_graph: bool = False
    ) -> None:
        """Add d(self)/d(leaf) into `.grad` of every leaf that requires a gradient.

        gradient: dL/d(self), shape of self; may be left out where self has one element (then 1).
        retain_graph: keep what the forward pass saved, so that backward can run again.
        create_graph: record the walk back, so that `.grad` is a Tensor with a history of its own,
        and keep the graph unless retain_graph is False. For one gradient see `dlcore.grad`.
        Raises ValueError for a tensor without history, or a gradient of another shape.
        """
        if create_graph:
            TORCH_NAMES["backward_twice"](self, gradient, retain_graph is not False)
            return
        gradient = self._seed(gradient)
        if self.node is None:
            self.accumulate(gradient.clone())
            return
        nodes = reachable(self.node)
        self.node.receive(self.output_index, gradient)
        for node in nodes:
            node.pass_back()
            if not retain_graph:
                node.release()

    def _seed(self, gradient: Any) -> torch.Tensor:
        if not self.requires_grad:
            raise ValueError(
                "backward() from a tensor that requires no gradient: nothing it was computed from "
                "has requires_grad=True, or it was computed inside no_grad()"
            )
        if gradient is None:
            if self.data.numel() != 1:
                raise ValueError(
                    f"backward() without a gradient needs one element, got shape "
                    f"{tuple(self.shape)}; reduce to a loss first, or pass gradient="
                )
            return torch.ones_like(self.data)
        gradient = gradient.data if isinstance(gradient, Tensor) else torch.as_tensor(gradient)
        if gradient.shape != self.data.shape:
            raise ValueError(
                f"backward() got a gradient of shape {tuple(gradient.shape)} for a tensor of "
                f"shape {tuple(self.shape)}"
            )
        return gradient.to(self.data)

    def accumulate(self, gradient: torch.Tensor) -> None:
        """Add a gradient that nobody else holds into `.grad`."""
        self.grad = gradient if self.grad is None else self.grad + gradient


def numbers(data: Any) -> torch.Tensor:
    """Numbers, an array or nested lists as a torch tensor; TypeError for a list of tensors."""
    first = data[0] if isinstance(data, (list, tuple)) and data else None
    if isinstance(first, (torch.Tensor, Tensor)) and first.ndim:
        raise TypeError("Tensor() got a list of tensors; join them first: torch.stack([…])")
    return torch.as_tensor(data)


def reachable(root: Any) -> list[Any]:
    """Every node that `root` was computed from, itself included, results before their inputs.

    A node's depth is one more than the greatest depth among its inputs, so sorting by falling
    depth puts each node after all that used its result. No recursion: a chain may be long.
    """
    found, to_visit = {root: None}, [root]  # a dict keeps the order in which they were found
    while to_visit:
        for node in to_visit.pop().open():
            if node not in found:
                found[node] = None
                to_visit.append(node)
    return sorted(found, key=attrgetter("depth"), reverse=True)


# Inside `with no_grad():`, or under `@no_grad()`, nothing is recorded, in this thread. One switch
# for both: what torch promises of its own, for generators, recursion and threads, holds here too.
no_grad = torch.no_grad


def is_grad_enabled() -> bool:
    """Whether Functions are recorded: not inside no_grad()."""
    return torch.is_grad_enabled()


def values_can_be_read() -> bool:
    """False while torch.compile traces or a CUDA graph records: then numbers are not there yet,
    and checks that look at them have to stay out."""
    if torch.compiler.is_compiling():
        return False
    return not (torch.cuda.is_initialized() and torch.cuda.is_current_stream_capturing())
