"""1986, Rumelhart, Hinton and Williams: layer after layer, and lists of parts (chapter 3).

Names, arguments and keys of a state dict are those of torch.nn's containers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dlcore.layers.module import Module


class Sequential(Module):
    """Modules one after the other: Sequential(a, b)(x) = b(a(x)); a dict gives them names."""

    def __init__(self, *modules: Any) -> None:
        named = dict(enumerate(modules))
        if len(modules) == 1 and isinstance(modules[0], dict):
            named = modules[0]
        for index, module in named.items():
            self.add_module(str(index), module)

    def forward(self, x: Any) -> Any:
        for module in self:
            x = module(x)
        return x

    def __len__(self) -> int:
        return len(list(self.parts()))

    def __iter__(self) -> Iterator[Module]:
        return (part for _, part in self.parts())

    def __getitem__(self, index: int | slice) -> Any:
        chosen = list(self)[index]
        return Sequential(*chosen) if isinstance(chosen, list) else chosen


class ModuleList(Module):
    """A list of modules whose parameters are found."""

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        for module in modules:
            self.append(module)

    def append(self, module: Module) -> ModuleList:
        self.add_module(str(len(self)), module)
        return self

    def __len__(self) -> int:
        return len(list(self.parts()))

    def __iter__(self) -> Iterator[Module]:
        return (part for _, part in self.parts())

    def __getitem__(self, index: int) -> Module:
        return list(self)[index]


class ModuleDict(Module):
    """Modules under names of your own, whose parameters are found."""

    def __init__(self, modules: dict[str, Module] | None = None) -> None:
        self.update(modules or {})

    def update(self, modules: dict[str, Module]) -> None:
        for name, module in modules.items():
            self.add_module(name, module)

    def __getitem__(self, name: str) -> Module:
        return dict(self.parts())[name]

    def __contains__(self, name: str) -> bool:
        return name in dict(self.parts())

    def __len__(self) -> int:
        return len(list(self.parts()))

    def keys(self) -> list[str]:
        return [name for name, _ in self.parts()]

    def items(self) -> Iterator[tuple[str, Module]]:
        return self.parts()

    def values(self) -> Iterator[Module]:
        return (part for _, part in self.parts())
