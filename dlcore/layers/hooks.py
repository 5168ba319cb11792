"""2017, Adam Paszke and others: look at what passes through a part, or change it (chapter 3).

A. Paszke, S. Gross, S. Chintala and others, Automatic differentiation in PyTorch (2017),
https://openreview.net/forum?id=BJJsrmfCZ. Names, arguments and order are torch.nn.Module's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Handle:
    """What registering a hook gives: `remove()` takes the hook off again. Also for `with`."""

    def __init__(self, hooks: dict[int, Any]) -> None:
        self.hooks, self.number = hooks, max(hooks, default=-1) + 1

    def remove(self) -> None:
        """Call the hook no more."""
        self.hooks.pop(self.number, None)

    def __enter__(self) -> Handle:
        return self

    def __exit__(self, *error: Any) -> None:
        self.remove()


class Hooked:
    """A part that runs hooks before and after its forward, in the order of their registration.

    hook(module, args) before: what it returns, a tuple or one value, takes the place of args.
    hook(module, args, result) after: what it returns takes the place of the result; None changes
    nothing. with_kwargs gives a hook the keyword arguments too, as its third argument; before, it
    then returns (args, kwargs).
    """

    forward: Callable[..., Any]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        own = self.__dict__
        if "hooks_before" in own:
            args, kwargs = self._before(args, kwargs)
        result = self.forward(*args, **kwargs)
        if "hooks_after" not in own:
            return result
        for hook, with_kwargs in list(own["hooks_after"].values()):
            keywords = (kwargs,) if with_kwargs else ()
            changed = hook(self, args, *keywords, result)
            result = result if changed is None else changed
        return result

    def _before(self, args: Any, kwargs: Any) -> tuple[Any, Any]:
        for hook, with_kwargs in list(self.__dict__["hooks_before"].values()):
            if with_kwargs:
                args, kwargs = hook(self, args, kwargs) or (args, kwargs)
                continue
            changed = hook(self, args)
            if changed is not None:
                args = changed if isinstance(changed, tuple) else (changed,)
        return args, kwargs

    def _register(self, name: str, hook: Any, prepend: bool, with_kwargs: bool) -> Handle:
        hooks = self.__dict__.setdefault(name, {})
        handle = Handle(hooks)
        hooks[handle.number] = hook, with_kwargs
        if prepend:
            others = {
                number: hooks.pop(number) for number in list(hooks) if number != handle.number
            }
            hooks.update(others)
        return handle

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> Handle:
        """Call hook(module, args) before each forward."""
        return self._register("hooks_before", hook, prepend, with_kwargs)

    def register_forward_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> Handle:
        """Call hook(module, args, result) after each forward."""
        return self._register("hooks_after", hook, prepend, with_kwargs)
