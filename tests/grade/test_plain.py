"""Values cross the sandbox's border as numbers, text and arrays, and as nothing else."""

import json
import math
import pickle

import numpy as np
import pytest
import torch

from dlcore.autodiff import Tensor
from dlcore.grade.plain import (
    LARGEST_ARRAY,
    Formula,
    NotPlain,
    ask,
    pack,
    report,
    unpack,
    unpack_inputs,
)


def there_and_back(value):
    return unpack(json.loads(json.dumps(pack(value))))


@pytest.mark.parametrize(
    "value", [None, True, 3, -1.5, float("inf"), "naïve 王", (), (1, (2.5, "a")), {"b": 1, "a": ()}]
)
def test_plain_values_come_back(value):
    assert there_and_back(value) == value
    assert type(there_and_back(value)) is type(value)


@pytest.mark.parametrize("shape", [(3,), (2, 3), (0, 4), (1, 1, 1)])
@pytest.mark.parametrize("box", [torch.Tensor.clone, Tensor, torch.Tensor.numpy])
def test_arrays_come_back_as_float64_tensors(shape, box):
    data = torch.arange(float(torch.Size(shape).numel())).reshape(shape)
    back = there_and_back(box(data))
    assert back.dtype == torch.float64
    assert torch.equal(back, data.double())


@pytest.mark.parametrize(
    ("array", "dtype"),
    [
        (torch.tensor([1, 2], dtype=torch.int32), torch.int64),
        (torch.tensor([True, False]), torch.bool),
        (torch.tensor([1.5], dtype=torch.bfloat16), torch.float64),
        (np.array([1, 2], dtype=np.uint8), torch.int64),
        (torch.ones(3, 2).T, torch.float64),
    ],
)
def test_kinds_of_numbers_are_kept(array, dtype):
    back = there_and_back(array)
    assert back.dtype == dtype
    assert back.tolist() == array.tolist()


@pytest.mark.parametrize("value", [torch.tensor(2.5), np.float32(2.5), Tensor(torch.tensor(2.5))])
def test_array_without_axes_is_a_number(value):
    assert there_and_back(value) == 2.5
    assert type(there_and_back(value)) is float


class Rigged:
    """Equal to everything, and an array when asked."""

    def __eq__(self, other):
        return True

    def __array__(self, *arguments, **options):
        return np.zeros(3)

    def __reduce__(self):
        return print, ("payload",)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (Rigged(), "a Rigged"),
        (print, "a builtin_function_or_method"),
        (2**63, "more than 64 bits"),
        ([[[[[[[1]]]]]]], "more than 6 deep"),
        ([0] * 10_001, "10001 items"),
        (torch.zeros(1).expand(10**11), "an array of 100000000000 numbers"),
        (np.broadcast_to(np.zeros(1), (10**6, 10**6)), "an array of 1000000000000 numbers"),
        (np.array([Rigged()], dtype=object), "an array of object"),
        (torch.zeros(2, dtype=torch.complex64), "an array of complex64"),
    ],
)
def test_other_values_do_not_cross(value, why):
    with pytest.raises(NotPlain, match=why):
        pack(value)


def test_list_that_holds_itself_does_not_cross():
    loop = []
    loop.append(loop)
    with pytest.raises(NotPlain, match="more than 6 deep"):
        pack(loop)


@pytest.mark.parametrize(
    "packed",
    [
        None,
        [],
        ["number"],
        ["number", "1"],
        ["number", 10**40],
        ["formula", "print(1)"],
        ["tuple", "abc"],
        ["tuple", [3]],
        ["dict", [["a"]]],
        ["dict", [[1, ["none"]]]],
        ["array", "object", [1], ""],
        ["array", "float64", [2], "AAAAAAAAAAA="],
        ["array", "float64", [-1], ""],
        ["array", "float64", [True], "AAAAAAAAAAA="],
        ["array", "float64", [LARGEST_ARRAY + 1], "AAAAAAAAAAA="],
        ["array", "float64", [1], "not base64!"],
        ["array", "float64", [1], None],
        ["pickle", pickle.dumps(print).hex()],
        [
            "tuple",
            [
                [
                    "tuple",
                    [
                        [
                            "tuple",
                            [["tuple", [["tuple", [["tuple", [["tuple", [["tuple", []]]]]]]]]]],
                        ]
                    ],
                ]
            ],
        ],
    ],
)
def test_malformed_values_are_refused(packed):
    with pytest.raises(ValueError, match="not a pack|another size|too large|base64|digit|pad"):
        unpack(packed)


