"""Each way to be wrong is told in words of its own, and none gives the answer."""

import re

import pytest
import torch

from dlcore.grade.compare import plain
from dlcore.grade.diagnose import count_symptom, form_symptom, shape_symptom, value_symptom

X = torch.tensor([[1.0, -2.0, 3.0], [0.5, 4.0, 7.0]], dtype=torch.float64)
Y = torch.tensor([[2.0, 1.5, -3.0]], dtype=torch.float64)


@pytest.mark.parametrize(
    ("answer", "expected", "words"),
    [
        (None, 1.0, "returned None"),
        (X.T, X, r"\(3, 2\); asked for is \(2, 3\): it is transposed"),
        (X.expand(5, 2, 3), X, "over the first axis .the batch. missing"),
        (X[..., None].expand(2, 3, 4), X, "over the last axis missing"),
        (X[0], X, "first axis .the batch. was summed away"),
        (X[:, 0], X, "The last axis was summed away"),
        (X[:, None], X, "arranged differently"),
        (torch.ones(4, 5), X, "taken over the wrong axis"),
        (torch.ones(4, 5, 6), X, "Write the shape of each intermediate result"),
        (1.0, X, r"returned a number; asked for is an array of shape \(2, 3\)"),
        ("a", True, "returned text; asked for is True or False"),
        ((1, 2, 3), (1, 2), "You returned 3 values; asked for are 2"),
        ((1, X.T), (1, X), "In the second value: The shape is"),
        ({"a": 1}, {"b": 1}, "keys 'a'; asked for are 'b'"),
        ({"a": X.T}, {"a": X}, "In 'a': The shape is"),
        ({"a": 1}, 1, "returned a dictionary"),
        ((), 1, "returned 0 values"),
    ],
)
def test_form(answer, expected, words):
    symptom = shape_symptom(plain(answer), plain(expected))
    assert symptom is not None
    assert re.search(words, symptom)


@pytest.mark.parametrize(("answer", "expected"), [(X, X), (1, 2.0), ((1, X), (2, X)), ("a", "b")])
def test_right_form_has_no_symptom(answer, expected):
    assert shape_symptom(plain(answer), plain(expected)) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda a: -a, "sign is wrong, everywhere"),
        (lambda a: a.abs(), "sign is wrong, in some places"),
        (lambda a: a * 0, "All your numbers are zero"),
        (lambda a: a.round(), "numbers are whole"),
        (lambda a: a + 0.3, "off by the same amount"),
        (lambda a: 2.5 * a, "2.5 times what they should be"),
        (lambda a: a / len(a), "mean or sum, and over which axis"),
    ],
)
def test_values(change, words):
    found = value_symptom([change(X), change(Y)], [X, Y], 1e-6)
    assert found is not None
    assert words in found


@pytest.mark.parametrize("change", [lambda a: a**2 + 1, lambda a: a.roll(1)])
def test_values_without_a_pattern(change):
    assert value_symptom([change(X), change(Y)], [X, Y], 1e-6) is None


def test_values_of_text_have_no_pattern():
    assert value_symptom(["a"], ["b"], 1e-6) is None


def test_zero_has_no_factor():
    assert value_symptom([Y], [0 * Y], 1e-6) is None
    assert "3 times" in (value_symptom([0 * X, 3 * X, 3 * Y], [0 * X, X, Y], 1e-6) or "")


def test_count_names_the_place():
    wrong = X.clone()
    wrong[1, 2] = 0
    found = count_symptom([True, False], wrong, X, 1e-6)
    assert "Right in 1 of 2 cases" in found
    assert "1 of 6 numbers are wrong, the first at index (1, 2)" in found
    assert "numbers are not, in all 1 cases" in count_symptom([False], 3, 4, 1e-6)


def test_numbers_that_are_none_are_told_where_none_are_due():
    assert "NaN or infinite" in (form_symptom(X / 0, X) or "")
    assert "NaN or infinite" in (form_symptom((1, float("nan")), (1, 2)) or "")
    assert form_symptom(X / 0, X / 0) is None
    assert form_symptom("a", "b") is None
    assert "transposed" in (form_symptom(X.T, X) or "")


def test_values_are_called_as_the_statement_calls_them():
    names = ("for_w", "for_b")
    assert shape_symptom((1, X.T), (1, X), names).startswith("In `for_b`: The shape is")
    three = shape_symptom((1, 2, 3), (1, X), names)
    form = "2 values: `for_w`, a number; `for_b`, an array of shape (2, 3)"
    assert three == f"You returned 3 values; asked for are {form}."
    assert shape_symptom(X, (1, X), names) == (
        f"Your function returned an array of shape (2, 3); asked for is {form}."
    )
