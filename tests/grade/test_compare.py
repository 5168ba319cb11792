"""An answer is right if its numbers are, whatever container brings them."""

import pytest
import torch

from dlcore.grade.compare import close, conform, numbers, plain

NAN = float("nan")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (1, 1.0),
        (True, 1),
        (1.0 + 1e-9, 1.0),
        (1e9 + 1, 1e9),
        (NAN, NAN),
        (float("inf"), float("inf")),
        (" yes ", "yes"),
        (None, None),
        ([1.0, 2.0], torch.tensor([1.0, 2.0])),
        ([[1, 2]], torch.tensor([[1.0, 2.0]])),
        (torch.tensor([1, 2]), (1, 2)),
        (torch.eye(2), (torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0]))),
        ({"a": [1.0]}, {"a": torch.ones(1)}),
        (torch.tensor([NAN]), torch.tensor([NAN])),
        (torch.zeros(0, 3), torch.zeros(0, 3)),
    ],
)
def test_right(answer, expected):
    answer, expected = plain(answer), plain(expected)
    assert close(conform(answer, expected), expected, 1e-6)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (1.1, 1.0),
        (None, 1.0),
        ("1", 1.0),
        (NAN, 1.0),
        (1.0, NAN),
        (float("-inf"), float("inf")),
        ("no", "yes"),
        (0, None),
        (torch.ones(1), 1.0),
        (torch.ones(2, 1), torch.ones(2)),
        (torch.ones(2), torch.ones(3)),
        ([1, "a"], torch.ones(2)),
        ([[1.0], [1.0, 2.0]], torch.ones(2)),
        ((1, 2, 3), (1, 2)),
        ({"a": 1}, {"b": 1}),
        ({"a": 1, "b": 2}, {"a": 1}),
        (1, {"a": 1}),
    ],
)
def test_wrong(answer, expected):
    answer, expected = plain(answer), plain(expected)
    assert not close(conform(answer, expected), expected, 1e-6)


def test_tolerance_is_the_tasks():
    assert close(1.01, 1.0, 0.1)
    assert close(torch.tensor([1.01]), torch.ones(1), 0.1)
    assert not close(torch.tensor([1.01]), torch.ones(1), 1e-3)


def test_numbers_are_one_vector():
    assert numbers(plain({"b": (1, True), "a": torch.eye(2)})).tolist() == [1, 0, 0, 1, 1, 1]
    assert numbers(plain((1, "text"))) is None
    assert numbers(()) is None