def test_formula_is_an_input_only():
    square = Formula("lambda x: x ** 2")
    assert square(3) == 9
    assert repr(square) == "lambda x: x ** 2"
    packed = json.loads(json.dumps([pack(square), pack(2.0)]))
    function, x = unpack_inputs(packed)
    assert function(x) == 4.0


def test_ask_reports_answers_errors_and_odd_values():
    assert ask(lambda x: x + 1, [["number", 1]]) == ["answer", ["number", 2], []]
    assert ask(lambda x: print, [["number", 1]]) == ["odd", "a builtin_function_or_method"]
    kind, name, message, line = ask(lambda x: x / 0, [["number", 1]])
    assert (kind, name, message) == ("raised", "ZeroDivisionError", "division by zero")
    assert "x / 0" in line


def test_ask_survives_an_exit_and_a_value_that_cannot_be_read():
    def leave():
        raise SystemExit(3)

    class Trap(dict):
        def items(self):
            raise RuntimeError("not today")

    assert ask(leave, [])[:3] == ["raised", "SystemExit", "3"]
    assert ask(lambda: Trap(a=1), []) == ["odd", "something that cannot be read (RuntimeError)"]


def test_report_keeps_messages_short_and_in_one_line():
    class Mute(Exception):
        def __str__(self):
            raise ValueError

    assert report(ValueError("a\nb" * 1000), None)[2].startswith("a ba b")
    assert len(report(ValueError("a" * 1000), None)[2]) == 300
    assert report(Mute(), None) == ["raised", "Mute", "", ""]


def change_tuple(pair, n):
    pair[1][0] = 7.0
    return n


def test_inputs_that_were_changed_are_reported():
    x = torch.tensor([1.0, math.nan])
    assert ask(lambda x, n: x.add_(1).sum(), [pack(x), pack(3)])[2] == [0]
    assert ask(lambda x: x.t_().sum(), [pack(torch.ones(2, 3))])[2] == [0]
    assert ask(lambda x: x.set_(torch.ones(10**6).double()).sum(), [pack(torch.ones(3).double())])[
        2
    ] == [0]
    assert ask(change_tuple, [pack((1, x)), pack(3)])[2] == [0]
    assert ask(lambda x, n: (x + 1).sum(), [pack(x), pack(3)])[2] == []
    assert ask(lambda f, x: f(x), [pack(Formula("lambda x: x")), pack((1, math.nan))])[2] == []


def nudge(x, by, back):
    x[0] += by
    x[0] -= back
    return 0


def test_a_number_that_was_nudged_and_put_back_is_as_it_was():
    """0.5 + 1e-5 - 1e-5 is another float64 than 0.5."""
    x = torch.tensor([0.5, 1.3], dtype=torch.float64)
    assert float(x[0] + 1e-5 - 1e-5) != float(x[0])
    assert ask(lambda x: nudge(x, 1e-5, 1e-5), [pack(x)])[2] == []
    assert ask(lambda x: nudge(x, 1e-5, 0.0), [pack(x)])[2] == [0]
    assert ask(lambda x: nudge(x, 1, 0), [pack(x.long())])[2] == [0]


@pytest.mark.parametrize("shape", [(10**9, 0), (0, 10**9), (400, 300, 0), (1,) * 17, (10**6,)])
def test_arrays_are_bounded_along_every_axis_in_both_directions(shape):
    with pytest.raises(NotPlain, match="an array of"):
        pack(np.broadcast_to(np.zeros(1), shape) if 0 not in shape else np.zeros(shape))
    with pytest.raises((ValueError, NotPlain)):
        unpack(["array", "float64", list(shape), ""])


def test_many_small_things_are_bounded_together():
    rows = [np.zeros(50_000)] * 10
    with pytest.raises(NotPlain, match="more than 300000 numbers"):
        pack(rows)
    with pytest.raises(NotPlain, match="more than 300000 numbers"):
        pack([[0] * 5000] * 70)
    text = pack(rows[0])[3]
    with pytest.raises(NotPlain):
        unpack(["tuple", [["array", "float64", [50_000], text]] * 10])
