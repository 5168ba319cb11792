"""Tasks are checked when they are written, and their inputs follow from the seed."""

import pytest

from dlcore.grade.task import Symptom, Task

GOOD = {
    "id": "99.3",
    "title": "",
    "points": 1,
    "function": "f",
    "statement": "",
    "generate": lambda rng, case: (float(rng.normal()), case),
    "oracle": lambda x, case: x,
}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"id": "3"}, "chapter.number"),
        ({"id": "3.02"}, "chapter.number"),
        ({"id": "00.1"}, "chapter.number"),
        ({"function": "a b"}, "no name of Python's"),
        ({"oracle": None}, "either oracle= or judge="),
        ({"judge": lambda answer, x, case: None}, "either oracle= or judge="),
        ({"points": 0}, "at least one point"),
        ({"cases": 0}, "at least one point and one case"),
        ({"kind": "quiz"}, "none of code, choose, debug, predict"),
    ],
)
def test_what_a_task_needs(change, complaint):
    with pytest.raises(ValueError, match=complaint):
        Task(**(GOOD | change))


@pytest.mark.parametrize("ways", [{}, {"mimics": abs, "when": all}])
def test_a_symptom_is_recognised_in_one_way(ways):
    with pytest.raises(ValueError, match="either mimics= or when="):
        Symptom("It is wrong.", **ways)


def test_chapter_and_order():
    assert Task(**GOOD).chapter == 99
    assert Task(**(GOOD | {"id": "0.1"})).chapter == 0
    numbers = [Task(**(GOOD | {"id": name})) for name in ("99.10", "99.9")]
    assert [task.id for task in sorted(numbers, key=lambda task: task.order)] == ["99.9", "99.10"]


def test_cases_follow_from_the_seed():
    task = Task(**GOOD)
    assert task.draw(1) == task.draw(1)
    assert task.draw(1) != task.draw(2)
    other = Task(**(GOOD | {"id": "99.4"}))
    assert task.draw(1) != other.draw(1)
    assert [case[1] for case in task.draw(1)] == [["number", number] for number in range(6)]


def test_generate_must_return_a_tuple():
    task = Task(**(GOOD | {"generate": lambda rng, case: 3}))
    with pytest.raises(TypeError, match=r"one argument x is returned as \(x,\)"):
        task.draw(0)
