"""Faster forms of a Function: the plain one is the book's, all give the same (chapter 6).

A faster form names the Function whose lines define it as `plain`, says in `suits(…)` for which
arguments it pays, and is registered. What is no Function, a product or an optimiser, is a class
that does the same. `plain()`, or DLCORE_PLAIN=1 in the environment, makes all of them run what the
book shows.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

Form = TypeVar("Form", bound=type)
FASTER: dict[type, list[Any]] = {}  # the plain form: its faster ones, the best first


class Wish(threading.local):
    """What this thread wants: each thread starts as the environment says."""

    plain = os.environ.get("DLCORE_PLAIN", "0") not in ("", "0")


WISH = Wish()


def register(*forms: Any) -> None:
    """Offer these wherever the form that each names as `plain` is asked for, the best first."""
    for form in forms:
        FASTER.setdefault(form.plain, []).append(form)


def fastest(form: Form, *arguments: Any) -> Form:
    """The first registered form of a plain one that suits these arguments, else itself."""
    if not WISH.plain:
        for faster in FASTER.get(form, ()):
            if faster.suits(*arguments):
                return faster
    return form


@contextmanager
def plain() -> Iterator[None]:
    """`with dlcore.plain():` every layer runs the lines that the book shows. Also a decorator."""
    before, WISH.plain = WISH.plain, True
    try:
        yield
    finally:
        WISH.plain = before
