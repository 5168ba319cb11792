"""1986, Rumelhart, Hinton and Williams: layer after layer, and lists of parts (chapter 3).

Names, arguments and keys of a state dict are those of torch.nn's containers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dlcore.layers.module import Module, Parameter


class Sequential(Module):
    """Modules one after the other: Sequential(a, b)(x) = b(a(x)); a dict gives them names."""

    def __init__(self, *modules: Any) -> None:
        named = dict(enumerate(modules))
        if len(modules) == 1 and isinstance(modules[0], dict):
            named = modules[0]
        for index, module in named.items():
            self.add_module(str(index), module)

    def forward(self, input: Any) -> Any:
        for module in self:
            input = module(input)
        return input

    def __len__(self) -> int:
        return len(list(self.parts()))

    def __iter__(self) -> Iterator[Module]:
        return (part for _, part in self.parts())

    def __getitem__(self, index: int | slice) -> Any:
        chosen = list(self)[index]
        return Sequential(*chosen) if isinstance(chosen, list) else chosen

    def __setitem__(self, index: int, module: Module) -> None:
        self.add_module(nth(self, index), module)

    def append(self, module: Module) -> Sequential:
        """One more layer at the end; the container itself."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Sequential:
        """Several more layers at the end; the container itself."""
        for module in modules:
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Sequential:
        """A layer at a place, those behind it move on; the container itself."""
        refill(self, index, module)
        return self


def nth(parts: Any, index: int) -> str:
    """The name of part number `index`, which may count from the end."""
    return [name for name, _ in parts.parts()][index]


def refill(parts: Any, index: int, module: Module) -> None:
    """Put a module before number `index`; the later ones move on by one."""
    modules = list(parts)
    modules.insert(index, module)
    for name in [name for name, _ in parts.parts()]:
        delattr(parts, name)
    for number, part in enumerate(modules):
        parts.add_module(str(number), part)


class ModuleList(Module):
    """A list of modules whose parameters are found."""

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        for module in modules:
            self.append(module)

    def append(self, module: Module) -> ModuleList:
        """One more module at the end; the list itself."""
        self.add_module(str(len(self)), module)
        return self

    def __len__(self) -> int:
        return len(list(self.parts()))

    def __iter__(self) -> Iterator[Module]:
        return (part for _, part in self.parts())

    def __getitem__(self, index: int | slice) -> Any:
        chosen = list(self)[index]
        return ModuleList(chosen) if isinstance(chosen, list) else chosen

    def __setitem__(self, index: int, module: Module) -> None:
        self.add_module(nth(self, index), module)

    def extend(self, modules: Iterable[Module]) -> ModuleList:
        """Several more modules at the end; the list itself."""
        for module in modules:
            self.append(module)
        return self

    __iadd__ = extend

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList([*self, *other])

    def insert(self, index: int, module: Module) -> None:
        """A module at a place, those behind it move on."""
        refill(self, index, module)


class ModuleDict(Module):
    """Modules under names of your own, whose parameters are found."""

    def __init__(self, modules: dict[str, Module] | None = None) -> None:
        self.update(modules or {})

    def update(self, modules: dict[str, Module]) -> None:
        """Put in these modules under their names."""
        for name, module in modules.items():
            self.add_module(name, module)

    def __getitem__(self, name: str) -> Module:
        return dict(self.parts())[name]

    def __setitem__(self, name: str, module: Module) -> None:
        self.add_module(name, module)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def pop(self, name: str) -> Module:
        """Take out the module of that name."""
        module = self[name]
        delattr(self, name)
        return module

    def __contains__(self, name: str) -> bool:
        return name in dict(self.parts())

    def __len__(self) -> int:
        return len(list(self.parts()))

    def keys(self) -> list[str]:
        """The names, in order."""
        return [name for name, _ in self.parts()]

    def items(self) -> Iterator[tuple[str, Module]]:
        """Pairs of name and module, in order."""
        return self.parts()

    def values(self) -> Iterator[Module]:
        """The modules, in order."""
        return (part for _, part in self.parts())


class ParameterList(Module):
    """A list of Parameters that a Module finds."""

    def __init__(self, values: Iterable[Any] = ()) -> None:
        self.extend(values)

    def append(self, value: Any) -> ParameterList:
        """One more parameter at the end; the list itself."""
        setattr(self, str(len(self)), value if isinstance(value, Parameter) else Parameter(value))
        return self

    def extend(self, values: Iterable[Any]) -> ParameterList:
        """Several more parameters at the end; the list itself."""
        for value in values:
            self.append(value)
        return self

    def __len__(self) -> int:
        return len(list(self.parameters(recurse=False)))

    def __iter__(self) -> Iterator[Parameter]:
        return (p for p in vars(self).values() if isinstance(p, Parameter))

    def __getitem__(self, index: int) -> Parameter:
        return list(self)[index]


class ParameterDict(Module):
    """Parameters under names of your own that a Module finds."""

    def __init__(self, parameters: dict[str, Any] | None = None) -> None:
        for name, value in (parameters or {}).items():
            self[name] = value

    def __setitem__(self, name: str, value: Any) -> None:
        if not name or "." in name or hasattr(type(self), name):
            raise ValueError(f"ParameterDict cannot name a parameter {name!r}: Module has it")
        setattr(self, name, value if isinstance(value, Parameter) else Parameter(value))

    def __getitem__(self, name: str) -> Parameter:
        return dict(self.items())[name]

    def __contains__(self, name: str) -> bool:
        return name in dict(self.items())

    def __len__(self) -> int:
        return len(dict(self.items()))

    def keys(self) -> list[str]:
        """The names, in order."""
        return [name for name, _ in self.items()]

    def items(self) -> Iterator[tuple[str, Parameter]]:
        """Pairs of name and parameter, in order."""
        return self.named_parameters(recurse=False)

    def values(self) -> Iterator[Parameter]:
        """The parameters, in order."""
        return (parameter for _, parameter in self.items())
