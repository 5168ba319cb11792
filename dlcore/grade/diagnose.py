"""What a wrong answer looks like, in words that help and do not give the answer away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from dlcore.grade.compare import close, numbers
from dlcore.grade.show import form, named, part_name

NOT_FINITE = (
    "Some numbers are NaN or infinite. Look for a division by zero, the logarithm of zero, or an "
    "exponential of a large number."
)


def form_symptom(answer: Any, expected: Any, names: Sequence[str] = ()) -> str | None:
    """Say how an answer's form differs, or that it holds NaN where none is due; None if neither."""
    if symptom := shape_symptom(answer, expected, names):
        return symptom
    got, asked = numbers(answer), numbers(expected)
    odd = got is not None and asked is not None and bool((~got.isfinite() & asked.isfinite()).any())
    return NOT_FINITE if odd else None


def shape_symptom(answer: Any, expected: Any, names: Sequence[str] = ()) -> str | None:
    """Say how the form of an answer differs from what is asked; None if it does not.

    names: what the statement calls the values of the answer, where there are several.
    """
    if answer is None:
        return "Your function returned None. Does every path through it end in `return …`?"
    if isinstance(expected, torch.Tensor) and isinstance(answer, torch.Tensor):
        if answer.shape != expected.shape:
            return _tensor_shapes(answer, expected)
        return None
    if isinstance(expected, (tuple, dict)) and type(answer) is type(expected):
        return _collection_symptom(answer, expected, names)
    same_kind = type(answer) is type(expected) or all(
        isinstance(value, (bool, int, float)) for value in (answer, expected)
    )
    if same_kind:
        return None
    return f"Your function returned {named(answer)}; asked for is {form(expected, names)}."


def _tensor_shapes(answer: torch.Tensor, expected: torch.Tensor) -> str:
    got, asked = tuple(answer.shape), tuple(expected.shape)
    start = f"The shape is {got}; asked for is {asked}"
    if got == asked[::-1]:
        return f"{start}: it is transposed."
    if got[1:] == asked:
        return f"{start}. Is a sum or mean over the first axis (the batch) missing?"
    if got[:-1] == asked:
        return f"{start}. Is a sum or mean over the last axis missing?"
    if got == asked[1:]:
        return f"{start}. The first axis (the batch) was summed away."
    if got == asked[:-1]:
        return f"{start}. The last axis was summed away."
    if answer.numel() == expected.numel():
        return f"{start}: as many numbers, arranged differently. Look at axes of size 1."
    if answer.ndim == expected.ndim:
        return f"{start}. Is a sum, mean or product taken over the wrong axis?"
    return f"{start}. Write the shape of each intermediate result beside its line."


def _collection_symptom(answer: Any, expected: Any, names: Sequence[str]) -> str | None:
    if isinstance(expected, dict) and answer.keys() != expected.keys():
        names = [", ".join(map(repr, sorted(value))) for value in (answer, expected)]
        return f"The dictionary has the keys {names[0]}; asked for are {names[1]}."
    if len(answer) != len(expected):
        return f"You returned {len(answer)} values; asked for are {form(expected, names)}."
    keys = expected if isinstance(expected, dict) else range(len(expected))
    for key in keys:
        if symptom := shape_symptom(answer[key], expected[key]):
            place = part_name(key, names) if isinstance(key, int) else repr(key)
            return f"In {place}: {symptom}"
    return None


def value_symptom(answers: Sequence[Any], expecteds: Sequence[Any], tolerance: float) -> str | None:
    """Say how numbers of the right shape differ from what is asked; None if nothing stands out."""
    pairs = [(numbers(answer), numbers(expected)) for answer, expected in zip(answers, expecteds)]
    if any(part is None for pair in pairs for part in pair):
        return None
    got, asked = (torch.cat(parts) for parts in zip(*pairs))
    return _sign_or_size(got, asked, tolerance) or _factor(pairs, tolerance)


def _sign_or_size(got: torch.Tensor, asked: torch.Tensor, tolerance: float) -> str | None:
    if close(-got, asked, tolerance):
        return "The size is right and the sign is wrong, everywhere."
    if close(got.abs(), asked.abs(), tolerance):
        return "The size is right and the sign is wrong, in some places."
    if got.numel() > 1 and not got.any():
        return "All your numbers are zero."
    if close(got, asked.round(), tolerance):
        return "Your numbers are whole; is something rounded or divided with // on the way?"
    shift = got - asked
    if shift.numel() > 2 and close(shift, shift.mean().expand_as(shift), tolerance):
        return "Every number is off by the same amount. Is a constant term missing or doubled?"
    return None


def _factor(pairs: Sequence[Any], tolerance: float) -> str | None:
    """Recognise numbers that are too large by one factor, in all cases or within each case."""
    factors = []
    for got, asked in pairs:
        if not got.any() and not asked.any():
            continue
        factor = float(got.norm() / asked.norm()) if asked.any() else 0.0
        if not 0 < factor < torch.inf or not close(got, factor * asked, tolerance):
            return None
        factors.append(factor)
    if len(factors) > 1 and max(factors) - min(factors) <= 1e-4 * max(factors):
        return f"All your numbers are {factors[0]:.3g} times what they should be."
    if any(asked.numel() > 2 for got, asked in pairs):
        return (
            "In each case your numbers are right up to one factor, which changes from case to "
            "case. Do you divide by the right count: mean or sum, and over which axis?"
        )
    return None


def count_symptom(right: Sequence[bool], answer: Any, expected: Any, tolerance: float) -> str:
    """Say in how many cases, and from which place on in one that fails, the numbers differ."""
    place = ""
    if isinstance(expected, torch.Tensor) and expected.numel() > 1:
        off = ~torch.isclose(answer.double(), expected.double(), tolerance, tolerance)
        first = tuple(off.nonzero()[0].tolist())
        count = int(off.sum())
        place = f" There {count} of {off.numel()} numbers are wrong, the first at index {first}."
    if any(right):
        return (
            f"Right in {sum(right)} of {len(right)} cases. Compare the case below that fails with "
            f"the one that is right: what is special about it?{place}"
        )
    return (
        f"The form is right, the numbers are not, in all {len(right)} cases.{place} "
        "Work the case below out by hand and print each step."
    )
