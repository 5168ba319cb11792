"""1986, Rumelhart, Hinton and Williams: a network is a tree of parts with adjustable weights
(chapter 3).

The methods, their arguments and the keys of a state dict are those of torch.nn.Module.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from dlcore.autodiff import Tensor
from dlcore.layers.hooks import Hooked


class Parameter(Tensor):
    """A Tensor that is learned: a Module finds it among its attributes."""

    def __init__(self, data: Any, requires_grad: bool = True) -> None:
        super().__init__(data, requires_grad)


class Unmatched(NamedTuple):
    """Names that a state dict lacked, and names in it that the module does not have."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Module(Hooked):
    """A part of a network: parameters, buffers and smaller parts, kept as plain attributes.

    A subclass sets them in `__init__` (no call of super().__init__ is needed) and defines
    `forward`; they are found in the order in which they were set, under dotted names.
    """

    training = True
    buffer_names: tuple[str, ...] = ()
    unsaved_names: tuple[str, ...] = ()
    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    # -- what it is made of -------------------------------------------------------------------
    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute, refusing what would silently not be trained."""
        if isinstance(vars(self).get(name), Parameter) and not isinstance(value, Parameter | None):
            raise TypeError(
                f"{type(self).__name__}.{name} is a Parameter and cannot become a "
                f"{type(value).__name__}; set {name}.data, or give a Parameter(…)"
            )
        foreign = hasattr(value, "named_parameters") and not isinstance(value, Module)
        if foreign or (isinstance(value, torch.Tensor) and value.requires_grad):
            raise TypeError(
                f"{type(self).__name__}.{name} got a {type(value).__module__}."
                f"{type(value).__name__}, which dlcore would not train; use dlcore's own"
            )
        object.__setattr__(self, name, value)

    def parts(self) -> Iterator[tuple[str, Module]]:
        """(name, part) in the order in which they were set, a shared one under each name."""
        return ((name, part) for name, part in vars(self).items() if isinstance(part, Module))

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The parts, each once, at its first name."""
        seen: set[int] = set()
        for name, part in self.parts():
            if id(part) not in seen:
                seen.add(id(part))
                yield name, part

    def children(self) -> Iterator[Module]:
        """The modules directly inside."""
        return (part for _, part in self.named_children())

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """This module under the name `prefix`, then every part of it, depth first, each once."""
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, part in self.parts():
            below = f"{prefix}.{name}" if prefix else name
            yield from part.named_modules(memo, below, remove_duplicate)

    def modules(self) -> Iterator[Module]:
        """This module and all inside it, each once."""
        return (part for _, part in self.named_modules())

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """(dotted name, Parameter) in order; one that is shared appears once, at its first name."""
        return self._named(Parameter, prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """All that is learned, each once, in the order of definition."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, torch.Tensor]]:
        """Pairs of dotted name and buffer, each once."""
        return self._named(torch.Tensor, prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[torch.Tensor]:
        """All lasting tensors that are not learned."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def _named(
        self, kind: type, prefix: str, recurse: bool, once: bool
    ) -> Iterator[tuple[str, Any]]:
        seen: set[int] = set()
        for place, module in (
            self.named_modules(None, prefix, once) if recurse else [(prefix, self)]
        ):
            for name, value in vars(module).items():
                wanted = kind is Parameter or name in module.buffer_names
                if isinstance(value, kind) and wanted and not (once and id(value) in seen):
                    seen.add(id(value))
                    yield (f"{place}.{name}" if place else name), value

    def get_submodule(self, target: str) -> Module:
        """The part under a dotted name; "" is the module itself; AttributeError if none is."""
        return functools.reduce(getattr, target.split(".") if target else [], self)

    def get_parameter(self, target: str) -> Parameter:
        """The Parameter under a dotted name."""
        return functools.reduce(getattr, target.split("."), self)

    def register_buffer(
        self, name: str, tensor: torch.Tensor | None, persistent: bool = True
    ) -> None:
        """Keep a plain torch tensor that is not learned; it moves and, if persistent, is saved."""
        self.buffer_names = (*self.buffer_names, name)
        if not persistent:
            self.unsaved_names = (*self.unsaved_names, name)
        setattr(self, name, tensor)

    def add_module(self, name: str, module: Module | None) -> None:
        """Set a part under a name; ValueError for one that is empty, dotted or a method's."""
        if not name or "." in name or hasattr(type(self), name):
            raise ValueError(
                f"{type(self).__name__} cannot name a part {name!r}: a name is not empty, has no "
                "dot, and is none that every Module has, such as 'training'"
            )
        if module is not None and not isinstance(module, Module):
            raise TypeError(
                f"{type(self).__name__} takes dlcore modules, part {name} is a "
                f"{type(module).__module__}.{type(module).__name__}; use the layer of dlcore "
                "(ReLU()), not a function (relu) or torch.nn's"
            )
        setattr(self, name, module)

    register_module = add_module

    def register_parameter(self, name: str, parameter: Parameter | None) -> None:
        """The same as setting the attribute."""
        setattr(self, name, parameter)

    # -- what is done to all of it ------------------------------------------------------------
    def apply(self, function: Callable[[Module], Any]) -> Module:
        """Call `function` on every part, the smallest first, then on this module."""
        for part in self.children():
            part.apply(function)
        function(self)
        return self

    def train(self, mode: bool = True) -> Module:
        """Into training mode (dropout on, batch statistics), or out of it; the module itself."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Module:
        """Out of training mode; the module itself."""
        return self.train(False)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients."""
        for parameter in self.parameters():
            if set_to_none or parameter.grad is None:
                parameter.grad = None
            else:
                parameter.grad = torch.zeros_like(parameter.grad)

    def requires_grad_(self, requires_grad: bool = True) -> Module:
        """Learn all parameters, or freeze them; the module itself."""
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
        return self

    def to(self, *args: Any, **kwargs: Any) -> Module:
        """Move and cast parameters and floating-point buffers in place: to(device), to(dtype).

        Raises TypeError for a dtype of whole numbers, which cannot hold weights, and for float16.
        """
        for kind in (*args, *kwargs.values()):
            if isinstance(kind, torch.dtype) and not kind.is_floating_point:
                raise TypeError(f"weights need a floating-point dtype, to() got {kind}")
            if kind is torch.float16:
                raise TypeError("to() takes no float16, whose sums overflow; use torch.bfloat16")
        for parameter in self.parameters():
            parameter.data = parameter.data.to(*args, **kwargs)
            if parameter.grad is not None:
                parameter.grad = parameter.grad.to(*args, **kwargs)
        for module in self.modules():
            for name in module.buffer_names:
                buffer = getattr(module, name)
                if buffer is not None:
                    target = buffer.to(*args, **kwargs)
                    keeps = not buffer.is_floating_point()  # counters stay whole numbers
                    setattr(module, name, target.to(buffer.dtype) if keeps else target)
        return self

    def double(self) -> Module:
        """In float64."""
        return self.to(torch.float64)

    def float(self) -> Module:
        """In float32."""
        return self.to(torch.float32)

    def bfloat16(self) -> Module:
        """In bfloat16."""
        return self.to(torch.bfloat16)

    def cpu(self) -> Module:
        """On the processor."""
        return self.to("cpu")

    def cuda(self) -> Module:
        """On the GPU."""
        return self.to("cuda")

    # -- the state dict -----------------------------------------------------------------------
    def state_dict(self, prefix: str = "") -> dict[str, torch.Tensor]:
        """{dotted name: torch tensor} of parameters and buffers, in torch.nn's order and names.

        The tensors share memory with the module, as in torch; clone what you want to keep.
        """
        state: dict[str, torch.Tensor] = {}
        for place, module in self.named_modules(remove_duplicate=False):
            own = [(n, v.data) for n, v in vars(module).items() if isinstance(v, Parameter)]
            saved = [n for n in module.buffer_names if n not in module.unsaved_names]
            own += [(n, getattr(module, n)) for n in saved]
            for name, value in own:
                if value is not None:
                    state[prefix + (f"{place}.{name}" if place else name)] = value
        return state

    def load_state_dict(self, state: dict[str, Any], strict: bool = True) -> Unmatched:
        """Copy values in, keeping this module's dtype and device; (missing, unexpected) names.

        Raises ValueError, before anything is changed, for a shape that differs and, where
        strict, for names that are missing or unknown.
        """
        mine = self.state_dict()
        missing, unknown = mine.keys() - state.keys(), state.keys() - mine.keys()
        if strict and (missing or unknown):
            raise ValueError(
                f"state dict does not fit {type(self).__name__}: "
                f"missing {sorted(missing)}, unknown {sorted(unknown)}"
            )
        shared = [name for name in mine if name in state]
        for name in shared:
            if tuple(state[name].shape) != tuple(mine[name].shape):
                raise ValueError(
                    f"state dict has {name} with shape {tuple(state[name].shape)}, "
                    f"{type(self).__name__} needs {tuple(mine[name].shape)}"
                )
        for name in shared:
            value = state[name]
            mine[name].copy_(value.data if isinstance(value, Tensor) else value.detach())
        return Unmatched(sorted(missing), sorted(unknown))

    # -- how it prints ------------------------------------------------------------------------
    def extra_repr(self) -> str:
        """The settings, as repr shows them."""
        return ""

    def __repr__(self) -> str:
        parts = [f"({name}): {part!r}" for name, part in self.parts()]
        if not parts:
            return f"{type(self).__name__}({self.extra_repr()})"
        lines = "\n".join(parts).replace("\n", "\n  ")
        return f"{type(self).__name__}(\n  {lines}\n)"
