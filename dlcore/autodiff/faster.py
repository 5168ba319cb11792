"""Faster forms of a Function: the plain one is the book's, all give the same (chapter 6).

A faster form names the Function whose lines define it as `plain`, says in `suits(…)` for which
arguments it pays, and is registered. `plain()`, or DLCORE_PLAIN=1 in the environment, makes every
layer run what the book shows.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dlcore.autodiff.function import Function

FASTER: dict[type[Function], list[Any]] = {}  # the plain form: its faster ones, the best first


class Wish(threading.local):
    """What this thread wants: each thread starts as the environment says."""

    plain = os.environ.get("DLCORE_PLAIN", "0") not in ("", "0")


WISH = Wish()


def register(*functions: Any) -> None:
    """Offer these wherever the Function that each names as `plain` is asked for, the best first."""
    for function in functions:
        FASTER.setdefault(function.plain, []).append(function)


def fastest(function: type[Function], *arguments: Any) -> type[Function]:
    """The first registered form of a Function that suits these arguments, else itself."""
    if WISH.plain:
        return function
    return next((fast for fast in FASTER.get(function, ()) if fast.suits(*arguments)), function)


@contextmanager
def plain() -> Iterator[None]:
    """`with dlcore.plain():` every layer runs the lines that the book shows. Also a decorator."""
    before, WISH.plain = WISH.plain, True
    try:
        yield
    finally:
        WISH.plain = before
