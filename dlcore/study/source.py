"""Show the package's own source code on the page."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parents[1]


class Source:
    """Source code under the path of its file, shown as highlighted Markdown."""

    def __init__(self, path: str, code: str):
        self.path = path
        self.code = code

    def __repr__(self) -> str:
        return f"{self.path}\n\n{self.code}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        fence = "````" if "```" in self.code else "```"
        markdown = f"**`{self.path}`**\n\n{fence}python\n{self.code}{fence}\n"
        return {"text/markdown": markdown, "text/plain": repr(self)}


def source(obj: Any) -> Source:
    """Return the source code of a class or function of dlcore, to end a cell with.

    Raises TypeError for anything but a class or function and ValueError for code that is not
    part of dlcore.
    """
    if not (inspect.isclass(obj) or inspect.isroutine(obj)):
        raise TypeError(
            f"source() expects a class or a function of dlcore, got {type(obj).__name__}; "
            "for a value give its class: source(type(value))"
        )
    target = obj if inspect.isclass(obj) else inspect.unwrap(obj)
    name = getattr(target, "__qualname__", repr(obj))
    try:
        path = Path(inspect.getfile(target)).resolve()
    except TypeError:
        path = None
    if path is None or not path.is_relative_to(PACKAGE):
        where = getattr(target, "__module__", None)
        raise ValueError(f"source() shows code of dlcore only, {name} belongs to {where}")
    relative = (Path(PACKAGE.name) / path.relative_to(PACKAGE)).as_posix()
    return Source(relative, inspect.getsource(target))
