"""Calls and answers in words: numbers where they are few, kinds and shapes where they are many."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import islice
from typing import Any

from dlcore.grade.plain import unpack_inputs
from dlcore.grade.task import Task

LONGEST_SHOWN = 600
MOST_NUMBERS = 80  # of one array or collection that is written out
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


def named(value: Any) -> str:
    """Name the kind of a value: 'a number', 'an array of shape (2, 3)', …"""
    if hasattr(value, "numel"):
        return f"an array of shape {tuple(value.shape)}"
    if isinstance(value, bool):
        return "True or False"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, tuple):
        return f"{len(value)} values"
    return {str: "text", dict: "a dictionary"}.get(type(value), "nothing")


def form(value: Any, names: Sequence[str] = ()) -> str:
    """Name the kind of a value and of its parts: '2 values: for_w, a number; for_b, …'."""
    if not isinstance(value, tuple) or not 0 < len(value) <= len(ORDINALS):
        return named(value)
    parts = [f"{part_name(n, names)}, {named(part)}" for n, part in enumerate(value)]
    return f"{named(value)}: {'; '.join(parts)}"


def part_name(number: int, names: Sequence[str] = ()) -> str:
    """What the statement calls one of several values, or else which one it is."""
    if number < len(names):
        return f"`{names[number]}`"
    return f"the {ORDINALS[number]} value" if number < len(ORDINALS) else f"value {number + 1}"


def amount(value: Any) -> int:
    """How many numbers and texts a value holds."""
    if hasattr(value, "numel"):
        return value.numel()
    if isinstance(value, dict):
        value = tuple(value.values())
    return sum(map(amount, value)) if isinstance(value, (tuple, list)) else 1


def smallest(numbers: Sequence[int], cases: Sequence[Any]) -> int:
    """Return that one of some numbers of packed cases whose inputs are the fewest, but not none."""
    sizes = {n: sum(map(amount, unpack_inputs(cases[n]))) for n in numbers}
    return min(numbers, key=lambda n: (sizes[n] < 2, sizes[n]))


def shown(task: Task, case: Sequence[Any], *answer: Any) -> str:
    """Return the call of a case, and what was answered; where that is long, shapes for arrays."""
    inputs, text = unpack_inputs(case), ""
    names = parameters(task, len(inputs))
    for short in (False, True):
        words = ", ".join(name + _text(value, short) for name, value in zip(names, inputs))
        text = f"{task.function}({words})"
        if answer:
            text += f" → {_text(answer[0], short)}"
        if len(text) <= LONGEST_SHOWN:
            return text
    return f"{text[: LONGEST_SHOWN - 1]}…"


def in_numbers(task: Task, case: Sequence[Any]) -> bool:
    """Whether the call of a case is short enough to be shown with all its numbers."""
    return "an array of shape" not in shown(task, case)


def _named_inputs(task: Task) -> list[str]:
    """The names that the statement gives the inputs; none if it does not say."""
    found = re.search(rf"`{task.function}\(([\w, ]+)\)`", task.statement)
    return [name.strip() for name in found.group(1).split(",")] if found else []


def parameters(task: Task, count: int) -> list[str]:
    """Return 'name=' for each of several inputs; empty where the statement has no names."""
    names = _named_inputs(task)
    return [f"{name}=" for name in names] if len(names) == count > 1 else [""] * count


def input_name(task: Task, number: int) -> str:
    """What the statement calls an input, or else which one it is."""
    names = _named_inputs(task)
    return f"`{names[number]}`" if number < len(names) else f"its {ORDINALS[number]} argument"


def _text(value: Any, short: bool = False) -> str:
    """Write a value shortly: tensors as nested lists with few digits, or by their shape."""
    if hasattr(value, "tolist"):
        many = math.prod(max(1, size) for size in value.shape) > MOST_NUMBERS
        return named(value) if short or many else _text(value.tolist())
    if isinstance(value, float):
        return f"{value or 0.0:.4g}"  # and not -0
    if isinstance(value, (list, tuple)):
        if len(value) > MOST_NUMBERS:
            return f"{len(value)} values"
        inner = ", ".join(_text(item, short) for item in value)
        if isinstance(value, list):
            return f"[{inner}]"
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, dict):
        pairs = islice(value.items(), MOST_NUMBERS)
        return "{" + ", ".join(f"{key!r}: {_text(item, short)}" for key, item in pairs) + "}"
    return repr(value)
