"""What the book's tasks share: random inputs, forms of answers, predictions, bugs that are left."""

import math

import numpy as np
import pytest
import torch

from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import normal, one, signs, uniform, whole
from dlcore.grade.tasks.forms import floats, odd_form
from dlcore.grade.tasks.prediction import NOT_MEASURED, measured
from dlcore.grade.tasks.telling import telling

judge = measured(("a", "b"), lambda x: 2 * x, [("You halve.", lambda x: x / 2)])


def rng():
    return np.random.default_rng(0)


def test_an_unknown_mistake_in_one_of_several_numbers_is_placed():
    two = measured(("a",), lambda x: (x, x**2), [], names=("width", "spread"))
    assert two(("a", 3.0, 9.0), 3.0) is None
    assert two(("a", 3.0, 8.0), 3.0) == f"{NOT_MEASURED} Look at the spread first."
    assert two(("a", 2.0, 8.0), 3.0) == f"{NOT_MEASURED} Look at the width first."


def test_draws_have_their_shape_their_range_and_few_digits():
    for draw in (normal(rng(), 50, 2), uniform(rng(), -1, 1, 50, 2)):
        assert draw.shape == (50, 2)
        assert draw.dtype == torch.float64
        assert torch.allclose(10 * draw, (10 * draw).round())
    assert set(whole(rng(), 2, 4, 50).tolist()) == {2, 3, 4}
    assert set(signs(rng(), 50).tolist()) == {-1.0, 1.0}
    assert {one(rng(), 3, 3)} == {3}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (("a", 6.0), None),
        ((" b", 6), None),
        (("a", 1.5), "You halve."),
        (("a", -6.0), "sign is wrong"),
        (("a", 5.0), "not the right one"),
        (("a", math.nan), "NaN or infinite"),
        (("?", 6.0), "your prediction: one of 'a', 'b'"),
        ((6.0, "a"), "your prediction"),
        (6.0, "Return 2 values"),
        (None, "Return 2 values"),
        (("a", torch.ones(2)), "asked for is a number"),
    ],
)
def test_any_prediction_counts_and_only_the_right_measurement(answer, words):
    found = judge(answer, 3.0)
    assert found is None if words is None else words in found


@pytest.mark.parametrize("answer", [(1, 2), torch.tensor([1.0, 2.0]), (1, (2, 3)), ("a", 1)])
def test_form_of_one_value_per_name_passes(answer):
    assert odd_form(answer, "rate", "factor") is None


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((1, 2, 3), r"Return 2 values: (rate, factor)."),
        (1.0, "Return 2 values"),
        ({"rate": 1, "factor": 2}, "Return 2 values"),
        ((1.0, math.nan), "NaN or infinite"),
        ((1.0, (2.0, math.inf)), "NaN or infinite"),
    ],
)
def test_odd_form_is_named(answer, words):
    assert words in odd_form(answer, "rate", "factor")


def test_floats_reads_lists_and_tensors():
    assert torch.equal(floats(((1, 2), (3, 4))), torch.tensor([[1.0, 2.0], [3.0, 4.0]]).double())


def test_bug_that_is_left_is_known_in_every_state_of_the_others():
    def summed(x, start=0, twice=True, sign=True):
        return (start + 2**twice * x) * (1 if sign else -1)

    symptoms = left(summed, "It starts at 5.", ("twice", "sign"), start=5)
    assert {symptom.sentence for symptom in symptoms} == {"It starts at 5."}
    assert sorted(symptom.mimics(1) for symptom in symptoms) == [-7, -6, 6, 7]


def test_inputs_tell_mistakes_from_what_is_right_and_from_each_other():
    def double(x):
        return 2 * x

    def square(x):
        return x**2

    def half(x):
        return x / 2

    assert telling((3.0,), double, [square, half])
    assert not telling((2.0,), double, [half, square])
    assert telling((2.0,), square, [half], [half])
    assert not telling((0.5,), double, [square], [half])
    assert telling((0.0,), double, [], [half])
