"""A call is shown in numbers where they are few, and never at length."""

import torch

from dlcore.grade.show import LONGEST_SHOWN, amount, form, in_numbers, named, shown, smallest
from dlcore.grade.task import Formula, Task


def task_of(*inputs, statement=""):
    return Task("99.7", "", 1, "f", statement, lambda rng, case: inputs, oracle=lambda *x: 0)


def call(*inputs, answer=0.5, statement=""):
    task = task_of(*inputs, statement=statement)
    return shown(task, task.draw(0)[0], answer)


def test_few_numbers_are_written_out():
    inputs = (Formula("lambda x: x"), torch.ones(1, 2), {"a": (1.23456,)})
    assert call((-0.0,), answer=torch.tensor([-0.0])) == "f((0,)) → [0]"
    assert call(*inputs) == "f(lambda x: x, [[1, 1]], {'a': (1.235,)}) → 0.5"


def test_many_numbers_are_shown_by_their_shape():
    assert call(torch.ones(9, 9)) == "f(an array of shape (9, 9)) → 0.5"
    assert call(1, answer=torch.zeros(10**6, 0)) == "f(1) → an array of shape (1000000, 0)"
    assert call(1, answer=torch.zeros(80, 80, 80, 80, 0)).endswith("(80, 80, 80, 80, 0)")
    assert call(1, answer=tuple(range(99))) == "f(1) → 99 values"
    assert len(call(1, answer="a" * 9999)) == LONGEST_SHOWN


def test_where_it_is_long_all_arrays_are_shown_by_their_shape():
    task = task_of(*[torch.full((8, 8), 1 / 3)] * 2)
    case = task.draw(0)[0]
    assert shown(task, case) == "f(an array of shape (8, 8), an array of shape (8, 8))"
    assert not in_numbers(task, case)
    assert in_numbers(task_of(1), task_of(1).draw(0)[0])


def test_inputs_have_the_statements_names():
    assert call(1, 2, statement="Write `f(n, m)` …") == "f(n=1, m=2) → 0.5"
    assert call(1, 2, statement="Write `f(n)` …") == "f(1, 2) → 0.5"


def test_kinds_have_names():
    assert named(None) == "nothing"
    assert named((1, 2)) == "2 values"
    assert form((1, True)) == "2 values: the first value, a number; the second value, True or False"
    assert form((1,) * 9) == "9 values"


def test_the_smallest_case_is_not_an_empty_one_if_there_is_another():
    cases = [task_of(torch.ones(n)).draw(0)[0] for n in (5, 0, 3, 1)]
    assert smallest([0, 1, 2], cases) == 2
    assert smallest([1], cases) == 1
    assert amount({"a": (1, torch.ones(2, 3)), "b": "text"}) == 8
